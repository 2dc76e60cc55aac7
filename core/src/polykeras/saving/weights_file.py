"""Arrays by path, as the bytes of a weights file and back."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np

from polykeras.saving import hdf5, safetensors
from polykeras.saving.weights import Entry, Stores, Value


def as_hdf5(entries: list[Entry]) -> tuple[hdf5.Plan, list[Value]]:
    """Lay out an HDF5 file; return its plan, and its arrays in the order of the plan."""
    groups = [
        (entry.path, entry.name, {key: _planned(value) for key, value in entry.values.items()}) for entry in entries
    ]
    return hdf5.plan(groups), [value for entry in entries for value in entry.values.values()]


def as_safetensors(entries: list[Entry]) -> tuple[hdf5.Plan, list[Value]]:
    """Lay out a safetensors file; return its plan, and its arrays in the order of the plan."""
    values = {f"{entry.path}/{key}": value for entry in entries for key, value in entry.values.items()}
    return safetensors.plan({name: _planned(value) for name, value in values.items()}), list(values.values())


def _planned(value: Value) -> hdf5.ArrayPlan:
    return hdf5.ArrayPlan(value.shape, value.dtype)


def pieces(plan: hdf5.Plan, values: Iterable[Value]) -> Iterator[bytes | memoryview]:
    """Yield the bytes of a file piece by piece; each array is fetched when its turn comes, and not copied."""
    yield plan.head
    at = len(plan.head)
    for start, value in zip(plan.starts, values, strict=True):
        host = np.ascontiguousarray(value.host(), value.dtype)
        if host.size:
            yield bytes(start - at)
            raw = host.reshape(-1).view(np.uint8).data
            yield raw
            at = start + len(raw)


def stores_of(root: hdf5.Group) -> Stores:
    """Return the arrays under a group, by group and name."""
    stores: dict[str, dict[str, np.ndarray]] = {}
    waiting: list[tuple[str, hdf5.Group]] = [("", root)]
    while waiting:
        path, group = waiting.pop()
        for name, member in group.members.items():
            if isinstance(member, hdf5.Group):
                waiting.append((f"{path}/{name}" if path else name, member))
            else:
                stores.setdefault(path, {})[name] = member.array
    return stores


def from_safetensors(data: np.ndarray, source: str) -> Stores:
    """Return the arrays in the bytes of a safetensors file, by group and name."""
    stores: dict[str, dict[str, np.ndarray]] = {}
    for name, array in safetensors.read(data, source).items():
        path, _, key = name.rpartition("/")
        stores.setdefault(path, {})[key] = array
    return stores


def opened(path: Path) -> BinaryIO:
    """Open a file for reading.

    Raises:
        FileNotFoundError: If there is none.
        ValueError: If it is no plain file: a folder, a pipe, a device.
    """
    try:
        # Without waiting: a pipe would have us wait for whoever writes to it.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except FileNotFoundError as error:
        raise FileNotFoundError(
            f"There is no file {str(path)!r}.\nReceived: {str(path)!r}.\nAllowed: files that exist.\n"
            f"Check the path; it is looked for in {str(Path.cwd())!r}."
        ) from error
    stream = os.fdopen(descriptor, "rb", buffering=0)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        stream.close()
        raise ValueError(
            f"{str(path)!r} is not a file.\nReceived: {str(path)!r}.\nAllowed: plain files.\n"
            "Pass the file itself; a folder that was saved unpacked has to be packed first."
        )
    return stream


def whole(stream: BinaryIO) -> np.ndarray:
    """Return all bytes of a file, an array of uint8."""
    data = np.empty(os.fstat(stream.fileno()).st_size, np.uint8)
    view, at = data.data, 0
    while at < len(view):
        got = stream.readinto(view[at:])  # type: ignore[attr-defined]
        if not got:
            break
        at += got
    return data[:at]
