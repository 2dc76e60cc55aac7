"""The rule of an op, its real result and the framework's abstract evaluation agree on shapes and dtypes."""

from __future__ import annotations

import pytest

from polykeras.conformance.case import Case
from polykeras.conformance.cases import CASES
from polykeras.conformance.checking import check_abstract, check_inferred, check_unknown


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_inferred(case: Case) -> None:
    check_inferred(case)


@pytest.mark.parametrize("case", [case for case in CASES if case.unknown], ids=lambda case: case.name)
def test_unknown_sizes(case: Case) -> None:
    check_unknown(case)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_abstract_evaluation(case: Case) -> None:
    check_abstract(case)
