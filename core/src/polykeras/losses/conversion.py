"""In which dtype a loss or metric computes, and its arguments as tensors of that dtype.

Without a dtype of its own a loss computes in floatx, or in the dtype of the predictions where that is
wider: half precision is lifted, and what a float64 model computed is not rounded. Host arrays and lists
become floatx, as everywhere.
"""

from __future__ import annotations

from typing import Any

from polykeras import ops, tree
from polykeras.backend import config, dtypes
from polykeras.backend.current import ACTIVE, current
from polykeras.ops import abstract


def dtype_of_argument(dtype: Any) -> str | None:
    """Return the name that a ``dtype=`` argument means: of a dtype, or of a policy's computations."""
    if dtype is None:
        return None
    return dtypes.standardize_dtype(getattr(dtype, "compute_dtype", dtype))


def compute_dtype(prediction: Any, given: str | None) -> str:
    """Return the dtype to compute in.

    Args:
        prediction: A tensor, an array, or anything that an op takes.
        given: The dtype asked for, or ``None``.
    """
    if given is not None:
        return given
    default = config.floatx()
    own = tensor_dtype(prediction)
    if own is None or own == default or not dtypes.is_float(own):
        return default
    return dtypes.result_type(default, own)


def tensor_dtype(x: Any) -> str | None:
    """Return the dtype name of a tensor or variable, ``None`` for what is on the host."""
    backend = ACTIVE.here() if ACTIVE.overridden else ACTIVE.default
    if type(x) in backend.types:
        name: str = backend.tensors.dtype_name(x)
        return name
    if abstract.is_symbolic(x) or getattr(type(x), "_polykeras_variable", False):
        return str(x.dtype)
    if not hasattr(x, "dtype") or backend.name is None:
        return None
    tensors = current().tensors
    return tensors.dtype_name(x) if tensors.is_tensor(x) else None


def as_tensor(x: Any, dtype: str | None = None) -> Any:
    """Return `x` as a tensor of `dtype`, or of its own dtype for ``None``."""
    backend = ACTIVE.here() if ACTIVE.overridden else ACTIVE.default
    if type(x) in backend.types and (dtype is None or backend.tensors.dtype_name(x) == dtype):
        return x
    return ops.convert_to_tensor(x, dtype)


def as_tensors(structure: Any, dtype: str | None = None) -> Any:
    """Return a structure of tensors of `dtype`; nested lists of numbers are one tensor."""
    if not isinstance(structure, (list, tuple, dict)):
        return as_tensor(structure, dtype)
    if not isinstance(structure, dict) and not any(getattr(leaf, "shape", ()) for leaf in tree.flatten(structure)):
        return as_tensor(structure, dtype)
    return tree.map_structure(lambda leaf: None if leaf is None else as_tensor(leaf, dtype), structure)


def compared(y_true: Any, y_pred: Any) -> tuple[Any, Any]:
    """Return targets and predictions as tensors; targets take the dtype of floating predictions."""
    y_pred = as_tensor(y_pred)
    dtype = tensor_dtype(y_pred)
    return as_tensor(y_true, dtype if dtype is not None and dtypes.is_float(dtype) else None), y_pred
