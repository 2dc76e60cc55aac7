"""JAX arrays as core sees them: types, dtypes, conversion, placement."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from typing import Any

import jax
import jax.numpy as jnp
import ml_dtypes
import numpy as np

from polykeras.plugins import Device

_EXTENDED = ("bfloat16", "float8_e4m3fn", "float8_e5m2")
_FLOATS = ("bfloat16", "float16", "float32", "float64")
_NARROWED = {
    "float64": "float32",
    "int64": "int32",
    "uint64": "uint32",
    "complex128": "complex64",
}
_WIDE = frozenset({"float64", "complex128"})


def dtype(name: str) -> np.dtype:
    """Return the NumPy dtype object that JAX uses for `name`."""
    return np.dtype(getattr(ml_dtypes, name)) if name in _EXTENDED else np.dtype(name)


class JaxTensors:
    """Tensor provider for `jax.Array`."""

    # The concrete class is private to jaxlib; an array is asked for it.
    types: frozenset[type] = frozenset({type(jnp.zeros(()))})
    float_dtypes: frozenset[Any] = frozenset(dtype(name) for name in _FLOATS)

    def is_tensor(self, x: object) -> bool:
        """Return whether `x` is a `jax.Array`, tracers included."""
        return isinstance(x, jax.Array)

    def dtype_name(self, x: Any) -> str:
        """Return the dtype's name."""
        return str(x.dtype.name)

    def canonical_dtype(self, name: str) -> str:
        """Return `name`, narrowed to 32 bits unless x64 is on at this moment."""
        return name if jax.config.jax_enable_x64 else _NARROWED.get(name, name)

    def from_host(self, value: Any, dtype: str) -> jax.Array:
        """Return an array of `dtype` that shares no memory with `value`, a NumPy array or a scalar."""
        return jnp.array(value, dtype=_dtype(self.canonical_dtype(dtype)), copy=True)

    def to_host(self, x: jax.Array) -> np.ndarray:
        """Return the values, waiting for them."""
        return np.asarray(x)

    def place(self, batch: Any) -> Any:
        """Start moving a batch to the default device.

        On the CPU the host arrays are left to the compiled step, whose own way in is several times
        cheaper than a transfer asked for in Python.
        """
        return batch if jax.default_backend() == "cpu" else jax.device_put(batch)

    def wait(self, structure: Any) -> None:
        """Block until every array in `structure` is computed."""
        jax.block_until_ready(structure)

    def devices(self) -> list[Device]:
        """Return the devices of this process: those of the default platform, and the CPU."""
        found = jax.local_devices()
        if jax.default_backend() != "cpu":
            with suppress(RuntimeError):  # JAX_PLATFORMS can leave the CPU out
                found = [*found, *jax.local_devices(backend="cpu")]
        return [Device(f"{device.platform}:{device.id}", device.device_kind) for device in found]

    def on_device(self, name: str) -> AbstractContextManager[Any]:
        """Return a block in which arrays are placed on the device called `name`."""
        platform, _, number = name.partition(":")
        found = next(one for one in jax.local_devices(backend=platform) if one.id == int(number))
        scope: AbstractContextManager[Any] = jax.default_device(found)
        return scope

    def precision_scope(self, dtypes: frozenset[str]) -> Callable[[], AbstractContextManager[Any]] | None:
        """Return the x64 scope where `dtypes` need one."""
        return _x64 if dtypes & _WIDE else None


_dtype = dtype


def _x64() -> AbstractContextManager[Any]:
    scope: AbstractContextManager[Any] = jax.enable_x64(True)
    return scope
