"""Whether a backend's plugin, core and the installed framework fit, found without importing the framework."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from polykeras.plugins.errors import BackendBroken, BackendIncompatible
from polykeras.plugins.info import CONTRACT, BackendInfo
from polykeras.plugins.installed import Entry, canonical_name, core_extras, version_of
from polykeras.plugins.selection import SWITCH

_KINDS: Mapping[str, tuple[type, ...]] = {
    "framework": (str, type(None)),
    "framework_distribution": (str, type(None)),
    "framework_minimum": (str, type(None)),
    "priority": (int,),
    "capabilities": (frozenset, set),
    "unsupported": (dict,),
}


def broken(name: str, distribution: str, version: str, cause: BaseException) -> BackendBroken:
    """Return the error for a plugin that raised `cause`; raise it from that."""
    return BackendBroken(
        f"The plugin {name!r} of {distribution} {version} cannot be loaded.\n"
        f"Received: {type(cause).__name__}: {cause}\n"
        "Allowed: a plugin that imports and answers its hooks without an error.\n"
        f"Reinstall {distribution}, or block it with `{SWITCH}=-{canonical_name(distribution)}`."
    )


def install_hint(name: str, path: Sequence[str] | None = None) -> str:
    """Return how to install the backend called `name`, as the metadata of core offers it."""
    extras = core_extras(path)
    if name in extras:
        return f'Install it with `pip install "polykeras[{name}]"`'
    if extras:
        return f'Install one with `pip install "polykeras[EXTRA]"` (EXTRA is one of: {", ".join(extras)})'
    return "Install a distribution that offers it"


def check_info(answers: Sequence[object], entry: Entry) -> BackendInfo:
    """Return the one `BackendInfo` that the plugin of `entry` answered with.

    Raises:
        BackendBroken: If it is missing, malformed, or names another backend.
        BackendIncompatible: If it was written for another contract.
    """
    info = answers[0] if answers else None
    if not isinstance(info, BackendInfo):
        cause = TypeError(f"`polykeras_backend_info` answered {info!r}, which is no BackendInfo")
        raise broken(entry.name, entry.distribution, entry.version, cause) from cause
    if not _is_version(info.contract):
        cause = TypeError(f"`contract` is {info.contract!r}, which is not a pair (major, minor) of integers")
        raise broken(entry.name, entry.distribution, entry.version, cause) from cause
    # Before the rest, for what the rest means depends on it.
    _check_contract(info, entry)
    if info.name != entry.name:
        mismatch = ValueError(f"the entry point is called {entry.name!r}, but its plugin says {info.name!r}")
        raise broken(entry.name, entry.distribution, entry.version, mismatch) from mismatch
    for field, kinds in _KINDS.items():
        value = getattr(info, field)
        # The choice among backends compares these: one that is malformed must not break it for the others.
        if not isinstance(value, kinds):
            cause = TypeError(f"`{field}` is {value!r}, a {type(value).__name__}")
            raise broken(entry.name, entry.distribution, entry.version, cause) from cause
    return info


def _is_version(contract: object) -> bool:
    return isinstance(contract, tuple) and len(contract) == 2 and all(type(part) is int for part in contract)


def _check_contract(info: BackendInfo, entry: Entry) -> None:
    theirs, ours = info.contract, CONTRACT
    if theirs[0] == ours[0] and theirs[1] <= ours[1]:
        return
    upgrade = "polykeras" if theirs > ours else entry.distribution
    raise BackendIncompatible(
        f"The backend {entry.name!r} of {entry.distribution} {entry.version} was written for another contract.\n"
        f"Received: contract {theirs[0]}.{theirs[1]}.\n"
        f"Allowed: contract {ours[0]}.0 to {ours[0]}.{ours[1]}, which this polykeras speaks.\n"
        f"Upgrade {upgrade}: `pip install --upgrade {upgrade}`."
    )


class Framework(NamedTuple):
    """The framework of a backend, as the installed metadata tell.

    Attributes:
        distribution: The distribution that brings it, or the one the plugin names where none does.
        version: Its version; ``None`` when it is not installed, or was built in place.
        present: Whether it can be imported.
    """

    distribution: str
    version: str | None
    present: bool


def find_framework(info: BackendInfo, path: Sequence[str] | None = None) -> Framework | None:
    """Return what is known of the framework of a backend, or ``None`` when it needs none."""
    needed = info.framework_distribution
    if needed is None:
        return None
    version = version_of(needed, path)
    if version is not None:
        return Framework(needed, version, present=True)
    if info.framework is None or not _importable(info.framework):
        return Framework(needed, None, present=False)
    # Another distribution of the same framework (a nightly, a CPU build), or one built in place.
    distribution, version = _provider(info.framework) or (needed, None)
    return Framework(distribution, version, present=True)


def check_framework(info: BackendInfo, entry: Entry, path: Sequence[str] | None = None) -> None:
    """Look the framework of a backend up in the installed metadata.

    Raises:
        BackendBroken: If it is not installed.
        BackendIncompatible: If it is older than the plugin asks for.
    """
    found, minimum = find_framework(info, path), info.framework_minimum
    if found is None:
        return
    wanted = _wanted(found.distribution, minimum)
    if not found.present:
        raise BackendBroken(
            f"The backend {info.name!r} of {entry.distribution} {entry.version} lacks its framework.\n"
            f"Received: no installed distribution called {found.distribution!r}.\n"
            f"Allowed: {wanted}.\n"
            f"{_framework_hint(info, path)}."
        ) from ModuleNotFoundError(f"No distribution named {found.distribution!r}", name=info.framework)
    if found.version is not None and minimum is not None and release_of(found.version) < release_of(minimum):
        raise BackendIncompatible(
            f"The backend {info.name!r} of {entry.distribution} {entry.version} needs a newer framework.\n"
            f"Received: {found.distribution} {found.version}.\n"
            f"Allowed: {wanted}.\n"
            f'Upgrade {found.distribution}: `pip install --upgrade "{found.distribution}>={minimum}"`.'
        )


def _wanted(distribution: str, minimum: str | None) -> str:
    return f"{distribution} {minimum} or later" if minimum else f"{distribution}, any version"


def _framework_hint(info: BackendInfo, path: Sequence[str] | None) -> str:
    if info.name in core_extras(path):
        return install_hint(info.name, path)
    bound = f">={info.framework_minimum}" if info.framework_minimum else ""
    return f'Install it with `pip install "{info.framework_distribution}{bound}"`'


def _importable(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ValueError:  # in sys.modules without a spec: there, whoever made it
        return True


def _provider(module: str) -> tuple[str, str | None] | None:
    """Return a distribution that brings `module`, and its version; slow, for the rare case only."""
    from importlib.metadata import packages_distributions

    names = packages_distributions().get(module)
    return (names[0], version_of(names[0])) if names else None


def release_of(version: str) -> tuple[int, ...]:
    """Return the release numbers without trailing zeros, so that 2.0 and 2.0.0 are equal."""
    match = re.match(r"v?(?:\d+!)?(\d+(?:\.\d+)*)", version)
    numbers = [int(part) for part in match.group(1).split(".")] if match else []
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)
