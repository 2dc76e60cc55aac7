"""Write the extras of `polykeras` from the plugins that lie beside it.

In a checkout an extra is a direct reference to the plugin's folder, so that ``pip install "./core[jax]"`` brings the
code beside it and not what an index serves under that name. In a release build (``POLYKERAS_RELEASE=1``) an extra is a
version. A wheel built from an sdist never comes here: hatchling takes the extras from the sdist's own PKG-INFO.

The folders are the only list of plugins there is. A backend's extra is named as its entry point; it brings that backend
and every data adapter, since adapters depend on no library of their own. The extra ``conformance`` brings what only the
suite needs.
"""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any, NamedTuple

from hatchling.metadata.plugin.interface import MetadataHookInterface

BACKENDS = "polykeras.backends"
DATA_ADAPTERS = "polykeras.data_adapters"
RELEASE = "POLYKERAS_RELEASE"
SUITE = ["hypothesis>=6.120", "pytest>=9.0", "scipy>=1.14"]


class Plugin(NamedTuple):
    """A distribution beside core: its name, its folder and the entry points it offers."""

    name: str
    folder: Path
    entry_points: dict[str, dict[str, str]]


class ExtrasHook(MetadataHookInterface):
    """Fill in ``optional-dependencies``."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Set ``metadata["optional-dependencies"]`` unless an sdist has brought it already."""
        if "optional-dependencies" in metadata:
            return
        folder = Path(self.root).parent / "plugins"
        plugins = find_plugins(folder)
        if not plugins:
            raise FileNotFoundError(
                f"The extras cannot be written: {folder} holds no plugin, and there is no PKG-INFO.\n"
                "They come from the plugins of a checkout, or from an sdist that was built in one.\n"
                "Build from a checkout of the whole repository, or from an sdist."
            )
        release = metadata["version"] if is_release(os.environ.get(RELEASE, "")) else None
        metadata["optional-dependencies"] = extras(plugins, release)


def is_release(value: str) -> bool:
    """Read the environment's value strictly: a misspelt one must not publish paths of this machine."""
    if value not in {"", "0", "1"}:
        raise ValueError(
            f"The extras cannot be written: {RELEASE} is {value!r}.\n"
            "It may be 1 (versions), or 0, or unset (direct references to this checkout). Set one of these."
        )
    return value == "1"


def find_plugins(folder: Path) -> list[Plugin]:
    """Return the distributions under `folder` that register with polykeras, ordered by name."""
    found = []
    for file in (*folder.glob("*/pyproject.toml"), *folder.glob("data_adapters/*/pyproject.toml")):
        project = tomllib.loads(file.read_text(encoding="utf-8"))["project"]
        found.append(Plugin(project["name"], file.parent.resolve(), project["entry-points"]))
    return sorted(found)


def extras(plugins: list[Plugin], release: str | None) -> dict[str, list[str]]:
    """Return extra name to requirements: one extra per backend, ``all`` and ``conformance``."""

    def requirement(plugin: Plugin) -> str:
        return f"{plugin.name} @ {plugin.folder.as_uri()}" if release is None else f"{plugin.name}=={release}"

    adapters = [requirement(plugin) for plugin in plugins if DATA_ADAPTERS in plugin.entry_points]
    answer = {
        name: [requirement(plugin), *adapters] for plugin in plugins for name in plugin.entry_points.get(BACKENDS, {})
    }
    answer["all"] = [requirement(plugin) for plugin in plugins]
    answer["conformance"] = list(SUITE)
    return answer
