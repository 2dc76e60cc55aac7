"""Finds plugins through entry points and loads the ones asked for, each at most once.

Names are listed once, in a stable order. A plugin that fails to load is an error only for who asked
for it. Frameworks are looked up in the installed metadata, never imported here.
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

import importlib_metadata
import pluggy

from polykeras.plugins import hookspecs
from polykeras.plugins.errors import BackendBroken, BackendIncompatible, BackendNotFound, did_you_mean
from polykeras.plugins.info import CONTRACT, BackendInfo

BACKENDS = "polykeras.backends"
KERNELS = "polykeras.kernels"
DATA_ADAPTERS = "polykeras.data_adapters"
SWITCH = "POLYKERAS_PLUGINS"
_NAME = re.compile(r"-?[A-Za-z0-9][A-Za-z0-9_.]*(?:-[A-Za-z0-9_.]+)*")


class Entry(NamedTuple):
    """One entry point: what a distribution offers under a name."""

    name: str
    value: str
    group: str
    distribution: str
    version: str
    load: Callable[[], Any]


class LoadedPlugin(NamedTuple):
    """A backend's plugin object, imported and checked."""

    name: str
    distribution: str
    version: str
    info: BackendInfo
    hook: Any

    def ask(self, hook: str) -> Any:
        """Call a backend hook for this backend and return its answer."""
        try:
            return getattr(self.hook, hook)(backend=self.name)
        except ImportError as error:
            raise _broken(self.name, self.distribution, self.version, error) from error


class Selection(NamedTuple):
    """What ``POLYKERAS_PLUGINS`` lets in: everything, a list, everything but a list, or nothing."""

    allowed: frozenset[str] | None
    blocked: frozenset[str]

    def admits(self, entry: Entry) -> bool:
        """Return whether `entry` may be used, by its own name or its distribution's."""
        names = {entry.name, entry.distribution, entry.distribution.removeprefix("polykeras-")}
        if names & self.blocked:
            return False
        return self.allowed is None or bool(names & self.allowed)


def parse_selection(text: str) -> Selection:
    """Parse ``POLYKERAS_PLUGINS``: ``""``, ``"off"``, ``"a,b"`` (only these) or ``"-a"`` (not this).

    Raises:
        ValueError: If an item is neither a name nor a name after a minus.
    """
    items = [item.strip() for item in text.split(",") if item.strip()]
    if items == ["off"]:
        return Selection(frozenset(), frozenset())
    wrong = [item for item in items if not _NAME.fullmatch(item) or item == "off"]
    if wrong:
        raise ValueError(
            f"The environment variable {SWITCH} cannot be read.\nReceived: {text!r}; not understood: "
            f"{', '.join(wrong)}.\nAllowed: `off`, or names separated by commas, each allowed (`jax`) or "
            "blocked (`-jax`).\nCorrect it, or unset it to use every plugin."
        )
    allowed = frozenset(item for item in items if not item.startswith("-"))
    blocked = frozenset(item[1:] for item in items if item.startswith("-"))
    return Selection(allowed or None, blocked)


class Registry:
    """The plugins of one process.

    Args:
        entries: Lists the installed entry points; called once, and again by `refresh`.
        environment: Environment variables; the process's own by default.
    """

    def __init__(
        self,
        entries: Callable[[], Iterable[Entry]] | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._entries = entries or installed_entries
        self._environment = os.environ if environment is None else environment
        self._listed: dict[str, dict[str, list[Entry]]] | None = None
        self._loaded: dict[tuple[str, str], Any] = {}
        self._lock = threading.RLock()

    def refresh(self) -> None:
        """Forget the listing, so that distributions installed meanwhile are found."""
        with self._lock:
            self._listed = None

    def entries(self, group: str) -> dict[str, list[Entry]]:
        """Return the admitted entries of `group` by name, both in a stable order."""
        with self._lock:
            if self._listed is None:
                self._listed = self._list()
            return self._listed.get(group, {})

    def _list(self) -> dict[str, dict[str, list[Entry]]]:
        selection = parse_selection(self._environment.get(SWITCH, ""))
        listed: dict[str, dict[str, list[Entry]]] = {}
        for entry in sorted(self._entries(), key=lambda item: (item.name, item.distribution, item.value)):
            if selection.admits(entry):
                listed.setdefault(entry.group, {}).setdefault(entry.name, []).append(entry)
        return listed

    def backend_names(self) -> list[str]:
        """Return the names of the installed backends, in order."""
        return list(self.entries(BACKENDS))

    def adapter_entries(self) -> Mapping[str, list[Entry]]:
        """Return the data adapters by the root package that they claim."""
        return self.entries(DATA_ADAPTERS)

    def load(self, entry: Entry) -> Any:
        """Return the plugin object of `entry`, importing its module at the first call.

        Raises:
            BackendBroken: If the import raises; the cause is kept.
        """
        key = (entry.distribution, entry.value)
        with self._lock:
            if key not in self._loaded:
                try:
                    self._loaded[key] = entry.load()
                except Exception as error:  # noqa: BLE001 - a plugin may raise anything; the cause is kept
                    raise _broken(entry.name, entry.distribution, entry.version, error) from error
            return self._loaded[key]

    def backend_info(self, name: str) -> BackendInfo:
        """Return what the backend says of itself, importing its plugin but no framework."""
        return self.load_backend(name, check_framework=False).info

    def load_backend(self, name: str, *, check_framework: bool = True) -> LoadedPlugin:
        """Return the backend's plugin, checked against the contract and the installed framework.

        Raises:
            BackendNotFound: If nothing installed offers `name`.
            BackendBroken: If the plugin cannot be imported or its framework is not installed.
            BackendIncompatible: If contract or framework versions do not fit, or two
                distributions offer the name.
        """
        entry = self._only(name)
        manager = pluggy.PluginManager(hookspecs.PROJECT)
        manager.add_hookspecs(hookspecs)
        manager.register(self.load(entry), name=entry.name)
        infos = manager.hook.polykeras_backend_info()
        if not infos or not isinstance(infos[0], BackendInfo):
            cause = TypeError("`polykeras_backend_info` returned no BackendInfo")
            raise _broken(name, entry.distribution, entry.version, cause) from cause
        info = infos[0]
        _check_contract(info, entry)
        if check_framework:
            _check_framework(info, entry)
        return LoadedPlugin(name, entry.distribution, entry.version, info, manager.hook)

    def _only(self, name: str) -> Entry:
        found = self.entries(BACKENDS).get(name)
        if not found:
            raise not_found(name, "the caller", self.backend_names())
        if len(found) > 1:
            raise BackendIncompatible(
                f"Two distributions offer a backend called {name!r}.\n"
                f"Received: {' and '.join(f'{entry.distribution} {entry.version}' for entry in found)}.\n"
                "Allowed: one distribution per backend name.\n"
                f"Uninstall one, or block it: {SWITCH}=-{found[-1].distribution}."
            )
        return found[0]


def installed_entries() -> Iterable[Entry]:
    """Yield the entry points of the three groups from the installed distributions."""
    for point in importlib_metadata.entry_points():
        if point.group in {BACKENDS, KERNELS, DATA_ADAPTERS}:
            distribution = point.dist
            name = "unknown" if distribution is None else distribution.metadata["Name"]
            version = "unknown" if distribution is None else distribution.version
            yield Entry(point.name, point.value, point.group, name, version, point.load)


def install_hint(name: str) -> str:
    """Return how to install the backend called `name`, from core's own metadata."""
    extras = _extras()
    if name in extras:
        return f"Install it with `pip install polykeras[{name}]`."
    return f"Install one with `pip install polykeras[EXTRA]`; extras: {', '.join(extras)}." if extras else (
        "Install a distribution that offers it."
    )


def _extras() -> list[str]:
    try:
        metadata = importlib_metadata.metadata("polykeras")
    except importlib_metadata.PackageNotFoundError:
        return []
    return sorted(metadata.get_all("Provides-Extra") or [])


def not_found(name: str, source: str, installed: list[str]) -> BackendNotFound:
    """Return the error for a backend that is not installed."""
    return BackendNotFound(
        f"No backend is called {name!r} (asked for by {source}).\n"
        f"Received: {name!r}.\n"
        f"Installed: {', '.join(installed) or 'none'}.{did_you_mean(name, installed)}\n"
        f"{install_hint(name)}"
    )


def _broken(name: str, distribution: str, version: str, cause: BaseException) -> BackendBroken:
    return BackendBroken(
        f"The plugin {name!r} of {distribution} {version} cannot be loaded.\n"
        f"Received: {type(cause).__name__}: {cause}\n"
        "Allowed: a plugin whose module imports without error.\n"
        f"Reinstall {distribution}, or block it: {SWITCH}=-{distribution}."
    )


def _check_contract(info: BackendInfo, entry: Entry) -> None:
    theirs, ours = info.contract, CONTRACT
    if theirs[0] == ours[0] and theirs[1] <= ours[1]:
        return
    upgrade = "polykeras" if theirs > ours else entry.distribution
    raise BackendIncompatible(
        f"The backend {info.name!r} of {entry.distribution} {entry.version} speaks another contract.\n"
        f"Received: contract {theirs[0]}.{theirs[1]}.\nAllowed: contract {ours[0]}.0 to {ours[0]}.{ours[1]}.\n"
        f"Upgrade {upgrade}."
    )


def _check_framework(info: BackendInfo, entry: Entry) -> None:
    needed = info.framework_distribution
    if needed is None:
        return
    try:
        version = importlib_metadata.version(needed)
    except importlib_metadata.PackageNotFoundError as error:
        raise BackendBroken(
            f"The backend {info.name!r} of {entry.distribution} {entry.version} lacks its framework.\n"
            f"Received: no distribution called {needed!r}.\n"
            f"Allowed: {needed} {info.framework_minimum or 'of any version'} or later.\n"
            f"{install_hint(info.name)}"
        ) from error
    minimum = info.framework_minimum
    if minimum is not None and _release(version) < _release(minimum):
        raise BackendIncompatible(
            f"The backend {info.name!r} of {entry.distribution} {entry.version} needs a newer framework.\n"
            f"Received: {needed} {version}.\nAllowed: {needed} {minimum} or later.\n"
            f"Upgrade it with `pip install --upgrade {needed}`."
        )


def _release(version: str) -> tuple[int, ...]:
    match = re.match(r"\d+(?:\.\d+)*", version)
    return tuple(int(part) for part in match.group().split(".")) if match else ()


REGISTRY = Registry()


def backend_names() -> list[str]:
    """Return the names of the installed backends, in order."""
    return REGISTRY.backend_names()


def backend_info(name: str) -> BackendInfo:
    """Return what the backend called `name` says of itself."""
    return REGISTRY.backend_info(name)


def load_backend(name: str) -> LoadedPlugin:
    """Return the plugin of the backend called `name`."""
    return REGISTRY.load_backend(name)


def adapter_entries() -> Mapping[str, list[Entry]]:
    """Return the data adapters by root package."""
    return REGISTRY.adapter_entries()


def load_adapter(entry: Entry) -> Any:
    """Return the plugin object of a data adapter's entry."""
    return REGISTRY.load(entry)


def refresh() -> None:
    """Find distributions installed since the listing."""
    REGISTRY.refresh()
