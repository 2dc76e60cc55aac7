"""Every op is served or refused with a reason, and nothing is offered under a name that no op has."""

from __future__ import annotations

import pytest

from polykeras import ops
from polykeras.backend.current import current
from polykeras.conformance.coverage import Service, coverage, strays
from polykeras.ops.defined import OPS
from polykeras.plugins.errors import UnsupportedOp


def test_every_primitive_is_served_or_refused() -> None:
    missing = [op for family in coverage(current()).values() for op, how in family.items() if how is Service.MISSING]
    assert missing == [], "bring a native function for each, or a reason under `unsupported`"


def test_every_name_is_an_op() -> None:
    assert strays(current()) == []


def test_reasons_are_told() -> None:
    for op, reason in current().info.unsupported.items():
        assert reason.strip()
        with pytest.raises(UnsupportedOp) as caught:
            getattr(current().op, op)(ops.ones(()))
        assert reason in str(caught.value)
        assert op in OPS


def test_every_known_failure_names_a_test(lines_without_a_test: list[str]) -> None:
    assert lines_without_a_test == [], "remove these lines, or mend the ids in them"
