"""Run the tests as jobs, each in a process of its own, two at a time.

One job per installed backend, so that backends never share a process by accident: its tests, the guide and a sample of
the conformance suite; `core`, where no framework may be loaded; `doctest`, the examples in core's docstrings; `cross`,
which loads several backends on purpose; `exchange`, whose files Keras writes and reads in a process of its own;
`packaging`; one per data adapter, its tests and the sources that it names.
`--full` takes every case of the suite, and adds a job per backend that installs into fresh environments.

    python tests/jobs.py                 all jobs
    python tests/jobs.py core torch      some of them

A failed job's log is printed whole. The last line sums up: ``12 passed, 0 failed``.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from importlib.metadata import entry_points
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
AT_A_TIME = 2
# The conformance suite lies in core too, and has jobs of its own.
DOCTEST = ("--doctest-modules", "core/src/polykeras", "--ignore", "core/src/polykeras/conformance")
# pytest's own summary: "3 failed, 12 passed, 1 skipped in 4.20s", or "... in 61.02s (0:01:01)"
SUMMARY = re.compile(r"^(?:=+ )?(?P<counts>\d+ \w+(?:, \d+ \w+)*) in [\d.]+s", re.MULTILINE)


class Job(NamedTuple):
    """A run of pytest: its name, its arguments and the backend it is for, if it is for one."""

    name: str
    arguments: tuple[str, ...]
    backend: str | None = None


class Outcome(NamedTuple):
    """What became of a job."""

    job: Job
    counts: Counter[str]
    minutes: float
    log: str


def all_jobs(*, full: bool) -> list[Job]:
    """Return the jobs there are, the longest first."""
    backends = sorted({point.name for point in entry_points(group="polykeras.backends")})
    jobs = [Job(name, of_backend(name, full=full), name) for name in backends]
    jobs += [
        Job("cross", ("tests/cross",)),
        Job("exchange", ("tests/exchange",), backends[0] if backends else None),
        Job("packaging", ("tests/packaging",)),
        Job("core", ("tests/core",)),
        Job("doctest", DOCTEST, backends[0] if backends else None),
        *of_adapters(),
    ]
    if full:
        jobs += [Job(f"full-{name}", ("tests/packaging", "-m", "full", "--backend", name), name) for name in backends]
    return jobs


def of_backend(name: str, *, full: bool) -> tuple[str, ...]:
    """Return what pytest is asked for the backend `name`; a backend from outside has no known failures here."""
    arguments = ["tests/backends", "tests/guide", "--pyargs", "polykeras.conformance", "--backend", name]
    for file in (ROOT / "plugins").glob("*/pyproject.toml"):
        entry_points = tomllib.loads(file.read_text(encoding="utf-8"))["project"]["entry-points"]
        if name in entry_points.get("polykeras.backends", {}):
            arguments += ["--known-failures", str(file.parent / "known_failures.toml")]
            arguments[:0] = [str(folder.relative_to(ROOT)) for folder in file.parent.glob("tests")]
    return (*arguments, "--full") if full else tuple(arguments)


def of_adapters() -> list[Job]:
    """Return a job for each data adapter: its own tests, and the suite over the sources that it names."""
    jobs = []
    for file in sorted((ROOT / "plugins/data_adapters").glob("*/pyproject.toml")):
        name = tomllib.loads(file.read_text(encoding="utf-8"))["project"]["name"]
        arguments = ("--adapter", name, "--cases", str(file.parent / "conformance_cases.py"))
        own = [str(folder.relative_to(ROOT)) for folder in file.parent.glob("tests")]
        jobs.append(Job(f"data-{file.parent.name}", (*own, "--pyargs", "polykeras.conformance.adapters", *arguments)))
    return jobs


def run(job: Job) -> Outcome:
    """Run one job to its end and count what it reports."""
    environment = {key: value for key, value in os.environ.items() if key not in {"KERAS_BACKEND", "POLYKERAS_BACKEND"}}
    if job.backend:
        environment["POLYKERAS_BACKEND"] = job.backend
    # Jobs share the cores; without this each would start a thread for every one of them.
    environment.setdefault("OMP_NUM_THREADS", str(max(1, (os.cpu_count() or 1) // AT_A_TIME)))
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *job.arguments],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    minutes = (time.perf_counter() - start) / 60
    return Outcome(job, count(done.stdout, done.returncode), minutes, done.stdout)


def count(log: str, status: int) -> Counter[str]:
    """Return how many tests passed, failed and so on; a job that broke counts as one failure at least."""
    counts: Counter[str] = Counter()
    found = SUMMARY.findall(log)
    for part in found[-1].split(", ") if found else ():
        number, word = part.split(" ")
        counts["failed" if word in {"error", "errors"} else word] += int(number)
    if status != 0 and not counts["failed"]:
        counts["failed"] = 1
    return counts


def line(counts: Counter[str]) -> str:
    """Return ``12 passed, 0 failed`` and, where there are any, the skipped and the expected failures."""
    words = ["passed", "failed", *(word for word in ("skipped", "xfailed") if counts[word])]
    return ", ".join(f"{counts[word]} {word}" for word in words)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what the command line asks for and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--full", action="store_true", help="every case, and installs into fresh environments")
    parser.add_argument("jobs", nargs="*", help="names of jobs; all when none is named")
    asked = parser.parse_args(arguments)
    jobs = all_jobs(full=asked.full)
    names = [job.name for job in jobs]
    unknown = sorted(set(asked.jobs) - set(names))
    if unknown:
        parser.error(f"no job is called {', '.join(unknown)}; there are {', '.join(names)}. Name some of these.")
    jobs = [job for job in jobs if not asked.jobs or job.name in asked.jobs]
    start = time.perf_counter()
    total: Counter[str] = Counter()
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        for future in as_completed([pool.submit(run, job) for job in jobs]):
            outcome = future.result()
            total += outcome.counts
            if outcome.counts["failed"]:
                print(f"\n--- {outcome.job.name}: pytest {' '.join(outcome.job.arguments)}\n{outcome.log}")
            print(f"{outcome.job.name:12} {outcome.minutes:5.1f} min  {line(outcome.counts)}", flush=True)
    print(f"{'together':12} {(time.perf_counter() - start) / 60:5.1f} min")
    print(line(total))
    return 1 if total["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
