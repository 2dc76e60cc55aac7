"""Rules of products of tensors: matmul, dot, tensordot, outer and einsum."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NoReturn

from polykeras.ops.dims import Size, agree, product, unify
from polykeras.ops.rule_error import RuleError
from polykeras.ops.shape_rules.elementwise import broadcast_dims
from polykeras.ops.shape_rules.spec import Spec, agree_all, axis_indices, show


def _contract(a: Size, b: Size, x1: Spec, x2: Spec) -> None:
    agree_all([(a, b)], "cannot multiply along axes of different size", show(x1, x2))


def _refuse_scalar(x1: Spec, x2: Spec) -> NoReturn:
    raise RuleError(
        "needs arguments with at least one axis",
        show(x1, x2),
        "(..., n, k) and (..., k, m), or one axis on either side",
        "Use `ops.multiply` for scalars.",
    )


def _wide(dtype: str) -> str:
    # Products of int8 overflow int8 at once, so Keras adds them up in int32.
    return "int32" if dtype == "int8" else dtype


def matmul(x1: Spec, x2: Spec) -> Spec:
    """Return ``(..., n, k) @ (..., k, m) -> (..., n, m)``; an argument of one axis loses it."""
    if not x1.dims or not x2.dims:
        _refuse_scalar(x1, x2)
    _contract(x1.dims[-1], x2.dims[-2] if len(x2.dims) > 1 else x2.dims[0], x1, x2)
    batch = broadcast_dims(x1.dims[:-2], x2.dims[:-2])
    rows = x1.dims[-2:-1]
    columns = x2.dims[-1:] if len(x2.dims) > 1 else ()
    return Spec((*batch, *rows, *columns), _wide(x1.dtype))


def dot(x1: Spec, x2: Spec) -> Spec:
    """Return the sum over the last axis of `x1` and the last but one of `x2`, with no broadcasting."""
    if not x1.dims or not x2.dims:
        return Spec(x1.dims + x2.dims, x1.dtype)
    second = len(x2.dims) - 2 if len(x2.dims) > 1 else 0
    return tensordot(x1, x2, ([-1], [second]))


def tensordot(x1: Spec, x2: Spec, axes: Any = 2) -> Spec:
    """Return the free axes of `x1`, then those of `x2`; `axes` is a count or a pair of axes."""
    left, right = _contracted_axes(x1, x2, axes)
    for i, j in zip(left, right, strict=True):
        _contract(x1.dims[i], x2.dims[j], x1, x2)
    free1 = tuple(size for i, size in enumerate(x1.dims) if i not in left)
    free2 = tuple(size for j, size in enumerate(x2.dims) if j not in right)
    return Spec(free1 + free2, x1.dtype)


def _contracted_axes(x1: Spec, x2: Spec, axes: Any) -> tuple[tuple[int, ...], tuple[int, ...]]:
    rank1, rank2 = len(x1.dims), len(x2.dims)
    pair = tuple(axes) if isinstance(axes, Iterable) else ()
    if pair:
        left, right = (axis_indices(one, rank) for one, rank in zip(pair, (rank1, rank2), strict=False))
    elif 0 <= axes <= min(rank1, rank2):
        left, right = tuple(range(rank1 - axes, rank1)), tuple(range(axes))
    else:
        left, right = (0,), ()
    if len(left) != len(right):
        raise RuleError(
            "cannot pair the axes to contract",
            f"axes {axes} with {show(x1, x2)}",
            "a count of axes that both have, or two lists of equal length",
            "Name the axes of both arguments: `axes=([1], [0])`.",
        )
    return left, right


def outer(x1: Spec, x2: Spec) -> Spec:
    """Return all products of elements: ``(size of x1, size of x2)``."""
    return Spec((product(x1.dims), product(x2.dims)), x1.dtype)


def einsum(subscripts: str, *operands: Spec) -> Spec:
    """Return the shape that `subscripts`, such as ``"...ij,jk->...ik"``, give to the result."""
    inputs, arrow, output = subscripts.replace(" ", "").partition("->")
    terms = inputs.split(",")
    if len(terms) != len(operands):
        _refuse_einsum(subscripts, operands, f"{len(operands)} operands, one term each")
    sizes: dict[str, Size] = {}
    ellipsis: tuple[Size, ...] = ()
    for term, operand in zip(terms, operands, strict=True):
        before, dots, after = term.partition("...")
        labels = before + after
        extra = len(operand.dims) - len(labels)
        if extra < 0 or (extra and not dots):
            _refuse_einsum(subscripts, operands, f"one letter per axis, or an ellipsis, in {term!r}")
        middle = len(before) + extra
        ellipsis = broadcast_dims(ellipsis, operand.dims[len(before) : middle])
        _unify_labels(sizes, labels, operand.dims[: len(before)] + operand.dims[middle:])
    if not arrow:
        once = sorted(label for label in sizes if inputs.count(label) == 1)
        output = ("..." if "..." in inputs else "") + "".join(once)
    before, dots, after = output.partition("...")
    if not set(before + after) <= set(sizes) or len(set(before + after)) < len(before + after):
        _refuse_einsum(subscripts, operands, "each letter of the output once, and from the inputs")
    if ellipsis and not dots:
        _refuse_einsum(subscripts, operands, "an ellipsis in the output where the inputs have one")
    dims = (*(sizes[c] for c in before), *(ellipsis if dots else ()), *(sizes[c] for c in after))
    return Spec(dims, _wide(operands[0].dtype))


def _unify_labels(sizes: dict[str, Size], labels: str, dims: tuple[Size, ...]) -> None:
    own: dict[str, Size] = {}
    for label, size in zip(labels, dims, strict=True):
        # A letter twice in one term is a diagonal, whose axes have one size and never broadcast.
        own[label] = agree(own[label], size) if label in own else size
    for label, size in own.items():
        sizes[label] = unify(sizes.get(label, 1), size)


def _refuse_einsum(subscripts: str, operands: tuple[Spec, ...], allowed: str) -> NoReturn:
    raise RuleError(
        "cannot match its subscripts and operands",
        f"{subscripts!r} with {show(*operands)}",
        allowed,
        "Compare each term with the shape of its operand.",
    )
