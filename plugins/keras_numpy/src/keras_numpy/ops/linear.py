"""Products of tensors on NumPy.

All go back to `einsum_of`, whose pullback is another `einsum_of`, but for the product of matrices, which has a
kernel of its own. Numbers of 16 bits are multiplied and summed as float32.
"""

from __future__ import annotations

import string
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from keras_numpy.ops.arithmetic import add, multiply, spread_sum
from keras_numpy.ops.kinds import as_dtype, back, widened
from keras_numpy.ops.manipulation import broadcast_to, reshape, swapaxes, transpose
from keras_numpy.tape import Op, Pullback, primitive, primitive_of_many

_INT8, _INT32, _BOOL = np.dtype(np.int8), np.dtype(np.int32), np.dtype(bool)

# Both sides have two axes or more.
_matmul: Op = primitive(
    np.matmul,
    lambda _, a, b: lambda g: spread_sum(_matmul(g, swapaxes(b, -1, -2)), a.shape),
    lambda _, a, b: lambda g: spread_sum(_matmul(swapaxes(a, -1, -2), g), b.shape),
)


def matmul(x1: Any, x2: Any) -> Any:
    """Return the matrix product; int8 adds up in int32."""
    own = x1.dtype
    if own == _INT8:
        x1, x2, own = as_dtype(x1, _INT32), as_dtype(x2, _INT32), _INT32
    a, b = widened(x1), widened(x2)
    if a.ndim == 0 or b.ndim == 0:
        np.matmul(np.ones(a.shape), np.ones(b.shape))  # NumPy's own error
    rows = reshape(a, (1, -1)) if a.ndim == 1 else a
    columns = reshape(b, (-1, 1)) if b.ndim == 1 else b
    if rows.ndim > 2 and columns.ndim == 2:
        # One large product instead of many small ones.
        flat = _matmul(reshape(rows, (-1, rows.shape[-1])), columns)
        y = reshape(flat, (*rows.shape[:-1], columns.shape[-1]))
    else:
        y = _matmul(rows, columns)
    lost = ([-2] if a.ndim == 1 else []) + ([-1] if b.ndim == 1 else [])
    if lost:
        y = reshape(y, tuple(size for axis, size in enumerate(y.shape, -y.ndim) if axis not in lost))
    return back(y, own)


def _sum_of_products(subscripts: str, *operands: Any) -> Any:
    return np.einsum(subscripts, *operands, optimize=len(operands) > 2)


def _of_operand(position: int, answer: Any, arguments: tuple[Any, ...], options: Any) -> Pullback:
    """Exchange the operand with the result: what the others lack of its axes was summed or repeated."""
    del answer, options
    subscripts, *operands = arguments
    sources, target = subscripts.split("->")
    terms = sources.split(",")
    own = terms.pop(position - 1)
    operand = operands.pop(position - 1)
    kept = "".join(dict.fromkeys(letter for letter in own if letter in target or any(letter in t for t in terms)))

    def pull(g: Any) -> Any:
        part = _einsum(",".join([target, *terms]) + "->" + kept, g, *operands)
        return _with_axes(part, kept, own, operand.shape)

    return pull


def _with_axes(x: Any, letters: str, own: str, shape: tuple[int, ...]) -> Any:
    """Return `x` with an axis for each letter of `own`: a letter that is new is repeated, a double one a diagonal."""
    once = "".join(dict.fromkeys(own))
    sizes = dict(zip(own, shape, strict=True))
    order = [letters.index(letter) for letter in once if letter in letters]
    x = reshape(transpose(x, order), tuple(sizes[letter] if letter in letters else 1 for letter in once))
    x = broadcast_to(x, tuple(sizes[letter] for letter in once))
    if once == own:
        return x
    for place, letter in enumerate(own):
        if letter in own[:place]:
            first = own.index(letter)
            mask = np.eye(sizes[letter], dtype=x.dtype)
            stand_in = [1] * (x.ndim + 1)
            stand_in[place] = stand_in[first] = sizes[letter]
            x = multiply(reshape(x, (*x.shape[:place], 1, *x.shape[place:])), mask.reshape(stand_in))
    return x


_einsum = primitive_of_many(_sum_of_products, _of_operand)


def einsum_of(subscripts: str, operands: Sequence[Any]) -> Any:
    """Return the sum of products; int8 adds up in int32, booleans are true where any product is."""
    own = operands[0].dtype
    wide = {_INT8: _INT32, _BOOL: _INT32}.get(own)
    xs = [widened(x) if wide is None else as_dtype(x, wide) for x in operands]
    y = _einsum(_explicit(subscripts, [x.ndim for x in xs]), *xs)
    return y != 0 if own == _BOOL else back(y, _INT32 if own == _INT8 else own)


def _explicit(subscripts: str, ranks: list[int]) -> str:
    """Return subscripts with an arrow and with letters in the place of ``...``."""
    text = subscripts.replace(" ", "")
    sources, _, target = text.partition("->")
    terms = sources.split(",")
    free = [letter for letter in string.ascii_letters if letter not in text]
    widths = [rank - len(term) + 3 if "..." in term else 0 for term, rank in zip(terms, ranks, strict=True)]
    dots = "".join(free[: max(widths, default=0)])
    if "->" not in text:
        letters = "".join(terms).replace(".", "")
        target = "..." * ("..." in sources) + "".join(sorted(one for one in set(letters) if letters.count(one) == 1))
    named = [term.replace("...", dots[len(dots) - width :]) for term, width in zip(terms, widths, strict=True)]
    return ",".join(named) + "->" + target.replace("...", dots)


def tensordot(x1: Any, x2: Any, axes: Any = 2) -> Any:
    """Return the product summed over pairs of axes."""
    if isinstance(axes, int):
        left, right = list(range(x1.ndim - axes, x1.ndim)), list(range(axes))
    else:
        left, right = ([one] if isinstance(one, int) else list(one) for one in axes)
    left, right = [one % x1.ndim for one in left], [one % x2.ndim for one in right]
    if [x1.shape[one] for one in left] != [x2.shape[one] for one in right]:
        np.tensordot(np.empty(x1.shape), np.empty(x2.shape), (left, right))  # NumPy's own error
    rows = [one for one in range(x1.ndim) if one not in left]
    columns = [one for one in range(x2.ndim) if one not in right]
    summed = int(np.prod([x1.shape[one] for one in left]))
    a = reshape(transpose(x1, rows + left), (int(np.prod([x1.shape[one] for one in rows])), summed))
    b = reshape(transpose(x2, right + columns), (summed, int(np.prod([x2.shape[one] for one in columns]))))
    y = back(_matmul(widened(a), widened(b)), x1.dtype)
    return reshape(y, tuple(x1.shape[one] for one in rows) + tuple(x2.shape[one] for one in columns))


def dot(x1: Any, x2: Any) -> Any:
    """Return the sum over the last axis of `x1` and the last but one of `x2`."""
    if x1.ndim == 0 or x2.ndim == 0:
        return multiply(x1, x2)
    return tensordot(x1, x2, ([-1], [-1 if x2.ndim == 1 else -2]))


def outer(x1: Any, x2: Any) -> Any:
    """Return all products of elements."""
    return multiply(reshape(x1, (-1, 1)), reshape(x2, (1, -1)))


def dense(x: Any, kernel: Any, bias: Any | None = None) -> Any:
    """Return ``x @ kernel + bias``."""
    y = matmul(x, kernel)
    return y if bias is None else add(y, bias)


NATIVES: dict[str, Callable[..., Any]] = {
    "dense": dense,
    "dot": dot,
    "einsum_of": einsum_of,
    "matmul": matmul,
    "outer": outer,
    "tensordot": tensordot,
}
