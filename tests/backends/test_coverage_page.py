"""docs/coverage.md is generated; what it says of this run's backend is what the backend does."""

from __future__ import annotations

from pathlib import Path

from polykeras.backend.current import current
from polykeras.conformance.coverage import coverage
from polykeras.conformance.page import flat, read, written

PAGE = Path(__file__).parents[2] / "docs/coverage.md"


def test_the_page_is_up_to_date() -> None:
    said = read(PAGE.read_text(encoding="utf-8")).get(current().name, {})
    assert said == flat(coverage(current())), "write it anew: make docs-generated"


def test_a_page_is_read_as_it_was_written() -> None:
    here = coverage(current())
    page = written({"slate": here, "abacus": here}, {"slate": {"sin": "no table"}, "abacus": {}})
    assert read(page) == {"abacus": flat(here), "slate": flat(here)}
    assert "| `sin` | slate | no table |" in page
