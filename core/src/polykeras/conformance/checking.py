"""The questions asked of every case: values, shapes known and unknown, dtypes, abstract evaluation.

How far an answer lay from the right one is kept, in units of what its dtype allows, for the report of the run.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import numpy as np

from polykeras import KerasTensor, ops
from polykeras.backend.current import current
from polykeras.conformance.case import Case, answer, listed, over_arrays
from polykeras.ops.abstract import abstract_scope
from polykeras.ops.defined import OPS
from polykeras.plugins.info import TensorSpec

TOLERANCE = {
    "bfloat16": 3e-2,
    "float16": 4e-3,
    "float32": 2e-5,
    "float64": 1e-11,
    "complex64": 2e-5,
    "complex128": 1e-11,
}
"""What may be missing, relative to the right answer and absolutely; all else must be exact."""

BY_VALUE = {
    "bincount", "get_item", "nonzero", "repeat", "segment_max", "segment_min", "segment_prod", "segment_sum", "unique",
    "where",
}  # fmt: skip
"""Ops with sizes that values decide (how many are true): these may stay unknown."""


class Errors:
    """The worst error since it was asked last, in units of the tolerance: 1 is what is just allowed."""

    def __init__(self) -> None:
        self._worst = 0.0

    def keep(self, error: float) -> None:
        """Take one more error into account."""
        self._worst = max(self._worst, error)

    def take(self) -> float:
        """Return the worst and forget it."""
        worst, self._worst = self._worst, 0.0
        return worst


ERRORS = Errors()


def host(tensor: Any) -> np.ndarray:
    """Return the values of a tensor."""
    values: np.ndarray = ops.convert_to_numpy(tensor)
    return values


def tensors(args: Any) -> Any:
    """Return `args` with native tensors in place of arrays."""
    return over_arrays(ops.convert_to_tensor, args)


def call(case: Case, args: Any) -> list[Any]:
    """Return the tensors that the op of `case` gives."""
    return listed(getattr(ops, case.op)(*args))


def within(ours: Any, theirs: Any, relative: float, absolute: float) -> None:
    """Equal shapes, and values as near as asked; keeps the error."""
    ours, theirs = np.asarray(ours), np.asarray(theirs)
    assert ours.shape == theirs.shape
    wide = np.complex128 if "c" in ours.dtype.kind + theirs.dtype.kind else np.float64
    ours, theirs = ours.astype(wide), theirs.astype(wide)
    with np.errstate(all="ignore"):
        allowed = absolute + relative * np.abs(theirs)
        found = np.isfinite(ours) & np.isfinite(theirs) & (allowed > 0)
        ERRORS.keep(float((np.abs(ours - theirs)[found] / allowed[found]).max(initial=0.0)))
    np.testing.assert_allclose(ours, theirs, rtol=relative, atol=absolute, equal_nan=True)


def close(ours: Any, theirs: Any) -> None:
    """Equal shapes; equal values within what the dtype can tell."""
    tolerance = TOLERANCE.get(ops.dtype(ours), 0.0)
    within(host(ours), theirs, tolerance, tolerance)


def check_value(case: Case) -> None:
    """Values, and the number of results, are the oracle's."""
    got, expected = call(case, tensors(case.args)), answer(case, case.args)
    assert len(got) == len(expected)
    for ours, theirs in zip(got, expected, strict=True):
        close(ours, theirs)


def check_inferred(case: Case) -> None:
    """A symbolic call gives the dtype and shape of a real one."""
    native = tensors(case.args)
    for real, symbol in _checked(call(case, native), _symbolic(case, native, lambda shape: shape)):
        assert tuple(real.shape) == symbol.shape or case.op in BY_VALUE


def check_unknown(case: Case) -> None:
    """With every size unknown, what is said to be known of the result is true."""
    native = tensors(case.args)
    _checked(call(case, native), _symbolic(case, native, lambda shape: (None,) * len(shape)))


def check_abstract(case: Case) -> None:
    """Abstract evaluation by the framework gives the shape and dtype of the rule."""
    native = tensors(case.args)
    inferred = _symbolic(case, native, lambda shape: shape)
    if any(None in symbol.shape for symbol in inferred):
        return  # the values decide
    places = [
        (i, j)
        for i, one in enumerate(native)
        for j, item in enumerate(one if isinstance(one, list) else [one])
        if ops.is_tensor(item)
    ]
    specs = [TensorSpec(tuple(tensor.shape), ops.dtype(tensor)) for tensor in (at(native, place) for place in places)]
    evaluated = current().training.abstract_eval(lambda *values: call(case, replaced(native, places, values)), specs)
    assert len(evaluated) == len(inferred)
    for spec, symbol in zip(evaluated, inferred, strict=True):
        assert spec.dtype == current().tensors.canonical_dtype(symbol.dtype)
        assert spec.shape == symbol.shape or (case.op in BY_VALUE and len(spec.shape) == len(symbol.shape))


def at(args: Any, place: tuple[int, int]) -> Any:
    """Return the argument, or the item of a sequence, at `place`."""
    one = args[place[0]]
    return one[place[1]] if isinstance(one, list) else one


def replaced(args: Any, places: list[tuple[int, int]], values: Any) -> list[Any]:
    """Return `args` with `values` at `places`."""
    result = [list(one) if isinstance(one, list) else one for one in args]
    for (i, j), value in zip(places, values, strict=True):
        if isinstance(result[i], list):
            result[i][j] = value
        else:
            result[i] = value
    return result


def _checked(got: list[Any], inferred: list[Any]) -> list[tuple[Any, Any]]:
    """Hold shapes and dtypes that were inferred to those that came out, and return the pairs."""
    assert len(got) == len(inferred)
    pairs = list(zip(got, inferred, strict=True))
    for real, symbol in pairs:
        assert ops.dtype(real) == current().tensors.canonical_dtype(symbol.dtype)
        assert len(symbol.shape) == len(real.shape)
        assert all(size in {None, actual} for size, actual in zip(symbol.shape, real.shape, strict=True))
    return pairs


def _symbolic(case: Case, native: Any, shaped: Callable[[Any], Any]) -> list[Any]:
    """Call the op on symbolic tensors, as a user does, or inside of a layer where it takes no tensor."""

    def symbol(tensor: Any) -> Any:
        if not ops.is_tensor(tensor):
            return tensor
        return KerasTensor(shaped(tuple(tensor.shape)), ops.dtype(tensor))

    args = [[symbol(item) for item in one] if isinstance(one, list) else symbol(one) for one in native]
    takes_tensors = any(OPS[case.op].tensors) or any(isinstance(one, KerasTensor) for one in args)
    with nullcontext() if takes_tensors and case.op != "full" else abstract_scope():
        return call(case, args)
