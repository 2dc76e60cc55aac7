"""The config of a Functional model: its layers, the calls between them, its inputs and outputs.

Promises: what Keras 3 writes. Every layer stands once, with its calls as ``inbound_nodes``; an op stands
as a layer of its own per call. Tensors are ``[name, number of the call, number of the output]``.
Refuses: ops that Keras has no class for, and calls on values that no config holds, such as variables.
"""

from __future__ import annotations

from typing import Any

from polykeras import tree
from polykeras.layers.core.input_layer import InputLayer
from polykeras.models.graph import Graph
from polykeras.models.graph_order import key_of
from polykeras.ops.keras_names import op_id, parts_of_call
from polykeras.ops.keras_tensor import KerasTensor, Node, encoded_tensor
from polykeras.registry import serialize_keras_object


def graph_config(graph: Graph) -> dict[str, Any]:
    """Return ``layers``, ``input_layers`` and ``output_layers`` of a config.

    Raises:
        ValueError: If a call cannot be written down.
    """
    return _Writer(graph).config()


class _Writer:
    """Gives every operation a name and every call a number, then writes."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._names: dict[int, str] = {}
        self._numbers: dict[int, int] = {}
        self._inputs = {id(tensor): name for tensor, name in zip(graph.flat_inputs, input_names(graph), strict=True)}
        self._taken = {*self._inputs.values(), *(layer.name for layer in graph.layers())}
        self._calls = graph.calls()
        self._order = graph.order()
        for item in self._order:
            if isinstance(item, Node):
                name = item.name if item.is_named else self._free_name(item)
                for number, node in enumerate(self._calls[key_of(item)]):
                    self._names[id(node)] = name
                    self._numbers[id(node)] = number

    def _free_name(self, node: Node) -> str:
        name, number = node.name, 0
        while name in self._taken:
            number += 1
            name = f"{node.name}_{number}"
        self._taken.add(name)
        return name

    def config(self) -> dict[str, Any]:
        return {
            "layers": [
                self._operation(self._names[id(item)], self._calls[key_of(item)])
                if isinstance(item, Node)
                else self._input(item)
                for item in self._order
            ],
            "input_layers": tree.map_structure(self._end, self._graph.inputs),
            "output_layers": tree.map_structure(self._end, self._graph.outputs),
        }

    def _input(self, tensor: KerasTensor) -> dict[str, Any]:
        layer = tensor.node.operation if tensor.node is not None else None
        name = self._inputs[id(tensor)]
        if not isinstance(layer, InputLayer):
            # A tensor inside a larger graph: where this one starts, there is an input.
            layer = InputLayer(batch_shape=tensor.shape, dtype=tensor.dtype, name=name)
        return {**serialize_keras_object(layer), "name": name, "inbound_nodes": []}

    def _operation(self, name: str, calls: list[Node]) -> dict[str, Any]:
        first = calls[0]
        if first.is_named:
            entry = serialize_keras_object(first.operation)
            nodes = [{"args": self._written(node.args), "kwargs": self._written(node.kwargs)} for node in calls]
            return {**entry, "name": name, "inbound_nodes": nodes}
        found = op_id(first.operation.name)
        parts = parts_of_call(found, first.args)
        return {
            "module": found.module,
            "class_name": found.class_name,
            "config": {"name": name, **serialize_keras_object(parts.config)},
            "registered_name": found.class_name,
            "name": name,
            "inbound_nodes": [{"args": self._written(parts.args), "kwargs": self._written(parts.kwargs)}],
        }

    def _written(self, arguments: Any) -> Any:
        """Return arguments as JSON-able data, symbolic tensors by where they come from."""
        if isinstance(arguments, KerasTensor):
            return encoded_tensor(arguments, self._source(arguments))
        if isinstance(arguments, dict):
            return {key: self._written(value) for key, value in arguments.items()}
        if isinstance(arguments, (list, tuple)):
            items = [self._written(item) for item in arguments]
            return tuple(items) if isinstance(arguments, tuple) else items
        return serialize_keras_object(arguments)

    def _source(self, tensor: KerasTensor) -> list[Any]:
        if id(tensor) in self._inputs:
            return [self._inputs[id(tensor)], 0, 0]
        return [self._names[id(tensor.node)], self._numbers[id(tensor.node)], tensor.index]

    def _end(self, tensor: KerasTensor) -> list[Any]:
        """Return the place of an input or output of the model."""
        name, number, index = self._source(tensor)
        shift = 1 if id(tensor) not in self._inputs and counts_from_one(tensor.node.operation) else 0  # type: ignore[union-attr]
        return [name, number + shift, index]


def counts_from_one(operation: Any) -> bool:
    """Return whether the ends of a model count the calls of this operation from 1.

    Keras counts the calls of a Functional model from 1 there, and from 0 everywhere else.
    """
    return bool(getattr(operation, "is_functional", False))


def input_names(graph: Graph) -> list[str]:
    """Return a name per input: that of its layer, or one made for a tensor inside a larger graph."""
    return [
        tensor.node.name if tensor.node is not None and isinstance(tensor.node.operation, InputLayer) else tensor.name
        for tensor in graph.flat_inputs
    ]
