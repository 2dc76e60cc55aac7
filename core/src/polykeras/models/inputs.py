"""Binding a call's inputs to the inputs of a graph: dicts by key, lists by position."""

from __future__ import annotations

from typing import Any

from polykeras import tree
from polykeras.models.graph import Graph
from polykeras.plugins.errors import ShapeError, did_you_mean


def flat_inputs(graph: Graph, inputs: Any, model_name: str) -> list[Any]:
    """Return the tensors of `inputs` in the order of the graph's inputs.

    Raises:
        ValueError: If the number of tensors, or the keys, differ.
    """
    wanted = graph.flat_inputs
    if len(wanted) == 1 and not isinstance(inputs, (list, tuple, dict)):
        return [inputs]
    if isinstance(inputs, dict):
        return _by_key(graph, inputs, model_name)
    flat = tree.flatten(inputs)
    if len(flat) != len(wanted):
        raise ShapeError(
            f"The model {model_name!r} was called with the wrong number of inputs.\n"
            f"Received: {len(flat)} tensors.\nAllowed: {len(wanted)}: "
            f"{', '.join(tensor.name for tensor in wanted)}.\nPass them in one list, tuple or dict."
        )
    return flat


def _by_key(graph: Graph, inputs: dict[str, Any], model_name: str) -> list[Any]:
    """Bind by the keys of the model's own dict of inputs, else by the names of its inputs."""
    if isinstance(graph.inputs, dict):
        names = list(graph.inputs)
        order = [next(key for key, own in graph.inputs.items() if own is tensor) for tensor in graph.flat_inputs]
    else:
        order = names = [tensor.name for tensor in graph.flat_inputs]
    missing = [name for name in names if name not in inputs]
    extra = [key for key in inputs if key not in names]
    if missing or extra:
        hints = "".join(did_you_mean(key, missing) for key in extra)
        raise ValueError(
            f"The keys of the inputs of {model_name!r} do not fit.{hints}\n"
            f"Received: {', '.join(map(repr, inputs))}; missing: {', '.join(map(repr, missing)) or 'none'}; "
            f"unknown: {', '.join(map(repr, extra)) or 'none'}.\nAllowed: {', '.join(map(repr, names))}.\n"
            "Rename the keys of the data, or the inputs."
        )
    return [inputs[name] for name in order]
