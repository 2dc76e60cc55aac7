"""The tensor of this backend: an array that follows the rules of Polykeras where NumPy's own differ.

It is a `numpy.ndarray` of a class of its own, so that a tensor is told from the arrays that users hand in, which are
data: those are copied, and take the dtype that a layer or loss computes in. Python's operators on it are Polykeras'
ops, with their promotion: float32 and int32 give float32, a number beside a bfloat16 gives bfloat16. It cannot be
written, since a variable may hold it.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, NoReturn

import numpy as np

from polykeras.backend import current, resolved
from polykeras.ops.operators import ArrayOperators, call_op

NAME = "numpy"
"""Name of this backend."""


def _at_home(operator: Callable[..., Any]) -> Callable[..., Any]:
    """Return an operator that computes on this backend whatever is current, as every framework's own do."""

    @functools.wraps(operator)
    def run(*values: Any) -> Any:
        if current.current_name() == NAME:
            return operator(*values)
        with current.override(resolved.resolve(NAME)):
            return operator(*values)

    return run


class Tensor(ArrayOperators, np.ndarray):  # type: ignore[misc]  # the mixin's operators take the place of NumPy's
    """An array of the NumPy backend; NumPy's functions take it as any other."""

    __array_ufunc__ = np.ndarray.__array_ufunc__  # type: ignore[assignment]
    __hash__ = None
    __iadd__ = ArrayOperators.__add__
    __isub__ = ArrayOperators.__sub__
    __imul__ = ArrayOperators.__mul__
    __itruediv__ = ArrayOperators.__truediv__
    __ifloordiv__ = ArrayOperators.__floordiv__
    __imod__ = ArrayOperators.__mod__
    __ipow__ = ArrayOperators.__pow__
    __imatmul__ = ArrayOperators.__matmul__
    __iand__ = ArrayOperators.__and__
    __ior__ = ArrayOperators.__or__
    __ixor__ = ArrayOperators.__xor__

    def __eq__(self, other: object) -> Any:
        return call_op("equal", self, other)

    def __ne__(self, other: object) -> Any:
        return call_op("not_equal", self, other)

    def __setitem__(self, key: Any, value: Any) -> NoReturn:
        del value
        raise TypeError(
            "A tensor cannot be written.\n"
            f"Received: `x[{key!r}] = ...` on a tensor of shape {self.shape}.\n"
            "Allowed: `ops.slice_update` and `ops.scatter_update`, which return a new tensor.\n"
            "Use one of them, or write into a copy: `np.array(x)`."
        )


for _name in (*vars(ArrayOperators), *vars(Tensor)):
    _operator = getattr(Tensor, _name)
    if callable(_operator) and getattr(_operator, "__module__", "") in {__name__, ArrayOperators.__module__}:
        setattr(Tensor, _name, _at_home(_operator))


def tensor(result: Any) -> Any:
    """Return what NumPy gave as tensors: an array, a number of NumPy's, or a list or tuple of them."""
    if type(result) is Tensor:
        return result
    if type(result) is np.ndarray:
        return result.view(Tensor)
    if isinstance(result, (tuple, list)):
        return type(result)(map(tensor, result))
    return np.asarray(result).view(Tensor)


def plain(x: Any) -> Any:
    """Return a tensor as NumPy's own class of array, which computes by NumPy's rules; anything else as it is."""
    return x.view(np.ndarray) if type(x) is Tensor else x
