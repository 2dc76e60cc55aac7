"""Initial values that are known: zeros, ones, any constant, the identity matrix."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np

from polykeras.initializers.initializer import Array, Initializer, host_dtype

_ARRAY = "__numpy__"


class Zeros(Initializer):
    """All zeros.

    >>> Zeros()((2,), "int32")
    array([0, 0], dtype=int32)
    """

    def __call__(self, shape: Sequence[int], dtype: str | None = None) -> Array:
        """Return zeros of `shape`."""
        return np.zeros(tuple(shape), host_dtype(dtype))


class Ones(Initializer):
    """All ones."""

    def __call__(self, shape: Sequence[int], dtype: str | None = None) -> Array:
        """Return ones of `shape`."""
        return np.ones(tuple(shape), host_dtype(dtype))


class Constant(Initializer):
    """One value everywhere, or an array broadcast to the shape.

    Args:
        value: A number, or an array or nested list that broadcasts to every shape asked for.

    >>> Constant(3)((2,), "float32")
    array([3., 3.], dtype=float32)
    """

    def __init__(self, value: Any = 0.0) -> None:
        self.value = value

    def __call__(self, shape: Sequence[int], dtype: str | None = None) -> Array:
        """Return `value` in `shape`.

        Raises:
            ValueError: `value` is an array that does not broadcast to `shape`.
        """
        value = np.asarray(self.value).astype(host_dtype(dtype))
        try:
            return np.broadcast_to(value, tuple(shape)).copy()
        except ValueError as error:
            raise ValueError(
                f"Constant cannot fill a variable of shape {tuple(shape)}.\n"
                f"Its value has shape {value.shape}.\n"
                "Allowed: a number, or an array that broadcasts to the variable's shape.\n"
                "Reshape the value."
            ) from error

    def get_config(self) -> dict[str, Any]:
        """Return the value; an array as a list with its dtype, as Keras writes it."""
        if isinstance(self.value, np.generic):
            return {"value": self.value.item()}
        if isinstance(self.value, np.ndarray):
            array = {"value": self.value.tolist(), "dtype": self.value.dtype.name}
            return {"value": {"class_name": _ARRAY, "config": array}}
        return {"value": self.value}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Return a constant made from what `get_config` returned."""
        value = config.get("value", 0.0)
        if isinstance(value, dict) and value.get("class_name") == _ARRAY:
            array = value["config"]
            return cls(np.array(array["value"], host_dtype(array["dtype"])))
        return cls(value)


class Identity(Initializer):
    """The identity matrix times `gain`; ones on the main diagonal where it is not square.

    Args:
        gain: Factor.

    >>> Identity(2)((2, 2), "float32")
    array([[2., 0.],
           [0., 2.]], dtype=float32)
    """

    def __init__(self, gain: float = 1.0) -> None:
        self.gain = gain

    def __call__(self, shape: Sequence[int], dtype: str | None = None) -> Array:
        """Return the matrix.

        Raises:
            ValueError: `shape` is not that of a matrix.
        """
        if len(shape) != 2:
            raise ValueError(
                f"Identity cannot fill a variable of rank {len(shape)}.\n"
                f"Received shape {tuple(shape)}.\n"
                "Allowed: shapes (rows, columns).\n"
                "Use another initializer, such as Orthogonal for kernels of convolutions."
            )
        rows, columns = shape
        matrix: Array = self.gain * np.eye(rows, columns)
        return matrix.astype(host_dtype(dtype))

    def get_config(self) -> dict[str, Any]:
        """Return the gain."""
        return {"gain": self.gain}
