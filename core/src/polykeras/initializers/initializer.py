"""What an initializer is: a rule that makes host arrays of any shape.

Promises: the same initializer returns the same values at every call, on every backend, for it
returns NumPy arrays; the core places them on a device.
Refuses: seeds that are not integers. An initializer draws the values of one variable once, so it
has no state to advance.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self, TypeAlias

import numpy as np
import numpy.typing as npt

from polykeras.backend import config
from polykeras.random import host
from polykeras.random.fold import INIT
from polykeras.random.global_seed import check_seed, next_seed

Array: TypeAlias = npt.NDArray[Any]

_WHOLE = frozenset({"bool", *(f"{sign}int{size}" for sign in ("", "u") for size in (8, 16, 32, 64))})


class Initializer:
    """A rule for initial values; subclass it and define ``__call__`` and ``get_config``.

    >>> import numpy as np
    >>> class Halves(Initializer):
    ...     def __call__(self, shape, dtype=None):
    ...         return np.full(shape, 0.5, dtype)
    >>> Halves()((2,), "float32")
    array([0.5, 0.5], dtype=float32)
    """

    def __call__(self, shape: Sequence[int], dtype: str | None = None) -> Array:
        """Return values of `shape`.

        Args:
            shape: Shape of the variable.
            dtype: Canonical dtype name of the variable; ``floatx`` for ``None``.

        Returns:
            A NumPy array. Floats that NumPy lacks, such as bfloat16, come as float32.
        """
        raise NotImplementedError(
            f"{type(self).__name__} defines no values: it has no `__call__`.\n"
            f"It was asked for shape {tuple(shape)}.\n"
            "Allowed: an initializer that defines `__call__(shape, dtype=None)`.\n"
            "Define it, or name one of the built-in initializers."
        )

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of ``__init__``, by name, as JSON-able values."""
        return {}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Return an initializer made from what `get_config` returned."""
        return cls(**config)

    def clone(self) -> Self:
        """Return a new initializer of the same config: without a fixed seed it draws other values."""
        return type(self).from_config(self.get_config())


class RandomInitializer(Initializer):
    """An initializer that draws, from a seed fixed when it is made.

    Args:
        seed: Integer in [0, 2**32), or ``None`` to draw one from the process-wide seed now.

    Raises:
        ValueError: `seed` is something else.
    """

    def __init__(self, seed: int | None = None) -> None:
        self._given_seed = None if seed is None else check_seed(seed)
        self.seed = next_seed() if self._given_seed is None else self._given_seed

    def get_config(self) -> dict[str, Any]:
        """Return the seed as it was given: ``None`` stays ``None``, so that clones differ."""
        return {"seed": self._given_seed}

    def _key(self) -> host.HostKey:
        return host.host_key(self.seed, 0, INIT)

    def _float_dtype(self, dtype: str | None) -> str:
        """Return the dtype to draw in."""
        name = host_dtype(dtype)
        if name not in host.DTYPES:
            raise ValueError(
                f"{type(self).__name__} draws real numbers and cannot fill a variable of dtype {dtype!r}.\n"
                "Allowed: floating-point dtypes.\n"
                "Use a float dtype, or an initializer such as Zeros, Ones or Constant."
            )
        return name


def host_dtype(dtype: str | None) -> str:
    """Return the NumPy dtype that stands for `dtype` on the host.

    Args:
        dtype: Canonical name, or ``None`` for ``floatx``.

    Raises:
        ValueError: There is no such dtype for variables.
    """
    name = config.floatx() if dtype is None else dtype if isinstance(dtype, str) else np.dtype(dtype).name
    if name in _WHOLE or name in host.DTYPES or name.startswith("complex"):
        return name
    if name.startswith(("bfloat", "float")):
        return "float32"  # the device rounds it to what NumPy has no name for
    raise ValueError(
        f"An initializer cannot make values of dtype {dtype!r}.\n"
        f"Allowed: bool, integer, float and complex dtypes such as {', '.join(host.DTYPES)}.\n"
        "Pass one of these names."
    )
