"""Vectors of length 1."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from polykeras import ops
from polykeras.backend import dtypes
from polykeras.ops.convert import is_host_array
from polykeras.ops.types import TensorLike
from polykeras.utils.owner import at_owner


def normalize(x: TensorLike, axis: int = -1, order: float = 2) -> Any:
    """Return `x` divided by its norms along `axis`; where a norm is 0 the values stay.

    A NumPy array gives a NumPy array; anything else gives a tensor.

    Args:
        x: Array or tensor, at least one axis; a NumPy array of one axis counts as one row.
        axis: Axis along which the norm is taken.
        order: Order of the norm: 1, 2, infinity or any that `numpy.linalg.norm` takes.

    >>> import numpy as np
    >>> normalize(np.array([[3.0, 4.0], [0.0, 0.0]]))
    array([[0.6, 0.8],
           [0. , 0. ]])
    """
    if is_host_array(x):
        return _on_host(x, axis, order)
    with at_owner(x):
        tensor = ops.convert_to_tensor(x)
        if not dtypes.is_float(ops.dtype(tensor)):
            tensor = ops.cast(tensor, dtypes.to_float_dtype(ops.dtype(tensor)))
        if not ops.ndim(tensor):
            tensor = ops.reshape(tensor, (1,))
        return ops.normalize(tensor, axis=axis, order=order)


def _on_host(x: npt.NDArray[Any], axis: int, order: float) -> npt.NDArray[Any]:
    rows = np.atleast_2d(x)
    norms = np.asarray(np.linalg.norm(rows, order, axis, keepdims=True))
    return rows / np.where(norms == 0, np.ones_like(norms), norms)
