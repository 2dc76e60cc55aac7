"""The safetensors format: a header that says where each tensor lies, then their bytes.

The header is measured before it is parsed, and every size in it is compared with the bytes present;
tensors are views of the file's bytes. The format is small enough that no library is needed for it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping

import ml_dtypes
import numpy as np

from polykeras.saving import failures, json_text, limits
from polykeras.saving.hdf5 import ArrayPlan, Plan

_DTYPES: dict[str, np.dtype] = {
    "BOOL": np.dtype("bool"),
    "U8": np.dtype("uint8"),
    "I8": np.dtype("int8"),
    "F8_E5M2": np.dtype(ml_dtypes.float8_e5m2),
    "F8_E4M3": np.dtype(ml_dtypes.float8_e4m3fn),
    "I16": np.dtype("<i2"),
    "U16": np.dtype("<u2"),
    "F16": np.dtype("<f2"),
    "BF16": np.dtype(ml_dtypes.bfloat16),
    "I32": np.dtype("<i4"),
    "U32": np.dtype("<u4"),
    "F32": np.dtype("<f4"),
    "F64": np.dtype("<f8"),
    "I64": np.dtype("<i8"),
    "U64": np.dtype("<u8"),
}
_NAMES = {dtype: name for name, dtype in _DTYPES.items()}


def plan(tensors: Mapping[str, ArrayPlan]) -> Plan:
    """Lay out a file of tensors, by name.

    Raises:
        TypeError: If one has a dtype that the format does not know.
    """
    entries: dict[str, object] = {}
    starts, position = [], 0
    for name, (shape, dtype) in tensors.items():
        if dtype not in _NAMES:
            raise TypeError(
                f"The array {name!r} cannot be kept in a safetensors file.\nReceived: dtype {dtype.name}.\n"
                f"Allowed: {', '.join(kind.name for kind in _NAMES)}.\nUse a file ending in `.weights.h5`."
            )
        size = math.prod(shape) * dtype.itemsize
        entries[name] = {
            "dtype": _NAMES[dtype],
            "shape": list(shape),
            "data_offsets": [position, position + size],
        }
        starts.append(position)
        position += size
    header = json.dumps(entries, separators=(",", ":"), ensure_ascii=False).encode("utf-8")
    header += b" " * (-(8 + len(header)) % 64)
    head = len(header).to_bytes(8, "little") + header
    return Plan(head, [len(head) + start for start in starts], len(head) + position)


def read(data: np.ndarray, source: str) -> dict[str, np.ndarray]:
    """Return the tensors of a file, by name, as views of its bytes.

    Args:
        data: The file's bytes, an array of uint8.
        source: The file's name, for messages.

    Raises:
        CorruptFileError: If the bytes are no whole safetensors file.
        UnsafeFileError: If the header is larger than any has to be.
    """
    view = data.data
    size = int.from_bytes(view[:8], "little")
    if len(view) < 8 or size > len(view) - 8:
        raise failures.corrupt(source, "header", f"a header of {size} bytes in a file of {len(view)}")
    if size > limits.JSON_BYTES:
        raise failures.unsafe(source, "header", f"a header of {size} bytes, where {limits.JSON_BYTES} may be")
    entries = json_text.parse(view[8 : 8 + size], source, "header")
    entries.pop("__metadata__", None)
    body = view[8 + size :]
    placed = sorted(
        (*_checked(name, entry, len(body), source), name) for name, entry in entries.items()
    )  # by start, so that neighbours can be compared
    end = 0
    tensors: dict[str, np.ndarray] = {}
    for start, stop, dtype_name, shape, name in placed:
        if start != end:
            raise failures.corrupt(source, name, f"bytes from {start} on, where the last tensor ends at {end}")
        end = stop
        try:
            tensors[name] = np.frombuffer(body[start:stop], _DTYPES[dtype_name]).reshape(shape)
        except ValueError as error:  # no bytes, and more elements than can be counted
            raise failures.corrupt(source, name, f"shape {shape}") from error
    if end != len(body):
        raise failures.corrupt(source, "", f"{len(body)} bytes of tensors, where the header tells of {end}")
    return tensors


def _checked(name: str, entry: object, available: int, source: str) -> tuple[int, int, str, tuple[int, ...]]:
    """Return start, end, dtype and shape of a tensor, if they fit one another and the file."""
    entry = entry if isinstance(entry, dict) else {}
    dtype, shape, offsets = entry.get("dtype"), _counts(entry.get("shape")), _counts(entry.get("data_offsets"))
    if not isinstance(dtype, str) or dtype not in _DTYPES or shape is None or offsets is None or len(offsets) != 2:
        raise failures.corrupt(source, name, f"a tensor described as {str(entry)[:200]}")
    start, stop = offsets
    if not start <= stop <= available:
        raise failures.corrupt(source, name, f"bytes {start} to {stop} of {available}")
    if math.prod(shape) * _DTYPES[dtype].itemsize != stop - start:
        raise failures.corrupt(source, name, f"shape {shape} of {dtype} declared for {stop - start} bytes")
    return start, stop, dtype, shape


def _counts(value: object) -> tuple[int, ...] | None:
    """Return a list of sizes as a tuple, or ``None`` if it is none."""
    if not isinstance(value, list) or len(value) > 64:
        return None
    return tuple(value) if all(type(item) is int and 0 <= item < 2**63 for item in value) else None
