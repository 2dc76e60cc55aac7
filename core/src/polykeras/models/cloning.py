"""Copies of models with new weights, and with other layers where the caller wants them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from polykeras import tree
from polykeras.layers.core.input_layer import Input, InputLayer
from polykeras.layers.layer import Layer
from polykeras.models.graph import Graph
from polykeras.models.model import Model
from polykeras.models.sequential import Sequential
from polykeras.ops.keras_tensor import KerasTensor

CloneFunction = Callable[[Any], Any]
CallFunction = Callable[..., Any]


def clone_model(
    model: Any,
    input_tensors: Any = None,
    clone_function: CloneFunction | None = None,
    call_function: CallFunction | None = None,
    recursive: bool = False,
    **kwargs: Any,
) -> Any:
    """Return a model of the same layers, each made anew from its config, with new weights.

    Args:
        model: A Functional, Sequential or subclassed model.
        input_tensors: Symbolic tensors that the copy starts from, in the structure of `model`'s inputs; new
            inputs like those of `model` for ``None``.
        clone_function: Takes a layer and returns the one to stand in its place; for ``None`` a layer is made
            from its config. It is not called for inputs.
        call_function: Takes the new layer, then its arguments, and returns its outputs; for ``None`` the layer
            is called.
        recursive: Whether models inside are cloned in the same way, instead of being passed to `clone_function`.
        **kwargs: None are known; there for the signature's sake.

    Raises:
        ValueError: If `model` is no model, or a subclassed one is to be changed while it is cloned.
    """
    if kwargs:
        raise _refusal(f"the arguments {', '.join(kwargs)}", "only its own arguments", "Remove them.")
    if not isinstance(model, Model):
        raise _refusal(f"{model!r} of type {type(model).__name__}", "models", "Use `layer.from_config` for a layer.")
    if not isinstance(model, Sequential) and not model.is_functional:
        return _subclassed(model, input_tensors, clone_function, call_function)
    cloner = _Cloner(clone_function, call_function, recursive=recursive)
    if isinstance(model, Sequential):
        return cloner.sequential(model, input_tensors)
    return cloner.functional(model, input_tensors)


def _subclassed(model: Model, *changes: Any) -> Model:
    if any(change is not None for change in changes):
        raise _refusal(
            f"the subclassed model {model.name!r}, with input_tensors, clone_function or call_function",
            "these arguments for Functional and Sequential models",
            "Leave them out: the copy is then made from the model's config.",
        )
    return cast("Model", _from_config(model))


def _from_config(layer: Any) -> Any:
    return type(layer).from_config(layer.get_config())


class _Cloner:
    """Makes each layer once, however often it is called."""

    def __init__(
        self, clone_function: CloneFunction | None, call_function: CallFunction | None, *, recursive: bool
    ) -> None:
        self._clone_function = clone_function or _from_config
        self._call_function = call_function
        self._recursive = recursive
        self._clones: dict[int, Any] = {}

    def _clone(self, layer: Layer) -> Any:
        if id(layer) not in self._clones:
            inside = isinstance(layer, Sequential) or getattr(layer, "is_functional", False)
            if isinstance(layer, InputLayer):
                clone = _from_config(layer)
            elif self._recursive and inside:
                clone = clone_model(layer, None, self._clone_function, self._call_function, recursive=True)
            else:
                clone = self._clone_function(layer)
            if not isinstance(clone, Layer):
                raise _refusal(
                    f"a `clone_function` that returned {clone!r}", "functions that return a layer", "Return one."
                )
            self._clones[id(layer)] = clone
        return self._clones[id(layer)]

    def sequential(self, model: Sequential, input_tensors: Any) -> Sequential:
        tensors = [] if input_tensors is None else tree.flatten(input_tensors)
        if len(tensors) > 1:
            raise _refusal(f"{len(tensors)} input_tensors", "one for a Sequential model", "Pass one.")
        chain: list[Any] = [self._clone(layer) for layer in model.layers]
        if tensors:
            chain.insert(0, _start(tensors[0]))
        elif model.is_functional:
            chain.insert(0, self._clone(_source(model.inputs[0])))
        return type(model)(chain, name=model.name, trainable=model._trainable)

    def functional(self, model: Model, input_tensors: Any) -> Model:
        graph = model._required_graph("inputs")
        made = self._inputs(graph, input_tensors)
        slots = graph.slots_of(list(made.values()))
        for step in graph.steps:
            node = step.node
            operation = self._clone(node.operation) if node.is_layer else node.operation
            args, kwargs = step.gather(slots)
            if self._call_function is not None and node.is_layer:
                outputs = self._call_function(operation, *args, **kwargs)
            else:
                outputs = operation(*args, **kwargs)
            new = [leaf for leaf in tree.flatten(outputs) if isinstance(leaf, KerasTensor)]
            if len(new) != len(node.outputs):
                raise _refusal(
                    f"{len(new)} outputs of the copy of {node.name!r}",
                    f"as many as its own, {len(node.outputs)}",
                    "Correct `clone_function` or `call_function`.",
                )
            if not node.is_layer and new[0].node is not None:
                new[0].node.name = node.name
            made.update({id(old): tensor for old, tensor in zip(node.outputs, new, strict=True)})
            for slot, tensor in zip(step.outputs, new, strict=True):
                slots[slot] = tensor
        inputs = tree.map_structure(lambda leaf: made[id(leaf)], graph.inputs)
        outputs = tree.map_structure(lambda leaf: made[id(leaf)], graph.outputs)
        kind: Any = type(model) if model._only_functional else Model
        return cast("Model", kind(inputs, outputs, name=model.name, trainable=model._trainable))

    def _inputs(self, graph: Graph, input_tensors: Any) -> dict[int, Any]:
        if input_tensors is None:
            new = [self._new_input(tensor) for tensor in graph.flat_inputs]
        else:
            new = tree.flatten(input_tensors)
        if len(new) != len(graph.flat_inputs) or not all(isinstance(tensor, KerasTensor) for tensor in new):
            raise _refusal(
                f"input_tensors={input_tensors!r}",
                f"{len(graph.flat_inputs)} symbolic tensors",
                "Pass one for each input of the model.",
            )
        return {id(old): tensor for old, tensor in zip(graph.flat_inputs, new, strict=True)}

    def _new_input(self, tensor: KerasTensor) -> Any:
        source = _source(tensor)
        if isinstance(source, InputLayer):
            return self._clone(source).output
        return Input(batch_shape=tensor.shape, dtype=tensor.dtype, name=tensor.name)


def _source(tensor: KerasTensor) -> Any:
    return tensor.node.operation if tensor.node is not None else None


def _start(tensor: Any) -> Any:
    """Return the layer that a chain starts with: that of an input, or a new one like any other tensor."""
    source = _source(tensor) if isinstance(tensor, KerasTensor) else None
    if isinstance(source, InputLayer):
        return source
    return InputLayer(batch_shape=tuple(tensor.shape), dtype=tensor.dtype)


def _refusal(received: str, allowed: str, advice: str) -> ValueError:
    return ValueError(f"The model cannot be cloned.\nReceived: {received}.\nAllowed: {allowed}.\n{advice}")
