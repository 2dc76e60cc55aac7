"""Between tensors and the host, and the facts of a tensor: plain functions, never nodes of a graph.

NumPy arrays keep their dtype as far as the backend stores it; Python floats and lists of them become
floatx, ints int32. Symbolic tensors pass through, variables give their value. Sparse and ragged tensors
are refused.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from polykeras.backend import current, dtypes
from polykeras.backend.resolved import resolved_backends
from polykeras.ops import abstract
from polykeras.ops.convert import holds_tensors, host_dtype, to_native
from polykeras.ops.defined import public
from polykeras.ops.dims import Size
from polykeras.ops.dims import product as product_of
from polykeras.ops.keras_tensor import KerasTensor, anonymous
from polykeras.ops.shape_rules import Spec
from polykeras.ops.types import DType, Tensor, TensorLike


def convert_to_tensor(
    x: TensorLike, dtype: DType = None, sparse: bool | None = None, ragged: bool | None = None
) -> Tensor:
    """Return `x` as a tensor of the current backend.

    Args:
        x: Tensor, variable, array, number, or nested lists of these.
        dtype: Dtype of the result; by default that of `x`, floatx for Python floats, int32 for ints.
        sparse: Sparse tensors are not offered; ``True`` is refused.
        ragged: Ragged tensors are not offered; ``True`` is refused.

    Returns:
        Tensor; a symbolic one if `x` is, or while shapes are inferred.

    Raises:
        ValueError: If a sparse or ragged tensor is asked for.
        TypeError: If `x` cannot be a tensor.

    >>> from polykeras import ops
    >>> ops.dtype(ops.convert_to_tensor([1, 2])), ops.dtype(ops.convert_to_tensor(1, "float32"))
    ('int32', 'float32')
    """
    if sparse or ragged:
        raise ValueError(
            "`convert_to_tensor` makes dense tensors only.\n"
            f"Received: sparse={sparse}, ragged={ragged}.\nAllowed: None or False.\n"
            "Make the values dense first; pad rows of different lengths and pass a mask."
        )
    name = None if dtype is None else dtypes.standardize_dtype(dtype)
    if getattr(type(x), "_polykeras_variable", False):
        x = x.value
    if isinstance(x, (list, tuple)) and holds_tensors(x):
        stacked = public("stack")([convert_to_tensor(item, name) for item in x])
        return stacked if name is None else _cast(stacked, name)
    if abstract.is_symbolic(x):
        return x if name is None else _cast(x, name)
    if abstract.in_abstract_scope():
        spec = abstract.spec_of(x, "convert_to_tensor")
        return anonymous(Spec(spec.dims, name or dtypes.result_type(spec.dtype)))
    backend = current.current()
    wanted = None if name is None else backend.tensors.canonical_dtype(name)
    return to_native(backend, x, wanted, "convert_to_tensor")


def array(x: TensorLike, dtype: DType = None) -> Tensor:
    """Return `x` as a tensor of the current backend, as `convert_to_tensor` does.

    Args:
        x: Tensor, variable, array, number, or nested lists of these.
        dtype: Dtype of the result; by default that of `x`.

    Returns:
        Tensor.
    """
    return convert_to_tensor(x, dtype)


def _cast(x: Any, name: str) -> Any:
    return x if dtype(x) == name else public("cast")(x, name)


def convert_to_numpy(x: TensorLike) -> np.ndarray:
    """Return the values of `x` as a NumPy array of its own memory, waiting for them.

    Args:
        x: Tensor of any backend, variable, array, number, or nested lists of these.

    Returns:
        Array; writing to it changes nothing else.

    Raises:
        SymbolicTensorError: If `x` is symbolic: it has no values.
    """
    if getattr(type(x), "_polykeras_variable", False):
        values: np.ndarray = x.numpy()
        return values
    if isinstance(x, (list, tuple)):
        return np.array([convert_to_numpy(item) for item in x])
    for backend in resolved_backends():
        if backend.tensors.is_tensor(x):
            return np.array(backend.tensors.to_host(x))
    return np.array(x)


def is_tensor(x: Any) -> bool:
    """Return whether `x` is a tensor of the current backend.

    Args:
        x: Anything.

    Returns:
        True for tensors of the current backend, and for symbolic ones while shapes are inferred, where
        they stand for tensors. False for variables and arrays.
    """
    if abstract.is_symbolic(x):
        return abstract.in_abstract_scope()
    return any(backend is current.current() and backend.tensors.is_tensor(x) for backend in resolved_backends())


def shape(x: TensorLike) -> tuple[Size, ...]:
    """Return the sizes of `x`.

    Args:
        x: Tensor, variable, array, number or nested lists.

    Returns:
        Tuple of ints; of a symbolic tensor, with a `Dim` for each unknown size, on which ``+ - * // %`` work.
    """
    if isinstance(x, KerasTensor):
        return x.dims
    own = getattr(x, "shape", None)
    return tuple(np.shape(x) if own is None else own)


def dtype(x: TensorLike) -> str:
    """Return the dtype name of `x`.

    Args:
        x: Tensor, variable, array, number or nested lists.

    Returns:
        Canonical name, such as ``"float32"``; that which `convert_to_tensor` would give for Python numbers.
    """
    own = getattr(x, "dtype", None)
    return dtypes.result_type(host_dtype(x, "dtype")) if own is None else dtypes.standardize_dtype(own)


def ndim(x: TensorLike) -> int:
    """Return the number of axes of `x`.

    Args:
        x: Tensor, variable, array, number or nested lists.

    Returns:
        Number of axes, 0 for a scalar.
    """
    return len(shape(x))


def size(x: TensorLike) -> Size:
    """Return the number of elements of `x`.

    Args:
        x: Tensor, variable, array, number or nested lists.

    Returns:
        Product of the sizes; a `Dim` where it is unknown.
    """
    return product_of(shape(x))
