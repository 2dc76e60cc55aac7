"""Derived ops have a body over other ops, which a backend may replace: both must give the same."""

from __future__ import annotations

import pytest

from polykeras.backend.current import current
from polykeras.backend.resolved import FALLBACK_BODIES
from polykeras.ops.defined import OPS
from tests.backends.ops import cases
from tests.backends.ops.cases import Case
from tests.backends.ops.checking import close, listed, right, tensors

_ALL = cases.ELEMENTWISE + cases.REDUCE + cases.CREATION + cases.MANIPULATION + cases.INDEXING
_DERIVED = [case for case in _ALL if case.op in FALLBACK_BODIES]


@pytest.mark.parametrize("case", _DERIVED, ids=lambda case: case.name)
def test_body(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    # The dispatcher converts and promotes; then the body runs although there may be a native.
    monkeypatch.setattr(current().op, case.op, FALLBACK_BODIES[case.op], raising=False)
    got = listed(OPS[case.op](*tensors(case.args)))
    for ours, theirs in zip(got, right(case, case.args), strict=True):
        close(ours, theirs)


def test_every_op_has_a_native_or_a_body() -> None:
    served = current().natives.keys() | FALLBACK_BODIES.keys() | current().info.unsupported.keys()
    assert {case.op for case in _ALL} <= served
