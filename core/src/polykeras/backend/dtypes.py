"""Canonical dtype names and the one promotion table that every backend shares.

`standardize_dtype` turns whatever names a dtype into its canonical name; `result_type` joins names
in the promotion lattice that Keras documents: that of JAX, with Python scalars as weak types. 64-bit
names stay 64-bit here; a backend that stores 32 bits for them says so in ``canonical_dtype``.
"""

from __future__ import annotations

import itertools
import sys
from functools import cache, lru_cache
from typing import Any

from polykeras.backend import config
from polykeras.plugins.errors import DtypeError, did_you_mean

FLOATS = ("float8_e4m3fn", "float8_e5m2", "bfloat16", "float16", "float32", "float64")
SIGNED_INTS = ("int8", "int16", "int32", "int64")
UNSIGNED_INTS = ("uint8", "uint16", "uint32", "uint64")
COMPLEX = ("complex64", "complex128")
DTYPES = ("bool", *UNSIGNED_INTS, *SIGNED_INTS, *FLOATS, *COMPLEX, "string")
"""Every canonical name."""
# Written down, since NumPy does not know all of them.
LARGEST = {
    "float8_e4m3fn": 448.0,
    "float8_e5m2": 57344.0,
    "bfloat16": float.fromhex("0x1.fep127"),
    "float16": 65504.0,
    "float32": float.fromhex("0x1.fffffep127"),
    "float64": sys.float_info.max,
}
"""The largest finite number of each float dtype."""


class DtypeValueError(DtypeError, ValueError):
    """There is no such dtype, or none that holds the values of several."""


_WEAK = {int: "int", float: "float", complex: "complex"}
_PYTHON_TYPES: dict[object, str] = {bool: "bool", int: "int32", complex: "complex64", str: "string"}
_NAMES: dict[str, str] = {name: name for name in DTYPES} | {"int": "int32", "complex": "complex64", "str": "string"}

# An edge leads to the next larger type; the join of two types is the least one above both. The weak
# types of Python scalars ("int", "float", "complex") stand between the kinds, which makes a scalar
# lift the kind of a tensor but never its width.
_LARGER: dict[str, tuple[str, ...]] = {
    "bool": ("int",),
    "int": ("uint8", "int8"),
    "uint8": ("uint16", "int16"),
    "uint16": ("uint32", "int32"),
    "uint32": ("uint64", "int64"),
    "uint64": ("float",),
    "int8": ("int16",),
    "int16": ("int32",),
    "int32": ("int64",),
    "int64": ("float",),
    "float": ("float8_e4m3fn", "float8_e5m2", "bfloat16", "float16", "complex"),
    "float8_e4m3fn": (),
    "float8_e5m2": (),
    "bfloat16": ("float32",),
    "float16": ("float32",),
    "float32": ("float64", "complex64"),
    "float64": ("complex128",),
    "complex": ("complex64",),
    "complex64": ("complex128",),
    "complex128": (),
    "string": (),
}


def standardize_dtype(dtype: Any, floatx: str | None = None) -> str:
    """Return the canonical name of a dtype.

    Args:
        dtype: A name, a NumPy dtype or scalar type, ``int``, ``float``, ``bool``, ``complex`` or ``str``,
            a framework's dtype object, or ``None`` for `floatx`.
        floatx: The default float dtype; ``None`` means the configured one.

    Raises:
        DtypeValueError: It names no dtype that exists here.
    """
    name = _NAMES.get(dtype) if isinstance(dtype, str) else None
    return name or _standardize(dtype, floatx or config.floatx())


def _standardize(dtype: Any, floatx: str) -> str:
    # NumPy calls its float64 equal to "float", so only a str may be compared with it.
    if dtype is None or dtype is float or (isinstance(dtype, str) and dtype == "float"):
        return floatx
    if isinstance(dtype, type) and dtype in _PYTHON_TYPES:
        return _PYTHON_TYPES[dtype]
    for text in _spellings(dtype):
        if text in _NAMES:
            return _NAMES[text]
    received = str(dtype)
    raise DtypeValueError(
        f"No dtype is called {received!r}.{did_you_mean(received, DTYPES)}\n"
        f"Received: {dtype!r} of type {type(dtype).__name__}.\n"
        f"Allowed: {', '.join(DTYPES)}.\n"
        "Pass one of these names, a NumPy dtype, or None for the default float."
    )


def _spellings(dtype: Any) -> list[str]:
    """Return what `dtype` may be called: its own names, and its text after the last dot."""
    inner = getattr(dtype, "dtype", None)
    named = (getattr(of, "name", None) or getattr(of, "__name__", None) for of in (dtype, inner) if of is not None)
    texts = [name for name in named if isinstance(name, str)]
    texts.append(str(dtype).rsplit(".", maxsplit=1)[-1])
    # NumPy's text dtypes carry their width: "str96", "bytes24".
    return texts + ["string" for text in texts if text.startswith(("str", "bytes", "object"))]


def is_float(dtype: Any) -> bool:
    """Return whether `dtype` is real floating point."""
    return dtype == "float" or standardize_dtype(dtype) in FLOATS


def is_int(dtype: Any) -> bool:
    """Return whether `dtype` is an integer, signed or not; ``"bool"`` is not."""
    return standardize_dtype(dtype) in SIGNED_INTS + UNSIGNED_INTS


def is_complex(dtype: Any) -> bool:
    """Return whether `dtype` is complex."""
    return standardize_dtype(dtype) in COMPLEX


def dtype_bits(dtype: Any) -> int:
    """Return how many bits an element takes in memory; a bool takes a whole byte.

    >>> dtype_bits("bfloat16"), dtype_bits("float8_e4m3fn"), dtype_bits("bool"), dtype_bits("complex64")
    (16, 8, 8, 64)

    Raises:
        DtypeValueError: If elements have no fixed width.
    """
    name = standardize_dtype(dtype)
    if name == "string":
        raise DtypeValueError(
            "Elements of dtype string have no width.\n"
            f"Received: {dtype!r}.\nAllowed: {', '.join(one for one in DTYPES if one != 'string')}.\n"
            "Convert the text to numbers first."
        )
    digits = "".join(itertools.takewhile(str.isdigit, name.lstrip("abcdefghijklmnopqrstuvwxyz")))
    return int(digits or 8)


def result_type(*dtypes: Any, floatx: str | None = None) -> str:
    """Return the dtype to which tensors and scalars of `dtypes` are promoted together.

    Args:
        dtypes: Anything `standardize_dtype` takes. ``"int"``, ``"float"``, ``"complex"`` and the Python
            types are weak: they lift the kind, not the width. ``None`` is `floatx`.
        floatx: What a weak float alone becomes; ``None`` means the configured default.

    Raises:
        DtypeValueError: Nothing is above all of them: float8 meets another float, or text meets numbers.

    >>> result_type("bfloat16", int), result_type("int32", "float"), result_type("uint32", "int32")
    ('bfloat16', 'float32', 'int64')
    """
    return _promoted(dtypes, floatx or config.floatx())


def to_float_dtype(dtype: Any, floatx: str | None = None) -> str:
    """Return `dtype` if it is floating or complex, else what an op over real numbers computes in: floatx."""
    return result_type(dtype, "float", floatx=floatx)


def sum_dtype(dtype: Any) -> str:
    """Return the dtype of a sum or product: integers narrower than 32 bits, and bools, get 32."""
    name = standardize_dtype(dtype)
    return {"bool": "int32", "int8": "int32", "int16": "int32", "uint8": "uint32", "uint16": "uint32"}.get(name, name)


def _weak_name(dtype: Any, floatx: str) -> str:
    if isinstance(dtype, str) and dtype in _LARGER:
        return dtype
    if isinstance(dtype, type) and dtype in _WEAK:
        return _WEAK[dtype]
    return standardize_dtype(dtype, floatx)


@cache
def _above(name: str) -> frozenset[str]:
    return frozenset({name}).union(*(_above(larger) for larger in _LARGER[name]))


@lru_cache(maxsize=4096)
def _promoted(dtypes: tuple[Any, ...], floatx: str) -> str:
    """Return the least type above all of `dtypes`, with a weak one made strong."""
    if not dtypes:
        return floatx
    names = {_weak_name(dtype, floatx) for dtype in dtypes}
    common = frozenset.intersection(*(_above(name) for name in names))
    least = [name for name in common if _above(name) == common]
    if not least:
        listed = ", ".join(sorted(names))
        raise DtypeValueError(
            f"No dtype holds the values of all of {listed}.\n"
            f"Received: dtypes {listed} in one op.\n"
            "Allowed: one float8 dtype with integers and bools, strings with strings, any other numbers together.\n"
            "Cast the arguments to one dtype with `ops.cast` first."
        )
    weak = {"int": "int32", "float": floatx, "complex": "complex128" if floatx == "float64" else "complex64"}
    return weak.get(least[0], least[0])
