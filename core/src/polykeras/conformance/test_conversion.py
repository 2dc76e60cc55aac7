"""What may be passed for a tensor, and what it becomes."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import pytest

import polykeras
from polykeras import KerasTensor, Variable, ops
from polykeras.backend.current import current
from polykeras.backend.dtypes import standardize_dtype
from polykeras.ops.abstract import abstract_scope
from polykeras.plugins.errors import SymbolicTensorError

_BECOMES: list[tuple[Any, str]] = [
    (1, "int32"),
    (1.5, "float32"),
    (True, "bool"),
    ([1, 2], "int32"),
    ([[1.0], [2]], "float32"),
    ([True, False], "bool"),
    ([], "float32"),
    (np.float64(1.5), "float32"),  # a Python float too, and as weak
    (np.float32(1.5), "float32"),
    (np.zeros(2), "float64"),
    (np.zeros(2, "float16"), "float16"),
    (np.arange(3), "int64"),
    (np.arange(3, dtype="uint8"), "uint8"),
    (np.zeros((0, 2), "int32"), "int32"),
]


@pytest.mark.parametrize(("value", "dtype"), _BECOMES, ids=repr)
def test_dtype_of_tensor(value: Any, dtype: str) -> None:
    tensor = ops.convert_to_tensor(value)
    assert ops.is_tensor(tensor)
    assert ops.dtype(tensor) == current().tensors.canonical_dtype(dtype)
    assert ops.shape(tensor) == np.shape(value)
    assert ops.convert_to_numpy(tensor).tolist() == np.asarray(value).tolist()


@pytest.mark.parametrize("value", [value for value, _ in _BECOMES] + [KerasTensor((2, 3), "int8")], ids=repr)
def test_inferred_as_it_would_be(value: Any) -> None:
    with abstract_scope():
        symbol = ops.convert_to_tensor(value)
        assert ops.is_tensor(symbol)
    real = value if isinstance(value, KerasTensor) else ops.convert_to_tensor(value)
    assert current().tensors.canonical_dtype(symbol.dtype) == ops.dtype(real)
    assert symbol.shape == tuple(real.shape)


@pytest.mark.parametrize("dtype", ["float16", "int8", "bool", np.float32, float, int])
@pytest.mark.parametrize("value", [1, [0, 1], np.ones(2), Variable(np.ones(2, "float32"))], ids=repr)
def test_dtype_asked_for(value: Any, dtype: Any) -> None:
    expected = standardize_dtype(dtype)
    assert ops.dtype(ops.convert_to_tensor(value, dtype)) == expected
    assert ops.dtype(ops.cast(value, dtype)) == expected
    assert ops.dtype(ops.array(ops.convert_to_tensor(value), dtype)) == expected


def test_float64_keeps_its_precision_in_its_scope() -> None:
    with current().precision_scope(frozenset({"float64"})):
        third = ops.convert_to_tensor(1 / 3, "float64")
        assert ops.convert_to_numpy(third) == 1 / 3
        assert ops.convert_to_numpy(ops.full((), 1 / 3, "float64")) == 1 / 3
        assert ops.convert_to_numpy(ops.linspace(1 / 3, 1, 2, dtype="float64"))[0] == 1 / 3
        assert ops.dtype(ops.multiply(third, 2)) == "float64"


def test_lists_of_tensors_are_stacked_and_differentiated() -> None:
    def total(x: Any) -> Any:
        rows = ops.convert_to_tensor([[x, 2.0], [3.0, ops.multiply(x, x)]])
        assert ops.shape(rows) == (2, 2)
        return ops.sum(rows)

    _, gradient = polykeras.value_and_grad(total)(np.float32(3.0))
    assert float(ops.convert_to_numpy(gradient)) == 7.0


def test_ops_take_lists_of_tensors() -> None:
    variable = Variable(2.0)

    def total(x: Any) -> Any:
        return ops.sum(ops.multiply([[x, variable], [1.0, ops.multiply(x, x)]], 3.0))

    value, gradient = polykeras.value_and_grad(total)(np.float32(4.0))
    assert float(ops.convert_to_numpy(value)) == 69.0
    assert float(ops.convert_to_numpy(gradient)) == 27.0
    _, (gradient,) = polykeras.value_and_grad(total, [variable])(4.0)
    assert float(ops.convert_to_numpy(gradient)) == 3.0
    assert ops.sum([KerasTensor((None, 2)), np.zeros((3, 2))], 0).shape == (3, 2)


def test_variables_stand_for_their_value() -> None:
    variable = Variable(np.array([1.0, 2.0], dtype="float32"))
    assert ops.convert_to_numpy(ops.add(variable, variable)).tolist() == [2.0, 4.0]
    assert ops.convert_to_numpy(ops.concatenate([variable, [3.0]])).tolist() == [1.0, 2.0, 3.0]
    assert ops.convert_to_numpy(ops.where(variable > 1, variable, 0)).tolist() == [0.0, 2.0]
    assert ops.convert_to_numpy(ops.get_item(np.arange(3), Variable([2, 0], dtype="int32"))).tolist() == [2, 0]
    assert ops.convert_to_numpy(ops.slice(np.arange(5.0), [Variable(2, dtype="int32")], (2,))).tolist() == [2.0, 3.0]
    assert ops.shape(variable) == (2,)
    assert ops.dtype(variable) == "float32"
    assert not ops.is_tensor(variable)


_PROMOTIONS: list[tuple[Any, Any, str]] = [
    (np.zeros(1, "int32"), 1.5, "float32"),
    (np.zeros(1, "float16"), 1.5, "float16"),
    (np.zeros(1, "uint8"), 1, "uint8"),
    (np.zeros(1, "int8"), np.zeros(1, "uint8"), "int16"),
    (np.zeros(1, "float16"), np.zeros(1, "float32"), "float32"),
    (np.zeros(1, "bool"), np.zeros(1, "int8"), "int8"),
    (True, 1, "int32"),
    (1, 2.0, "float32"),
]


@pytest.mark.parametrize(("one", "other", "dtype"), _PROMOTIONS, ids=repr)
@pytest.mark.parametrize("native", [False, True])
def test_promotion(one: Any, other: Any, dtype: str, *, native: bool) -> None:
    if native:  # scalars stay weak, arrays become tensors
        one, other = (ops.convert_to_tensor(x) if isinstance(x, np.ndarray) else x for x in (one, other))
    assert ops.dtype(ops.add(one, other)) == dtype
    assert ops.dtype(ops.maximum(other, one)) == dtype
    assert ops.dtype(ops.where([True], one, other)) == dtype


def test_facts_of_what_is_no_tensor() -> None:
    assert ops.shape([[1, 2, 3]]) == (1, 3)
    assert ops.shape(7) == ()
    assert ops.ndim(np.zeros((2, 1))) == 2
    assert ops.size(np.zeros((2, 3))) == 6
    assert [ops.dtype(one) for one in (1, 1.0, True, [1], np.int8(1))] == ["int32", "float32", "bool", "int32", "int8"]


def test_facts_of_symbolic_tensors() -> None:
    x = KerasTensor((None, 3), "int8")
    rows, columns = ops.shape(x)
    assert columns == 3
    assert ops.size(x) == rows * 3
    assert ops.ndim(x) == 2
    assert ops.dtype(x) == "int8"
    assert not ops.is_tensor(x)
    assert ops.reshape(x, (rows * 3,)).shape == (None,)
    assert ops.shape(ops.zeros_like(x))[0] == rows


def test_numpy_arrays_given_out_are_nobody_elses() -> None:
    tensor = ops.ones((2,))
    host = ops.convert_to_numpy(tensor)
    host[0] = 5.0
    assert ops.convert_to_numpy(tensor).tolist() == [1.0, 1.0]
    assert ops.convert_to_numpy([ops.ones(()), 2.0]).tolist() == [1.0, 2.0]


def test_arrays_taken_in_are_copied() -> None:
    # Frameworks share memory that is aligned to 64 bytes, which NumPy's is by chance.
    room = np.zeros(128, dtype="uint8")
    start = -room.ctypes.data % 64
    host = room[start : start + 12].view("float32")
    tensor = ops.convert_to_tensor(host)
    host[0] = 5.0
    assert ops.convert_to_numpy(tensor).tolist() == [0.0, 0.0, 0.0]


_REFUSED: list[tuple[Any, dict[str, Any], type[Exception], str]] = [
    ([1], {"sparse": True}, ValueError, "dense"),
    ([1], {"ragged": True}, ValueError, "dense"),
    ([[1], [1, 2]], {}, TypeError, "equal lengths"),
    ({"a": 1}, {}, TypeError, "convert_to_tensor"),
    (None, {}, TypeError, "convert_to_tensor"),
    ([1], {"dtype": "float33"}, ValueError, "float32"),
]


@pytest.mark.parametrize(("value", "options", "error", "says"), _REFUSED, ids=repr)
def test_refused(value: Any, options: dict[str, Any], error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        ops.convert_to_tensor(value, **options)


def test_symbolic_tensors_have_no_values() -> None:
    with pytest.raises(SymbolicTensorError, match="no values"):
        ops.convert_to_numpy(KerasTensor((2,)))


def test_tensors_of_a_thread_are_tensors_everywhere() -> None:
    made: list[Any] = []
    thread = threading.Thread(target=lambda: made.append(ops.ones((2,))))
    thread.start()
    thread.join()
    assert ops.is_tensor(made[0])
