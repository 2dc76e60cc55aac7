"""Whether what the environment and the config file ask for has a meaning and exists."""

from __future__ import annotations

from collections.abc import Iterator

from polykeras.plugins.choice import CONFIG, VARIABLES, config_path, configured
from polykeras.plugins.diagnosis.check import Check, Status, from_error
from polykeras.plugins.discovery import Registry
from polykeras.plugins.errors import ConfigError, did_you_mean
from polykeras.plugins.installed import installed_entries
from polykeras.plugins.report import Report
from polykeras.plugins.selection import SWITCH, names_of, parse_selection


def check_settings(registry: Registry, found: Report) -> list[Check]:
    """Return findings on the settings; one that is overruled by another is a warning at most."""
    checks = list(_selection(registry, found))
    decided = ""
    for variable in VARIABLES:
        name = registry.environment.get(variable, "").strip()
        if name:
            checks.append(_asked(registry, found, variable, name, f"the environment variable {variable}", decided))
            decided = decided or variable
    checks += _config(registry, found, decided)
    return checks


def _selection(registry: Registry, found: Report) -> Iterator[Check]:
    if found.setting_problem is not None:
        yield from_error("selection", SWITCH, found.setting_problem)
        return
    if not found.setting.strip():
        return
    selection = parse_selection(found.setting)
    if selection.allowed is not None and not selection.allowed:
        yield Check(
            "selection", SWITCH, Status.WARNING, f"{found.setting!r} turns all plugins off.", f"Unset {SWITCH}."
        )
        return
    entries = installed_entries(registry.path)
    known = frozenset[str]().union(*map(names_of, entries))
    unknown = sorted(((selection.allowed or frozenset()) | selection.blocked) - known)
    for name in unknown:
        yield Check(
            "selection",
            SWITCH,
            Status.WARNING,
            f"{found.setting!r} names {name!r}, which is not installed.{did_you_mean(name, known)}",
            f"Correct or unset {SWITCH}.",
        )
    if not unknown:
        yield Check("selection", SWITCH, Status.OK, f"{found.setting!r} names what is installed.")


def _asked(registry: Registry, found: Report, subject: str, name: str, source: str, decided: str) -> Check:
    if found.setting_problem is not None:
        # Whether it is installed cannot be told before that is repaired.
        return Check("choice", subject, Status.OK, f"Asks for {name!r}.")
    if name in registry.backend_names():
        overruled = f", but {decided} comes before it" if decided else ""
        return Check("choice", subject, Status.OK, f"Asks for {name!r}{overruled}.")
    status = Status.WARNING if decided else Status.PROBLEM
    undo = f"unset {subject}" if subject in VARIABLES else f"change `backend` in {subject}"
    return from_error("choice", subject, str(registry.not_found(name, source, undo)), status)


def _config(registry: Registry, found: Report, decided: str) -> Iterator[Check]:
    explicit = bool(registry.environment.get(CONFIG))
    path = config_path(registry.environment)
    if path is None or (not explicit and not path.exists()):
        return
    try:
        path.read_bytes()
        name = configured(path, explicit=explicit)
    except ConfigError as error:
        yield from_error("config", str(path), str(error), Status.WARNING if decided else Status.PROBLEM)
    except OSError as error:
        yield Check(
            "config",
            str(path),
            Status.PROBLEM if explicit and not decided else Status.WARNING,
            f"The config file cannot be read: {error.strerror}. It is passed over.",
            f"Make it readable, remove it, or correct {CONFIG}.",
        )
    else:
        if name is None:
            yield Check("config", str(path), Status.OK, "Asks for no backend.")
        else:
            yield _asked(registry, found, str(path), name, f"the config file {path}", decided)
