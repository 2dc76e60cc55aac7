"""What came of the tests of each family: counts, the worst error, and the names that a report must give."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from polykeras.conformance.coverage import Coverage, Service

FORMAT = 1


@dataclass
class Tally:
    """The tests of one family."""

    passed: int = 0
    failed: int = 0
    known: int = 0
    """Failed as a line of the known failures says."""
    skipped: int = 0
    """Need an op that the plugin declares unsupported, or an ability that the backend does not have."""
    worst_error: float = 0.0
    """Of those that passed, in units of the tolerance."""


@dataclass
class Results:
    """The tests of a run, by family."""

    families: dict[str, Tally] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    """Lines of the known failures that name no test, or a test that passes."""

    def add(self, family: str, test: str, outcome: str, *, error: float = 0.0) -> None:
        """Count a test; `outcome` is the name of a count of `Tally`, or ``"stale"``."""
        tally = self.families.setdefault(family, Tally())
        if outcome == "stale":
            self.stale.append(test)
            tally.failed += 1
            return
        setattr(tally, outcome, getattr(tally, outcome) + 1)
        if outcome == "failed":
            self.failed.append(test)
        elif outcome == "passed":
            tally.worst_error = max(tally.worst_error, error)

    def to_json(self, backend: str, covered: Coverage, *, full: bool) -> dict[str, Any]:
        """Return the report of a run; docs/write-a-backend.md tells its fields."""
        names = sorted({*covered, *self.families})
        return {
            "format": FORMAT,
            "backend": backend,
            "full": full,
            "families": {name: self._family(name, covered.get(name, {})) for name in names},
            "missing": sorted(op for ops in covered.values() for op, how in ops.items() if how is Service.MISSING),
            "failed": sorted(self.failed),
            "stale": sorted(self.stale),
        }

    def _family(self, name: str, ops: Mapping[str, Service]) -> dict[str, Any]:
        tally = self.families.get(name, Tally())
        return {how.value: sum(other is how for other in ops.values()) for how in Service} | {
            "passed": tally.passed,
            "failed": tally.failed,
            "known": tally.known,
            "skipped": tally.skipped,
            "worst_error": round(tally.worst_error, 4),
        }
