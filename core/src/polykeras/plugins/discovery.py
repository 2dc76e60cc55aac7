"""Finds plugins through entry points and loads the ones asked for, each at most once.

Names are listed once, in a stable order, and again after `refresh`; nothing is imported by that. A
plugin that fails is an error only for who asks for it. No framework is imported here: a plugin's own
module does not, and versions are read from metadata.
"""

from __future__ import annotations

import importlib
import os
import threading
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

import pluggy

from polykeras.plugins import hookspecs
from polykeras.plugins.author import BackendPlugin
from polykeras.plugins.compatibility import broken, check_framework, check_info, install_hint
from polykeras.plugins.errors import BackendIncompatible, BackendNotFound, PolykerasError, did_you_mean
from polykeras.plugins.info import BackendInfo, DataRequest
from polykeras.plugins.installed import (
    BACKENDS,
    DATA_ADAPTERS,
    KERNELS,
    Entry,
    canonical_name,
    core_extras,
    installed_entries,
)
from polykeras.plugins.protocols import DataAdapter
from polykeras.plugins.selection import SWITCH, Selection, parse_selection


class PluginHooks:
    """Calls hooks of one plugin among all that the manager holds.

    Another plugin's failing hook must not harm this one, so the others are left out of each call.
    """

    def __init__(self, manager: pluggy.PluginManager, plugin: object) -> None:
        self._manager = manager
        self._plugin = plugin

    def __getattr__(self, hook: str) -> pluggy.HookCaller:
        """Return the caller of `hook` for this plugin alone."""
        if not hasattr(hookspecs, hook):
            raise AttributeError(f"the contract has no hook {hook!r}")
        others = [other for other in self._manager.get_plugins() if other is not self._plugin]
        return self._manager.subset_hook_caller(hook, others)


class LoadedPlugin(NamedTuple):
    """A backend's plugin, imported and checked.

    Attributes:
        name: Name of the backend.
        distribution: Distribution that offers it.
        version: Version of that distribution.
        info: What the backend says of itself.
        hook: Calls its hooks: ``hook.polykeras_ops(backend=name)``.
    """

    name: str
    distribution: str
    version: str
    info: BackendInfo
    hook: PluginHooks

    def ask(self, hook: str) -> Any:
        """Call a hook that takes the backend's name, and return its answer.

        Raises:
            BackendBroken: If the plugin raises, most often because its framework cannot be imported.
        """
        call = getattr(self.hook, hook)
        try:
            return call(backend=self.name)
        except PolykerasError:
            raise
        except Exception as error:
            raise broken(self.name, self.distribution, self.version, error) from error


class LoadedAdapter(NamedTuple):
    """A data adapter's plugin, imported.

    Attributes:
        name: Root package that it was found under.
        distribution: Distribution that offers it.
        version: Version of that distribution.
        hook: Calls its hook.
    """

    name: str
    distribution: str
    version: str
    hook: PluginHooks

    def adapt(self, request: DataRequest) -> DataAdapter | None:
        """Return an adapter over `request`, or ``None`` when it is somebody else's."""
        answer: DataAdapter | None = self.hook.polykeras_data_adapter(request=request)
        return answer


class Registry:
    """The plugins of one process.

    Args:
        path: Folders whose metadata are read; ``sys.path`` when ``None``.
        environment: Environment variables; the process's own when ``None``.
    """

    def __init__(self, path: Sequence[str] | None = None, environment: Mapping[str, str] | None = None) -> None:
        self.path = path
        self.environment = os.environ if environment is None else environment
        self.manager = pluggy.PluginManager(hookspecs.PROJECT)
        self.manager.add_hookspecs(hookspecs)
        self._listed: tuple[Selection, list[Entry]] | None = None
        self._lock = threading.RLock()

    def refresh(self) -> None:
        """Forget the listing: distributions installed meanwhile are found, ``POLYKERAS_PLUGINS`` is read again."""
        importlib.invalidate_caches()
        with self._lock:
            self._listed = None

    def entries(self, group: str) -> Mapping[str, list[Entry]]:
        """Return the admitted entries of `group` by name, both in a stable order."""
        selection, listed = self._list()
        admitted: dict[str, list[Entry]] = {}
        for entry in listed:
            if entry.group == group and selection.admits(entry):
                admitted.setdefault(entry.name, []).append(entry)
        return MappingProxyType(admitted)

    def _list(self) -> tuple[Selection, list[Entry]]:
        with self._lock:
            if self._listed is None:
                selection = parse_selection(self.environment.get(SWITCH, ""))
                # Turned off means that nothing is even looked for.
                off = selection.allowed is not None and not selection.allowed
                self._listed = selection, [] if off else installed_entries(self.path)
            return self._listed

    def backend_names(self) -> list[str]:
        """Return the names of the installed backends, in order."""
        return list(self.entries(BACKENDS))

    def adapter_entries(self) -> Mapping[str, list[Entry]]:
        """Return the data adapters by the root package whose types they claim."""
        return self.entries(DATA_ADAPTERS)

    def kernel_entries(self) -> Mapping[str, list[Entry]]:
        """Return the op packs that others offer for a backend; they are listed, not used."""
        return self.entries(KERNELS)

    def backend_info(self, name: str) -> BackendInfo:
        """Return what the backend says of itself, whether or not its framework is installed.

        Raises:
            BackendNotFound, BackendBroken, BackendIncompatible: As `load_backend`.
        """
        return self._load_backend(self._only(name)).info

    def load_backend(self, name: str) -> LoadedPlugin:
        """Return the backend's plugin, checked against the contract and the installed framework.

        Raises:
            BackendNotFound: If nothing installed offers `name`.
            BackendBroken: If the plugin cannot be loaded, or its framework is not installed.
            BackendIncompatible: If the version of the contract or of the framework does not fit, or
                two distributions offer the name.
        """
        entry = self._only(name)
        loaded = self._load_backend(entry)
        check_framework(loaded.info, entry, self.path)
        return loaded

    def load_adapter(self, entry: Entry) -> LoadedAdapter:
        """Return the plugin of a data adapter; entries of one value share one plugin object.

        Raises:
            BackendBroken: If it cannot be loaded.
        """
        hooks = self._register(self.import_plugin(entry), entry)
        return LoadedAdapter(entry.name, entry.distribution, entry.version, hooks)

    def import_plugin(self, entry: Entry) -> object:
        """Return the plugin object that `entry` names, importing its module; nothing else here imports a plugin.

        Raises:
            BackendBroken: If it cannot be imported.
        """
        # Python's own import lock makes this happen once; ours is not held, or two importing threads could deadlock.
        try:
            plugin: object = entry.load()
        except (Exception, SystemExit) as error:  # a plugin that gives up on the process is broken, no more
            raise broken(entry.name, entry.distribution, entry.version, error) from error
        return plugin

    def self_description(self, entry: Entry) -> Sequence[object]:
        """Return what the backend of `entry` answers to `polykeras_backend_info`: anything, as yet unchecked.

        Raises:
            BackendBroken: If it cannot be imported, or raises.
        """
        return _answers(self.import_plugin(entry), entry)

    def _load_backend(self, entry: Entry) -> LoadedPlugin:
        plugin = self.import_plugin(entry)
        # Asked before it is registered: a plugin for another contract may have hooks that ours refuses.
        info = check_info(_answers(plugin, entry), entry)
        return LoadedPlugin(entry.name, entry.distribution, entry.version, info, self._register(plugin, entry))

    def _register(self, plugin: object, entry: Entry) -> PluginHooks:
        with self._lock:
            if not self.manager.is_registered(plugin):
                try:
                    self.manager.register(plugin, name=f"{entry.group}:{entry.value}:{entry.distribution}")
                    self.manager.check_pending()
                except (pluggy.PluginValidationError, ValueError) as error:
                    if self.manager.is_registered(plugin):
                        self.manager.unregister(plugin)
                    raise broken(entry.name, entry.distribution, entry.version, error) from error
        return PluginHooks(self.manager, plugin)

    def _only(self, name: str) -> Entry:
        found = self.entries(BACKENDS).get(name)
        if not found:
            raise self.not_found(name, "the caller")
        if len(found) > 1:
            raise BackendIncompatible(
                f"The backend {name!r} is offered more than once.\n"
                f"Received: {' and '.join(f'{entry.distribution} {entry.version}' for entry in found)}.\n"
                "Allowed: one distribution per name of a backend.\n"
                f"Uninstall one, or block it with `{SWITCH}=-{canonical_name(found[-1].distribution)}`."
            )
        return found[0]

    def not_found(self, name: str, source: str, otherwise: str = "") -> BackendNotFound:
        """Return the error for a backend that is not there.

        Args:
            name: The name asked for.
            source: Who asked for it.
            otherwise: What to do instead of installing it, such as ``"unset X"``.
        """
        installed = self.backend_names()
        setting = self.environment.get(SWITCH, "")
        selection, listed = self._list()
        if any(entry.group == BACKENDS and entry.name == name and not selection.admits(entry) for entry in listed):
            advice = f"It is installed, but {SWITCH}={setting!r} keeps it out: change that"
        elif setting.strip():
            advice = f"{install_hint(name, self.path)}, change {SWITCH}={setting!r}"
        else:
            advice = install_hint(name, self.path)
        choices = dict.fromkeys([*installed, *core_extras(self.path)])
        return BackendNotFound(
            f"No backend is called {name!r} (asked for by {source}).\n"
            f"Installed: {', '.join(installed) or 'none'}.{did_you_mean(name, choices)}\n"
            f"{advice}{f', or {otherwise}' if otherwise else ''}."
        )


def _answers(plugin: object, entry: Entry) -> Sequence[object]:
    """Return what `plugin` answers to `polykeras_backend_info`, holding it to no other hook."""
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    try:
        if isinstance(plugin, BackendPlugin):
            # What registering it would come to; that looks at every attribute, which costs more than all the rest.
            return [plugin.polykeras_backend_info()]
        manager.register(plugin)
        hook = getattr(manager.hook, "polykeras_backend_info", None)
        answers: Sequence[object] = hook() if hook is not None else ()
    except (Exception, SystemExit) as error:
        raise broken(entry.name, entry.distribution, entry.version, error) from error
    return answers


REGISTRY = Registry()


def backend_names() -> list[str]:
    """Return the names of the installed backends, in order."""
    return REGISTRY.backend_names()


def backend_info(name: str) -> BackendInfo:
    """Return what the backend called `name` says of itself; its framework need not be installed."""
    return REGISTRY.backend_info(name)


def load_backend(name: str) -> LoadedPlugin:
    """Return the plugin of the backend called `name`, checked; see `Registry.load_backend`."""
    return REGISTRY.load_backend(name)


def adapter_entries() -> Mapping[str, list[Entry]]:
    """Return the data adapters by the root package whose types they claim."""
    return REGISTRY.adapter_entries()


def load_adapter(entry: Entry) -> LoadedAdapter:
    """Return the plugin of a data adapter's entry."""
    return REGISTRY.load_adapter(entry)


def refresh() -> None:
    """Find distributions installed since the listing, and read ``POLYKERAS_PLUGINS`` again."""
    REGISTRY.refresh()
