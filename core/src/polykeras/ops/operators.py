"""Python's operators for variables and symbolic tensors, as calls of the public ops."""

from __future__ import annotations

from typing import Any

from polykeras.ops.defined import OPS


def call_op(name: str, *values: Any) -> Any:
    """Call the public op called `name`."""
    return OPS[name].public(*values)


class ArrayOperators:
    """Mixin: arithmetic, comparison and indexing go to `polykeras.ops`."""

    # NumPy must leave `array + x` to `x.__radd__` instead of looping over elements.
    __array_ufunc__ = None

    def __getitem__(self, key: Any) -> Any:
        return call_op("get_item", self, key)

    def __neg__(self) -> Any:
        return call_op("negative", self)

    def __pos__(self) -> Any:
        return self

    def __abs__(self) -> Any:
        return call_op("absolute", self)

    def __invert__(self) -> Any:
        return call_op("logical_not", self)

    def __add__(self, other: Any) -> Any:
        return call_op("add", self, other)

    def __radd__(self, other: Any) -> Any:
        return call_op("add", other, self)

    def __sub__(self, other: Any) -> Any:
        return call_op("subtract", self, other)

    def __rsub__(self, other: Any) -> Any:
        return call_op("subtract", other, self)

    def __mul__(self, other: Any) -> Any:
        return call_op("multiply", self, other)

    def __rmul__(self, other: Any) -> Any:
        return call_op("multiply", other, self)

    def __truediv__(self, other: Any) -> Any:
        return call_op("divide", self, other)

    def __rtruediv__(self, other: Any) -> Any:
        return call_op("divide", other, self)

    def __floordiv__(self, other: Any) -> Any:
        return call_op("floor_divide", self, other)

    def __rfloordiv__(self, other: Any) -> Any:
        return call_op("floor_divide", other, self)

    def __mod__(self, other: Any) -> Any:
        return call_op("mod", self, other)

    def __rmod__(self, other: Any) -> Any:
        return call_op("mod", other, self)

    def __pow__(self, other: Any) -> Any:
        return call_op("power", self, other)

    def __rpow__(self, other: Any) -> Any:
        return call_op("power", other, self)

    def __matmul__(self, other: Any) -> Any:
        return call_op("matmul", self, other)

    def __rmatmul__(self, other: Any) -> Any:
        return call_op("matmul", other, self)

    def __lt__(self, other: Any) -> Any:
        return call_op("less", self, other)

    def __le__(self, other: Any) -> Any:
        return call_op("less_equal", self, other)

    def __gt__(self, other: Any) -> Any:
        return call_op("greater", self, other)

    def __ge__(self, other: Any) -> Any:
        return call_op("greater_equal", self, other)

    def __and__(self, other: Any) -> Any:
        return call_op("logical_and", self, other)

    def __rand__(self, other: Any) -> Any:
        return call_op("logical_and", other, self)

    def __or__(self, other: Any) -> Any:
        return call_op("logical_or", self, other)

    def __ror__(self, other: Any) -> Any:
        return call_op("logical_or", other, self)

    def __xor__(self, other: Any) -> Any:
        return call_op("logical_xor", self, other)

    def __rxor__(self, other: Any) -> Any:
        return call_op("logical_xor", other, self)

    def __round__(self, ndigits: int | None = None) -> Any:
        return call_op("round", self, ndigits or 0)
