"""Items of an op that is written out."""

from micronet_spec.manifest import layers as ops
from micronet_spec.manifest.layers.custom import Operation
from micronet_spec.score.items import Arithmetic, Kind, Number
from micronet_spec.score.lower.base import Items, Site, lower


@lower.register
def _(layer: ops.Custom, site: Site) -> Items:
    """Take the items as they are written; the freebie decides their widths like all others."""
    return [], [
        Arithmetic(
            Kind(item.kind),
            "written out",
            ((item.count, "operations"),),
            _width(item, site),
            ("M1", "M3"),
        )
        for item in layer.operations
    ]


def _width(item: Operation, site: Site) -> Number:
    if not site.precisions.freebie:
        return item.bits
    return site.addition(None) if item.kind == "add" else site.reads.bits
