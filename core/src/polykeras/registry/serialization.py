"""Any object as JSON-able data, and back: what `polykeras.saving` calls serialisation.

Promises: the data that Keras 3 writes. An object with ``get_config`` becomes ``{"module", "class_name",
"config", "registered_name"}``, with ``build_config`` and ``compile_config`` where it has them; functions
become their names; what JSON has no form for is tagged, see `polykeras.registry.values`.
Refuses: names that are neither built in nor vouched for by the caller, in this process; code; objects
without ``get_config``. Nothing is imported, and a registered name never means a built-in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np

from polykeras.plugins.errors import UnsafeFileError, did_you_mean
from polykeras.registry import known, values
from polykeras.registry.nesting import checked_depth
from polykeras.registry.objects import (
    CustomObjectScope,
    custom_names,
    get_registered_name,
    get_registered_object,
)
from polykeras.registry.sharing import KEY, ObjectSharingScope, sharing

FUNCTION = "function"

_PLAIN = (str, int, float, bool, type(None))
# What a constructor raises when it is given values of a kind that it does not expect.
_MISFITS = (TypeError, KeyError, AttributeError, IndexError, OverflowError, RecursionError)


def serialize_keras_object(obj: Any) -> Any:
    """Return `obj` as JSON-able data.

    Args:
        obj: A plain value, a list, tuple or dictionary, an array, a tensor, a function, or an object with
            ``get_config``.

    Raises:
        ValueError: If it is anything else.

    >>> serialize_keras_object(slice(1, 3))["class_name"]
    '__slice__'
    """
    if isinstance(obj, np.generic):
        obj = obj.item()
    if isinstance(obj, _PLAIN):
        return obj
    if isinstance(obj, (list, tuple)):
        items = [serialize_keras_object(item) for item in obj]
        return tuple(items) if isinstance(obj, tuple) else items
    if isinstance(obj, dict):
        return {key: serialize_keras_object(value) for key, value in obj.items()}
    if hasattr(type(obj), "_polykeras_encode"):
        return obj._polykeras_encode()
    if hasattr(obj, "get_config") and not isinstance(obj, type):
        return _object_config(obj)
    encoded = values.encode(obj)
    if encoded is not None:
        return encoded
    if callable(obj) and hasattr(obj, "__name__") and not isinstance(obj, type):
        return function_config(obj)
    raise ValueError(
        f"This object cannot be written down: {obj!r}, of type {type(obj).__name__}.\n"
        f"Received: an object without `get_config`.\n"
        "Allowed: plain values, lists, dicts, arrays, tensors, functions, and objects with a method `get_config`.\n"
        "Add `get_config`, returning the arguments of `__init__` as a dictionary."
    )


def function_config(function: Callable[..., Any]) -> dict[str, Any]:
    """Return the config of a function: its registered name, or its own."""
    name = get_registered_name(function)
    return {"module": "builtins", "class_name": FUNCTION, "config": name, "registered_name": FUNCTION}


def _object_config(obj: Any) -> dict[str, Any]:
    kind = type(obj)
    address = known.address_of(kind)
    module, registered = address or (_module_of(kind), get_registered_name(kind))
    config: dict[str, Any] = {
        "module": module,
        "class_name": kind.__name__,
        "config": {},
        "registered_name": registered,
    }
    scope = sharing()
    if scope is not None:
        scope.note_written(obj, config)
    config["config"] = serialize_keras_object(obj.get_config())
    for key in ("build_config", "compile_config"):
        method = getattr(obj, f"get_{key}", None)
        part = method() if callable(method) else None
        if part is not None:
            config[key] = serialize_keras_object(part)
    return config


def _module_of(kind: type) -> str | None:
    return None if kind.__module__ in ("__main__", "builtins") else kind.__module__


def deserialize_keras_object(
    config: Any, custom_objects: Mapping[str, Any] | None = None, safe_mode: bool = True, **kwargs: Any
) -> Any:
    """Return what `config` describes.

    Args:
        config: What `serialize_keras_object` returned, or what Keras 3 wrote.
        custom_objects: Names the caller vouches for, besides those registered.
        safe_mode: Code in a config is refused either way; there for the signature's sake.
        **kwargs: None are known; there for the signature's sake.

    Returns:
        The object; plain values, lists and dictionaries come back as such, with what they hold made.

    Raises:
        UnsafeFileError: If the config holds or names code.
        ValueError: If it is malformed, names something unknown, or its arguments do not fit.

    >>> deserialize_keras_object({"class_name": "__slice__", "config": {"start": 1, "stop": 3, "step": None}})
    slice(1, 3, None)
    """
    del safe_mode
    if kwargs:
        raise ValueError(
            f"deserialize_keras_object got arguments that it does not have.\nReceived: {', '.join(kwargs)}.\n"
            "Allowed: config, custom_objects, safe_mode.\nRemove them."
        )
    with checked_depth(config), CustomObjectScope(custom_objects), ObjectSharingScope():
        return _value(config)


def _value(config: Any) -> Any:
    if isinstance(config, (list, tuple)):
        return [_value(item) for item in config]
    if not isinstance(config, dict):
        return config
    name = config.get("class_name")
    if "class_name" not in config or "config" not in config:
        return {key: _value(value) for key, value in config.items()}
    if not isinstance(name, str):
        raise malformed("object", config, 'its "class_name" is not a string')
    if values.is_tag(name):
        return values.decode(name, config["config"])
    if name == "type" and config.get("module") == "builtins":
        return values.dtype_of_type(config["config"])
    if name == FUNCTION:
        return _function(config)
    return object_from_config(config, "object")


def _function(config: dict[str, Any]) -> Any:
    name = config["config"]
    module = config.get("module")
    if not isinstance(name, str):
        raise UnsafeFileError(
            f"A config of a function holds more than a name.\nReceived: {values.short(config)}.\n"
            "Allowed: the name of a built-in or registered function.\nRegister the function, and save again."
        )
    found = get_registered_object(name)
    if found is None and module in (None, "builtins"):
        found = known.builtin_functions().get(name)
    if callable(found):
        return found
    raise unknown("function", name, module, known.builtin_functions())


def object_from_config(config: dict[str, Any], kind: str, names: Mapping[str, Any] | None = None) -> Any:
    """Return the object that the config of a class describes, built and compiled as the config says.

    Args:
        config: ``{"module", "class_name", "config", "registered_name"}``.
        kind: What it is called in messages.
        names: Built-ins for messages.
    """
    scope = sharing()
    if scope is not None:
        shared = scope.read_before(config.get(KEY))
        if shared is not None:
            return shared
    member = class_from_config(config, kind, names)
    inner = config.get("config")
    inner = {} if inner is None else inner
    if not isinstance(member, type):
        return member
    if not isinstance(inner, dict):
        raise malformed(kind, config, f'its "config" is of type {type(inner).__name__}')
    obj = made(member, inner, kind)
    for key in ("build_config", "compile_config"):
        _apply(obj, key, config.get(key), kind)
    if scope is not None:
        scope.note_read(config.get(KEY), obj)
    return obj


def class_from_config(config: dict[str, Any], kind: str, names: Mapping[str, Any] | None = None) -> Any:
    """Return the class that a config names: a built-in of its module, or what the caller vouches for."""
    name, module, registered = config.get("class_name"), config.get("module"), config.get("registered_name")
    if not isinstance(name, str):
        raise malformed(kind, config, 'it has no "class_name"')
    if registered in (None, name) and isinstance(module, str):
        found = known.builtin_class(module, name)
        if found is not None:
            return found
    # No built-in from here on: a file must not get one under a registered name.
    for candidate in (registered, name):
        found = get_registered_object(candidate) if isinstance(candidate, str) else None
        if found is not None:
            return found
    if name == "Lambda" and str(module).startswith("keras"):
        raise UnsafeFileError(
            "This config holds a Lambda layer, whose function is not loaded.\n"
            f"Received: {values.short(config)}.\nAllowed: layers whose code is in this process.\n"
            "Write the layer as a class, decorate it with `register_keras_serializable`, and save the model again."
        )
    raise unknown(kind, str(registered or name), module, names or {})


def made(member: Any, inner: dict[str, Any], kind: str) -> Any:
    """Return an object of class `member` from its own config.

    Raises:
        ValueError: If the config does not fit the class.
    """
    build: Callable[[dict[str, Any]], Any] | None = getattr(member, "from_config", None)
    with fitting(kind, member.__name__, inner):
        return build(inner) if build is not None else member(**inner)


@contextmanager
def fitting(kind: str, name: str, config: object) -> Iterator[None]:
    """Say of a config that it does not fit, where a constructor stumbles over its values.

    Args:
        kind: What is made, for messages.
        name: Name of its class or its own.
        config: Its config.

    Raises:
        ValueError: If the block raises what wrong kinds of values lead to.
    """
    try:
        yield
    except _MISFITS as error:
        raise ValueError(
            f"The {kind} {name} cannot be made from its config.\n"
            f"Received {values.short(config)}: {error}.\n"
            f"Allowed: the arguments of `{name}`, by name.\n"
            "Correct the config, or give the class a `from_config` that understands it."
        ) from error


def _apply(obj: Any, key: str, part: Any, kind: str) -> None:
    """Build or compile `obj` as the file says."""
    method = getattr(obj, key.replace("_config", "_from_config"), None)
    if not part or not callable(method):
        return
    if not isinstance(part, dict):
        raise malformed(kind, {key: part}, f"its {key!r} is of type {type(part).__name__}")
    try:
        method(part)
    except _MISFITS as error:
        raise ValueError(
            f"The {kind} {type(obj).__name__} cannot use its {key!r}.\nReceived {values.short(part)}: {error}.\n"
            f"Allowed: what `get_{key}` returned.\nCorrect the config, or remove {key!r} from it."
        ) from error


def malformed(kind: str, config: object, reason: str) -> ValueError:
    """Return the error for a config that is no config."""
    return ValueError(
        f"The config of this {kind} is malformed: {reason}.\n"
        f"Received: {values.short(config)}.\n"
        'Allowed: {"class_name": name, "config": {argument: value}}, or a name.\n'
        "Pass what `serialize` returned."
    )


def unknown(kind: str, name: str, module: object, table: Mapping[str, Any]) -> ValueError:
    """Return the error for a name that nobody made known."""
    names = sorted({*table, *custom_names()})
    where = f" in module {module!r}" if module is not None else ""
    return ValueError(
        f"No {kind} is called {name!r}{where}.{did_you_mean(name, names)}\n"
        f"Known: {', '.join(names)}.\n"
        "If it is your own, decorate it with `register_keras_serializable` or pass it in `custom_objects`."
    )
