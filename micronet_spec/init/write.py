"""Drafts as text: one line a layer, what is open in comments."""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from micronet_spec.challenge import Challenge
from micronet_spec.claims import COLUMNS
from micronet_spec.init.custom import add_bits, multiply_bits
from micronet_spec.init.draft import Draft
from micronet_spec.init.line import TODO, Layer, number
from micronet_spec.report.visible import visible

_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_./#-]*")
_NOT_WORDS = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}
_NOT_YAML = re.compile("[\ufffe\uffff]")
_LONGEST_COMMENT = 200
_LONGEST_TEXT = 500


@dataclass(frozen=True)
class Head:
    """What a draft says above its layers."""

    challenge: Challenge
    task: str
    assumed_task: bool
    name: str | None


def manifest_text(draft: Draft, head: Head, source: str) -> str:
    """Return a draft as a manifest; `source` is the name of its table."""
    said = [
        f"Drafted from {source}: {len(draft.layers):,} layers. What the table does not say is",
        "`unknown`, `unstated` or TODO; `from` follows shapes, so check the branches.",
        "The table's own counts are in the claims file beside this.",
    ]
    lines = [*_head(head, said), *_numerics(draft), "model:"]
    size = f"  {TODO} the table does not state the size" if draft.assumed_input else ""
    lines.append(f"  input: {value(draft.input_shape)}{_comment([size.strip()])}")
    lines += ["  layers:", *(_layer(layer) for layer in draft.layers)]
    return "\n".join(lines) + "\n"


def starter_text(head: Head) -> str:
    """Return a small manifest to start from."""
    said = [
        "A network of five layers to start from: replace it by yours. One line a layer; each reads",
        "the one before it unless it says `from: other` or `from: [one, other]`.",
    ]
    return "\n".join([*_head(head, said), *_starter(head.challenge, head.task)]) + "\n"


def claims_text(layers: Iterable[Layer], source: str) -> str:
    """Return the table's own counts, by the names of the drafted layers."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for layer in layers:
        if layer.added:
            continue
        row = layer.row
        multiplies = "" if row.mults is None else number(row.mults)
        adds = "" if row.adds is None else number(row.adds)
        widths = [number(multiply_bits(row)) if row.mults else ""]
        widths.append(number(add_bits(row)) if row.adds else "")
        where = f"{_plain(source)}:{row.line}"
        writer.writerow((layer.name, "", multiplies, widths[0], adds, widths[1], where))
    return text.getvalue()


def value(it: Any) -> str:
    """Return a value as YAML on one line."""
    if isinstance(it, Mapping):
        return "{" + ", ".join(f"{value(key)}: {value(item)}" for key, item in it.items()) + "}"
    if isinstance(it, (tuple, list)):
        return "[" + ", ".join(value(item) for item in it) + "]"
    if isinstance(it, bool):
        return str(it).lower()
    if isinstance(it, Decimal):
        return format(it, "f")
    if isinstance(it, str):
        return _text(it)
    return str(it)


def _layer(layer: Layer) -> str:
    return f"    - {value(layer.manifest())}{_comment(layer.comments)}"


def _head(head: Head, said: Sequence[str]) -> Iterator[str]:
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
    yield f"team: {{name: {TODO}, members: [{{name: {TODO}}}]}}   # {TODO} everybody, with `github:`"
    yield f'# repository: {{url: "https://...", license: MIT}}   # {TODO}'
    data = ", ".join(task.train)
    yield f"# training: {{data: [{data}], start_weights: none}}   # {TODO} start weights, teacher"
    metric = task.quality.metric
    yield f"# quality: {{{metric}: {task.quality.target}.00}}   # {TODO} with all digits"
    yield f"# claims: {{score: 0.0000}}   # {TODO} your own total"
    yield f"# checkpoint: {{file: model.pt, sha256: ...}}   # {TODO}"


def _numerics(draft: Draft) -> Iterator[str]:
    formats = draft.formats
    defaults = formats.defaults
    if not (defaults or formats.declared or formats.remarks):
        return
    yield from (f"# {remark}" for remark in formats.remarks)
    if not (defaults or formats.declared):
        return
    yield "numerics:"
    if formats.declared:
        yield "  formats:"
    for name, (spec, remark) in formats.declared.items():
        yield f"    {value(name)}: {value(spec)}{_comment([remark])}"
    if defaults:
        yield f"  defaults: {value(defaults)}"


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


def _text(text: str) -> str:
    if _WORD.fullmatch(text) and text.lower() not in _NOT_WORDS:
        return text
    return json.dumps(_plain(text)[:_LONGEST_TEXT], ensure_ascii=False)


def _comment(comments: Sequence[str]) -> str:
    said = [_plain(comment)[:_LONGEST_COMMENT] for comment in comments if comment]
    return f"   # {'; '.join(said)}" if said else ""


def _plain(text: str) -> str:
    """Return the text of a stranger without what could end a line or confuse a reader."""
    return _NOT_YAML.sub("\ufffd", visible(text))


def source_name(path: Path) -> str:
    """Return how a table is called in what is drafted from it."""
    return _plain(path.name)
