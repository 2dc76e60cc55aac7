"""Whether a file in the current folder, or a stray package, is imported in the place of what is meant."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterable, Iterator, Sequence
from importlib.machinery import PathFinder
from importlib.metadata import Distribution, packages_distributions
from pathlib import Path

import polykeras
from polykeras.plugins.diagnosis.check import Check, Status
from polykeras.plugins.installed import has_metadata, search

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
    found = spec.origin or "a folder without code"
    installed = _installed_keras(path)
    place = None if installed is None else Path(str(installed.locate_file(f"{KERAS}/__init__.py")))
    if installed is None:
        problem = f"`import keras` finds {found}, which no installed distribution brings."
    elif place is not None and place.is_file() and place.resolve() != Path(found).resolve():
        problem = f"`import keras` finds {found} before {installed.metadata['Name']} {installed.version} in {place}."
    else:
        means = "`import keras` means it, except under `polykeras run`"
        yield Check("shadow", KERAS, Status.OK, f"Keras {installed.version} is installed; {means}.")
        return
    action = "Rename or remove it, unless that is what you want."
    yield Check("shadow", KERAS, Status.WARNING, problem, action)


def _installed_keras(path: Sequence[str] | None) -> Distribution | None:
    named = next(filter(has_metadata, search(path, KERAS)), None)
    if named is not None or path is not None:
        return named
    # Under another name, as a nightly build.
    names = packages_distributions().get(KERAS, [])
    return next(filter(has_metadata, search(path, names[0])), None) if names else None
