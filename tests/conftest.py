"""Which backend a run is for: ``pytest tests/backends --backend NAME``.

The choice stands in the environment before any test module, and so polykeras, is imported. Without the option it is
``POLYKERAS_BACKEND``, and without that the first backend installed, by name.
"""

from __future__ import annotations

import os
from importlib.metadata import entry_points

import pytest

VARIABLE = "POLYKERAS_BACKEND"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--backend", metavar="NAME", help="the backend that tests/backends runs on")


def pytest_configure(config: pytest.Config) -> None:
    # A developer's own setting must not decide what is tested.
    os.environ.pop("KERAS_BACKEND", None)
    name = config.getoption("--backend")
    if name is None:
        return
    installed = sorted({point.name for point in entry_points(group="polykeras.backends")})
    if name not in installed:
        raise pytest.UsageError(
            f"--backend {name}: no such backend is installed.\n"
            f"Installed: {', '.join(installed) or 'none'}. Name one of these, or `pip install -e` its folder first."
        )
    os.environ[VARIABLE] = name


def pytest_report_header(config: pytest.Config) -> str:
    return f"backend: {os.environ.get(VARIABLE, 'by choice')}"


@pytest.fixture(scope="session")
def backend(pytestconfig: pytest.Config) -> str:
    """Name of the backend that this run is for."""
    chosen = pytestconfig.getoption("--backend") or os.environ.get(VARIABLE)
    return chosen or min(point.name for point in entry_points(group="polykeras.backends"))
