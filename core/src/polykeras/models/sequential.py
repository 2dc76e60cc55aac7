"""`Sequential`: a model that is a chain of layers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from polykeras.layers.core.input_layer import Input, InputLayer
from polykeras.layers.layer import Layer
from polykeras.models.graph import Graph
from polykeras.models.model import Model
from polykeras.ops.keras_tensor import KerasTensor
from polykeras.plugins.errors import ShapeError


class Sequential(Model):
    """A chain of layers, built at once when it starts with `Input`, else on its first data.

    Args:
        layers: Layers in order.
        trainable: Whether the weights train.
        name: Name of the model.
    """

    def __init__(self, layers: Iterable[Any] | None = None, trainable: bool = True, name: str | None = None) -> None:
        super().__init__(trainable=trainable, name=name)
        self.built = False
        self._chain: list[Layer] = []
        for layer in layers or ():
            self.add(layer, rebuild=False)
        self._rebuild()

    def add(self, layer: Any, rebuild: bool = True) -> None:
        """Append `layer`; an `Input` may only come first.

        Raises:
            ValueError: If an `Input` comes late, or a name is taken.
        """
        if isinstance(layer, KerasTensor) and layer.node is not None:
            layer = layer.node.operation
        if not isinstance(layer, Layer):
            raise TypeError(
                f"A Sequential model holds layers.\nReceived: {layer!r} of type {type(layer).__name__}.\n"
                "Allowed: layers, models and `Input(...)`.\nWrap a function in a `Lambda` layer or a Layer subclass."
            )
        if isinstance(layer, InputLayer) and self._chain:
            raise ValueError(
                f"`Input` comes first in a Sequential model.\nReceived: one after {len(self._chain)} layers.\n"
                "Allowed: one `Input`, at the start.\nMove it to the front."
            )
        if any(own.name == layer.name for own in self._chain):
            raise ValueError(
                f"Two layers of {self.name!r} have the same name.\nReceived: {layer.name!r} twice.\n"
                "Allowed: unique names.\nGive one of them another name."
            )
        self._chain.append(layer)
        if rebuild:
            self._rebuild()

    def pop(self, rebuild: bool = True) -> Layer:
        """Remove and return the last layer."""
        layer = self._chain.pop()
        if rebuild:
            self._rebuild()
        return layer

    def _rebuild(self) -> None:
        self.built = False
        self._graph = None
        self._graph_layers = []
        self._forget_fast_path()
        first = self._chain[0] if self._chain else None
        if isinstance(first, InputLayer) and len(self._chain) > 1:
            self._link(first.output)
        elif first is not None and first._input_shape_argument is not None:
            self._link(Input(first._input_shape_argument, dtype=first.compute_dtype))

    def _link(self, tensor: Any) -> None:
        """Call the chain on a symbolic tensor and keep the graph."""
        start = tensor
        for layer in self._chain:
            if not isinstance(layer, InputLayer):
                tensor = layer(tensor)
        self._set_graph(Graph(start, tensor))

    def build(self, input_shape: Any = None) -> None:
        """Build every layer for inputs of `input_shape`, the batch axis included."""
        if self._graph is not None:
            return
        if input_shape is None:
            raise ValueError(
                f"The model {self.name!r} cannot be built.\nReceived: no input shape.\n"
                "Allowed: a shape with the batch axis, such as (None, 28, 28, 1).\nPass one, or start with `Input`."
            )
        if not self._chain:
            raise ValueError(
                f"The model {self.name!r} cannot be built.\nReceived: no layers.\n"
                "Allowed: at least one layer.\nAdd layers first."
            )
        if not isinstance(input_shape, (list, tuple)) or any(isinstance(size, (list, tuple)) for size in input_shape):
            raise ShapeError(
                f"The Sequential model {self.name!r} takes one tensor.\nReceived: {input_shape!r}.\n"
                "Allowed: one shape.\nUse the Functional API for several inputs."
            )
        shape = tuple(input_shape)
        self._link(Input(batch_shape=(None, *shape[1:]), dtype=self.compute_dtype))

    def call(self, inputs: Any, training: bool | None = None, mask: Any = None, **kwargs: Any) -> Any:
        """Run the chain."""
        if self._graph is not None:
            return self._graph.run([inputs])
        for layer in self._chain:
            inputs = layer(inputs)
        return inputs

    def layer_connections(self) -> dict[str, tuple[str, ...]]:
        """Return nothing: a chain needs no column of connections."""
        return {}

    @property
    def layers(self) -> list[Layer]:
        """Return the layers, without the `Input`."""
        return [layer for layer in self._chain if not isinstance(layer, InputLayer)]
