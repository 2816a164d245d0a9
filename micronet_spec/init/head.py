"""What stands above the layers: the entry, and all that a table of layers cannot know."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from micronet_spec.challenge.challenge import Challenge
from micronet_spec.init.line import TODO
from micronet_spec.init.scalars import value
from micronet_spec.visible import visible


@dataclass(frozen=True)
class Head:
    """What a draft says above its layers."""

    challenge: Challenge
    task: str
    assumed_task: bool
    name: str | None


def head_lines(head: Head, said: Sequence[str]) -> Iterator[str]:
    """Yield everything above the numerics, `said` at its top."""
    challenge, task = head.challenge, head.challenge.tasks[head.task]
    day = (challenge.deadline - timedelta(days=1)).date()
    yield "# yaml-language-server: $schema=submission.schema.json"
    yield "# (`micronet schema > submission.schema.json` writes it, for editors)"
    yield "#"
    yield from (f"# {visible(line)}" for line in said)
    yield "manifest: 1"
    yield f"challenge: {value(challenge.id)}"
    yield f"task: {value(head.task)}" + (f"   # {TODO} assumed" if head.assumed_task else "")
    yield f"name: {value(head.name or TODO)}" + ("" if head.name else f"   # {TODO}")
    yield f"submitted: {day}   # {TODO} the day of the submission"
    yield f"team: {{name: {TODO}, members: [{{name: {TODO}}}]}}   # {TODO} everybody"
    yield f'# repository: {{url: "https://...", license: {value(challenge.license)}}}   # {TODO}'
    data = ", ".join(task.train)
    yield f"# training: {{data: [{data}], start_weights: none}}   # {TODO} start weights, teacher"
    metric = task.quality.metric
    yield f"# quality: {{{metric}: {task.quality.target}.00}}   # {TODO} with all digits"
    yield f"# claims: {{score: 0.0000}}   # {TODO} your own total"
    yield f"# checkpoint: {{file: model.pt, sha256: ...}}   # {TODO}"
