"""Results as facts and as tables of plain text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from benchmarks.method import Bar, Estimate, Verdict

ABSENT = "-"


class Row(NamedTuple):
    """One measured figure.

    Attributes:
        group: What it belongs to, such as ``"torch mlp"``.
        name: What was measured, such as ``"polykeras / loop"``.
        unit: ``""`` for a ratio, else ``"s"``, ``"ms"`` or ``"us"``.
        estimate: Median and interval, in `unit`.
        bar: Its limit, or ``None`` where it is only told.
        note: Anything the reader must know.
    """

    group: str
    name: str
    unit: str
    estimate: Estimate
    bar: Bar | None = None
    note: str = ""

    def verdict(self) -> Verdict:
        """Return what the bar says; a figure without a bar cannot fail."""
        return Verdict(ABSENT, failed=False) if self.bar is None else self.bar.judge(self.estimate)

    def facts(self) -> dict[str, object]:
        """Return the row as JSON takes it."""
        return {
            "group": self.group,
            "name": self.name,
            "unit": self.unit,
            "median": self.estimate.median,
            "low": self.estimate.low,
            "high": self.estimate.high,
            "pairs": self.estimate.pairs,
            "limit": None if self.bar is None else self.bar.limit,
            "verdict": self.verdict().word,
            "note": self.note,
        }


HEADINGS = ("what", "measured", "median", "95% interval", "bar", "verdict", "")


def cells(row: Row) -> tuple[str, ...]:
    """Return the text of a row's cells."""
    unit = f" {row.unit}" if row.unit else ""
    low, high = f"{row.estimate.low:.3g}", f"{row.estimate.high:.3g}"
    limit = ABSENT if row.bar is None else f"<= {row.bar.limit:g}{unit}"
    median = f"{row.estimate.median:.3g}{unit}"
    return (row.group, row.name, median, f"{low} .. {high}", limit, row.verdict().word, row.note)


def table(rows: Iterable[Row]) -> str:
    """Return aligned lines, one per row, under headings."""
    lines = [HEADINGS, *[cells(row) for row in rows]]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )


def heading(facts: Mapping[str, str]) -> str:
    """Return the machine and the versions in one line."""
    return ", ".join(f"{name} {value}" for name, value in facts.items())


def failures(rows: Sequence[Row]) -> list[Row]:
    """Return the rows whose bar failed."""
    return [row for row in rows if row.verdict().failed]
