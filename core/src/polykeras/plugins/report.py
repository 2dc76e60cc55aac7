"""What is installed and what becomes of it, as facts: each plugin with its state, and why it is or is not the default.

Promises to import no framework, to load what may be loaded and nothing else (not what is blocked, what shares its name
with another, or op packs), and to put what goes wrong with one plugin into its own row. Nothing is printed here.
A plugin that takes its process down takes the caller along: `polykeras.plugins.apart` asks from another process.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import NamedTuple

from polykeras.plugins.choice import asked_for, choose
from polykeras.plugins.compatibility import check_framework, find_framework
from polykeras.plugins.discovery import Registry
from polykeras.plugins.errors import BackendBroken, BackendIncompatible, BackendNotFound, ConfigError, PolykerasError
from polykeras.plugins.info import CONTRACT, BackendInfo
from polykeras.plugins.installed import BACKENDS, DATA_ADAPTERS, KERNELS, Entry, installed_entries
from polykeras.plugins.selection import SWITCH, Selection, parse_selection

ORDER = (BACKENDS, KERNELS, DATA_ADAPTERS)


class State(StrEnum):
    """What can be done with a plugin."""

    CHOSEN = "chosen"
    AVAILABLE = "available"
    BLOCKED = "blocked"
    BROKEN = "broken"
    INCOMPATIBLE = "incompatible"
    FRAMEWORK_MISSING = "framework missing"
    FRAMEWORK_TOO_OLD = "framework too old"
    TAKEN_TWICE = "name taken twice"
    NOT_ASKED_FOR = "not asked for"


USABLE = frozenset({State.CHOSEN, State.AVAILABLE})
FAULTY = frozenset(
    {State.BROKEN, State.INCOMPATIBLE, State.FRAMEWORK_MISSING, State.FRAMEWORK_TOO_OLD, State.TAKEN_TWICE}
)


class FrameworkFacts(NamedTuple):
    """The framework of a backend.

    Attributes:
        module: What is imported, if the plugin tells.
        distribution: The distribution that brings it.
        found: Its installed version, or ``None``.
        minimum: The least version that the plugin accepts, or ``None`` for any.
    """

    module: str | None
    distribution: str
    found: str | None
    minimum: str | None


class PluginFacts(NamedTuple):
    """One entry point.

    Attributes:
        name: Name of a backend or op pack; root package whose types an adapter claims.
        group: Entry point group.
        distribution: Distribution that offers it.
        version: Version of that distribution.
        entry_point: ``module:attribute`` of the plugin object.
        contract: Contract it was written for, ``"major.minor"``; ``None`` when it does not tell or was not loaded.
        framework: Its framework; ``None`` when it has none, does not tell or was not loaded.
        priority: Rank among backends that nobody asked for; ``None`` as above.
        state: What can be done with it.
        reason: Why, in one line.
        error: The whole message of what is wrong, or ``None``.
    """

    name: str
    group: str
    distribution: str
    version: str
    entry_point: str
    contract: str | None = None
    framework: FrameworkFacts | None = None
    priority: int | None = None
    state: State = State.AVAILABLE
    reason: str = ""
    error: str | None = None


class ChoiceFacts(NamedTuple):
    """The default backend.

    Attributes:
        name: The one chosen or asked for, or ``None``.
        source: Who asked for it, or for what it was chosen; empty when nothing was.
        asked: Whether somebody asked for it.
        problem: The whole message when there is none, else ``None``.
    """

    name: str | None
    source: str = ""
    asked: bool = False
    problem: str | None = None


class Report(NamedTuple):
    """All of it.

    Attributes:
        contract: The contract that this core speaks, ``"major.minor"``.
        setting: Value of ``POLYKERAS_PLUGINS``.
        setting_problem: The whole message when that cannot be read, else ``None``.
        choice: The default backend.
        plugins: Backends, op packs, adapters; each by name.
        warnings: What was said while the distributions were listed.
    """

    contract: str
    setting: str
    setting_problem: str | None
    choice: ChoiceFacts
    plugins: list[PluginFacts]
    warnings: list[str]


def report(registry: Registry) -> Report:
    """Return what is installed at this moment, with the state of each plugin; `registry` is refreshed by that."""
    registry.refresh()
    setting = registry.environment.get(SWITCH, "")
    selection, problem = Selection(frozenset(), frozenset()), None
    try:
        selection = parse_selection(setting)
    except ConfigError as error:
        problem = str(error)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        entries = installed_entries(registry.path)
    choice = _choice(registry)
    out = f"kept out by {SWITCH}={setting!r}" if problem is None else f"{SWITCH} cannot be read"
    admitted = [entry for entry in entries if selection.admits(entry)]
    adapters = _adapters(registry, admitted)
    rows = []
    for entry in sorted(entries, key=lambda entry: ORDER.index(entry.group)):
        if entry not in admitted:
            rows.append(_unloaded(entry)._replace(state=State.BLOCKED, reason=out))
        elif entry.group == BACKENDS:
            rows.append(_backend(registry, entry, admitted))
        elif entry.group == KERNELS:
            rows.append(_unloaded(entry)._replace(state=State.NOT_ASKED_FOR, reason="op packs are off until asked for"))
        else:
            rows.append(adapters[entry.value, entry.distribution]._replace(name=entry.name))
    said = list(dict.fromkeys(str(warning.message) for warning in caught))
    return Report(_dotted(CONTRACT), setting, problem, choice, _ranked(rows, choice), said)


def usable_backends(plugins: Iterable[PluginFacts]) -> list[str]:
    """Return the names of the backends that can be used."""
    return [plugin.name for plugin in plugins if plugin.group == BACKENDS and plugin.state in USABLE]


def _dotted(contract: tuple[int, int]) -> str:
    return f"{contract[0]}.{contract[1]}"


def _unloaded(entry: Entry) -> PluginFacts:
    return PluginFacts(entry.name, entry.group, entry.distribution, entry.version, entry.value)


def _faulty(plugin: PluginFacts, state: State, error: PolykerasError) -> PluginFacts:
    cause = error.__cause__
    first, received = [*str(error).splitlines(), "", ""][:2]
    reason = received.removeprefix("Received: ").rstrip(".")
    if state is State.BROKEN and cause is not None:
        reason = f"{type(cause).__name__}: {[*str(cause).splitlines(), ''][0]}"
    return plugin._replace(state=state, reason=reason or first, error=str(error))


def _backend(registry: Registry, entry: Entry, admitted: list[Entry]) -> PluginFacts:
    plugin = _unloaded(entry)
    rivals = [other for other in admitted if (other.group, other.name) == (BACKENDS, entry.name) and other != entry]
    try:
        if not rivals:
            plugin = plugin._replace(contract=_contract(registry.self_description(entry)))
        info = registry.backend_info(entry.name)
    except BackendBroken as error:
        return _faulty(plugin, State.BROKEN, error)
    except BackendIncompatible as error:
        if rivals:
            others = " and ".join(f"{other.distribution} {other.version}" for other in rivals)
            return _faulty(plugin, State.TAKEN_TWICE, error)._replace(reason=f"also offered by {others}")
        reason = f"written for contract {plugin.contract}; this polykeras speaks {CONTRACT[0]}.0 to {_dotted(CONTRACT)}"
        return _faulty(plugin, State.INCOMPATIBLE, error)._replace(reason=reason)
    plugin = plugin._replace(priority=info.priority)
    found = find_framework(info, registry.path)
    if found is None:
        return plugin
    facts = FrameworkFacts(info.framework, found.distribution, found.version, info.framework_minimum)
    plugin = plugin._replace(framework=facts)
    try:
        check_framework(info, entry, registry.path)
    except BackendBroken as error:
        return _faulty(plugin, State.FRAMEWORK_MISSING, error)
    except BackendIncompatible as error:
        reason = f"{facts.distribution} {facts.found} is older than {facts.minimum}"
        return _faulty(plugin, State.FRAMEWORK_TOO_OLD, error)._replace(reason=reason)
    return plugin


def _contract(answers: Sequence[object]) -> str | None:
    said = answers[0] if answers else None
    if isinstance(said, BackendInfo) and isinstance(said.contract, tuple):
        return ".".join(map(str, said.contract))
    return None


def _adapters(registry: Registry, admitted: Iterable[Entry]) -> dict[tuple[str, str], PluginFacts]:
    """Return adapters by entry point and distribution; one stands under many names and is loaded once."""
    found: dict[tuple[str, str], PluginFacts] = {}
    for entry in admitted:
        if entry.group == DATA_ADAPTERS and (entry.value, entry.distribution) not in found:
            plugin = _unloaded(entry)._replace(reason="asked when data of these packages come")
            try:
                registry.load_adapter(entry)
            except BackendBroken as error:
                plugin = _faulty(plugin, State.BROKEN, error)
            found[entry.value, entry.distribution] = plugin
    return found


def _choice(registry: Registry) -> ChoiceFacts:
    name, source = None, ""
    try:
        asked = asked_for(registry.environment)
        if asked is not None:
            name, source = asked.name, asked.source
        with warnings.catch_warnings():
            # Which do not work is told row by row.
            warnings.simplefilter("ignore", RuntimeWarning)
            chosen = choose(registry)
    except (BackendNotFound, ConfigError) as error:
        return ChoiceFacts(name, source, asked=name is not None, problem=str(error))
    return ChoiceFacts(chosen.name, chosen.source, asked=asked is not None)


def _ranked(rows: list[PluginFacts], choice: ChoiceFacts) -> list[PluginFacts]:
    """Return `rows` with the chosen backend marked, and the reason why the others are not chosen."""
    first = next((row for row in rows if _is_free(row) and row.name == choice.name), None)
    ranked = []
    for row in rows:
        if row is first:
            reason = f"asked for by {choice.source}" if choice.asked else f"chosen for {choice.source}"
            ranked.append(row._replace(state=State.CHOSEN, reason=reason))
        elif _is_free(row):
            ranked.append(row._replace(reason=_why_not(row, first, choice)))
        else:
            ranked.append(row)
    return ranked


def _is_free(row: PluginFacts) -> bool:
    return row.group == BACKENDS and row.state is State.AVAILABLE


def _why_not(row: PluginFacts, first: PluginFacts | None, choice: ChoiceFacts) -> str:
    if choice.asked:
        absent = ", which is not installed" if choice.problem is not None else ""
        return f"{choice.source} asks for {choice.name!r}{absent}"
    if first is None or first.priority is None or row.priority is None:
        return "no default backend can be chosen"
    if first.priority > row.priority:
        return f"{first.name!r} has a higher priority, {first.priority} over {row.priority}"
    return f"{first.name!r} has the same priority, {row.priority}, and an earlier name"
