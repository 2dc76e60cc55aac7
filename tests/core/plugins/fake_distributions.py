"""Distributions made on disk, as pip would leave them: a module, and a dist-info folder beside it."""

from __future__ import annotations

import json
from pathlib import Path
from textwrap import dedent

from polykeras.plugins.discovery import Registry

PREFIX = "fake_"
"""Every module made here begins so; the fixture forgets them after each test."""


class Site:
    """A folder on ``sys.path`` that distributions are put into.

    Args:
        folder: The folder.
        home: The user's home, without a config file unless a test writes one.
    """

    def __init__(self, folder: Path, home: Path) -> None:
        self.folder = folder
        self.home = home

    def registry(self, **environment: str) -> Registry:
        """Return a registry that sees this folder alone."""
        return Registry([str(self.folder)], {"HOME": str(self.home), **environment})

    def add(
        self,
        distribution: str,
        entry_points: dict[str, dict[str, str]] | None = None,
        *,
        version: str = "1.0",
        metadata: str = "",
        editable: Path | None = None,
        **modules: str,
    ) -> None:
        """Install `distribution`: entry points by group, modules by name, `editable` from a folder."""
        info = self.folder / f"{distribution.replace('-', '_')}-{version}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {distribution}\nVersion: {version}\n{metadata}", encoding="utf-8"
        )
        if entry_points is not None:
            lines = []
            for group, names in entry_points.items():
                lines += [f"[{group}]", *(f"{name} = {value}" for name, value in names.items())]
            (info / "entry_points.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
        if editable is not None:
            facts = {"url": editable.as_uri(), "dir_info": {"editable": True}}
            (info / "direct_url.json").write_text(json.dumps(facts), encoding="utf-8")
        for name, source in modules.items():
            (self.folder / f"{name}.py").write_text(dedent(source), encoding="utf-8")

    def backend(self, name: str, *, distribution: str | None = None, module: str | None = None, facts: str = "") -> str:
        """Install a working backend; `facts` are further arguments of its BackendInfo. Return its module's name."""
        module = module or f"{PREFIX}{name}"
        source = BACKEND.format(name=name, facts=facts)
        points = {"polykeras.backends": {name: f"{module}:plugin"}}
        self.add(distribution or f"fake-{name}", points, **{module: source})
        return module

    def fail(self, name: str, source: str) -> None:
        """Install a backend whose module is `source`."""
        module = f"{PREFIX}{name}"
        self.add(f"fake-{name}", {"polykeras.backends": {name: f"{module}:plugin"}}, **{module: source})


BACKEND = """
from polykeras.plugins import BackendInfo, BackendPlugin

class Plugin(BackendPlugin):
    def info(self):
        return BackendInfo(**{{"name": self.name, "contract": (0, 1), {facts}}})

    def ops(self):
        return {{"add": lambda x, y: (self.name, x + y)}}

plugin = Plugin("{name}")
"""

CORE_EXTRAS = "Provides-Extra: abacus\nProvides-Extra: slate\n"
"""Metadata of a core that offers two backends."""
