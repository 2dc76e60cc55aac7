"""``polykeras doctor``: what is wrong with this installation, and what to do about it.

Draws what `polykeras.plugins.diagnosis` found; docs/plugins.md tells the checks and the fields of ``--json``. The exit
status is 1 when there is a problem; warnings leave it 0. Nothing is changed, and frameworks start in other processes.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from polykeras.cli.screen import aligned, terminal_columns, write_document, write_json, write_text
from polykeras.plugins.diagnosis import Check, Diagnosis, Status, diagnose
from polykeras.plugins.discovery import REGISTRY

_INDENT = "         "  # below the first column, so that a line that starts with a word is a finding
_STYLES = {Status.OK: "green", Status.WARNING: "yellow", Status.PROBLEM: "bold red"}
_CLEAR_LINE = "\r\x1b[K"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.epilog = "exit status: 0, or 1 when there is a problem"
    parser.add_argument("--json", action="store_true", help="print the same facts as JSON (docs/plugins.md)")


def run(arguments: argparse.Namespace) -> int:
    """Print the findings and return 0, or 1 when there is a problem."""
    try:
        found = diagnose(REGISTRY, progress=_show if sys.stderr.isatty() and not arguments.json else lambda _: None)
    except ChildProcessError as error:
        sys.stderr.write(f"polykeras doctor: {error}\n")
        return 1
    if arguments.json:
        write_json(found.to_json())
    else:
        _draw(found)
    return 1 if any(check.status is Status.PROBLEM for check in found.checks) else 0


def _show(what: str) -> None:
    """Show what is being done on one line, which the next one or the end clears."""
    sys.stderr.write(f"{_CLEAR_LINE}{what} ..." if what else _CLEAR_LINE)
    sys.stderr.flush()


def _draw(found: Diagnosis) -> None:
    versions = ", ".join(f"{name} {version}" for name, version in found.versions.items())
    if terminal_columns() is None:
        write_text(f"{versions}\n")
        lines = aligned([(check.status.value, check.name, check.subject, check.message) for check in found.checks])
        for line, check in zip(lines, found.checks, strict=True):
            write_text(f"{line}\n{_INDENT}{check.action}" if check.action else line)
        write_text("\n" + _summary(found.checks))
    else:
        findings = [part for check in found.checks for part in _finding(check)]
        write_document(Group(Text(versions, "dim"), Text(), *findings, Text(), Text(_summary(found.checks), "bold")))


def _finding(check: Check) -> Iterator[RenderableType]:
    head = f"{check.name}, {check.subject}: " if check.subject else f"{check.name}: "
    yield Text.assemble((check.status.value, _STYLES[check.status]), f" {head}{check.message}")
    if check.action:
        yield Padding(Text(check.action, "italic"), (0, 0, 0, 4))


def _summary(checks: list[Check]) -> str:
    counts = Counter(check.status for check in checks)
    problems, warnings = counts[Status.PROBLEM], counts[Status.WARNING]
    if not problems and not warnings:
        return "Nothing is wrong."
    words = [f"{count} {word}{'' if count == 1 else 's'}" for count, word in _counted(problems, warnings)]
    return f"{' and '.join(words)}."


def _counted(problems: int, warnings: int) -> list[tuple[int, str]]:
    return [(count, word) for count, word in ((problems, "problem"), (warnings, "warning")) if count]
