"""The normal quantile against exact values, on each branch of the approximation."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pytest

from polykeras.random.quantile import normal_quantile

# Quantiles to 17 digits, computed in 40-digit arithmetic: centre, its edges, tail, far tail.
EXACT = [
    (0.0, 0.0),
    (0.25, 0.67448975019608174),
    (0.425, 1.4395314709384558),
    (np.nextafter(0.425, 1.0), 1.4395314709384562),
    (0.475, 1.9599639845400539),
    (0.4999, 3.7190164854557084),
    (0.5 - 2.0**-35, 6.5482693678317308),
    (0.5 - 2.0**-37, 6.752300431407015),
    (0.5 - 2.0**-53, 8.2095361516013869),
]


@pytest.mark.parametrize(("offset", "exact"), EXACT)
@pytest.mark.parametrize("sign", [-1.0, 1.0])
def test_exact_values(offset, exact, sign):
    assert normal_quantile(np.array([sign * offset])) == pytest.approx([sign * exact], rel=2e-15, abs=0)


def test_against_an_independent_implementation():
    offsets = np.linspace(-0.49, 0.49, 1001)
    want = [NormalDist().inv_cdf(0.5 + offset) for offset in offsets]
    np.testing.assert_allclose(normal_quantile(offsets), want, rtol=1e-13, atol=1e-15)


def test_odd_and_increasing():
    offsets = np.concatenate([np.linspace(0.0, 0.49, 4001), 0.5 - 2.0 ** -np.arange(7.0, 54.0)])
    quantiles = normal_quantile(offsets)
    np.testing.assert_array_equal(normal_quantile(-offsets), -quantiles)
    assert (np.diff(quantiles) > 0).all()
