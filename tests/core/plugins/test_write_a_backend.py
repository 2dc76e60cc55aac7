"""The page *Write a backend* says what the contract says, and its example is a plugin that core takes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from polykeras.conformance.contract_page import regions, rewritten
from polykeras.plugins import BackendInfo, BackendPlugin

PAGE = Path(__file__).parents[3] / "docs/write-a-backend.md"
TEXT = PAGE.read_text(encoding="utf-8")


def test_signatures_are_those_of_the_code():
    assert rewritten(TEXT) == TEXT, "write it anew: make docs-generated"


def test_a_signature_that_changed_is_seen():
    changed = TEXT.replace("def read(self, handle: Any) -> Tensor:", "def read(self, handle: Any, at: int) -> Tensor:")
    assert changed != TEXT
    assert rewritten(changed) == TEXT


@pytest.mark.parametrize("name", sorted(regions()))
def test_a_region_that_is_missing_is_an_error(name):
    with pytest.raises(ValueError, match="regions are not those of the code"):
        rewritten(TEXT.replace(f"<!-- {name} -->\n", ""))


def test_the_example_is_a_plugin():
    code = next(block for block in re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL) if "plugin = " in block)
    names = {}
    exec(code, names)  # noqa: S102 - the page's own example
    plugin = names["plugin"]
    assert isinstance(plugin, BackendPlugin)
    info = plugin.info()
    assert isinstance(info, BackendInfo)
    assert info.name == "abacus"
    assert set(info.unsupported) == {"erf"}
