"""Types of array elements: how HDF5 describes them, and which of them weights may have.

Numbers and booleans are known, as h5py writes them, and opaque bytes, which is how Keras keeps bfloat16
and the 8-bit floats. Text, references, compounds and types of variable length are refused in arrays.
"""

from __future__ import annotations

import struct
from collections.abc import Callable

import ml_dtypes
import numpy as np

# Class and version, three bytes of flags, size; then what the class asks for.
_FLOATS = {
    # size: sign bit, exponent at and of, mantissa at and of, bias
    2: (15, 10, 5, 0, 10, 15),
    4: (31, 23, 8, 0, 23, 127),
    8: (63, 52, 11, 0, 52, 1023),
}
_BFLOAT16 = (15, 7, 8, 0, 7, 127)
_BOOLEAN = struct.pack("<B3BI", 0x18, 2, 0, 0, 1), b"FALSE\0\0\0TRUE\0\0\0\0\0\1"
_NARROW = frozenset({"bfloat16", "float8_e4m3fn", "float8_e5m2"})

TEXT = struct.pack("<B3BI", 0x19, 1, 1, 0, 16) + struct.pack("<B3BIHH", 0x10, 0, 0, 0, 1, 0, 8)
"""UTF-8 text of any length, kept in a global heap."""


def encode(dtype: np.dtype) -> bytes:
    """Return the description of a dtype.

    Raises:
        TypeError: If weights may not have it.
    """
    size = dtype.itemsize
    if dtype.name in _NARROW or dtype.kind == "V":
        return struct.pack("<B3BI", 0x15, 0, 0, 0, size)
    if dtype.kind in "iu":
        return _integer(size, signed=dtype.kind == "i")
    if dtype.kind == "f" and size in _FLOATS:
        sign, *rest = _FLOATS[size]
        start, wide, low, mantissa, bias = rest
        return struct.pack("<B3BIHH4BI", 0x11, 0x20, sign, 0, size, 0, 8 * size, start, wide, low, mantissa, bias)
    if dtype.kind == "b":
        return _BOOLEAN[0] + _integer(1, signed=True) + _BOOLEAN[1]
    raise TypeError(
        f"Arrays of dtype {dtype.name} cannot be kept in a weights file.\nReceived: {dtype!r}.\n"
        "Allowed: booleans, integers and floating-point numbers.\nSplit or convert the array."
    )


def label(dtype: np.dtype) -> str | None:
    """Return the name that stands beside opaque bytes, so that they can be read back."""
    return "bfloat16" if dtype.name == "bfloat16" else None


def _integer(size: int, *, signed: bool) -> bytes:
    return struct.pack("<B3BIHH", 0x10, 0x08 if signed else 0, 0, 0, size, 0, 8 * size)


def decode(description: bytes, refuse: Callable[[str], Exception]) -> np.dtype:
    """Return the dtype that a description stands for.

    Args:
        description: The bytes of a datatype message.
        refuse: Makes the error, from a reason.
    """
    if len(description) < 8:
        raise refuse(f"a type described in {len(description)} bytes")
    kind, version = description[0] & 15, description[0] >> 4
    size = int.from_bytes(description[4:8], "little")
    if version not in (1, 2, 3):
        raise refuse(f"a type in version {version}")
    if kind == 0:
        return _decoded_integer(description, size, refuse)
    if kind == 1:
        return _decoded_float(description, size, refuse)
    if kind == 5 and 1 <= size <= 8:
        return np.dtype(f"V{size}")
    if kind == 8 and description[8:].startswith(_integer(1, signed=True)) and description[20:].startswith(_BOOLEAN[1]):
        return np.dtype(bool)
    names = {2: "time", 3: "text", 4: "bit field", 5: "opaque", 6: "compound", 7: "reference", 8: "enumeration"}
    names |= {9: "variable length", 10: "array"}
    raise refuse(f"elements of the type {names.get(kind, kind)} in {size} bytes")


def _order(description: bytes) -> str:
    return ">" if description[1] & 1 else "<"


def _decoded_integer(description: bytes, size: int, refuse: Callable[[str], Exception]) -> np.dtype:
    if size not in (1, 2, 4, 8) or description[8:12] != struct.pack("<HH", 0, 8 * size):
        raise refuse(f"integers of {size} bytes in a form of their own")
    return np.dtype(f"{_order(description)}{'i' if description[1] & 8 else 'u'}{size}")


def _decoded_float(description: bytes, size: int, refuse: Callable[[str], Exception]) -> np.dtype:
    if len(description) >= 20 and size in _FLOATS and not description[1] & 0x40:
        offset, bits, *rest = struct.unpack("<HH4BI", description[8:20])
        form = (description[2], *rest)
        if (offset, bits) == (0, 8 * size) and description[1] & 0x30 == 0x20:
            if form == _FLOATS[size]:
                return np.dtype(f"{_order(description)}f{size}")
            if form == _BFLOAT16 and size == 2 and _order(description) == "<":
                narrow: np.dtype = np.dtype(ml_dtypes.bfloat16)
                return narrow
    raise refuse(f"floating-point numbers of {size} bytes in a form of their own")
