"""Gradients where finite differences tell nothing: at ties, zeros and certainties, and those of gradients."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import polykeras
from polykeras import ops
from polykeras.backend.current import current
from polykeras.conformance.checking import host


def _gradient(function: Any, *args: Any) -> list[np.ndarray]:
    _, gradients = polykeras.value_and_grad(function, argnums=tuple(range(len(args))))(*args)
    return [host(one) for one in gradients]


def test_certain_predictions_have_finite_gradients() -> None:
    output = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]], "float32")
    labels = np.array([0, 2, 2])
    (sparse,) = _gradient(lambda o: ops.sum(ops.sparse_categorical_crossentropy(labels, o)), output)
    (dense,) = _gradient(lambda o: ops.sum(ops.categorical_crossentropy(np.eye(3)[labels], o)), output)
    (binary,) = _gradient(lambda o: ops.sum(ops.binary_crossentropy(np.eye(3)[labels], o)), output)
    for gradient in (sparse, dense, binary):
        assert np.isfinite(gradient).all()
        # Outside of the clipped range the loss is flat, as in Keras.
        np.testing.assert_allclose(gradient, 0, atol=1e-5)


@pytest.mark.parametrize("strides", [None, 1])
def test_gradient_of_max_pool_goes_to_the_first_of_equals(strides: int | None) -> None:
    """After a rectifier whole windows are 0; backends that shared the gradient out would part company."""
    (gradient,) = _gradient(lambda x: ops.sum(ops.max_pool(x, 2, strides)), np.zeros((1, 2, 4, 1), "float32"))
    assert gradient[0, :, :, 0].tolist() == ([[1, 0, 1, 0], [0] * 4] if strides is None else [[1, 1, 1, 0], [0] * 4])


def test_second_derivative_through_convolution_and_pooling() -> None:
    rng = np.random.default_rng(0)
    x, kernel = (rng.normal(size=shape) for shape in ((1, 6, 6, 2), (3, 3, 2, 2)))

    def loss(kernel: Any) -> Any:
        y = ops.tanh(ops.conv(x, kernel))
        return ops.sum(ops.square(ops.max_pool(y, 2))) + ops.sum(ops.square(ops.average_pool(y, 2)))

    def slope(kernel: Any) -> Any:
        return ops.sum(ops.square(polykeras.value_and_grad(loss)(kernel)[1]))

    with current().precision_scope(frozenset({"float64"})):
        (got,) = _gradient(slope, kernel)
        for at in ((0, 0, 0, 0), (1, 2, 1, 0), (2, 2, 1, 1)):
            moved = [kernel.copy(), kernel.copy()]
            moved[0][at] += 1e-6
            moved[1][at] -= 1e-6
            high, low = (float(host(slope(ops.convert_to_tensor(one)))) for one in moved)
            assert got[at] == pytest.approx((high - low) / 2e-6, rel=1e-5, abs=1e-6)


def test_gradient_of_normalize_at_zero_is_finite() -> None:
    (gradient,) = _gradient(lambda x: ops.sum(ops.normalize(x)), np.zeros((2, 3), "float32"))
    assert np.isfinite(gradient).all()


@pytest.mark.parametrize("from_logits", [True, False])
def test_second_derivative_of_sparse_crossentropy(from_logits: bool) -> None:
    labels, step = np.array([1, 2]), 1e-6

    def loss(output: Any) -> Any:
        return ops.sum(ops.sparse_categorical_crossentropy(labels, output, from_logits))

    def slope(output: Any) -> Any:
        return ops.sum(ops.square(polykeras.value_and_grad(loss)(output)[1]))

    with current().precision_scope(frozenset({"float64"})):
        output = np.array([[0.2, 0.5, 0.3], [0.6, 0.3, 0.1]])
        (got,) = _gradient(slope, output)
        for at in np.ndindex(output.shape):
            moved = [output.copy(), output.copy()]
            moved[0][at] += step
            moved[1][at] -= step
            high, low = (float(host(slope(ops.convert_to_tensor(one)))) for one in moved)
            assert got[at] == pytest.approx((high - low) / (2 * step), rel=1e-4, abs=1e-5)


@pytest.mark.parametrize("from_logits", [True, False])
@pytest.mark.parametrize("label", [-1, 3, -100])
def test_label_outside_of_the_classes_is_seen(label: int, from_logits: bool) -> None:
    """It raises, or makes the loss of its sample nan: it never passes for a good prediction."""
    output = np.full((2, 3), 1 / 3, "float32")
    try:
        got = host(ops.sparse_categorical_crossentropy(np.array([0, label]), output, from_logits))
    except (IndexError, ValueError, RuntimeError):
        return
    assert np.isnan(got).tolist() == [False, True]


def test_gradient_of_divide_no_nan_by_zero_is_zero() -> None:
    def quotient(x1: Any, x2: Any) -> Any:
        return ops.sum(ops.divide_no_nan(x1, x2))

    _, gradients = polykeras.value_and_grad(quotient, argnums=(0, 1))(np.ones(2, "float32"), np.zeros(2, "float32"))
    assert [host(gradient).tolist() for gradient in gradients] == [[0, 0], [0, 0]]


@pytest.mark.parametrize(
    ("op", "args", "right"),
    [
        ("arctan2", ([2.0], [2.0]), ([0.25], [-0.25])),
        ("cbrt", ([0.0, 8.0],), ([0, 1 / 12],)),
        ("copy", ([1.0],), ([1],)),
        ("fmax", ([np.nan, 2.0, 1.0], [1.0, np.nan, 1.0]), ([0, 1, 0.5], [1, 0, 0.5])),
        ("fmin", ([np.nan, 2.0, 1.0], [1.0, np.nan, 1.0]), ([0, 1, 0.5], [1, 0, 0.5])),
        ("heaviside", ([0.0, 1.0], [3.0, 3.0]), ([0, 0], [1, 0])),
        ("hypot", ([0.0, 3.0, 0.0], [0.0, 3.0, 2.0]), ([0, 0.5**0.5, 0], [0, 0.5**0.5, 1])),
        ("logaddexp", ([-np.inf, 1.0, 1e4], [2.0, 1.0, -1e4]), ([0, 0.5, 1], [1, 0.5, 0])),
        ("logaddexp2", ([-np.inf, 1.0, 1e4], [2.0, 1.0, -1e4]), ([0, 0.5, 1], [1, 0.5, 0])),
        ("nan_to_num", ([np.nan, np.inf, -np.inf, 2.0],), ([0, 0, 0, 1],)),
        ("sinc", ([0.0],), ([0],)),
        ("i0", ([0.0],), ([0],)),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_gradient_at_corners(op: str, args: Any, right: Any) -> None:
    arrays = [np.array(one, "float32") for one in args]
    got = _gradient(lambda *xs: ops.sum(getattr(ops, op)(*xs)), *arrays)
    for ours, theirs in zip(got, right, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-6)


def test_no_gradient_passes_stop_gradient() -> None:
    x = np.array([1.0, 2.0], dtype="float32")
    _, gradient = polykeras.value_and_grad(lambda x: ops.sum(ops.multiply(x, ops.stop_gradient(x))))(x)
    assert host(gradient).tolist() == x.tolist()


_LOST = np.array([[math.nan, 1.0, 2.5], [math.nan] * 3, [2.0, 2.0, math.nan]], "float32")
_PASSING_OVER = (
    "nansum", "nanprod", "nanmax", "nanmin", "nanmean", "nanvar", "nanstd", "nanmedian", "nancumsum", "nancumprod",
)  # fmt: skip


@pytest.mark.parametrize("op", _PASSING_OVER)
def test_gradient_is_finite_where_nan_is_passed_over(op: str) -> None:
    (gradient,) = _gradient(lambda x: ops.nansum(getattr(ops, op)(x, 1)), _LOST)
    assert np.isfinite(gradient).all()
    assert not gradient[np.isnan(_LOST)].any()


def test_gradient_of_a_distance_of_zero_is_zero() -> None:
    points = np.array([[1.0, 2.0], [3.0, 4.0]], "float32")
    (gradient,) = _gradient(lambda x: ops.sum(ops.cdist(x, points[:1])), points)
    np.testing.assert_allclose(gradient, [[0.0, 0.0], [0.5**0.5, 0.5**0.5]], rtol=1e-5)
