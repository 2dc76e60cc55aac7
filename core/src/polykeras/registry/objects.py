"""The user's own classes and functions, known by name for the process, a scope or a call.

Promises: a name is found only if the caller put it there in this process. Scopes belong to the
thread that entered them.
Refuses: to import anything. A name that was not registered stays unknown, whatever a file says.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from types import TracebackType
from typing import Any, Self, TypeVar

Registrable = TypeVar("Registrable", bound=Callable[..., Any])

_objects: dict[str, Any] = {}
_names: dict[object, str] = {}


class _Scopes(threading.local):
    stack: tuple[Mapping[str, Any], ...] = ()


_scopes = _Scopes()


class CustomObjectScope:
    """Make objects known by name inside a ``with`` block; inner scopes hide outer ones.

    Args:
        custom_objects: Name to class or function; ``None`` counts as empty.

    >>> with CustomObjectScope({"Double": lambda x: 2 * x}):
    ...     get_registered_object("Double")(4)
    8
    """

    def __init__(self, custom_objects: Mapping[str, Any] | None) -> None:
        self.custom_objects: Mapping[str, Any] = custom_objects or {}
        self._outer: list[tuple[Mapping[str, Any], ...]] = []

    def __enter__(self) -> Self:
        self._outer.append(_scopes.stack)
        _scopes.stack = (self.custom_objects, *_scopes.stack)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        _scopes.stack = self._outer.pop()


custom_object_scope = CustomObjectScope


def get_custom_objects() -> dict[str, Any]:
    """Return the process-wide mapping of names to custom objects; changing it registers them."""
    return _objects


def register_keras_serializable(
    package: str = "Custom", name: str | None = None
) -> Callable[[Registrable], Registrable]:
    """Return a decorator that registers a class or function as ``"package>name"``.

    A name registered again means the newer object, so that a notebook cell can be run twice.

    Args:
        package: Namespace, usually the name of the user's distribution.
        name: Name within it; the object's own name for ``None``.

    Raises:
        ValueError: A class has no ``get_config`` method.

    >>> @register_keras_serializable(package="demo")
    ... def twice(x):
    ...     return 2 * x
    >>> get_registered_name(twice)
    'demo>twice'
    """

    def register(obj: Registrable) -> Registrable:
        if isinstance(obj, type) and not hasattr(obj, "get_config"):
            raise ValueError(
                f"The class {obj.__qualname__} cannot be registered for serialisation.\n"
                "It has no method `get_config`.\n"
                "Allowed: functions, and classes with `get_config`.\n"
                "Add `get_config`, returning the arguments of `__init__` as a dictionary."
            )
        registered = f"{package}>{name or _own_name(obj)}"
        _objects[registered] = obj
        _names[obj] = registered
        return obj

    return register


def get_registered_name(obj: Callable[..., Any]) -> str:
    """Return the name `obj` was registered under, or its own name."""
    return _names.get(obj) or _own_name(obj)


def get_registered_object(
    name: str,
    custom_objects: Mapping[str, Any] | None = None,
    module_objects: Mapping[str, Any] | None = None,
) -> Any:
    """Return the object known as `name`, or ``None``.

    Args:
        name: Registered name, or a key of one of the mappings.
        custom_objects: Looked into first; then come the scopes, the innermost first, and the process.
        module_objects: Looked into last.
    """
    for objects in (custom_objects or {}, *_scopes.stack, _objects, module_objects or {}):
        if name in objects:
            return objects[name]
    return None


def custom_names(custom_objects: Mapping[str, Any] | None = None) -> Iterator[str]:
    """Yield every name that `get_registered_object` would find now, for error messages."""
    for objects in (custom_objects or {}, *_scopes.stack, _objects):
        yield from objects


def _own_name(obj: Callable[..., Any]) -> str:
    return str(getattr(obj, "__name__", type(obj).__name__))
