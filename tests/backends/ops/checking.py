"""The questions asked of every case: values, dtypes, shapes known and unknown, gradients."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import numpy as np

import polykeras
from polykeras import KerasTensor, ops
from polykeras.backend.current import current
from polykeras.ops.abstract import abstract_scope
from polykeras.ops.defined import OPS
from tests.backends.ops.cases import Case

TOLERANCE = {"bfloat16": 3e-2, "float16": 4e-3, "float32": 2e-5, "float64": 1e-11}
STEP = 1e-6


def tensors(args: Any) -> Any:
    """Return `args` with native tensors in place of arrays."""
    return over_arrays(ops.convert_to_tensor, args)


def over_arrays(function: Callable[[np.ndarray], Any], args: Any) -> Any:
    """Return `args` with `function` applied to each array, also inside of one sequence."""
    convert = functools.partial(_over, function)
    return tuple([convert(item) for item in one] if _holds_arrays(one) else convert(one) for one in args)


def _over(function: Callable[[np.ndarray], Any], one: Any) -> Any:
    return function(one) if isinstance(one, np.ndarray) else one


def _holds_arrays(one: Any) -> bool:
    return isinstance(one, list) and bool(one) and all(isinstance(item, np.ndarray) for item in one)


def listed(result: Any) -> list[Any]:
    """Return the tensors of a result, which is one or several."""
    return list(result) if isinstance(result, (list, tuple)) else [result]


def wide(array: np.ndarray) -> np.ndarray:
    """Return what an oracle computes with: floats as float64."""
    return array if array.dtype.kind in "biu" else array.astype("float64")


def right(case: Case, args: Any) -> list[np.ndarray]:
    """Return the oracle's answer."""
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of an oracle: "mean of empty slice"
        return [np.asarray(one) for one in listed(case.oracle(*over_arrays(wide, args)))]


def check_value(case: Case) -> None:
    """Values, and the number of results, are the oracle's."""
    got = listed(getattr(ops, case.op)(*tensors(case.args)))
    expected = right(case, case.args)
    assert len(got) == len(expected)
    for ours, theirs in zip(got, expected, strict=True):
        close(ours, theirs)


def close(ours: Any, theirs: np.ndarray) -> None:
    """Equal shapes; equal values within what the dtype can tell."""
    host = ops.convert_to_numpy(ours)
    assert host.shape == theirs.shape
    tolerance = TOLERANCE.get(ops.dtype(ours), 0)
    np.testing.assert_allclose(
        host.astype("float64"), theirs.astype("float64"), rtol=tolerance, atol=tolerance, equal_nan=True
    )


def check_inferred(case: Case) -> None:
    """A symbolic call gives the dtype and shape of a real one."""
    native = tensors(case.args)
    got = listed(getattr(ops, case.op)(*native))
    inferred = listed(_symbolic(case, native, lambda shape: shape))
    assert len(got) == len(inferred)
    for real, symbol in zip(got, inferred, strict=True):
        assert ops.dtype(real) == current().tensors.canonical_dtype(symbol.dtype)
        # What the values decide (how many are true) may stay unknown.
        assert len(symbol.shape) == len(real.shape)
        assert all(size in {None, actual} for size, actual in zip(symbol.shape, real.shape, strict=True))
        if case.op not in {"where", "nonzero", "get_item"}:
            assert tuple(real.shape) == symbol.shape


def check_unknown(case: Case) -> None:
    """With every size unknown, what is said to be known of the result is true."""
    native = tensors(case.args)
    got = listed(getattr(ops, case.op)(*native))
    inferred = listed(_symbolic(case, native, lambda shape: (None,) * len(shape)))
    assert len(got) == len(inferred)
    for real, symbol in zip(got, inferred, strict=True):
        assert ops.dtype(real) == current().tensors.canonical_dtype(symbol.dtype)
        assert len(symbol.shape) == len(real.shape)
        assert all(size in {None, actual} for size, actual in zip(symbol.shape, real.shape, strict=True))


def _symbolic(case: Case, native: Any, shaped: Callable[[Any], Any]) -> Any:
    """Call the op on symbolic tensors, as a user does, or inside of a layer where it takes no tensor."""

    def symbol(tensor: Any) -> Any:
        if not ops.is_tensor(tensor):
            return tensor
        return KerasTensor(shaped(tuple(tensor.shape)), ops.dtype(tensor))

    args = [[symbol(item) for item in one] if isinstance(one, list) else symbol(one) for one in native]
    takes_tensors = any(OPS[case.op].tensors) or any(isinstance(one, KerasTensor) for one in args)
    with nullcontext() if takes_tensors and case.op != "full" else abstract_scope():
        return getattr(ops, case.op)(*args)


def check_gradient(case: Case) -> None:
    """The gradient, for all float tensors at once, is that of finite differences in float64."""
    with current().precision_scope(frozenset({"float64"})):
        args = over_arrays(wide, case.args)
        places = [
            (i, j)
            for i, one in enumerate(args)
            for j, item in enumerate(one if isinstance(one, list) else [one])
            if isinstance(item, np.ndarray) and item.dtype == np.float64
        ]
        assert places, "a gradient is asked of a case without float tensors"
        points = [_at(args, place) for place in places]
        weights = [np.cos(np.arange(one.size)).reshape(one.shape) for one in right(case, args)]

        def loss(*values: Any) -> Any:
            results = listed(getattr(ops, case.op)(*_replaced(args, places, values)))
            pairs = zip(results, weights, strict=True)
            parts = [ops.sum(ops.multiply(ops.cast(result, "float64"), weight)) for result, weight in pairs]
            return functools.reduce(ops.add, parts)

        _, gradients = polykeras.value_and_grad(loss, argnums=tuple(range(len(points))))(*tensors(points))
        for index, gradient in enumerate(gradients):
            assert ops.dtype(gradient) == "float64"
            np.testing.assert_allclose(
                ops.convert_to_numpy(gradient), _differences(case, args, places, weights, index), rtol=1e-5, atol=1e-6
            )


def _at(args: Any, place: tuple[int, int]) -> np.ndarray:
    one = args[place[0]]
    return one[place[1]] if isinstance(one, list) else one


def _replaced(args: Any, places: list[tuple[int, int]], values: Any) -> list[Any]:
    result = [list(one) if isinstance(one, list) else one for one in args]
    for (i, j), value in zip(places, values, strict=True):
        if isinstance(result[i], list):
            result[i][j] = value
        else:
            result[i] = value
    return result


def _differences(case: Case, args: Any, places: Any, weights: list[np.ndarray], index: int) -> np.ndarray:
    """Return the gradient for one argument by central differences of the oracle."""
    points = [_at(args, place) for place in places]
    result = np.zeros(points[index].shape)
    for at in np.ndindex(result.shape):
        sides = []
        for step in (STEP, -STEP):
            moved = [point.copy() for point in points]
            moved[index][at] += step
            answer = right(case, _replaced(args, places, moved))
            sides.append(sum(float(np.sum(one * weight)) for one, weight in zip(answer, weights, strict=True)))
        result[at] = (sides[0] - sides[1]) / (2 * STEP)
    return result
