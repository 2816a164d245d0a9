"""Every place of a manifest that stands for a tensor of the checkpoint."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from micronet_spec.graph import Graph, Node
from micronet_spec.manifest import layers as ops
from micronet_spec.manifest.tensors import Extra, TensorBase
from micronet_spec.score.sparse import tensor_shapes
from micronet_spec.verify.conventions import conventions

Field = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Slot:
    """A stored tensor as the manifest declares it."""

    index: int
    """The layer's place among the layers."""
    layer: str
    """The layer's name."""
    field: Field
    """Where it stands in the layer: `weight`, `stored`, 0, or `fold` and one of its tensors."""
    key: str | None
    """Its key in the checkpoint, if the manifest gives one."""
    shape: tuple[int, int]
    """Output channels x values of each."""
    format: str | None
    """Name of the format that it states itself."""
    matrix: bool = False
    """Whether the products of its values are summed."""
    same_as: str | None = None
    """The layer that stores its values."""
    into: str | None = None
    """The layer that a folded batch norm went into."""

    @property
    def values(self) -> int:
        """Number of its values."""
        return math.prod(self.shape)

    @property
    def folded(self) -> bool:
        """Whether it is part of a batch norm that was folded away."""
        return self.field[0] == "fold"

    @property
    def extra(self) -> bool:
        """Whether it is one of the further values of a layer."""
        return self.field[0] == "stored"

    @property
    def label(self) -> str:
        """What to call it: `conv1.weight`."""
        return ".".join(map(str, (self.layer, *self.field)))


def slots(graph: Graph) -> list[Slot]:
    """Return the slots of a network, in the order of its manifest."""
    nodes = sorted(graph.nodes, key=lambda node: node.index)
    return [slot for node in nodes for slot in _of_node(node)]


def _of_node(node: Node) -> Iterator[Slot]:
    layer = node.layer
    if isinstance(layer, ops.BatchNorm) and layer.fold:
        prefix = layer.fold.tensors
        for word in conventions().batch_norm:
            key = f"{prefix}.{word}" if prefix else None
            shape, into = (node.shape[0], 1), layer.fold.into
            yield Slot(node.index, layer.name, ("fold", word), key, shape, None, into=into)
        return
    matrices = {name: (rows, columns) for name, rows, columns in tensor_shapes(node)}
    for name, shape in (matrices | _vectors(node)).items():
        tensor = getattr(layer, name)
        yield Slot(
            node.index,
            layer.name,
            (name,),
            tensor.tensor,
            shape,
            tensor.format,
            matrix=name in matrices,
            same_as=tensor.same_as if isinstance(tensor, TensorBase) else None,
        )
    for place, extra in enumerate(layer.stored):
        yield _further(node, place, extra)


def _vectors(node: Node) -> dict[str, tuple[int, int]]:
    """Return the shapes of a layer's values that are no factors of a sum."""
    layer, channels = node.layer, node.shape[0]
    shapes: dict[str, tuple[int, int]] = {}
    if isinstance(layer, ops.Scale) and layer.per != "constant":
        shapes["weight"] = (1 if layer.per == "tensor" else channels, 1)
    elif isinstance(layer, ops.BatchNorm):
        shapes["weight"] = (channels, 1)
    elif isinstance(layer, ops.LayerNorm) and layer.weight:
        shapes["weight"] = (math.prod(node.shape), 1)
    elif isinstance(layer, ops.Permute) and not layer.same_as:
        shapes["weight"] = (channels, 1)
    if getattr(layer, "bias", None) is not None:
        shapes["bias"] = shapes.get("weight", (_outputs(node), 1))
    return shapes


def _outputs(node: Node) -> int:
    """Return how many values a bias of the layer has."""
    layer = node.layer
    if isinstance(layer, ops.Recurrent | ops.Qrnn):
        return layer.gates * layer.units
    return math.prod(node.shape) if isinstance(layer, ops.LayerNorm) else node.shape[0]


def _further(node: Node, place: int, extra: Extra) -> Slot:
    count = extra.count if isinstance(extra.count, int) else 0
    return Slot(
        node.index, node.layer.name, ("stored", place), extra.tensor, (count, 1), extra.format
    )
