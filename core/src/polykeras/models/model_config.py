"""Models as configs: `get_config`, `from_config`, JSON, and how they are built again."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Mapping
from typing import Any, Self, TypeVar

from polykeras.layers.layer_config import LayerConfig, automatic
from polykeras.models.functional_config import graph_config
from polykeras.models.functional_reader import GraphReader
from polykeras.models.graph import Graph
from polykeras.registry import CustomObjectScope, ObjectSharingScope, serialize_keras_object
from polykeras.registry.nesting import checked_depth
from polykeras.registry.serialization import fitting, malformed

_GRAPH = frozenset({"layers", "input_layers", "output_layers"})
_FUNCTIONAL = _GRAPH | {"name"}

# What configs of every layer carry, whether its constructor takes it or not.
_BASE = frozenset({"name", "trainable", "dtype"})
_ANYTHING = [inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD]

Made = TypeVar("Made")


class ModelConfig(LayerConfig):
    """The part of `Model` that becomes a config and comes back from one."""

    _graph: Graph | None
    # Whether a config of the class is always that of a graph.
    _only_functional = False

    @property
    def is_functional(self) -> bool:
        """Return whether the model was made over a graph of symbolic tensors."""
        return self._graph is not None

    @automatic
    def get_config(self) -> dict[str, Any]:
        """Return the graph of a Functional model, or the constructor's arguments of another one.

        Raises:
            TypeError: If a subclass without a `get_config` of its own was given more than plain values.
            ValueError: If a call of the graph cannot be written down.
        """
        if self._graph is not None and _takes_a_graph(type(self)):
            return {"name": self.name, "trainable": self._trainable, **graph_config(self._graph)}
        return super().get_config()

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
            raise malformed("model", config, f"it is of type {type(config).__name__}")
        with (
            checked_depth(config),
            CustomObjectScope(custom_objects),
            ObjectSharingScope(),
            fitting("model", cls.__name__, config),
        ):
            if not cls._only_functional and not (config.keys() >= _FUNCTIONAL and _takes_a_graph(cls)):
                return made_from(cls, config)
            read = GraphReader(config)
            rest = {key: value for key, value in config.items() if key not in _GRAPH}
            return made_from(cls, {"inputs": read.inputs, "outputs": read.outputs, **rest})

    def to_json(self, **kwargs: Any) -> str:
        """Return the config of the model, how it was built and how it was compiled, as JSON.

        Args:
            **kwargs: Arguments of `json.dumps`.
        """
        return json.dumps(serialize_keras_object(self), **kwargs)

    def get_build_config(self) -> dict[str, Any] | None:
        """Return the shapes that the model was built on, or ``None``; a graph needs none."""
        if self._graph is not None:
            return {"input_shape": None}
        return super().get_build_config()

    def build_from_config(self, config: dict[str, Any] | None) -> None:
        """Build the model on the shapes of `get_build_config`, by calling it on symbolic tensors."""
        if config and not self.__dict__.get("built") and config.get("input_shape", ()) is not None:
            super().build_from_config(config)


def made_from(kind: Callable[..., Made], arguments: dict[str, Any]) -> Made:
    """Return what a class makes of arguments, of which it may not take the name or whether it trains."""
    parameters = parameters_of(kind)
    if any(parameter.kind is inspect.Parameter.VAR_KEYWORD for parameter in parameters):
        return kind(**arguments)
    names = {parameter.name for parameter in parameters}
    made = kind(**{key: value for key, value in arguments.items() if key in names or key not in _BASE})
    if "trainable" in arguments and "trainable" not in names:
        made.__dict__["_trainable"] = bool(arguments["trainable"])
    return made


def parameters_of(kind: Any) -> list[inspect.Parameter]:
    """Return the parameters of a class's constructor, without ``self``."""
    return list(inspect.signature(kind.__init__).parameters.values())[1:]


def _takes_a_graph(kind: type) -> bool:
    """Return whether a class is made from inputs and outputs, as `Model` itself."""
    parameters = parameters_of(kind)
    return [parameter.name for parameter in parameters[:2]] == ["inputs", "outputs"] or (
        [parameter.kind for parameter in parameters] == _ANYTHING
    )
