"""Which backend is the default: environment, own config file, the only one, or the highest priority.

``POLYKERAS_BACKEND`` > ``KERAS_BACKEND`` > the config file > the only one installed > priority, ties
by name. The config file is TOML with a key ``backend``, at ``POLYKERAS_CONFIG`` or at
``polykeras/config.toml`` in the user's config folder; it is read and never written, and Keras' own
config file is not looked at. No framework is imported to choose.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from polykeras.plugins.compatibility import install_hint
from polykeras.plugins.discovery import REGISTRY, Registry
from polykeras.plugins.errors import (
    BackendBroken,
    BackendIncompatible,
    BackendNotFound,
    ConfigError,
    did_you_mean,
)
from polykeras.plugins.selection import SWITCH

CONFIG = "POLYKERAS_CONFIG"
KEYS = ("backend",)
VARIABLES = ("POLYKERAS_BACKEND", "KERAS_BACKEND")


class Choice(NamedTuple):
    """A backend's name and the reason it was chosen.

    Attributes:
        name: Name of an installed backend.
        source: Who asked for it, to stand after "asked for by" or "chosen for".
        otherwise: How the asker can be made to ask for something else; empty when nobody asked.
    """

    name: str
    source: str
    otherwise: str = ""


def choose(registry: Registry | None = None) -> Choice:
    """Return the default backend.

    Args:
        registry: Plugins and environment to choose by; the process's own when ``None``.

    Raises:
        BackendNotFound: If none is installed, the one asked for is not, or none of several works.
        ConfigError: If the config file or ``POLYKERAS_PLUGINS`` cannot be understood.
    """
    registry = REGISTRY if registry is None else registry
    installed = registry.backend_names()
    asked = asked_for(registry.environment)
    if asked is not None:
        if asked.name not in installed:
            raise registry.not_found(asked.name, asked.source, asked.otherwise)
        return asked
    if not installed:
        raise _none_installed(registry)
    if len(installed) == 1:
        return Choice(installed[0], "being the only one installed")
    return _by_priority(registry, installed)


def config_path(environment: Mapping[str, str]) -> Path | None:
    """Return where the config file would be, or ``None`` for a user without a home."""
    if environment.get(CONFIG):
        return Path(environment[CONFIG])
    folder = environment.get("APPDATA" if os.name == "nt" else "XDG_CONFIG_HOME", "")
    if not folder:
        home = environment.get("HOME") or os.path.expanduser("~")  # noqa: PTH111 - Path.home() raises without a home
        folder = f"{home}/.config"
    path = Path(folder, "polykeras", "config.toml")
    return path if path.is_absolute() else None


def asked_for(environment: Mapping[str, str]) -> Choice | None:
    """Return what the environment or the config file asks for, installed or not; ``None`` when they are silent.

    Raises:
        ConfigError: If the config file is asked and cannot be understood.
    """
    for variable in VARIABLES:
        name = environment.get(variable, "").strip()
        if name:
            return Choice(name, f"the environment variable {variable}", f"unset {variable}")
    path = config_path(environment)
    if path is None:
        return None
    written = configured(path, explicit=bool(environment.get(CONFIG)))
    if written is None:
        return None
    return Choice(written, f"the config file {path}", f"change `backend` in {path}")


def configured(path: Path, *, explicit: bool) -> str | None:
    """Return the key `backend` of the config file at `path`, if there is such a file and key.

    Args:
        path: Where it would be.
        explicit: Whether the user named it, so that it must be readable.

    Raises:
        ConfigError: If it cannot be understood.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        if not explicit:
            return None
        raise ConfigError(
            f"The config file named by {CONFIG} cannot be read.\nReceived: {path} ({error.strerror}).\n"
            f"Allowed: a readable file.\nCorrect or unset {CONFIG}."
        ) from error
    except UnicodeDecodeError as error:
        raise _not_toml(path, error) from error
    # Most users have no such file, and `import polykeras` is to stay light.
    import tomllib

    try:
        settings = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _not_toml(path, error) from error
    unknown = [key for key in settings if key not in KEYS]
    if unknown:
        raise ConfigError(
            f"The config file {path} has an unknown key.\nReceived: {unknown[0]!r}.\n"
            f"Allowed: {', '.join(KEYS)}.{did_you_mean(unknown[0], KEYS)}\nCorrect or remove the line."
        )
    name = settings.get("backend")
    if name is None:
        return None
    if not isinstance(name, str) or not name.strip():
        raise ConfigError(
            f"The key `backend` of the config file {path} is not a name.\nReceived: {name!r}.\n"
            "Allowed: the name of a backend, as a string.\nCorrect or remove the line."
        )
    return name.strip()


def _not_toml(path: Path, error: Exception) -> ConfigError:
    return ConfigError(
        f"The config file {path} is not TOML.\nReceived: {error}.\n"
        'Allowed: TOML in UTF-8, such as the line `backend = "NAME"`.\nCorrect or remove the file.'
    )


def _none_installed(registry: Registry) -> BackendNotFound:
    setting = registry.environment.get(SWITCH, "").strip()
    kept_out = f", less what {SWITCH}={setting!r} keeps out" if setting else ""
    change = f", or change {SWITCH}" if setting else ""
    return BackendNotFound(
        "No backend is installed.\n"
        f"Received: an environment without any plugin in the group `polykeras.backends`{kept_out}.\n"
        "Allowed: at least one backend.\n"
        f"{install_hint('', registry.path)}{change}."
    )


def _by_priority(registry: Registry, installed: list[str]) -> Choice:
    ranked: list[tuple[int, str]] = []
    problems: dict[str, str] = {}
    for name in installed:
        try:
            info = registry.load_backend(name).info
        except (BackendBroken, BackendIncompatible) as error:
            problems[name] = str(error)
        else:
            ranked.append((-info.priority, name))
    if not ranked:
        reasons = "\n".join(" ".join(text.splitlines()[:2]) for text in problems.values())
        raise BackendNotFound(
            f"None of the installed backends can be used.\nReceived:\n{reasons}\n"
            "Allowed: at least one that works.\n"
            "Repair one of them; ask for it by POLYKERAS_BACKEND to see its whole error."
        )
    chosen = Choice(min(ranked)[1], "having the highest priority")
    for text in problems.values():
        # A broken favourite must not change the backend silently.
        warnings.warn(f"{text}\nThe backend {chosen.name!r} is used instead.", RuntimeWarning, stacklevel=2)
    return chosen
