"""An environment of 300 installed distributions, ten of them backends, and what choosing one of those costs.

Promises a folder as pip would leave it, for the time of the measurement; the distributions of this environment are not
looked at, so that the number is 300 everywhere.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

DISTRIBUTIONS = 300
BACKENDS = 10
NAME = "crowd7"
SOURCE = """
from polykeras.plugins import BackendInfo, BackendPlugin

class Plugin(BackendPlugin):
    def info(self):
        return BackendInfo(name=self.name, contract=(0, 1))

plugin = Plugin("{name}")
"""


def populate(folder: Path) -> None:
    """Install the distributions into `folder`; every third of the others has scripts."""
    for number in range(DISTRIBUTIONS):
        backend, name = number < BACKENDS, f"crowd{number}"
        info = folder / f"{name}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n", encoding="utf-8")
        if backend:
            points = f"[polykeras.backends]\n{name} = {name}:plugin\n"
            (folder / f"{name}.py").write_text(SOURCE.format(name=name), encoding="utf-8")
        else:
            points = f"[console_scripts]\n{name} = {name}:main\n" if number % 3 == 0 else ""
        if points:
            (info / "entry_points.txt").write_text(points, encoding="utf-8")


def seconds_of_listing_and_choice(environment: Mapping[str, str]) -> tuple[float, float]:
    """Return the CPU seconds of listing, and of choosing and loading a backend after that.

    Args:
        environment: What the choice is made by, besides the plugins.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        populate(folder)
        sys.path.insert(0, name)
        from polykeras.plugins.choice import choose
        from polykeras.plugins.discovery import Registry

        registry = Registry([name], {"HOME": name, **environment})
        start = time.process_time()
        listed = registry.backend_names()
        middle = time.process_time()
        registry.load_backend(choose(registry).name)
        end = time.process_time()
        assert len(listed) == BACKENDS
        return middle - start, end - middle
