"""Values that JSON has no form for, as tagged dictionaries: arrays, tensors, bytes, slices, ellipses, dtypes.

Promises: the tags and fields of Keras 3 (``__numpy__``, ``__tensor__``, ``__bytes__``, ``__slice__``,
``__ellipsis__``, ``__keras_tensor__``). Arrays come back as NumPy arrays, whatever they were.
Refuses: ``__lambda__``, which holds code; arrays of objects; sizes beyond those of the lists themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from polykeras.backend import dtypes
from polykeras.backend.resolved import resolved_backends
from polykeras.plugins.errors import UnsafeFileError

_TYPE = "type"
_NUMBERS = ("bool", *dtypes.UNSIGNED_INTS, *dtypes.SIGNED_INTS, *dtypes.FLOATS)


def encode(value: Any) -> Any:
    """Return the tagged form of `value`, or ``None`` when it has none."""
    if isinstance(value, bytes):
        return _tagged("__bytes__", value=value.decode("utf-8", "surrogateescape"))
    if isinstance(value, slice):
        return _tagged("__slice__", start=_number(value.start), stop=_number(value.stop), step=_number(value.step))
    if value is Ellipsis:
        return _tagged("__ellipsis__")
    if isinstance(value, np.ndarray) and value.dtype.kind in "biufc":
        if value.dtype.kind == "c":
            return None
        return _tagged("__numpy__", value=value.tolist(), dtype=value.dtype.name)
    if isinstance(value, type) and issubclass(value, np.generic):
        return {"module": "builtins", "class_name": _TYPE, "config": value.__name__, "registered_name": _TYPE}
    for backend in resolved_backends():
        if backend.tensors.is_tensor(value):
            array = np.asarray(backend.tensors.to_host(value))
            return _tagged("__tensor__", value=array.tolist(), dtype=backend.tensors.dtype_name(value))
    return None


def decode(tag: str, config: Any) -> Any:
    """Return the value of a tagged form.

    Args:
        tag: Its ``class_name``; one of those that `is_tag` knows.
        config: Its ``config``.

    Raises:
        UnsafeFileError: If the tag stands for code.
        ValueError: If the fields do not fit the tag.
    """
    if tag == "__lambda__":
        raise UnsafeFileError(
            "This config holds the code of a function, which is not run.\n"
            "Received: a `__lambda__`, that is, compiled Python code.\n"
            "Allowed: names of built-in functions, and of functions registered in this process.\n"
            "Write the function with `def`, decorate it with `register_keras_serializable`, and save the model again."
        )
    if not isinstance(config, dict):
        raise _malformed(tag, config, "a dictionary of its fields")
    try:
        return _DECODERS[tag](config)
    except (KeyError, TypeError, ValueError, OverflowError, AttributeError, UnicodeError) as error:
        raise _malformed(tag, config, f"the fields that belong to the tag ({error})") from error


def is_tag(name: Any) -> bool:
    """Return whether a ``class_name`` stands for a value rather than for a class."""
    return isinstance(name, str) and (name in _DECODERS or name == "__lambda__")


def dtype_of_type(name: Any) -> type:
    """Return the scalar type that a config names.

    Raises:
        ValueError: If there is none of that name.
    """
    # A table, not the attributes of the module: naming one of those may import something.
    kind = np.sctypeDict.get(name) if isinstance(name, str) else None
    if kind is not None and kind.__name__ == name and kind is not np.object_:
        return kind
    raise ValueError(
        f"No scalar type is called {name!r}.\nReceived: {name!r}, in a config of a type.\n"
        "Allowed: NumPy's scalar types, such as float32.\nCorrect the config."
    )


def _tagged(tag: str, **fields: Any) -> dict[str, Any]:
    return {"class_name": tag, "config": fields}


def _number(bound: Any) -> Any:
    return int(bound) if isinstance(bound, np.integer) else bound


def _array(config: dict[str, Any]) -> Any:
    dtype = str(config["dtype"])
    if dtype not in _NUMBERS:
        raise ValueError(f"its dtype is none of {', '.join(_NUMBERS)}")
    array = np.asarray(config["value"])
    if array.dtype.kind not in "biuf":
        raise ValueError("its values are no numbers")
    # NumPy has no type for the narrowest floats; the device rounds to them.
    return array.astype(dtype if dtype in np.sctypeDict else "float32")


def _slice(config: dict[str, Any]) -> slice:
    bounds = (config["start"], config["stop"], config["step"])
    if not all(bound is None or (isinstance(bound, int) and not isinstance(bound, bool)) for bound in bounds):
        raise ValueError("its bounds are integers or null")
    return slice(*bounds)


def _bytes(config: dict[str, Any]) -> bytes:
    return str.encode(config["value"], "utf-8", "surrogateescape")


_DECODERS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "__numpy__": _array,
    "__tensor__": _array,
    "__bytes__": _bytes,
    "__slice__": _slice,
    "__ellipsis__": lambda _: Ellipsis,
}


def add_value(tag: str, decoder: Callable[[dict[str, Any]], Any]) -> None:
    """Make the tag of another kind of value known."""
    _DECODERS[tag] = decoder


def _malformed(tag: str, config: object, allowed: str) -> ValueError:
    return ValueError(
        f"The value tagged {tag!r} is malformed.\nReceived: {short(config)}.\n"
        f"Allowed: {allowed}.\nPass what `serialize_keras_object` returned."
    )


def short(value: object) -> str:
    """Return `value` as text, cut where it is long."""
    text = repr(value)
    return text if len(text) <= 300 else f"{text[:300]}..."
