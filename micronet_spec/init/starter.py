"""A small manifest to start from."""

from collections.abc import Iterator

from micronet_spec.init.example import Example
from micronet_spec.init.head import Head, head_lines
from micronet_spec.init.line import TODO
from micronet_spec.init.scalars import value

_IMAGE = 3
_CONVOLUTION = """\
    # 712 of 864 weights are not zero; `nonzero: unknown` where nobody counted
    - {name: conv1, op: conv2d, out: 32, kernel: 3, padding: same, weight: {store: mask, nonzero: 712}}
    - {name: bn1, op: batch_norm, fold: {into: conv1}}   # or kept: without `fold`
    - {name: act1, op: relu}
    - {name: pool, op: global_avg_pool}"""  # noqa: E501
_TOKENS = """\
    - {name: embed, op: embedding, entries: OUTPUTS, out: 256}
    - {name: cell, op: lstm, units: 256, bias: {}}"""


def starter_text(head: Head, example: Example) -> str:
    """Return a small manifest to start from, for networks that read an `example`."""
    said = [
        "A small network to start from: replace it by yours. One line a layer; each reads the one",
        "before it unless it says `from: other` or `from: [one, other]`.",
    ]
    return "\n".join([*head_lines(head, said), *_model(head, example)]) + "\n"


def _model(head: Head, example: Example) -> Iterator[str]:
    freebie = value(head.challenge.freebie.name)
    yield f"# numerics: {{freebie: {freebie}}}   # {TODO} if nothing is quantized"
    yield "model:"
    if len(example.input) == _IMAGE:
        yield f"  input: {value(example.input)}   # channels, height, width"
        layers, weight = _CONVOLUTION, ""
    else:
        yield f"  input: {value(example.input)}   # one token at a time"
        layers, weight = (
            _TOKENS.replace("OUTPUTS", str(example.outputs)),
            "weight: {same_as: embed}, ",
        )
    yield "  layers:"
    yield layers
    yield f"    - {{name: fc, op: linear, out: {example.outputs}, {weight}bias: {{}}}}"
