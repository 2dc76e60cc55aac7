"""The order in which a graph lists its layers: by their distance from the outputs, as in Keras.

The farthest comes first; of equals, the one found first on the way back from the outputs. Weights, summaries
and files follow this order, so it is part of what is exchanged.
"""

from __future__ import annotations

from collections.abc import Sequence

from polykeras.ops.keras_tensor import KerasTensor, Node


def ordered(
    outputs: Sequence[KerasTensor], inputs: Sequence[KerasTensor], nodes: Sequence[Node]
) -> list[KerasTensor | Node]:
    """Return the inputs, and the first call of each layer or op, in order.

    Args:
        outputs: Outputs of the graph, flat.
        inputs: Inputs of the graph, flat.
        nodes: The calls between them, each after those it needs.
    """
    starts = {id(tensor): tensor for tensor in inputs}
    places = _places(outputs, starts)
    depths: dict[int, int] = {}
    distance: dict[int, int] = {}
    for node in reversed(nodes):
        key = key_of(node)
        # A layer called twice is as far away as its farthest call.
        depth = max(distance.get(id(node), 0), depths.get(key, 0))
        depths[key] = depth
        for tensor in node.inputs:
            if id(tensor) in starts:
                depths[id(tensor)] = max(depths.get(id(tensor), 0), depth + 1)
            else:
                source = id(tensor.node)
                distance[source] = max(distance.get(source, 0), depth + 1)
    members: dict[int, KerasTensor | Node] = {**starts}
    for node in nodes:
        members.setdefault(key_of(node), node)
    # An input that leads nowhere comes first among those at the end.
    return [members[key] for key in sorted(members, key=lambda key: (-depths.get(key, 0), places.get(key, -1)))]


def key_of(node: Node) -> int:
    """Return what calls have in common: the layer; a call of an op stands for itself."""
    return id(node.operation) if node.is_named else id(node)


def _places(outputs: Sequence[KerasTensor], starts: dict[int, KerasTensor]) -> dict[int, int]:
    """Return when each layer, op or input is first met on the way back, depth first."""
    places: dict[int, int] = {}
    seen: set[int] = set()
    stack = list(reversed(outputs))
    while stack:
        tensor = stack.pop()
        if id(tensor) in starts:
            places.setdefault(id(tensor), len(places))
        elif tensor.node is not None and id(tensor.node) not in seen:
            seen.add(id(tensor.node))
            places.setdefault(key_of(tensor.node), len(places))
            stack.extend(reversed(tensor.node.inputs))
    return places
