"""The suite for data adapters as a plugin of pytest: which adapter, and the sources that its author names."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from polykeras.conformance.adapters.adapter_case import AdapterCase
from polykeras.plugins import DataRequest
from polykeras.plugins.discovery import LoadedAdapter, adapter_entries, load_adapter
from polykeras.plugins.errors import did_you_mean
from polykeras.plugins.installed import Entry

_NAME = "polykeras-conformance-adapters"


class Subject(NamedTuple):
    """An adapter's entry points, its plugins, and what its author names.

    Attributes:
        entries: All of its distribution.
        plugins: One for each plugin object.
        cases: Sources that it serves.
        foreign: Requests that it must leave to others.
    """

    entries: list[Entry]
    plugins: list[LoadedAdapter]
    cases: list[AdapterCase]
    foreign: list[DataRequest]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of the suite."""
    group = parser.getgroup("polykeras conformance of data adapters")
    group.addoption("--adapter", metavar="DISTRIBUTION", help="the distribution whose adapter is held to the contract")
    group.addoption("--cases", metavar="FILE", type=Path, help="Python file with CASES, the sources to ask it for")


def pytest_configure(config: pytest.Config) -> None:
    """Find the adapter and read its author's cases."""
    name, path = config.getoption("adapter"), config.getoption("cases")
    every = [entry for entries in adapter_entries().values() for entry in entries]
    installed = sorted({entry.distribution for entry in every})
    if name not in installed:
        raise pytest.UsageError(
            f"The conformance suite needs an installed data adapter.{did_you_mean(name or '', installed)}\n"
            f"Received: {'no --adapter' if name is None else f'--adapter {name}'}.\n"
            f"Allowed: {', '.join(installed) or 'none is installed'}.\n"
            "Name the distribution of one of these, or install it."
        )
    entries = [entry for entry in every if entry.distribution == name]
    plugins = {entry.value: load_adapter(entry) for entry in entries}
    cases, foreign = _read(path)
    config.pluginmanager.register(Subject(entries, list(plugins.values()), cases, foreign), _NAME)


def _read(path: Path | None) -> tuple[list[AdapterCase], list[DataRequest]]:
    if path is None or not path.is_file():
        raise _refused("no --cases" if path is None else f"--cases {path}, which is no file")
    names: dict[str, Any] = runpy.run_path(str(path))
    cases = names.get("CASES")
    if not isinstance(cases, list) or not cases or not all(isinstance(case, AdapterCase) for case in cases):
        raise _refused(f"{path}, whose CASES are {cases!r}")
    return cases, list(names.get("FOREIGN", []))


def _refused(received: str) -> pytest.UsageError:
    return pytest.UsageError(
        "The sources to ask the data adapter for cannot be read.\n"
        f"Received: {received}.\n"
        "Allowed: a Python file with CASES, a list of polykeras.conformance.adapters.AdapterCase, not empty.\n"
        "Write one; docs/write-a-data-adapter.md shows how."
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Ask every question about every source that it can be asked of."""
    subject: Any = metafunc.config.pluginmanager.get_plugin(_NAME)
    if "case" in metafunc.fixturenames:
        needed = getattr(metafunc.function, "needs", ())
        cases = [case for case in subject.cases if all(getattr(case, ability) for ability in needed)]
        metafunc.parametrize("case", cases, ids=[case.name for case in cases])
    if "foreign" in metafunc.fixturenames:
        metafunc.parametrize("foreign", subject.foreign, ids=[type(one.x).__name__ for one in subject.foreign])
    if "entry" in metafunc.fixturenames:
        metafunc.parametrize("entry", subject.entries, ids=[entry.name for entry in subject.entries])


@pytest.fixture
def subject(pytestconfig: pytest.Config) -> Subject:
    """Return the adapter that is tested."""
    found: Any = pytestconfig.pluginmanager.get_plugin(_NAME)
    return Subject(*found)
