"""Rearrangements of axes, written in the notation of einops: ``rearrange``.

Promises: every axis is named, so that an axis too many, a name that one side lacks or a size that does not
divide is an error before anything moves. Refuses: reductions and repetitions; those have ops of their own.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from typing import NamedTuple, NoReturn

from polykeras.ops.conversion import shape as shape_of
from polykeras.ops.dims import Size, known, product
from polykeras.ops.dispatch import derived
from polykeras.ops.manipulation import reshape, transpose
from polykeras.ops.rule_error import RuleError
from polykeras.ops.shape_rules.spec import as_size
from polykeras.ops.types import Tensor, TensorLike

_DOTS = "..."
_SIGN = re.compile(r"[()]|\.\.\.|[^\W\d]\w*|1(?!\w)")


class _Axis(NamedTuple):
    """One axis of a side: the names of its factors, none for an axis of size 1."""

    names: tuple[str, ...]
    joined: bool
    """Whether the names stand in parentheses, where dots are factors of one axis."""


_Side = tuple[_Axis, ...]


def rearrange(tensor: TensorLike, pattern: str, **axes_lengths: Size) -> Tensor:
    """Return `tensor` with its axes reordered, joined and taken apart as `pattern` says.

    The notation is that of einops (Rogozhnikov, "Einops: Clear and Reliable Tensor Manipulations with
    Einstein-like Notation", ICLR 2022). On either side of the arrow every axis has a name; names in
    parentheses are the factors of one axis, the slowest first; ``1`` and ``()`` are axes of size 1; ``...``
    stands for any number of axes, on both sides.

    Args:
        tensor: Tensor.
        pattern: Such as ``"batch (h block) w -> batch h (block w)"``.
        **axes_lengths: Sizes of named axes; of the factors of one axis, one may be left out.

    Returns:
        Tensor of as many elements.

    Raises:
        ValueError: If the pattern cannot be read, its sides do not name the same axes, or sizes do not fit.

    >>> from polykeras import ops
    >>> tuple(ops.rearrange(ops.zeros((2, 6, 5)), "batch (h block) w -> batch h (block w)", block=2).shape)
    (2, 3, 10)
    """
    return rearrange_by(tensor, pattern, axes_lengths)


@derived()
def rearrange_by(tensor: TensorLike, pattern: str, axes_lengths: Mapping[str, Size]) -> Tensor:
    """Return ``rearrange(tensor, pattern, **axes_lengths)``: the same op with the sizes in one mapping.

    Args:
        tensor: Tensor.
        pattern: Such as ``"b h w -> b (h w)"``.
        axes_lengths: From names of axes to sizes.

    Returns:
        Tensor as `rearrange` gives it.
    """
    shape = shape_of(tensor)
    source, target = _sides(pattern)
    strange = set(axes_lengths) - {name for axis in source for name in axis.names}
    if strange:
        _refuse(pattern, f"sizes of {', '.join(sorted(strange))}", "sizes of names in the pattern")
    source, target = _without_dots(pattern, source, target, len(shape))
    given = {name: as_size(size) for name, size in axes_lengths.items()}
    if any(known(size) and size < 0 for size in given.values()):
        _refuse(pattern, f"sizes {given}", "sizes of 0 or more")
    sizes: dict[str, Size] = {}
    for axis, size in zip(source, shape, strict=True):
        sizes.update(_factors(pattern, axis, size, given))
    names = [name for axis in source for name in axis.names]
    order = tuple(names.index(name) for axis in target for name in axis.names)
    apart = reshape(tensor, tuple(sizes[name] for name in names))
    moved = apart if order == tuple(range(len(names))) else transpose(apart, order)
    return reshape(moved, tuple(product(sizes[name] for name in axis.names) for axis in target))


@functools.lru_cache(maxsize=256)
def _sides(pattern: str) -> tuple[_Side, _Side]:
    """Return what stands on either side of the arrow.

    Raises:
        RuleError: A side cannot be read, names an axis twice, or names other axes than the other side.
    """
    texts = pattern.split("->")
    if len(texts) != 2:
        _refuse(pattern, f"{len(texts) - 1} arrows", "one arrow '->'")
    source, target = (_side(pattern, text) for text in texts)
    left, right = ({name for axis in side for name in axis.names} for side in (source, target))
    if left != right:
        _refuse(pattern, f"{', '.join(sorted(left ^ right))} on one side only", "the same names on both sides")
    if any(axis.joined and _DOTS in axis.names for axis in source):
        _refuse(pattern, "dots in parentheses on the left", "dots in parentheses on the right only")
    return source, target


def _side(pattern: str, text: str) -> _Side:
    if _SIGN.sub("", text).strip():
        _refuse(pattern, f"{text.strip()!r}", "names, 1, (), parentheses around names, and ...")
    axes: list[_Axis] = []
    group: list[str] | None = None
    for sign in _SIGN.findall(text):
        names = [] if sign in "(1)" else [sign]
        if sign in "()" and (sign == "(") != (group is None):
            _refuse(pattern, f"{text.strip()!r}", "parentheses in pairs, one deep")
        if sign == "(":
            group = []
        elif sign == ")":
            axes.append(_Axis(tuple(group or ()), joined=True))
            group = None
        elif group is not None:
            group += names
        else:
            axes.append(_Axis(tuple(names), joined=False))
    every = [name for axis in axes for name in axis.names]
    if group is not None or len(set(every)) < len(every):
        _refuse(pattern, f"{text.strip()!r}", "parentheses in pairs, and every name once on a side")
    return tuple(axes)


def _without_dots(pattern: str, source: _Side, target: _Side, rank: int) -> tuple[_Side, _Side]:
    """Return both sides with a name for each axis that dots stand for."""
    dots = any(_DOTS in axis.names for axis in source)
    extra = rank - len(source) + dots
    if extra < 0 or (extra and not dots):
        _refuse(pattern, f"a tensor of {rank} axes", f"{'at least ' * dots}{len(source) - dots} axes")
    hidden = tuple(f"{_DOTS}{position}" for position in range(extra))
    return _spread(source, hidden), _spread(target, hidden)


def _spread(side: _Side, hidden: tuple[str, ...]) -> _Side:
    axes: list[_Axis] = []
    for axis in side:
        if axis.names == (_DOTS,) and not axis.joined:
            axes += (_Axis((name,), joined=False) for name in hidden)
        else:
            names = (one for name in axis.names for one in (hidden if name == _DOTS else (name,)))
            axes.append(_Axis(tuple(names), axis.joined))
    return tuple(axes)


def _factors(pattern: str, axis: _Axis, size: Size, given: Mapping[str, Size]) -> dict[str, Size]:
    """Return the sizes of the factors of an axis, of which one may follow from the others."""
    found = {name: given[name] for name in axis.names if name in given}
    missing = [name for name in axis.names if name not in given]
    if len(missing) > 1:
        _refuse(pattern, f"no sizes of {', '.join(missing)}", f"sizes of all but one of {', '.join(axis.names)}")
    whole = product(found.values())
    left = size % whole if missing and whole != 0 else size - whole
    if known(left) and left != 0:
        named = " ".join(f"{name}={one}" for name, one in found.items())
        _refuse(
            pattern,
            f"an axis of size {size} for ({' '.join(axis.names)}){' with ' * bool(named)}{named}",
            "factors whose product is the size of their axis",
        )
    if missing:
        if whole == 0:
            _refuse(pattern, f"a size of 0 beside {missing[0]}", "sizes of all factors where one is 0")
        found[missing[0]] = size // whole
    return found


def _refuse(pattern: str, received: str, allowed: str) -> NoReturn:
    error = RuleError(
        f"cannot rearrange axes by the pattern {pattern!r}",
        received,
        allowed,
        "Name the axes as in 'batch (h block) w -> batch h (block w)', and give sizes by name: block=2.",
    )
    error.op = "rearrange"
    raise error
