"""Activations: found by name and config, with Keras' defaults where they differ from the ops'."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from polykeras import KerasTensor, activations, ops
from polykeras.registry import CustomObjectScope

X = np.array([-4.0, -2.0, 0.0, 2.0, 4.0, 6.0, 8.0], dtype="float32")
ARGUMENTS: dict[str, tuple[Any, ...]] = {"threshold": (1.0, 9.0)}
NAMES = sorted(activations.FAMILY.table)


@pytest.mark.parametrize("name", NAMES)
def test_each_name_means_a_function_that_runs(name: str) -> None:
    function = activations.get(name)
    assert function is getattr(activations, name)
    args = ARGUMENTS.get(name, ())
    x = X[:6].reshape(3, 2)
    result = ops.convert_to_numpy(function(ops.convert_to_tensor(x), *args))
    symbol = function(KerasTensor((None, 2)), *args)
    assert result.shape == (3, symbol.shape[1])
    assert np.isfinite(result).all()
    assert activations.deserialize(activations.serialize(function)) is function


def test_no_activation_is_linear() -> None:
    assert activations.get(None) is activations.linear
    assert activations.deserialize(None) is activations.linear
    assert activations.linear(X) is X


@pytest.mark.parametrize(("alias", "name"), [("swish", "silu"), ("hard_swish", "hard_silu")])
def test_aliases_are_written_by_their_own_name(alias: str, name: str) -> None:
    assert activations.serialize(activations.get(alias)) == name


# Recorded from Keras 3.15.1.
@pytest.mark.parametrize(
    ("args", "expected"),
    [
        ((), [0, 0, 0, 2, 4, 6, 8]),
        ((0.1, 6.0, 1.0), [-0.5, -0.3, -0.1, 2, 4, 6, 6]),
        ((0.0, None, 1.0), [0, 0, 0, 2, 4, 6, 8]),
        ((0.1, 3.0), [-0.4, -0.2, 0, 2, 3, 3, 3]),
        ((0.0, 6.0), [0, 0, 0, 2, 4, 6, 6]),
        ((0.0, 6.0, -1.0), [0, 0, 0, 2, 4, 6, 6]),
        ((0.0, 3.0), [0, 0, 0, 2, 3, 3, 3]),
    ],
    ids=str,
)
def test_relu_with_slope_bound_and_threshold(args: tuple[Any, ...], expected: list[float]) -> None:
    got = activations.relu(ops.convert_to_tensor(X), *args)
    np.testing.assert_allclose(ops.convert_to_numpy(got), expected, rtol=1e-6)
    assert activations.relu(KerasTensor((None, 7)), *args).shape == (None, 7)


def test_relu_refuses_a_negative_bound() -> None:
    with pytest.raises(ValueError, match="max_value=-1"):
        activations.relu(X, max_value=-1.0)


def test_defaults_of_activations_and_ops_differ() -> None:
    exact, approximate = (ops.convert_to_numpy(one(X)) for one in (activations.gelu, ops.gelu))
    assert not np.array_equal(exact, approximate)
    np.testing.assert_allclose(exact, approximate, atol=3e-3)


def test_mish() -> None:
    expected = X * np.tanh(np.logaddexp(X, 0))
    np.testing.assert_allclose(ops.convert_to_numpy(activations.mish(X)), expected, rtol=1e-5)


def test_own_functions_and_unknown_names() -> None:
    def double(x: Any) -> Any:
        return ops.multiply(x, 2)

    assert activations.get(double) is double
    with CustomObjectScope({"double": double}):
        assert activations.get("double") is double
    with pytest.raises(ValueError, match="relu"):
        activations.get("rellu")
    with pytest.raises(ValueError, match="activation"):
        activations.get(3)
