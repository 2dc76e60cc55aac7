"""What is too small for a tolerance: the float next to another, bit for bit, in every width."""

from __future__ import annotations

import numpy as np
import pytest

from polykeras import ops
from polykeras.backend.current import current
from polykeras.backend.resolved import FALLBACK_BODIES
from polykeras.conformance.checking import host

_FROM = np.array([1.0, -1.0, 3.5, -0.25, 2.0, np.inf, -np.inf, 96.0])
_TO = np.array([2.0, -2.0, -1.0, 0.0, 2.0, 0.0, 0.0, np.nan])


@pytest.mark.parametrize("dtype", ["bfloat16", "float16", "float32", "float64"])
@pytest.mark.parametrize("body", [False, True])
def test_next_float(dtype: str, body: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if body:
        monkeypatch.setattr(current().op, "nextafter", FALLBACK_BODIES["nextafter"], raising=False)
    with current().precision_scope(frozenset({dtype})):
        x1, x2 = (ops.cast(ops.convert_to_tensor(one), dtype) for one in (_FROM, _TO))
        got = host(ops.nextafter(x1, x2))
        assert got.dtype.name == dtype
        expected = np.nextafter(host(x1), host(x2))
        np.testing.assert_array_equal(got.astype("float64"), expected.astype("float64"))


def test_next_to_zero_has_the_sign_of_the_way() -> None:
    got = host(ops.nextafter(np.zeros(2, "float32"), np.array([1.0, -1.0], "float32")))
    assert np.abs(got).max() <= np.finfo("float32").tiny
    assert np.signbit(got).tolist() == [False, True]
