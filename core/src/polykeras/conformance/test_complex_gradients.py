"""Real losses of real tensors have the right gradients where complex numbers lie between."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from polykeras import ops
from polykeras.backend.current import current
from polykeras.conformance.checking import host, within
from polykeras.conformance.gradients import ABSOLUTE, RELATIVE, STEP, evaluated

PAIRS = np.array([[[0.5, -1.2], [1.1, 0.3]], [[-0.7, 0.9], [0.2, -0.4]]])
OTHER = np.array([[1.5 - 0.5j, 0.3 + 1j], [-1 + 0.2j, 0.8 - 0.6j]])

LOSSES: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    "absolute": (ops.absolute, np.abs),
    "angle": (ops.angle, np.angle),
    "multiply": (lambda z: ops.imag(ops.multiply(z, OTHER)), lambda z: (z * OTHER).imag),
    "conjugate": (lambda z: ops.imag(ops.conjugate(z)), lambda z: z.conj().imag),
    "divide": (lambda z: ops.real(ops.divide(OTHER, z)), lambda z: (OTHER / z).real),
    "exp": (lambda z: ops.imag(ops.exp(z)), lambda z: np.exp(z).imag),
    "matmul": (lambda z: ops.absolute(ops.matmul(z, OTHER)), lambda z: np.abs(z @ OTHER)),
    "mean": (lambda z: ops.absolute(ops.mean(z, 0)), lambda z: np.abs(z.mean(0))),
    "real times complex": (
        lambda z: ops.imag(ops.multiply(ops.real(z), OTHER)),
        lambda z: (z.real * OTHER).imag,
    ),
    "square": (lambda z: ops.sum(ops.real(ops.square(z))), lambda z: (z**2).real.sum()),
    "view_as_real": (lambda z: ops.sin(ops.view_as_real(z)), lambda z: np.sin(np.stack([z.real, z.imag], -1))),
}


@pytest.mark.parametrize("name", LOSSES)
def test_gradient_through_complex_numbers(name: str) -> None:
    function, oracle = LOSSES[name]
    with current().precision_scope(frozenset({"float64"})):
        (gradient,) = evaluated(lambda pairs: ops.sum(function(ops.view_as_complex(pairs))), [PAIRS])
        assert ops.dtype(gradient) == "float64"
        within(host(gradient), _differences(oracle), RELATIVE, ABSOLUTE)


def _differences(oracle: Callable[[Any], Any]) -> np.ndarray:
    result = np.zeros(PAIRS.shape)
    for spot in np.ndindex(result.shape):
        sides = []
        for step in (STEP, -STEP):
            moved = PAIRS.copy()
            moved[spot] += step
            sides.append(np.sum(oracle(moved[..., 0] + 1j * moved[..., 1])))
        result[spot] = (sides[0] - sides[1]) / (2 * STEP)
    return result


@pytest.mark.parametrize("op", ["absolute", "angle"])
def test_gradient_at_zero_is_zero(op: str) -> None:
    pairs = np.zeros((2, 2), "float32")
    (gradient,) = evaluated(lambda pairs: ops.sum(getattr(ops, op)(ops.view_as_complex(pairs))), [pairs])
    assert host(gradient).tolist() == [[0, 0], [0, 0]]


def test_gradient_of_the_angle_on_the_axes() -> None:
    pairs = np.array([[2.0, 0.0], [0.0, 2.0], [0.0, -2.0], [1.0, 1.0]], "float32")
    (gradient,) = evaluated(lambda pairs: ops.sum(ops.angle(ops.view_as_complex(pairs))), [pairs])
    np.testing.assert_allclose(host(gradient), [[0, 0.5], [-0.5, 0], [0.5, 0], [-0.5, 0.5]], atol=1e-6)
