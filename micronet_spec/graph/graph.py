"""Layers in their places: what each reads, the shapes, what is folded, and what nobody reads."""

from dataclasses import dataclass

from micronet_spec.graph.shapes import Shape
from micronet_spec.manifest.layers import BatchNorm, Layer

INPUT, UNSTATED = -1, -2
"""The model's input, and a producer that nobody described, among the indices of layers."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something wrong with a layer's place in the graph; related are other layers' indices."""

    code: str
    message: str
    index: int
    field: str
    related: tuple[tuple[int, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Meeting:
    """How often channels with weights meet others, where nobody says which channels they are."""

    tensors_often: bool = False
    """Those of two tensors, or of two signs."""
    bias_often: bool = True
    """Those with weights and those with a bias."""


@dataclass(frozen=True, slots=True)
class Node:
    """A layer in its place. Indices count layers as they stand in the manifest."""

    index: int
    layer: Layer
    inputs: tuple[int, ...]
    input_shapes: tuple[Shape, ...]
    shape: Shape
    folded: BatchNorm | None = None
    """The batch norm that was folded into this layer."""
    meeting: Meeting = Meeting()

    @property
    def stated(self) -> bool:
        """Whether a shape it reads is stated, not derived."""
        return UNSTATED in self.inputs


@dataclass(frozen=True)
class Graph:
    """The network as far as it holds together."""

    nodes: tuple[Node, ...]
    """Layers whose shapes are known, in an order of execution."""
    flaws: tuple[Flaw, ...]
    complete: bool
    """Whether every layer is valid, in its place, and in `nodes`."""
    dead: tuple[int, ...] = ()
    """Layers that the output does not depend on (R11)."""
    dead_ends: tuple[int, ...] = ()
    """Those of `dead` whose output nobody reads at all."""
