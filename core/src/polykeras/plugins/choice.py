"""Which backend is the default: environment, own config file, the only one, or the highest priority.

``POLYKERAS_BACKEND`` > ``KERAS_BACKEND`` > the config file > the only one installed > priority. The
config file is TOML with a key ``backend``, at ``POLYKERAS_CONFIG`` or in the user's config folder; it
is read and never written, and Keras' own config file is not looked at.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from polykeras.plugins.discovery import REGISTRY, Registry, install_hint, not_found
from polykeras.plugins.errors import BackendBroken, BackendIncompatible, BackendNotFound

CONFIG = "POLYKERAS_CONFIG"
_VARIABLES = ("POLYKERAS_BACKEND", "KERAS_BACKEND")


class Choice(NamedTuple):
    """A backend's name and why it was chosen."""

    name: str
    source: str


def choose(registry: Registry | None = None, environment: Mapping[str, str] | None = None) -> Choice:
    """Return the default backend; no framework is imported.

    Raises:
        BackendNotFound: If none is installed, or the one asked for is not.
    """
    registry = registry or REGISTRY
    environment = os.environ if environment is None else environment
    installed = registry.backend_names()
    asked = _asked(environment)
    if asked is not None:
        if asked.name not in installed:
            raise not_found(asked.name, asked.source, installed)
        return asked
    if not installed:
        raise BackendNotFound(
            "No backend is installed.\nReceived: an environment without any `polykeras.backends` plugin.\n"
            f"Allowed: at least one backend.\n{install_hint('')}"
        )
    if len(installed) == 1:
        return Choice(installed[0], "being the only one installed")
    return _by_priority(registry, installed)


def _asked(environment: Mapping[str, str]) -> Choice | None:
    for variable in _VARIABLES:
        name = environment.get(variable, "").strip()
        if name:
            return Choice(name, f"the environment variable {variable}")
    path = _config_path(environment)
    if not path.is_file():
        return None
    try:
        name = tomllib.loads(path.read_text(encoding="utf-8")).get("backend")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(
            f"The config file {path} cannot be read.\nReceived: {error}.\n"
            'Allowed: TOML with a line such as `backend = "NAME"`.\nCorrect or remove the file.'
        ) from error
    if name is None:
        return None
    if not isinstance(name, str):
        raise ValueError(
            f"The key `backend` of {path} is not a name.\nReceived: {name!r}.\n"
            "Allowed: a string.\nCorrect or remove the line."
        )
    return Choice(name, f"the config file {path}")


def _config_path(environment: Mapping[str, str]) -> Path:
    if environment.get(CONFIG):
        return Path(environment[CONFIG])
    folder = environment.get("XDG_CONFIG_HOME")
    return (Path(folder) if folder else Path.home() / ".config") / "polykeras" / "config.toml"


def _by_priority(registry: Registry, installed: list[str]) -> Choice:
    ranked: list[tuple[int, str]] = []
    problems: list[str] = []
    for name in installed:
        try:
            info = registry.load_backend(name).info
        except (BackendBroken, BackendIncompatible) as error:
            problems.append(str(error).splitlines()[0])
        else:
            ranked.append((-info.priority, name))
    if not ranked:
        raise BackendNotFound(
            "None of the installed backends can be used.\n"
            f"Received: {' '.join(problems)}\nAllowed: at least one that works.\n"
            "Repair one of them; choosing it by name shows its whole error."
        )
    return Choice(min(ranked)[1], "having the highest priority")
