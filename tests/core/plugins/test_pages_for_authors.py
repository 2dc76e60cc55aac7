"""The pages for authors say what the contract says, and their examples are plugins that core takes."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from polykeras.conformance.adapters import test_adapters as suite
from polykeras.conformance.adapters.pytest_plugin import Subject
from polykeras.conformance.contract_page import PAGES, rewritten
from polykeras.plugins import BackendInfo, BackendPlugin, DataAdapterPlugin

DOCS = Path(__file__).parents[3] / "docs"
TEXTS = {name: (DOCS / f"{name}.md").read_text(encoding="utf-8") for name in PAGES}
REGIONS = [(name, region) for name, parts in PAGES.items() for region in parts()]


@pytest.mark.parametrize("name", PAGES)
def test_signatures_are_those_of_the_code(name):
    assert rewritten(TEXTS[name], PAGES[name]()) == TEXTS[name], "write it anew: make docs-generated"


@pytest.mark.parametrize(
    ("name", "signature", "another"),
    [
        ("write-a-backend", "(self, handle: Any) -> Tensor:", "(self, handle: Any, at: int) -> Tensor:"),
        ("write-a-data-adapter", "start_batch: int = 0", "start_batch: int"),
    ],
)
def test_a_signature_that_changed_is_seen(name, signature, another):
    changed = TEXTS[name].replace(signature, another, 1)
    assert changed != TEXTS[name]
    assert rewritten(changed, PAGES[name]()) == TEXTS[name]


@pytest.mark.parametrize(("name", "region"), REGIONS)
def test_a_region_that_is_missing_is_an_error(name, region):
    with pytest.raises(ValueError, match="regions are not those of the code"):
        rewritten(TEXTS[name].replace(f"<!-- {region} -->\n", ""), PAGES[name]())


def _example(page, holding):
    """Return the names that an example of the page defines: the first that has `holding` in it."""
    blocks = re.findall(r"```python\n(.*?)```", TEXTS[page], re.DOTALL)
    names = {}
    exec(next(block for block in blocks if holding in block), names)  # noqa: S102 - the page's own example
    return names


def test_the_example_is_a_backend():
    names = _example("write-a-backend", "plugin = ")
    plugin = names["plugin"]
    assert isinstance(plugin, BackendPlugin)
    info = plugin.info()
    assert isinstance(info, BackendInfo)
    assert info.name == "abacus"
    assert set(info.unsupported) == {"erf"}


class Ledger:
    """What the page's example is an adapter for."""

    def __init__(self, rows):
        self.rows = rows


ASKED = [
    suite.test_batches_in_order,
    suite.test_counts,
    suite.test_every_epoch_is_whole,
    suite.test_from_every_batch_on,
    suite.test_parts_make_the_whole,
    suite.test_one_part_is_all,
]


@pytest.mark.parametrize("question", ASKED)
def test_the_example_is_a_data_adapter(monkeypatch, question):
    monkeypatch.setitem(sys.modules, "ledger", SimpleNamespace(Ledger=Ledger, Index=dict))
    told = _example("write-a-data-adapter", "CASES = ")
    plugin = _example("write-a-data-adapter", "plugin = ")["plugin"]
    assert isinstance(plugin, DataAdapterPlugin)
    (case,) = told["CASES"]
    question(case, Subject([], [plugin], [case], []))
    (foreign,) = told["FOREIGN"]
    assert plugin.adapt(foreign) is None
    with pytest.raises(ValueError, match="its own targets"):
        plugin.adapt(case.request()._replace(y=1))
