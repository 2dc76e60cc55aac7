"""Whether a file in the current folder, or a stray package, is imported in the place of what is meant."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterable, Iterator, Sequence
from importlib.machinery import PathFinder
from pathlib import Path

import polykeras
from polykeras.plugins.diagnosis.check import Check, Status
from polykeras.plugins.installed import version_of

KERAS = "keras"
_SUFFIXES = (".py", "/__init__.py")


def check_shadows(frameworks: Iterable[str], folder: Path, path: Sequence[str] | None = None) -> list[Check]:
    """Return findings on who answers to the names that matter.

    Args:
        frameworks: Import names of frameworks.
        folder: Where the user's scripts lie: Python looks there first.
        path: Folders whose metadata are read; ``sys.path`` when ``None``.
    """
    names = dict.fromkeys(["polykeras", KERAS, *frameworks])
    shadows = [check for name in names for check in _in_folder(name, folder)]
    return [*shadows, *([] if any(check.subject == KERAS for check in shadows) else _keras(path))]


def _in_folder(name: str, folder: Path) -> Iterator[Check]:
    local = next((file for suffix in _SUFFIXES if (file := folder / f"{name}{suffix}").is_file()), None)
    if local is None or _is_the_installed_one(name, local, folder):
        return
    yield Check(
        "shadow",
        name,
        Status.WARNING,
        f"{local} is imported as `{name}` by every script in {folder}.",
        "Rename it, unless that is what you want.",
    )


def _is_the_installed_one(name: str, local: Path, folder: Path) -> bool:
    if name == "polykeras" and Path(str(polykeras.__file__)).resolve() == local.resolve():
        return True
    elsewhere = [place for place in sys.path if place and Path(place).resolve() != folder.resolve()]
    spec = PathFinder.find_spec(name, elsewhere)
    return spec is not None and spec.origin is not None and Path(spec.origin).resolve() == local.resolve()


def _keras(path: Sequence[str] | None) -> Iterator[Check]:
    """Tell which Keras `import keras` means, and whether a distribution answers for it."""
    try:
        spec = importlib.util.find_spec(KERAS)
    except ValueError:  # put into sys.modules by hand, as an alias is
        return
    if spec is None:
        return
    version = version_of(KERAS, path)
    if version is None and spec.origin is not None:
        version = _provider()
    if version is None:
        yield Check(
            "shadow",
            KERAS,
            Status.WARNING,
            f"`import keras` finds {spec.origin or 'a folder without code'}, which no installed distribution brings.",
            "Rename or remove it, unless that is what you want.",
        )
    else:
        yield Check(
            "shadow",
            KERAS,
            Status.OK,
            f"Keras {version} is installed; `import keras` means it, except under `polykeras run`.",
        )


def _provider() -> str | None:
    from importlib.metadata import packages_distributions

    names = packages_distributions().get(KERAS)
    return version_of(names[0]) if names else None
