"""A small manifest to start from."""

from collections.abc import Iterator

from micronet_spec.challenge import Challenge
from micronet_spec.init.head import Head, head_lines
from micronet_spec.init.line import TODO


def starter_text(head: Head) -> str:
    """Return a small manifest to start from."""
    said = [
        "A network of five layers to start from: replace it by yours. One line a layer; each reads",
        "the one before it unless it says `from: other` or `from: [one, other]`.",
    ]
    return "\n".join([*head_lines(head, said), *_starter(head.challenge, head.task)]) + "\n"


def _starter(challenge: Challenge, task: str) -> Iterator[str]:
    image = challenge.tasks[task].quality.metric == "top1_percent"
    yield f"# numerics: {{freebie: 16-bit}}   # {TODO} only if nothing is quantized; else formats"
    yield "model:"
    if not image:
        yield "  input: [1]   # one token at a time"
        yield "  layers:"
        yield "    - {name: embed, op: embedding, entries: 267735, out: 256}"
        yield "    - {name: cell, op: lstm, units: 256, bias: {}}"
        yield "    - {name: out, op: linear, out: 267735, weight: {same_as: embed}, bias: {}}"
        return
    side, classes = (224, 1000) if "imagenet" in task else (32, 100)
    yield f"  input: [3, {side}, {side}]   # channels, height, width"
    yield "  layers:"
    yield "    # 712 of 864 weights are not zero; `nonzero: unknown` where nobody counted"
    yield (
        "    - {name: conv1, op: conv2d, out: 32, kernel: 3, padding: same, "
        "weight: {store: mask, nonzero: 712}}"
    )
    yield "    - {name: bn1, op: batch_norm, fold: {into: conv1}}   # or kept: without `fold`"
    yield "    - {name: act1, op: relu}"
    yield "    - {name: pool, op: global_avg_pool}"
    yield f"    - {{name: fc, op: linear, out: {classes}, bias: {{}}}}"
