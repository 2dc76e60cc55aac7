"""An empty folder on ``sys.path`` for each test, forgotten afterwards."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.core.plugins.fake_distributions import PREFIX, Site


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    folder = tmp_path / "site-packages"
    home = tmp_path / "home"
    folder.mkdir()
    home.mkdir()
    monkeypatch.syspath_prepend(folder)
    # A module written after its folder was listed is not seen otherwise, nor is a .pyc of the same second refused.
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    importlib.invalidate_caches()
    yield Site(folder, home)
    for name in [name for name in sys.modules if name.startswith(PREFIX)]:
        del sys.modules[name]
