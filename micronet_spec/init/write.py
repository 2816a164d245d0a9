"""Drafts as text: one line a layer, what is open in comments."""

import csv
import io
from collections.abc import Iterator
from fractions import Fraction

from micronet_spec.entry.claims import COLUMNS
from micronet_spec.init.custom import add_bits, multiply_bits
from micronet_spec.init.draft import Draft
from micronet_spec.init.head import Head, head_lines
from micronet_spec.init.line import TODO, Layer, number
from micronet_spec.init.scalars import comment, plain, value


def manifest_text(draft: Draft, head: Head, source: str) -> str:
    """Return a draft as a manifest; `source` is the name of its table."""
    said = [
        f"Drafted from {source}: {len(draft.layers):,} layers. What the table does not say is",
        "`unknown`, `unstated` or TODO; `from` follows shapes, so check the branches.",
        "The table's own counts are in the claims file beside this.",
    ]
    lines = [*head_lines(head, said), *_numerics(draft), "model:"]
    size = f"  {TODO} the table does not state the size" if draft.assumed_input else ""
    lines.append(f"  input: {value(draft.input_shape)}{comment([size.strip()])}")
    lines += ["  layers:", *(_layer(layer) for layer in draft.layers)]
    return "\n".join(lines) + "\n"


def claims_text(draft: Draft, source: str) -> str:
    """Return the table's own counts, by the names of the drafted layers."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for layer in draft.layers:
        if layer.added:
            continue
        row = layer.row
        multiplies = _counted(row.mults, multiply_bits(row, draft.formats))
        adds = _counted(row.adds, add_bits(row, draft.formats))
        writer.writerow((layer.name, "", *multiplies, *adds, f"{plain(source)}:{row.line}"))
    return text.getvalue()


def _counted(count: Fraction | None, bits: Fraction) -> tuple[str, str]:
    """Return a count and its width as cells; empty where nothing was counted."""
    if count is None:
        return "", ""
    return value(number(count)), value(number(bits)) if count else ""


def _layer(layer: Layer) -> str:
    return f"    - {value(layer.manifest())}{comment(layer.comments)}"


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
        yield f"    {value(name)}: {value(spec)}{comment([remark])}"
    if defaults:
        yield f"  defaults: {value(defaults)}"
