"""The suite as a plugin of pytest: options, the sample, known failures, the report.

Only tests of the suite are touched, so that others may run beside it. A test that needs an op which the plugin declares
unsupported is skipped with the plugin's own reason.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from polykeras.backend.current import current
from polykeras.backend.resolved import Backend
from polykeras.conformance import known_failures
from polykeras.conformance.checking import ERRORS
from polykeras.conformance.coverage import coverage, family_of
from polykeras.conformance.known_failures import KnownFailure, KnownFailuresError
from polykeras.conformance.results import Results
from polykeras.conformance.sampling import PART, sample
from polykeras.plugins.discovery import backend_names
from polykeras.plugins.errors import UnsupportedOp, did_you_mean

SUITE = Path(__file__).parent
ADAPTERS = SUITE / "adapters"
VARIABLE = "POLYKERAS_BACKEND"
_NAME = "polykeras-conformance"
_PROPERTY = "polykeras.conformance"
_STALE = "[XPASS(strict)]"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of the suite."""
    group = parser.getgroup("polykeras conformance")
    # A conftest file of the project may have one, and means the same by it.
    with contextlib.suppress(ValueError, argparse.ArgumentError):
        group.addoption("--backend", metavar="NAME", help="the backend that is held to the contract")
    group.addoption("--known-failures", metavar="FILE", type=Path, help="TOML with the gaps that the backend declares")
    group.addoption("--full", action="store_true", help=f"every case, not one in {PART} of each op")
    group.addoption("--conformance-report", metavar="FILE", type=Path, help="where to write the results as JSON")


def pytest_configure(config: pytest.Config) -> None:
    """Choose the backend and read what is known to fail."""
    name = config.getoption("backend") or os.environ.get(VARIABLE)
    installed = backend_names()
    if name not in installed:
        received = "no --backend" if name is None else f"--backend {name}"
        raise pytest.UsageError(
            f"The conformance suite needs an installed backend.{did_you_mean(name or '', installed)}\n"
            f"Received: {received}.\n"
            f"Allowed: {', '.join(installed) or 'none is installed'}.\n"
            "Name one of these, or install the distribution that offers it."
        )
    # A setting of the shell must not decide what is tested.
    os.environ.pop("KERAS_BACKEND", None)
    os.environ[VARIABLE] = name
    path = config.getoption("known_failures")
    try:
        lines = [] if path is None else known_failures.read(path)
    except KnownFailuresError as error:
        raise pytest.UsageError(str(error)) from error
    config.pluginmanager.register(Suite(config, name, lines), _NAME)


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Leave out the suite for data adapters, which is asked for by its own name."""
    return True if collection_path == ADAPTERS else None


@pytest.fixture
def here() -> Backend:
    """Return the backend that is tested."""
    return current()


@pytest.fixture(scope="session")
def lines_without_a_test(pytestconfig: pytest.Config) -> list[str]:
    """Return the lines of the known failures that name no test."""
    suite: Any = pytestconfig.pluginmanager.get_plugin(_NAME)
    return list(suite.unnamed)


class Suite:
    """One run of the suite.

    Args:
        config: Of pytest.
        backend: Name of the backend.
        known: What is known to fail.
    """

    def __init__(self, config: pytest.Config, backend: str, known: list[KnownFailure]) -> None:
        self._config = config
        self._backend = backend
        self._known = known
        self._full = bool(config.getoption("full"))
        self._results = Results()
        self.unnamed: list[str] = []

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Mark what is known to fail, and leave out what is not in the sample."""
        ours = {id(item): _name(item) for item in items if item.path.parent == SUITE}
        files = {name.partition("::")[0] for name in ours.values()}
        named: set[KnownFailure] = set()
        for item in items:
            lines = [line for line in self._known if id(item) in ours and line.names(ours[id(item)])]
            named.update(lines)
            for line in lines:
                item.add_marker(pytest.mark.xfail(reason=f"{line.reason} ({line.link})", strict=True))
        if not any("::" in argument for argument in config.args):
            unnamed = [line for line in self._known if line not in named]
            # A run of one file says nothing about lines for the others.
            whole = len(files) == len(list(SUITE.glob("test_*.py")))
            self.unnamed = [line.test for line in unnamed if whole or line.test.partition("::")[0] in files]
            self._results.stale += self.unnamed
        if not self._full:
            self._leave_out(config, items, ours)

    def _leave_out(self, config: pytest.Config, items: list[pytest.Item], ours: dict[int, str]) -> None:
        groups = {id(item): _group(item) for item in items if id(item) in ours}
        taken = sample((group, ours[key]) for key, group in groups.items() if group is not None)
        left = [item for item in items if groups.get(id(item)) is not None and ours[id(item)] not in taken]
        if left:
            config.hook.pytest_deselected(items=left)
            out = set(map(id, left))
            items[:] = [item for item in items if id(item) not in out]

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """Keep the error of a test, and skip what needs an op that is declared unsupported."""
        if item.path.parent != SUITE:
            return (yield)
        ERRORS.take()
        try:
            return (yield)
        except UnsupportedOp as error:
            pytest.skip(str(error))
        finally:
            item.user_properties.append((_PROPERTY, [_family(item), _name(item), ERRORS.take()]))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count a test."""
        found: Any = dict(report.user_properties).get(_PROPERTY)
        if found is None or (report.when != "call" and report.outcome == "passed"):
            return
        family, name, error = found
        outcome: str = report.outcome
        if outcome == "skipped" and hasattr(report, "wasxfail"):
            outcome = "known"
        elif outcome == "failed" and _STALE in str(report.longrepr):
            outcome = "stale"
        self._results.add(family, name, outcome, error=error)

    def pytest_report_header(self) -> str:
        """Say what is tested."""
        return f"conformance: {self._backend}, {'every case' if self._full else f'one case in {PART} of each op'}"

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Write the report that was asked for."""
        path = self._config.getoption("conformance_report")
        if path is not None and not hasattr(self._config, "workerinput"):
            report = self._results.to_json(self._backend, coverage(current()), full=self._full)
            path.write_text(json.dumps(report, indent=2), encoding="utf-8")


def _name(item: pytest.Item) -> str:
    """Return the test's id as the known failures write it: without the folders that its file lies in."""
    return f"{item.path.name}::{item.nodeid.partition('::')[2]}"


def _op(item: pytest.Item) -> str | None:
    """Return the op that a test is about, if it is about one."""
    parameters = item.callspec.params.values() if hasattr(item, "callspec") else ()
    return next((op for one in parameters if (op := getattr(one, "op", None))), None)


def _group(item: pytest.Item) -> str | None:
    """Return the question and the op that are one group of the sample, or ``None`` for what always runs."""
    op = _op(item)
    return None if op is None else f"{_name(item).partition('[')[0]} {op}"


def _family(item: pytest.Item) -> str:
    op = _op(item)
    return item.path.stem.removeprefix("test_") if op is None else family_of(op)
