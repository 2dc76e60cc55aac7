"""Tests of core alone: none of them may load a framework into this process."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

FRAMEWORKS = frozenset({"jax", "jaxlib", "torch", "tensorflow", "keras", "pandas", "pyarrow"})


@pytest.fixture(autouse=True)
def _no_framework_is_loaded() -> Iterator[None]:
    before = FRAMEWORKS & sys.modules.keys()
    yield
    loaded = sorted((FRAMEWORKS & sys.modules.keys()) - before)
    assert not loaded, f"this test loaded {', '.join(loaded)}; what needs a framework belongs to tests/backends"
