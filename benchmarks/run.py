"""The command: measure, print a table, and fail if a bar fails.

Each backend is measured in a process of its own, since Keras takes its backend at import; within
that process all contestants live together and run in turn.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks import files, fits, machine, memory, op_page, overheads, sources, steps
from benchmarks.bars import BACKENDS
from benchmarks.contestants import CONTESTANTS
from benchmarks.method import LEAST_PAIRS, Bar, Estimate
from benchmarks.models import CASES
from benchmarks.report import Row, failures, heading, table

PARTS = ("fit", "steps", "sources", "overheads", "ops", "files", "memory")
CHILD = "BENCHMARKS_CHILD"


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Return the options of the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--backend", choices=BACKENDS, help="only this backend")
    parser.add_argument("--model", choices=tuple(CASES), help="only this model")
    parser.add_argument(
        "--part",
        choices=PARTS,
        help="only comparisons of fit, steps of one's own, sources of data, overheads, common ops, files, or memory",
    )
    parser.add_argument("--pairs", type=int, default=LEAST_PAIRS, help=f"rounds; under {LEAST_PAIRS} no bar is judged")
    parser.add_argument("--steps", type=int, help="batches per block instead of the model's own")
    parser.add_argument("--contestants", default=",".join(CONTESTANTS), help="some of %(default)s")
    parser.add_argument("--json", type=Path, help="also write everything measured to this file")
    options = parser.parse_args(arguments)
    names = options.contestants.split(",")
    if not set(names) <= set(CONTESTANTS) or len(names) < 2:
        parser.error(f"--contestants: got {options.contestants!r}; allowed: two or three of {','.join(CONTESTANTS)}")
    options.names = [name for name in CONTESTANTS if name in names]
    return options


def measure_here(options: argparse.Namespace) -> dict[str, Any]:
    """Measure one backend in this process, whose environment already names it."""
    rows: list[Row] = []
    times = []
    if options.part in {None, "fit"}:
        for case in [options.model] if options.model else CASES:
            found, seconds = fits.measure(options.backend, case, options.names, options.pairs, options.steps)
            rows += found
            times.append(seconds)
            print(table(found), flush=True)
    for part, measure in (
        ("steps", steps.measure),
        ("sources", sources.measure),
        ("overheads", overheads.measure),
        ("ops", op_page.measure),
        ("files", files.measure),
    ):
        if options.part in {None, part}:
            found = measure(options.backend, options.pairs)
            rows += found
            print(table(found), flush=True)
    return {"rows": [row.facts() for row in rows], "times": times}


def measure_apart(backend: str, arguments: Sequence[str]) -> dict[str, Any]:
    """Measure one backend in a fresh process and return what it found.

    Raises:
        CalledProcessError: If the process could not measure; its own output says why.
    """
    with tempfile.TemporaryDirectory() as folder:
        found = Path(folder) / "found.json"
        command = [sys.executable, "-m", "benchmarks", *arguments, "--backend", backend, "--json", str(found)]
        subprocess.run(command, env=machine.environment(backend) | {CHILD: "1"}, check=True)
        return dict(json.loads(found.read_text(encoding="utf-8")))


def as_row(facts: dict[str, Any]) -> Row:
    """Return the row that `Row.facts` was made from."""
    estimate = Estimate(facts["median"], facts["low"], facts["high"], facts["pairs"])
    bar = None if facts["limit"] is None else Bar(facts["limit"])
    return Row(facts["group"], facts["name"], facts["unit"], estimate, bar, facts["note"])


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmarks and return the exit status: 1 if a bar failed."""
    arguments = sys.argv[1:] if arguments is None else arguments
    options = parse(arguments)
    if os.environ.get(CHILD):
        options.json.write_text(json.dumps(measure_here(options)), encoding="utf-8")
        return 0
    facts = machine.describe()
    print(heading(facts), flush=True)
    backends = [options.backend] if options.backend else BACKENDS
    found = [measure_apart(backend, arguments) for backend in backends]
    rows = [as_row(row) for part in found for row in part["rows"]]
    if options.part in {None, "overheads"}:
        shared = overheads.measure_shared(options.pairs)
        print(table(shared), flush=True)
        rows += shared
    if options.part in {None, "memory"}:
        for backend in backends:
            found_of_one = memory.measure(backend)
            print(table(found_of_one), flush=True)
            rows += found_of_one
    print(f"\n{heading(facts)}\n{table(rows)}")
    if options.json:
        everything = {
            "machine": facts,
            "rows": [row.facts() for row in rows],
            "times": [times for part in found for times in part["times"]],
        }
        options.json.write_text(json.dumps(everything, indent=1) + "\n", encoding="utf-8")
    failed = failures(rows)
    for row in failed:
        print(f"FAILED: {row.group}: {row.name}", file=sys.stderr)
    return 1 if failed else 0
