"""Names for what ops take and give; `polykeras.ops.dispatch` finds tensor parameters by them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from polykeras.ops.dims import Dim

TensorLike: TypeAlias = Any
"""A tensor, a symbolic tensor, a variable, an array, nested lists of numbers or a number."""
Tensor: TypeAlias = Any
"""A tensor of the backend, or a symbolic one."""
Axis: TypeAlias = int | Sequence[int] | None
"""One axis, several, or all of them; negative ones count from the end."""
Size: TypeAlias = int | Dim
"""An int, or an unknown size that `ops.shape` returned."""
Shape: TypeAlias = Size | Sequence[Size]
"""Sizes: ints, and what `ops.shape` returns."""
DType: TypeAlias = Any
"""A dtype name, a dtype object of NumPy or of a framework, or ``None`` for a default."""
