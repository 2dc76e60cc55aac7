"""`rearrange`: NumPy's values, the shape that symbolic tensors give, and what is refused, alike for both."""

from __future__ import annotations

import numpy as np
import pytest

from polykeras import KerasTensor, ops
from polykeras.conformance.cases.axis_patterns import REARRANGEMENTS, REFUSED, Rearrangement
from polykeras.conformance.checking import close


@pytest.mark.parametrize("case", REARRANGEMENTS, ids=lambda case: case.pattern)
def test_values_and_shapes(case: Rearrangement) -> None:
    got = ops.rearrange(ops.convert_to_tensor(case.x), case.pattern, **case.sizes)
    close(got, case.oracle(case.x))
    known = ops.rearrange(KerasTensor(case.x.shape, str(case.x.dtype)), case.pattern, **case.sizes)
    assert known.shape == tuple(got.shape)
    assert known.dtype == ops.dtype(got)


@pytest.mark.parametrize("case", REARRANGEMENTS, ids=lambda case: case.pattern)
def test_unknown_sizes(case: Rearrangement) -> None:
    expected = case.oracle(case.x).shape
    unknown = ops.rearrange(KerasTensor([None] * case.x.ndim, "float32"), case.pattern, **case.sizes)
    assert len(unknown.shape) == len(expected)
    assert all(ours in {None, theirs} for ours, theirs in zip(unknown.shape, expected, strict=True))


@pytest.mark.parametrize(("pattern", "shape", "sizes"), REFUSED.values(), ids=REFUSED)
def test_refused(pattern: str, shape: tuple[int, ...], sizes: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"(?s)`rearrange`.*Received: .*Allowed: ") as symbolic:
        ops.rearrange(KerasTensor(shape), pattern, **sizes)
    with pytest.raises(ValueError, match=r"(?s)`rearrange`.*Received: .*Allowed: ") as eager:
        ops.rearrange(ops.convert_to_tensor(np.zeros(shape, "float32")), pattern, **sizes)
    assert str(symbolic.value) == str(eager.value)
