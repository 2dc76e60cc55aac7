"""Names of `keras.backend` and `keras.mixed_precision`; facts recorded by calling Keras 3.15.1."""

from __future__ import annotations

import pytest

import polykeras as keras
from polykeras.plugins.errors import DtypeError


def test_uids_count_by_prefix_until_the_session_is_cleared():
    keras.backend.clear_session()
    assert [keras.backend.get_uid(prefix) for prefix in ("a", "a", "", "b")] == [1, 2, 1, 1]
    keras.backend.clear_session()
    assert keras.backend.get_uid("a") == 1


@pytest.mark.parametrize(
    ("dtype", "floating", "integer"),
    [
        ("float16", True, False),
        ("bfloat16", True, False),
        ("float8_e4m3fn", True, False),
        (None, True, False),
        (float, True, False),
        ("complex64", False, False),
        ("int8", False, True),
        ("uint8", False, True),
        (int, False, True),
        ("bool", False, False),
    ],
)
def test_kinds_of_dtypes(dtype, floating, integer):
    assert keras.backend.is_float_dtype(dtype) is floating
    assert keras.backend.is_int_dtype(dtype) is integer


def test_a_dtype_that_does_not_exist():
    with pytest.raises(DtypeError, match="No dtype is called 'foo'"):
        keras.backend.is_float_dtype("foo")


def test_what_is_symbolic():
    assert keras.backend.is_keras_tensor(keras.KerasTensor((None, 2)))
    assert not keras.backend.is_keras_tensor([1.0])


def test_mixed_precision_has_the_policies_of_config():
    assert keras.mixed_precision.set_global_policy is keras.config.set_dtype_policy
    assert keras.mixed_precision.global_policy is keras.config.dtype_policy
    assert keras.mixed_precision.Policy is keras.mixed_precision.DTypePolicy
