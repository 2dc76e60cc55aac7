"""Tensors go to the device and come back as they were, and share no memory with anybody."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

import polykeras as keras
from polykeras import ops
from polykeras.backend.current import current
from polykeras.backend.dtypes import DTYPES
from polykeras.backend.resolved import Backend
from polykeras.conformance.providers import FLOATS, samples, values
from polykeras.plugins.info import Device


@pytest.mark.parametrize("dtype", [name for name in DTYPES if name != "string"])
def test_every_dtype_makes_the_round_trip(here: Backend, dtype: str) -> None:
    host = samples(dtype)
    with here.precision_scope(frozenset({dtype, "float64"})):
        assert here.tensors.canonical_dtype(dtype) == dtype
        tensor = here.tensors.from_host(host, dtype)
        assert here.tensors.is_tensor(tensor)
        assert type(tensor) in here.types
        assert here.tensors.dtype_name(tensor) == dtype
        back = here.tensors.to_host(tensor)
    assert back.dtype == host.dtype
    np.testing.assert_array_equal(back, host)


@pytest.mark.parametrize("dtype", FLOATS)
def test_the_framework_s_own_float_dtypes_are_listed(here: Backend, dtype: str) -> None:
    with here.precision_scope(frozenset({dtype})):
        assert here.tensors.from_host(1.0, dtype).dtype in here.float_dtypes
    assert here.tensors.from_host(1, "int32").dtype not in here.float_dtypes


@pytest.mark.parametrize(
    "host",
    [
        np.arange(12.0).reshape(3, 4)[:, ::-2],
        np.arange(12.0).reshape(3, 4).T,
        np.broadcast_to(np.arange(3.0), (2, 3)),
        np.zeros((0, 3)),
        np.float64(2.5),
        2.5,
        3,
        True,
    ],
    ids=["negative strides", "transposed", "read-only", "empty", "NumPy scalar", "float", "int", "bool"],
)
def test_any_host_value_becomes_a_tensor(here: Backend, host: Any) -> None:
    tensor = here.tensors.from_host(host, "float32")
    np.testing.assert_array_equal(values(here, tensor), np.asarray(host, "float32"))
    np.testing.assert_array_equal(values(here, here.tensors.place({"x": np.asarray(host)})["x"]), np.asarray(host))


def test_a_foreign_object_is_no_tensor(here: Backend) -> None:
    assert not any(here.tensors.is_tensor(x) for x in (np.zeros(2), 1.0, [1.0], None, keras.Variable(1.0)))


MAKERS = {
    "from_host": lambda host: current().tensors.from_host(host, "float32"),
    "convert_to_tensor": ops.convert_to_tensor,
    "Variable": keras.Variable,
    "Variable, read before": lambda host: (variable := keras.Variable(host)).value is not None and variable,
    "assign": lambda host: _assigned(keras.Variable(np.zeros_like(host)), host),
}


def _assigned(variable: keras.Variable, value: Any) -> keras.Variable:
    variable.assign(value)
    return variable


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_host_arrays_are_copied(make: Any) -> None:
    host = np.arange(2048, dtype="float32")  # large and aligned enough for a framework to borrow it
    made = make(host)
    host[:] = -1.0
    np.testing.assert_array_equal(ops.convert_to_numpy(made), np.arange(2048, dtype="float32"))


def test_arrays_given_out_are_copies() -> None:
    variable = keras.Variable(np.zeros(3, "float32"))
    for out in (variable.numpy(), ops.convert_to_numpy(variable.value), np.asarray(variable)):
        out[:] = 5.0
    np.testing.assert_array_equal(variable.numpy(), np.zeros(3))


def test_a_variable_made_of_a_tensor_is_a_copy() -> None:
    first = keras.Variable(np.zeros(3, "float32"))
    second = keras.Variable(first.value)
    first.assign(np.ones(3, "float32"))
    np.testing.assert_array_equal(second.numpy(), np.zeros(3))


def test_a_variable_made_of_wide_values_is_wide(here: Backend) -> None:
    with here.precision_scope(frozenset({"float64"})):
        wide = keras.Variable(np.array([1.0]))
        assert [keras.Variable(made).dtype for made in (wide, wide.value, [1.0], 1.0)] == [
            "float64", "float64", "float32", "float32",
        ]  # fmt: skip


def test_devices_are_listed(here: Backend) -> None:
    listed = getattr(here.tensors, "devices", None)
    if listed is None:
        pytest.skip("the provider lists no devices, which is optional")
    devices = listed()
    names = [device.name for device in devices]
    assert "cpu:0" in names
    assert len(set(names)) == len(names)
    assert [name for name in names if not re.fullmatch(r"[a-z]+:\d+", name)] == []
    assert {type(device) for device in devices} == {Device}
