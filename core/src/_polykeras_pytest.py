"""Gives pytest the options of the conformance suite when that is what it is asked to run; does nothing otherwise.

pytest imports this module in every run, for whatever project, so it lies outside of the package and imports none of it.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import pytest

SUITE = "polykeras.conformance"
ADAPTERS = f"{SUITE}.adapters"


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config, args: list[str]) -> Generator[None, Any, Any]:
    """Load the plugin of the suite, after the conftest files: they may have an option ``--backend`` of their own."""
    result = yield
    asked = [argument.replace("\\", "/").replace("/", ".") for argument in args]
    if any(ADAPTERS in argument for argument in asked):
        early_config.pluginmanager.import_plugin(f"{ADAPTERS}.pytest_plugin")
    elif any(SUITE in argument for argument in asked):
        early_config.pluginmanager.import_plugin(f"{SUITE}.pytest_plugin")
    return result
