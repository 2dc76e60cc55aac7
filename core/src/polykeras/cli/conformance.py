"""``polykeras conformance NAME``: the conformance suite in a process of its own, and what it found, family by family.

The project that lies in the current folder has no say: its pytest settings and conftest files are left alone. The exit
status is 0 when all that was asked holds, 1 when something does not, 2 when the suite could not run.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from polykeras.cli.screen import aligned, write_json, write_text

HEADINGS = ("family", "native", "derived", "unsupported", "passed", "failed", "known", "skipped", "worst error")
_NEEDS = ("pytest", "scipy")
# pytest's own: all passed, and some failed. Anything else means that the suite did not come to its end.
_RAN = (0, 1)
_FAILED, _NOT_RUN = 1, 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.epilog = "exit status: 0, 1 when the backend fails, 2 when the suite could not run"
    parser.add_argument("name", metavar="NAME", help="an installed backend")
    parser.add_argument("--known-failures", metavar="FILE", type=Path, help="TOML with the gaps that it declares")
    parser.add_argument("-k", metavar="EXPR", default="", help="only the tests that match, as pytest understands it")
    parser.add_argument("--full", action="store_true", help="every case, not a third of them")
    parser.add_argument("--json", action="store_true", help="print the report as JSON (docs/write-a-backend.md)")


def run(arguments: argparse.Namespace) -> int:
    """Run the suite, print what it found and return the exit status."""
    absent = [name for name in _NEEDS if importlib.util.find_spec(name) is None]
    if absent:
        sys.stderr.write(
            "polykeras conformance: the suite cannot run.\n"
            f"Received: an environment without {' and '.join(absent)}.\n"
            f"Allowed: one with {' and '.join(_NEEDS)}.\n"
            'Install them with `pip install "polykeras[conformance]"`.\n'
        )
        return _NOT_RUN
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "report.json")
        # Where JSON is asked for, nothing else may stand on the standard output.
        done = subprocess.run(  # noqa: S603 - this interpreter, and arguments that pytest reads as such
            command(arguments, path), check=False, stdout=sys.stderr if arguments.json else None
        )
        if done.returncode not in _RAN or not path.exists():
            return _NOT_RUN
        report = json.loads(path.read_text(encoding="utf-8"))
    if arguments.json:
        write_json(report)
    else:
        write_text("\n".join(lines(report)))
    return _FAILED if done.returncode or report["stale"] or report["missing"] else 0


def command(arguments: argparse.Namespace, report: Path) -> list[str]:
    """Return the command that runs the suite and leaves its report at `report`."""
    words = [sys.executable, "-m", "pytest", "-q", "-c", os.devnull, "--noconftest", "-p", "no:cacheprovider"]
    words += ["--rootdir", str(Path.cwd()), "--pyargs", "polykeras.conformance", "--backend", arguments.name]
    words += ["--conformance-report", str(report), "--tb", "short"]
    words += ["--known-failures", str(arguments.known_failures)] if arguments.known_failures else []
    words += ["-k", arguments.k] if arguments.k else []
    return [*words, "--full"] if arguments.full else words


def lines(report: dict[str, Any]) -> list[str]:
    """Return a report as lines of text."""
    rows = [HEADINGS, *(_row(name, family) for name, family in report["families"].items())]
    text = ["", *aligned(rows), "", "Worst errors are in units of what a case allows; 1 is the most."]
    for title, names in (
        ("Primitives without a native function or a reason", report["missing"]),
        ("Stale lines of the known failures", report["stale"]),
        ("Failed", report["failed"]),
    ):
        text += [f"{title}:", *(f"  {name}" for name in names)] if names else []
    held = not (report["missing"] or report["stale"] or report["failed"])
    asked = "every case" if report["full"] else "a third of the cases"
    return [*text, f"{report['backend']} {'holds' if held else 'does not hold'} the contract ({asked} asked)."]


def _row(name: str, family: dict[str, Any]) -> tuple[str, ...]:
    counts = (str(family[heading] or "-") for heading in HEADINGS[1:-1])
    worst = family["worst_error"]
    return (name, *counts, f"{worst:.3g}" if worst else "-")
