"""Every attack is refused with a clear reason, in bounded memory, and nothing is executed."""

import pickle
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from micronet_spec.checkpoint.budget import default_budget
from micronet_spec.checkpoint.open import open_checkpoint
from micronet_spec.checkpoint.refusal import RefusedError
from micronet_spec.document import load
from tests.checkpoint import forge
from tests.checkpoint.hostile import ATTACKS, Attack

BUDGET = replace(default_budget(), steps=200_000, tensors=2_000)
"""Less than usual, so that the bombs take less time."""
FLOOR = Path(__file__).parent / "floor.yaml"


@pytest.mark.parametrize("attack", ATTACKS, ids=[attack.name for attack in ATTACKS])
def test_is_refused(attack: Attack, tmp_path: Path) -> None:
    path = attack.make(tmp_path)
    before = set(sys.modules)
    with pytest.raises(RefusedError) as refused:
        list(open_checkpoint(path, BUDGET, external=tmp_path).checked())
    message = str(refused.value)
    assert refused.value.reason is attack.reason, message
    assert 10 < len(message) < 250
    assert not (tmp_path / "canary").exists()
    imported = {name.split(".")[0] for name in set(sys.modules) - before}
    assert imported <= {"micronet_spec", "concurrent", "queue", "_queue"}


def test_as_many_attacks_are_refused_as_ever() -> None:
    """The floor may only rise: with a new attack, write its number into the file."""
    names = Counter(attack.name for attack in ATTACKS)
    assert names.most_common(1)[0][1] == 1
    assert load(FLOOR).values == {"refused": len(names)}


def test_the_canary_sings_where_a_pickle_is_trusted(tmp_path: Path) -> None:
    command = forge.text(f"touch {tmp_path}/canary")
    content = forge.pickle(forge.call(forge.name("os", "system"), command))
    program = f"import pickle; pickle.loads({content!r})"
    subprocess.run([sys.executable, "-c", program], check=True)
    assert (tmp_path / "canary").exists()
    assert pickle.loads(forge.pickle(forge.text("the forge writes pickles"))) == (  # noqa: S301
        "the forge writes pickles"
    )


@pytest.mark.parametrize(
    "content", [forge.torch_zip(forge.GOOD), forge.torch_legacy(forge.GOOD)], ids=["zip", "legacy"]
)
def test_what_the_attacks_are_made_from_is_read(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "model.jpg"
    path.write_bytes(content)
    (tensor,) = open_checkpoint(path, BUDGET).tensors
    assert (tensor.name, tensor.data.tolist()) == ("w", [[1, 2], [3, 4]])
