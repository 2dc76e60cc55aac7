"""The config of a layer: what its constructor needs to make one like it."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any, Self, TypeVar

from polykeras import regularizers
from polykeras.layers.dtype_policy import DTypePolicy
from polykeras.registry import serialize_keras_object

Method = TypeVar("Method", bound=Callable[..., dict[str, Any]])

_SIMPLE = (str, int, float, bool, type(None))
_AUTOMATIC: set[Callable[..., Any]] = set()


def automatic(method: Method) -> Method:
    """Mark a ``get_config`` that makes the config from the constructor's arguments, and return it."""
    _AUTOMATIC.add(method)
    return method


def is_automatic(kind: type) -> bool:
    """Return whether a class has no ``get_config`` that its author wrote."""
    return getattr(kind, "get_config", None) in _AUTOMATIC


def noting_shapes(build: Callable[..., Any]) -> Callable[..., Any]:
    """Return a ``build`` that notes what it was called with, whoever calls it: the layer, or the one around it."""
    signature = inspect.signature(build)

    @functools.wraps(build)
    def build_and_note(self: Any, *args: Any, **kwargs: Any) -> Any:
        result = build(self, *args, **kwargs)
        given = list(signature.bind(self, *args, **kwargs).arguments.items())[1:]
        self.__dict__["_build_shapes"] = {name: value for name, value in given if value is not None}
        self.__dict__["built"] = True
        return result

    return build_and_note


class LayerConfig:
    """The part of `Layer` that becomes a config and comes back from one."""

    name: str
    dtype_policy: DTypePolicy
    activity_regularizer: Any
    autocast: bool
    _trainable: bool
    _constructed_with: tuple[tuple[Any, ...], dict[str, Any]]

    @automatic
    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments.

        A subclass that does not override this gets the arguments that it was made with, as long as they
        are numbers, strings, booleans, ``None`` or lists and dicts of those.

        Raises:
            TypeError: If an argument is anything else.
        """
        config: dict[str, Any] = {
            "name": self.name,
            "trainable": self._trainable,
            "dtype": serialize_keras_object(self.dtype_policy),
        }
        if self.activity_regularizer is not None:
            config["activity_regularizer"] = regularizers.serialize(self.activity_regularizer)
        return self._automatic_config(config) if is_automatic(type(self)) else config

    def _automatic_config(self, config: dict[str, Any]) -> dict[str, Any]:
        """Return what the constructor was given, and of `config` what it takes besides."""
        args, kwargs = self._constructed_with
        parameters = inspect.signature(type(self).__init__).parameters
        given = inspect.signature(type(self).__init__).bind_partial(self, *args, **kwargs).arguments
        given.pop(next(iter(parameters)))
        kinds = {parameter.kind: name for name, parameter in parameters.items()}
        given.update(given.pop(kinds.get(inspect.Parameter.VAR_KEYWORD, ""), {}))
        nameless = kinds.get(inspect.Parameter.VAR_POSITIONAL, "")
        for key, value in given.items():
            if key == nameless or (key not in config and not _is_simple(value)):
                raise TypeError(
                    f"The layer class {type(self).__name__} has no config of its own.\n"
                    f"Received: the argument {key}={value!r}, which is no plain value.\n"
                    "Allowed without `get_config`: numbers, strings, booleans, None, lists and dicts of them.\n"
                    "Override `get_config`, and `from_config` where that is not enough."
                )
        own = {"activity_regularizer": regularizers.serialize(self.activity_regularizer), "autocast": self.autocast}
        takes_all = inspect.Parameter.VAR_KEYWORD in kinds
        base = {key: value for key, value in config.items() if takes_all or key in parameters}
        return {**given, **base, **{key: value for key, value in own.items() if key in parameters}}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Return a layer made from `get_config`'s answer."""
        return cls(**config)

    def get_build_config(self) -> dict[str, Any] | None:
        """Return the shapes that the layer was built on, or ``None``."""
        shapes: Any = self.__dict__.get("_build_shapes")
        return dict(shapes) if shapes else None

    def build_from_config(self, config: dict[str, Any] | None) -> None:
        """Build the layer on the shapes of `get_build_config`."""
        if config:
            self.build(**config)  # type: ignore[attr-defined]
            self.__dict__["_build_shapes"] = dict(config)
            self.__dict__["built"] = True


def _is_simple(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return all(_is_simple(item) for item in value)
    if isinstance(value, dict):
        return all(isinstance(key, str) and _is_simple(item) for key, item in value.items())
    return isinstance(value, _SIMPLE)
