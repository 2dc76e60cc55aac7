"""Every op gives its oracle's values at numbers that were drawn, not only at those that somebody thought of.

Floats are drawn on a grid over the range of the case, so they stay in the op's domain and equal ones are frequent;
where a case holds nan and infinities, numbers are drawn from these. What is sorted in the case stays sorted. Integers
are indices and counts more often than not, and stay.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from polykeras.conformance.case import SPECIAL, Case, over_arrays
from polykeras.conformance.cases import CASES, FAMILIES
from polykeras.conformance.checking import check_value

EXAMPLES = 5
STEPS = 16


def _drawn_of(case: Case) -> bool:
    """Return whether some tensor of a case has floats to draw."""
    found: list[bool] = []
    over_arrays(lambda array: found.append(array.dtype.kind == "f" and array.size > 0), case.args)
    return any(found)


# An oracle of these answers to nan only, the order of equal elements is the framework's own, or drawn matrices are
# singular as often as not, and drawn points on one line.
_LEFT_OUT = (":special", ":nan")
_OPS_LEFT_OUT = {
    "argpartition",
    "ctc_decode",
    "perspective_transform",
    "top_k",
    *(case.op for case in FAMILIES["linalg"] if case.op != "norm"),
}
_PLAIN = {
    case.op: case
    for case in reversed(CASES)
    if _drawn_of(case) and not case.name.endswith(_LEFT_OUT) and case.op not in _OPS_LEFT_OUT
}
_SPECIAL = {case.op: case for case in reversed(CASES) if case.name.endswith(":special")}


def _drawn(data: st.DataObject, array: np.ndarray) -> np.ndarray:
    """Return an array of the same shape and dtype with drawn values."""
    if array.dtype.kind != "f" or not array.size:
        return array
    if not np.all(np.isfinite(array)):
        values: Any = st.sampled_from(SPECIAL.tolist())
    else:
        low, high = float(array.min()), float(array.max())
        values = st.integers(0, STEPS).map(lambda step: low + (high - low) * step / STEPS)
    result = np.array(data.draw(st.lists(values, min_size=array.size, max_size=array.size)), dtype=array.dtype)
    result = result.reshape(array.shape)
    return np.sort(result) if array.ndim == 1 and np.all(np.diff(array) >= 0) else result


@pytest.mark.parametrize("case", [*_PLAIN.values(), *_SPECIAL.values()], ids=lambda case: case.name)
@settings(
    max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
@given(data=st.data())
def test_drawn_numbers(case: Case, data: st.DataObject) -> None:
    check_value(case._replace(args=over_arrays(lambda array: _drawn(data, array), case.args)))
