"""What networks of a task usually read and write, from `examples.yaml` of its challenge."""

from pathlib import Path

from pydantic import RootModel

from micronet_spec.challenge.challenge import Data, checked, folder_of, read_values
from micronet_spec.graph import Shape
from micronet_spec.init.wires import bare


class Example(Data):
    """Shape of one example, and the outputs of a network."""

    input: tuple[int, ...]
    outputs: int


class _Examples(RootModel[dict[str, Example]]):
    pass


def load_examples(challenge: str, folder: Path | None = None) -> dict[str, Example]:
    """Return the examples of a challenge by task; none if it has no such file.

    Raises `ChallengeError` if the file is wrong.
    """
    path = folder_of(challenge, folder) / "examples.yaml"
    if not path.exists():
        return {}
    return checked(_Examples, read_values(path), path).root


def closest(examples: dict[str, Example], shape: Shape) -> str | None:
    """Return the task whose examples are the most like `shape`; None if there are none."""

    def distance(task: str) -> tuple[bool, int]:
        usual = bare(examples[task].input)
        return len(usual) != len(bare(shape)), abs(usual[-1] - shape[-1])

    return min(examples, key=distance, default=None)
