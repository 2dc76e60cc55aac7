"""``polykeras plugins``: what is installed, what can be used, which backend is the default, and why not the others.

Draws what `polykeras.plugins.report` found; docs/plugins.md tells the fields of ``--json``. The exit status is 1 when
no backend can be used. No framework is imported, and plugins are asked in another process.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from polykeras.cli.screen import aligned, terminal_columns, write_document, write_json, write_text
from polykeras.plugins.apart import report_apart
from polykeras.plugins.discovery import REGISTRY
from polykeras.plugins.installed import BACKENDS, DATA_ADAPTERS, KERNELS
from polykeras.plugins.report import FAULTY, USABLE, PluginFacts, Report, State, usable_backends
from polykeras.plugins.report_json import to_json

KINDS = {BACKENDS: "backend", KERNELS: "op pack", DATA_ADAPTERS: "data adapter"}
HEADINGS = ("name", "kind", "distribution", "contract", "framework", "state", "why")
ABSENT = "-"
# Less than this and a table's cells would be broken into pieces.
_TABLE_COLUMNS = 110


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.epilog = "exit status: 0, or 1 when no backend can be used"
    parser.add_argument("--json", action="store_true", help="print the same facts as JSON (docs/plugins.md)")


def run(arguments: argparse.Namespace) -> int:
    """Print the plugins and return 0, or 1 when no backend can be used."""
    try:
        found = report_apart(REGISTRY)
    except ChildProcessError as error:
        sys.stderr.write(f"polykeras plugins: {error}\n")
        return 1
    if arguments.json:
        write_json(to_json(found))
    else:
        _draw(found)
    return 0 if usable_backends(found.plugins) else 1


def cells(plugin: PluginFacts, names: Sequence[str]) -> tuple[str, ...]:
    """Return the text of a row; `names` are those under which the same plugin stands."""
    return (
        ", ".join(names),
        KINDS[plugin.group],
        f"{plugin.distribution} {plugin.version}",
        plugin.contract or ABSENT,
        framework_text(plugin),
        plugin.state.value,
        plugin.reason,
    )


def framework_text(plugin: PluginFacts) -> str:
    """Return the framework's name, the version found and the least one wanted."""
    framework = plugin.framework
    if framework is None:
        return ABSENT
    unknown = "not installed" if plugin.state is State.FRAMEWORK_MISSING else "of unknown version"
    wanted = f" (>={framework.minimum})" if framework.minimum else ""
    return f"{framework.distribution} {framework.found or unknown}{wanted}"


def merged(plugins: Sequence[PluginFacts]) -> list[tuple[PluginFacts, list[str]]]:
    """Return plugins with their names; an adapter stands under many and is shown once."""
    names: dict[PluginFacts, list[str]] = {}
    for plugin in plugins:
        key = plugin._replace(name="") if plugin.group == DATA_ADAPTERS else plugin
        names.setdefault(key, []).append(plugin.name)
    return list(names.items())


def style_of(state: State) -> str:
    """Return the colour of a state."""
    if state is State.CHOSEN:
        return "bold green"
    return "green" if state in USABLE else "red" if state in FAULTY else "dim"


def _draw(found: Report) -> None:
    columns = terminal_columns()
    rows = merged(found.plugins)
    if columns is None and rows:
        write_text("\n".join(aligned([HEADINGS, *(cells(plugin, names) for plugin, names in rows)])))
    elif columns is not None and rows:
        write_document(_table(rows) if columns >= _TABLE_COLUMNS else _stacked(rows))
    notes = _notes(found)
    if rows and notes:
        write_text("")
    for note in notes:
        if columns is None:
            write_text(note)
        else:
            write_document(Text(note))


def _table(rows: Sequence[tuple[PluginFacts, list[str]]]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for heading in HEADINGS:
        # A state is what the eye looks for; the rest may wrap.
        table.add_column(heading, no_wrap=heading in {"kind", "contract", "state"}, overflow="fold")
    for plugin, names in rows:
        *texts, state, why = cells(plugin, names)
        table.add_row(*texts, Text(state, style_of(plugin.state)), why)
    return table


def _stacked(rows: Sequence[tuple[PluginFacts, list[str]]]) -> RenderableType:
    """Return a paragraph per plugin, for a terminal too narrow for columns."""
    parts: list[RenderableType] = []
    for plugin, names in rows:
        name, kind, distribution, contract, framework, state, why = cells(plugin, names)
        details = [kind, distribution]
        details += [f"contract {contract}"] if contract != ABSENT else []
        details += [framework] if framework != ABSENT else []
        parts.append(Text.assemble((name, "bold"), ": ", (state, style_of(plugin.state))))
        parts += [Padding(Text(text), (0, 0, 0, 2)) for text in (", ".join(details), why) if text]
    return Group(*parts)


def _notes(found: Report) -> list[str]:
    """Return what is to be said below the table."""
    notes = list(found.warnings)
    if found.setting_problem is not None:
        notes.append(found.setting_problem)
    choice = found.choice
    if choice.problem is None:
        usable = "" if choice.name in usable_backends(found.plugins) else " which cannot be used,"
        why = f"{'asked for by' if choice.asked else 'for'} {choice.source}"
        notes.append(f"Default backend: {choice.name},{usable} {why}.")
    elif choice.problem != found.setting_problem:
        notes.append(choice.problem)
    if any(plugin.state in FAULTY for plugin in found.plugins):
        notes.append("`polykeras doctor` says what to do about what does not work.")
    return notes
