"""Synthetic manifests: as long and as varied as those of real entries, valid and scorable.

Each is written in one of three styles: `short`, a layer per line and one count of nonzeros a
tensor, as `02-kaist-ai.yaml` of CIFAR-100; `channels`, quantized, with a count per output
channel, as `01-riair.yaml`; and `long`, a key per line, as a YAML dumper writes it.
"""

import random
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

LINES = 650
"""Lines of a manifest, within a tenth."""
WRONG_CLAIM = 10
"""Every manifest whose number is a multiple of this claims a score it does not have: MN401."""

TASKS = {"cifar100": (32, 100), "imagenet": (224, 1000)}
"""Height and width of an image, and the number of classes."""
STYLES = ("short", "channels", "long")

_NUMERICS = {
    "short": "numerics: {freebie: 16-bit}",
    "channels": """\
numerics:
  kernels: https://example.org/kernels   # adders of these widths
  formats:
    int4: {kind: integer, bits: 4, signed: true}     # weights
    uint4: {kind: integer, bits: 4, signed: false}   # activations
  defaults: {weight: int4, parameter: float16, activation: float16, accumulator: tree}""",
    "long": """\
numerics:
  formats:
    int8:
      kind: integer
      bits: 8
      signed: true
  defaults:
    weight: int8
    parameter: float16""",
}

Layer = dict[str, Any]


def write(folder: Path, files: int, seed: int) -> list[Path]:
    """Write manifests 1 to `files` below `folder`, as an organizer keeps them; return their paths.

    The same seed gives the same bytes.
    """
    paths = []
    for number in range(1, files + 1):
        path = folder / "micronet-2019" / task_of(number) / f"{number:04}-team.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(manifest(number, seed), encoding="utf-8")
        paths.append(path)
    return paths


def manifest(number: int, seed: int) -> str:
    """Return the text of one manifest."""
    rng = random.Random(f"{seed}/{number}")
    task, style = task_of(number), STYLES[number // len(TASKS) % len(STYLES)]
    lines = _head(number, task, style, rng)
    lines += _Network(task, style, rng, LINES - len(lines)).lines()
    return "\n".join(lines) + "\n"


def task_of(number: int) -> str:
    """Return the task of a manifest."""
    return list(TASKS)[number % len(TASKS)]


def _head(number: int, task: str, style: str, rng: random.Random) -> list[str]:
    """Return everything but the layers. No two manifests share a person, code or checkpoint."""
    claims = "claims: {score: 0.00001, source: README.md}" if number % WRONG_CLAIM == 0 else ""
    return f"""\
# yaml-language-server: $schema=schemas/submission.schema.json
#
# Entry {number}, written by a program. Sources are files of the repository.
manifest: 1
challenge: micronet-2019
task: {task}
name: Entry {number}
submitted: 2019-10-{rng.randint(1, 11):02}   # by the date of the mail

team:
  name: Team {number}
  affiliation: University {number}, Department of Synthetic Networks
  members:   # README.md
    - {{name: First Person {number}, github: first-{number}}}
    - {{name: Second Person {number}, github: second-{number}, note: also contact}}

repository: {{url: "https://example.org/team-{number}/micronet", license: MIT}}

training:
  data: [{task}/train]
  start_weights: none
  augmentation:
    - {{policy: flips and crops, learned_on: none}}
    - {{policy: learned policy, learned_on: [{task}/train]}}

quality: {{top1_percent: 80.{rng.randint(0, 99):02}}}
{claims}
checkpoint: {{file: entry-{number}.pt, sha256: {rng.randbytes(32).hex()}, bytes: {10**6 + number}}}

{_NUMERICS[style]}

model:
  # Residual blocks; every batch norm is folded into the convolution before it.""".splitlines()


class _Network:
    """Residual blocks, with or without a bottleneck, until a budget of lines is used up."""

    def __init__(self, task: str, style: str, rng: random.Random, budget: int) -> None:
        self.style, self.rng, self.budget = style, rng, budget
        self.size, self.classes = TASKS[task]
        self.channels = 3
        self.written = [f"  input: [3, {self.size}, {self.size}]", "  layers:"]

    def lines(self) -> list[str]:
        """Return the lines of the input and of every layer."""
        width, stage, block = self.rng.choice((16, 24, 32)), 0, 0
        self.add(*self.convolution("stem", "conv", width, kernel=3, stride=self.size // 32))
        self.add({"name": "stem.act", "op": "relu"})
        output = "stem.act"
        while (used := len(self.written)) < 0.94 * self.budget:
            step = 1
            if used > (stage + 1) * self.budget / 4:
                stage, step, width = stage + 1, 2, width * 2
            output = self.block(f"block{block}", output, width, step)
            block += 1
        self.comment("classifier")
        self.add({"name": "pool", "op": "global_avg_pool"})
        tensors = {key: {"tensor": f"classifier.{key}"} for key in ("weight", "bias")}
        self.add({"name": "classifier", "op": "linear", "out": self.classes, **tensors})
        return self.written

    def block(self, name: str, source: str, width: int, step: int) -> str:
        """Add one block that reads the layer `source`; return the layer it ends in."""
        self.comment(f"{name}: {self.channels} to {width} channels, stride {step}")
        residual = step == 1 and width == self.channels
        hidden = width * self.rng.choice((2, 3))
        act = self.rng.choice(("relu", "hswish"))
        if self.rng.random() < 0.5:  # noqa: PLR2004 - half of them
            self.add(*self.convolution(name, "expand", hidden, kernel=1))
            self.add({"name": f"{name}.act1", "op": act})
            self.add(*self.convolution(name, "depthwise", hidden, kernel=3, stride=step))
            self.add({"name": f"{name}.act2", "op": act})
        else:
            self.add(*self.convolution(name, "conv1", width, kernel=3, stride=step))
            self.add({"name": f"{name}.act1", "op": act})
        if self.style == "channels":
            self.add({"name": f"{name}.quant", "op": "quantize", "to": "uint4"})
        self.add(*self.convolution(name, "project", width, kernel=1))
        if residual:
            self.add({"name": f"{name}.add", "op": "add", "from": [f"{name}.project.bn", source]})
        self.add({"name": f"{name}.out", "op": "relu"})
        return f"{name}.out"

    def convolution(
        self, block: str, role: str, out: int, kernel: int, stride: int = 1
    ) -> tuple[Layer, Layer]:
        """Return a convolution and the batch norm folded into it."""
        name = f"{block}.{role}"
        layer: Layer = {"name": name, "op": "conv2d", "out": out, "kernel": kernel}
        if kernel > 1:
            layer["padding"] = "same"
        if stride > 1:
            layer["stride"] = stride
        columns = self.channels * kernel**2
        if role == "depthwise":
            layer["groups"], columns = "depthwise", kernel**2
        layer["weight"] = self.weight(f"{name}.weight", out, columns)
        self.channels = out
        fold = {"into": name, "tensors": f"{name}.bn"}
        return layer, {"name": f"{name}.bn", "op": "batch_norm", "fold": fold}

    def weight(self, tensor: str, rows: int, columns: int) -> dict[str, Any]:
        """Return a masked tensor with a quarter to a half of its values left."""
        left = [self.rng.randint(columns // 4 + 1, columns // 2 + 1) for _ in range(rows)]
        nonzero = left if self.style == "channels" else sum(left)
        return {"tensor": tensor, "store": "mask", "nonzero": nonzero}

    def comment(self, text: str) -> None:
        self.written += ["", f"    # {text}"]

    def add(self, *layers: Layer) -> None:
        for layer in layers:
            if self.style == "long":
                first, *rest = _block(layer)
                self.written += [f"    - {first}", *(f"      {line}" for line in rest)]
            else:
                width = 100 if self.style == "channels" else 200
                text = textwrap.wrap(_flow(layer), width, break_on_hyphens=False)
                first, *rest = text
                self.written += [f"    - {first}", *(f"       {line}" for line in rest)]


def _flow(value: Any) -> str:
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}: {_flow(item)}' for key, item in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_flow, value))}]"
    return str(value)


def _block(mapping: dict[str, Any]) -> Iterator[str]:
    for key, value in mapping.items():
        if isinstance(value, dict):
            yield f"{key}:"
            yield from (f"  {line}" for line in _block(value))
        else:
            yield f"{key}: {_flow(value)}"
