"""Every op gives the values of its oracle; so does the body that core derives it by, where a backend replaces it."""

from __future__ import annotations

import pytest

from polykeras.backend.current import current
from polykeras.backend.resolved import FALLBACK_BODIES
from polykeras.conformance.case import Case
from polykeras.conformance.cases import CASES
from polykeras.conformance.checking import check_value

DERIVED = [case for case in CASES if case.op in FALLBACK_BODIES]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_value(case: Case) -> None:
    check_value(case)


@pytest.mark.parametrize("case", DERIVED, ids=lambda case: case.name)
def test_value_of_the_body(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    # What other derived ops of this backend fall back on; it must be right though this one has its own.
    if case.op in current().natives:
        monkeypatch.setattr(current().op, case.op, FALLBACK_BODIES[case.op], raising=False)
        check_value(case)
