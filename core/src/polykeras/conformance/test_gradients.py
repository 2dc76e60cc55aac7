"""The gradient of every op that has one is that of finite differences."""

from __future__ import annotations

import pytest

from polykeras.backend.current import current
from polykeras.backend.resolved import FALLBACK_BODIES
from polykeras.conformance.case import Case, smooth
from polykeras.conformance.cases import CASES, FAMILIES
from polykeras.conformance.gradients import check_gradient

# A window or an axis arranged otherwise is another gradient there: all of them are asked for.
EACH = {"convolution", "linear", "losses", "nonlinear", "normalization"}
SMOOTH = [case for name, cases in FAMILIES.items() for case in smooth(cases, len(cases) if name in EACH else 2)]
DERIVED = smooth([case for case in CASES if case.op in FALLBACK_BODIES])


@pytest.mark.parametrize("case", SMOOTH, ids=lambda case: case.name)
def test_gradient(case: Case) -> None:
    check_gradient(case)


@pytest.mark.parametrize("case", DERIVED, ids=lambda case: case.name)
def test_gradient_of_the_body(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    if case.op in current().natives:
        monkeypatch.setattr(current().op, case.op, FALLBACK_BODIES[case.op], raising=False)
        check_gradient(case)
