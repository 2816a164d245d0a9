"""Which layers have something stored that could be the scale of their weights (S1, R7)."""

from micronet_spec.graph import Graph, Node
from micronet_spec.manifest.layers import BatchNorm, Quantize, Scale
from micronet_spec.score.sparse import tensor_shapes


def scaled_layers(graph: Graph) -> set[int]:
    """Return the layers that store further values, or whose output meets a stored scale.

    It has to meet it before it meets other weights or a quantizer.
    """
    scaled: set[int] = set()
    for node in reversed(graph.nodes):
        passes = not isinstance(node.layer, Quantize) and not any(tensor_shapes(node))
        if _keeps_scales(node) or (passes and node.index in scaled):
            scaled.update(node.inputs)
    return scaled | {node.index for node in graph.nodes if node.layer.stored}


def _keeps_scales(node: Node) -> bool:
    kept = isinstance(node.layer, BatchNorm) and not node.layer.fold
    return kept or isinstance(node.layer, Scale) or bool(node.layer.stored)
