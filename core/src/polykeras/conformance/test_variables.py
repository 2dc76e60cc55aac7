"""The store keeps values of every dtype; variables are lazy, and are copied and pickled with their values."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import numpy as np
import pytest

import polykeras as keras
from polykeras import ops
from polykeras.backend.resolved import Backend
from polykeras.conformance.providers import native, samples, values
from polykeras.plugins.info import VariableSpec


@pytest.mark.parametrize("trainable", [True, False])
@pytest.mark.parametrize("placement", ["device", "host"])
@pytest.mark.parametrize("dtype", ["float32", "bfloat16", "int32", "bool"])
def test_the_store_keeps_values(here: Backend, dtype: str, placement: str, trainable: bool) -> None:
    store = here.variables
    asked: list[int] = []
    spec = VariableSpec((2, 2), dtype, "a/b", trainable, placement)
    host = samples("float32").astype(samples(dtype).dtype)

    def init() -> np.ndarray:
        asked.append(1)
        return host

    handle = store.create(spec, init)
    assert asked == [1]
    read = store.read(handle)
    assert here.tensors.dtype_name(read) == dtype
    np.testing.assert_array_equal(values(here, read), host)
    store.write(handle, here.tensors.from_host(~host if dtype == "bool" else host + host, dtype))
    expected = ~host if dtype == "bool" else host + host
    np.testing.assert_array_equal(values(here, store.read(handle)), expected)


def test_native_initial_values_are_not_shared(here: Backend) -> None:
    zeros = native(here, np.zeros(3))
    handle = here.variables.create(VariableSpec((3,), "float32", "v"), lambda: zeros)
    here.variables.write(handle, native(here, np.ones(3)))
    np.testing.assert_array_equal(values(here, zeros), np.zeros(3))


def test_wide_variables_keep_every_bit(here: Backend) -> None:
    exact = 1.0 + 2.0**-45
    with here.precision_scope(frozenset({"float64"})):
        variable = keras.Variable(np.array([exact]), dtype="float64")
        assert here.tensors.dtype_name(variable.value) == "float64"
        assert variable.numpy().tolist() == [exact]
        variable.assign_add(np.array([2.0**-45]))
        assert variable.numpy().tolist() == [1.0 + 2.0**-44]
        assert ops.dtype(ops.add(variable, variable)) == "float64"
    # Outside the scope the value stands as it was.
    assert variable.numpy().tolist() == [1.0 + 2.0**-44]


def test_an_initial_value_is_made_at_the_first_read_and_once() -> None:
    asked: list[int] = []

    def init(shape: Any, dtype: Any = None) -> Any:
        asked.append(1)
        return ops.ones(shape, dtype)

    variable = keras.Variable(init, shape=(2,), dtype="float32")
    assert asked == []
    for _ in range(2):
        np.testing.assert_array_equal(variable.numpy(), [1.0, 1.0])
    assert asked == [1]


@pytest.mark.parametrize(
    "twin_of", [copy.deepcopy, lambda one: pickle.loads(pickle.dumps(one))], ids=["copy", "pickle"]
)
@pytest.mark.parametrize("dtype", ["float32", "bfloat16", "int32"])
def test_variables_are_copied_and_pickled(dtype: str, twin_of: Any) -> None:
    variable = keras.Variable(np.array([1, 2, 3]), dtype=dtype, trainable=dtype == "float32", name="v")
    twin = twin_of(variable)
    assert (twin.dtype, twin.trainable, twin.path) == (variable.dtype, variable.trainable, variable.path)
    twin.assign(np.zeros(3))
    assert variable.numpy().astype(int).tolist() == [1, 2, 3]
    assert twin.numpy().astype(int).tolist() == [0, 0, 0]


def test_what_does_not_fit_is_refused() -> None:
    variable = keras.Variable(np.zeros(3, "float32"))
    with pytest.raises(ValueError, match="shape"):
        variable.assign(np.zeros(2, "float32"))
    np.testing.assert_array_equal(variable.numpy(), np.zeros(3))
