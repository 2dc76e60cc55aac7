"""`Sequential`: a model that is a chain of layers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Self

from polykeras.layers import deserialize
from polykeras.layers.core.input_layer import Input, InputLayer
from polykeras.layers.layer import Layer
from polykeras.layers.layer_config import automatic
from polykeras.models.graph import Graph
from polykeras.models.model import Model
from polykeras.models.model_config import made_from, parameters_of
from polykeras.ops.keras_tensor import KerasTensor
from polykeras.plugins.errors import ShapeError
from polykeras.registry import CustomObjectScope, ObjectSharingScope, serialize_keras_object
from polykeras.registry.nesting import checked_depth
from polykeras.registry.serialization import fitting, malformed

# What a config holds besides arguments of the constructor.
_OWN = frozenset({"layers", "build_input_shape"})


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

    @automatic
    def get_config(self) -> dict[str, Any]:
        """Return name, dtype and the layers with their configs, or a subclass's own arguments."""
        if not _takes_layers(type(self)):
            return super().get_config()
        chain = self._chain
        if self._graph is not None and not isinstance(chain[0], InputLayer):
            chain = [self._graph.layers()[0], *chain]
        config: dict[str, Any] = {
            "name": self.name,
            "trainable": self._trainable,
            "dtype": serialize_keras_object(self.dtype_policy),
            "layers": [serialize_keras_object(layer) for layer in chain],
        }
        return config if self._graph is None else {**config, "build_input_shape": self.input_shape}

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Mapping[str, Any] | None = None) -> Self:
        """Return a model made from what `get_config` returned.

        Args:
            config: The config; its layers are made as it says.
            custom_objects: Names the caller vouches for, besides those registered.

        Raises:
            UnsafeFileError: If the config holds or names code.
            ValueError: If it is malformed or names something unknown.
        """
        if not isinstance(config, dict):
            raise malformed("Sequential model", config, f"it is of type {type(config).__name__}")
        rest = {key: value for key, value in config.items() if key not in _OWN}
        if not _takes_layers(cls):
            return super().from_config(rest, custom_objects)
        entries = config.get("layers")
        if not isinstance(entries, (list, tuple)):
            raise malformed("Sequential model", config, f'its "layers" are of type {type(entries).__name__}')
        with (
            checked_depth(config),
            CustomObjectScope(custom_objects),
            ObjectSharingScope(),
            fitting("model", cls.__name__, config),
        ):
            model = made_from(cls, rest)
            for entry in entries:
                model.add(deserialize(entry), rebuild=False)
            model._rebuild()
            if model._graph is None and config.get("build_input_shape") and model._chain:
                model.build(config["build_input_shape"])
            return model

    def get_build_config(self) -> dict[str, Any] | None:
        """Return the shape that the model was built on, or ``None``."""
        return None if self._graph is None else {"input_shape": self.input_shape}

    def layer_connections(self) -> dict[str, tuple[str, ...]]:
        """Return nothing: a chain needs no column of connections."""
        return {}

    @property
    def layers(self) -> list[Layer]:
        """Return the layers, without the `Input`."""
        return [layer for layer in self._chain if not isinstance(layer, InputLayer)]


def _takes_layers(kind: type) -> bool:
    """Return whether a class is made from layers, as `Sequential` itself."""
    return [parameter.name for parameter in parameters_of(kind)[:1]] in (["layers"], ["args"])
