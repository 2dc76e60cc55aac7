"""Python's operators and NumPy's indexing, on variables and on symbolic tensors."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import polykeras as keras
from polykeras import KerasTensor, ops
from polykeras.backend.resolved import Backend
from polykeras.conformance.checking import host
from polykeras.plugins.errors import SymbolicTensorError

FLOATS = np.array([[1.5, -2.0, 3.0], [0.5, 4.0, -1.0]], "float32")
ROW = np.array([2.0, 0.5, 1.5], "float32")
INTS = np.array([[5, 2, 7], [1, 6, 3]], "int32")
TRUTHS = np.array([[True, False, True], [False, False, True]])
ARITHMETIC = ["add", "sub", "mul", "truediv", "floordiv", "mod"]
BITS = ["and_", "or_", "xor"]
COMPARED = ["eq", "ne", "lt", "le", "gt", "ge"]

KEYS: dict[str, Any] = {
    "row": 1,
    "last": -1,
    "cut": slice(1, 3),
    "steps": slice(None, None, 2),
    "backwards": slice(None, None, -1),
    "beyond": slice(2, 99),
    "nothing": slice(2, 2),
    "rest": (Ellipsis, 0),
    "new axis": (slice(None), None, 1),
    "two cuts": (slice(1, None), slice(None, None, -2)),
    "list": [2, 0, 2],
    "array": np.array([[0, -1], [1, 1]]),
    "pairs": ([0, 2], [1, -1]),
    "list and cut": ([2, 0], slice(0, 2)),
    "scalars": (1, -2),
}
GRID = np.arange(12, dtype="float32").reshape(4, 3)


def _check(function: Callable[..., Any], array: np.ndarray, other: Any, *, power: bool = False) -> None:
    """Hold an operator on a variable, on both sides, and on symbols, to NumPy."""
    variable = keras.Variable(array, dtype=str(array.dtype))
    symbol = KerasTensor((None, *array.shape[1:]), str(array.dtype))
    pairs = [((variable, other), (array, other)), ((other, variable), (other, array))]
    for ours, theirs in pairs:
        if power and np.any(np.asarray(theirs[0]) < 0):
            continue
        expected = function(*theirs)
        got = function(*ours)
        np.testing.assert_allclose(host(got), expected, rtol=1e-5)
        if function is operator.eq:  # symbols are the same or not: they are found in lists by it
            continue
        symbolic = function(*(symbol if one is variable else one for one in ours))
        assert (symbolic.shape[1:], symbolic.dtype) == (expected.shape[1:], ops.dtype(got))


@pytest.mark.parametrize("name", [*ARITHMETIC, *COMPARED])
@pytest.mark.parametrize("other", [2.5, ROW, ROW.tolist()], ids=["number", "array", "list"])
def test_of_floats(here: Backend, name: str, other: Any) -> None:
    del here
    if isinstance(other, np.ndarray):
        other = ops.convert_to_tensor(other)
        expected = getattr(operator, name)(FLOATS, ROW)
        np.testing.assert_allclose(host(getattr(operator, name)(keras.Variable(FLOATS), other)), expected, rtol=1e-5)
        return
    if isinstance(other, list) and name not in COMPARED:
        expected = getattr(operator, name)(FLOATS, np.asarray(other, "float32"))
        np.testing.assert_allclose(host(getattr(operator, name)(keras.Variable(FLOATS), other)), expected, rtol=1e-5)
        return
    if not isinstance(other, list):
        _check(getattr(operator, name), FLOATS, other)


@pytest.mark.parametrize("name", [*ARITHMETIC, *COMPARED])
def test_of_ints(here: Backend, name: str) -> None:
    del here
    _check(getattr(operator, name), INTS, 3)


@pytest.mark.parametrize("name", BITS)
def test_of_truths(here: Backend, name: str) -> None:
    del here
    _check(getattr(operator, name), TRUTHS, True)


def test_power(here: Backend) -> None:
    del here
    _check(operator.pow, np.abs(FLOATS), 2, power=True)
    _check(operator.pow, INTS, 2, power=True)


def test_product_of_matrices(here: Backend) -> None:
    del here
    variable = keras.Variable(FLOATS)
    np.testing.assert_allclose(host(variable @ FLOATS.T), FLOATS @ FLOATS.T, rtol=1e-5)
    assert (KerasTensor((None, 3)) @ KerasTensor((3, 4))).shape == (None, 4)


@pytest.mark.parametrize("name", ["neg", "pos", "abs"])
def test_of_one(here: Backend, name: str) -> None:
    del here
    function = getattr(operator, name)
    np.testing.assert_allclose(host(function(keras.Variable(FLOATS))), function(FLOATS))
    assert function(KerasTensor((None, 3))).shape == (None, 3)


@pytest.mark.parametrize("name", BITS)
def test_numbers_are_true_where_they_are_not_zero(here: Backend, name: str) -> None:
    del here
    function, ints = getattr(operator, name), np.array([0, 2, 3], "int32")
    np.testing.assert_array_equal(host(function(keras.Variable(ints, dtype="int32"), 1)), function(ints != 0, True))


def test_complement(here: Backend) -> None:
    del here
    np.testing.assert_array_equal(host(~keras.Variable(TRUTHS, dtype="bool")), ~TRUTHS)


@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS.keys())
def test_indexing(here: Backend, key: Any) -> None:
    del here
    expected = GRID[key]
    np.testing.assert_array_equal(host(keras.Variable(GRID)[key]), expected)
    assert KerasTensor(GRID.shape)[key].shape == expected.shape
    unknown = KerasTensor((None, None))[key].shape
    assert len(unknown) == expected.ndim
    assert all(size in {None, known} for size, known in zip(unknown, expected.shape, strict=True))


@pytest.mark.parametrize("key", [4, -5, (0, 3), (0, 0, 0), "a", 1.5])
def test_indices_that_are_none(here: Backend, key: Any) -> None:
    del here
    for x in (keras.Variable(GRID), KerasTensor(GRID.shape)):
        with pytest.raises((IndexError, TypeError, ValueError)):
            x[key]


def test_iterating(here: Backend) -> None:
    del here
    np.testing.assert_array_equal([host(row) for row in keras.Variable(GRID)], GRID)
    with pytest.raises(SymbolicTensorError, match="unstack"):
        list(KerasTensor((2, 3)))
    with pytest.raises(TypeError, match="scalar"):
        list(keras.Variable(1.0))
    assert len(keras.Variable(GRID)) == 4
