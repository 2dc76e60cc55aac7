"""PyTorch tensors as core sees them: types, dtypes, conversion, placement."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import ml_dtypes
import numpy as np
import torch

from polykeras import tree
from polykeras.plugins import Device

_NAMES = (
    "bool", "uint8", "uint16", "uint32", "uint64", "int8", "int16", "int32", "int64",
    "bfloat16", "float16", "float32", "float64", "complex64", "complex128",
    "float8_e4m3fn", "float8_e5m2",
)  # fmt: skip
_BY_NAME: dict[str, torch.dtype] = {name: getattr(torch, name) for name in _NAMES}
_BY_DTYPE: dict[torch.dtype, str] = {kind: name for name, kind in _BY_NAME.items()}
_NUMBERS = (float, int)
_FLOATS = ("bfloat16", "float16", "float32", "float64")
# NumPy has these from ml_dtypes, which PyTorch does not read; float32 holds each of their values.
_FOREIGN = {
    torch.bfloat16: np.dtype(ml_dtypes.bfloat16),
    torch.float8_e4m3fn: np.dtype(ml_dtypes.float8_e4m3fn),
    torch.float8_e5m2: np.dtype(ml_dtypes.float8_e5m2),
}
_FOREIGN_HOST = frozenset(_FOREIGN.values())


def dtype(name: str) -> torch.dtype:
    """Return the `torch.dtype` called `name`."""
    return _BY_NAME[name]


def dtype_name(kind: torch.dtype) -> str:
    """Return the canonical name of a `torch.dtype`."""
    return _BY_DTYPE[kind]


class _Asked(threading.local):
    device: torch.device | None = None


_asked = _Asked()


def device() -> torch.device:
    """Return where tensors are made: the device asked for, the default device the user set, else CUDA, else the CPU."""
    if _asked.device is not None:
        return _asked.device
    chosen = torch.get_default_device()
    return _ACCELERATOR if _ACCELERATOR is not None and chosen.type == "cpu" else chosen


_ACCELERATOR = torch.device("cuda") if torch.cuda.is_available() else None


def from_host(value: Any, kind: torch.dtype, where: torch.device) -> torch.Tensor:
    """Return a tensor that shares no memory with `value`."""
    if isinstance(value, (np.ndarray, np.generic)) and value.dtype in _FOREIGN_HOST:
        value = value.astype(np.float32)
    if isinstance(value, np.ndarray) and (not value.flags.writeable or min(value.strides, default=0) < 0):
        value = value.copy()
    return torch.tensor(value, dtype=kind, device=where)


class TorchTensors:
    """Tensor provider for `torch.Tensor`."""

    types: frozenset[type] = frozenset({torch.Tensor, torch.nn.Parameter})
    float_dtypes: frozenset[Any] = frozenset(_BY_NAME[name] for name in _FLOATS)

    def is_tensor(self, x: object) -> bool:
        """Return whether `x` is a `torch.Tensor`, subclasses included."""
        return isinstance(x, torch.Tensor)

    def dtype_name(self, x: torch.Tensor) -> str:
        """Return the dtype's name."""
        return _BY_DTYPE[x.dtype]

    def canonical_dtype(self, name: str) -> str:
        """Return `name`: PyTorch stores every dtype as it is."""
        return name

    def from_host(self, value: Any, dtype: str) -> torch.Tensor:
        """Return a tensor of `dtype` from a NumPy array or a scalar."""
        if _ACCELERATOR is None and type(value) in _NUMBERS:
            return torch.scalar_tensor(value, dtype=_BY_NAME[dtype])
        return from_host(value, _BY_NAME[dtype], device())

    def to_host(self, x: torch.Tensor) -> np.ndarray:
        """Return the values, waiting for them."""
        host = x.detach().cpu()
        foreign = _FOREIGN.get(host.dtype)
        if foreign is not None:
            narrow: np.ndarray = host.to(torch.float32).numpy().astype(foreign)
            return narrow
        array: np.ndarray = host.numpy()
        return array

    def place(self, batch: Any) -> Any:
        """Start moving a batch to the device; on the CPU it shares the batch's memory."""
        where = device()
        return tree.map_structure(lambda leaf: _placed(leaf, where), batch)

    def wait(self, structure: Any) -> None:
        """Block until every tensor in `structure` is computed."""
        if any(isinstance(leaf, torch.Tensor) and leaf.is_cuda for leaf in tree.flatten(structure)):
            torch.cuda.synchronize()

    def devices(self) -> list[Device]:
        """Return CUDA's devices and the CPU; where tensors are made comes first."""
        cuda = [Device(f"gpu:{index}", torch.cuda.get_device_name(index)) for index in range(torch.cuda.device_count())]
        found = [*cuda, Device("cpu:0", "cpu")]
        where = device()
        name = f"{'gpu' if where.type == 'cuda' else where.type}:{_current(where)}"
        first = next((known for known in found if known.name == name), Device(name))
        return [first, *(known for known in found if known != first)]

    @contextmanager
    def on_device(self, name: str) -> Iterator[None]:
        """Place tensors on the device called `name`."""
        before = _asked.device
        _asked.device = torch.device(name.replace("gpu", "cuda"))
        try:
            with _asked.device:
                yield
        finally:
            _asked.device = before

    def precision_scope(self, dtypes: frozenset[str]) -> Callable[[], AbstractContextManager[Any]] | None:
        """Return ``None``: every precision is always on."""
        del dtypes
        return None


def _current(where: torch.device) -> int:
    if where.index is not None:
        return int(where.index)
    return int(torch.cuda.current_device()) if where.type == "cuda" else 0


def _placed(leaf: Any, where: torch.device) -> Any:
    if isinstance(leaf, torch.Tensor):
        return leaf.to(where, non_blocking=True)
    if not isinstance(leaf, np.ndarray):
        return leaf
    if leaf.dtype in _FOREIGN_HOST or not leaf.flags.writeable or any(s < 0 for s in leaf.strides):
        return from_host(np.ascontiguousarray(leaf), _BY_NAME[leaf.dtype.name], where)
    host = torch.from_numpy(leaf)
    return host if where.type == "cpu" else host.pin_memory().to(where, non_blocking=True)
