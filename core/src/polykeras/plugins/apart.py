"""Asks plugins from another process, so that one that crashes, hangs or prints harms neither the caller nor its output.

`report_apart` starts one process for all; when that dies while a plugin is loaded, the plugin is called broken and the
rest is asked again without it. `devices_apart` loads a backend with its framework, in a process of its own. The
environment is the caller's, and so are the folders where modules are looked for.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from polykeras.plugins.compatibility import broken
from polykeras.plugins.device_facts import DeviceFacts, devices_of
from polykeras.plugins.discovery import Registry
from polykeras.plugins.installed import Entry
from polykeras.plugins.report import Report, report
from polykeras.plugins.report_json import from_json, to_json

REPORT_SECONDS = 120.0
DEVICES_SECONDS = 300.0
"""A framework's first import can take minutes from a cold disk."""
_BOOT = (
    "import json, sys; request = json.load(sys.stdin); sys.path[:] = request['path']; "
    "from polykeras.plugins.apart import answer; answer(request)"
)
_TAIL = 2000


class Ended(NamedTuple):
    """What a process left behind.

    Attributes:
        answer: Its answer, or ``None`` when it ended without.
        loading: The plugin that it loaded last: value and distribution of its entry point.
        how: How it ended without an answer, to stand after "the process".
        output: The last of what it printed.
    """

    answer: dict[str, Any] | None
    loading: tuple[str, str] | None
    how: str
    output: str


class WatchedRegistry(Registry):
    """Says what it is about to import, and does not import what has ended an earlier process.

    Args:
        request: `path` and `environment` of the registry that it stands for, and `fatal`.
        lines: Where it says so.
    """

    def __init__(self, request: Mapping[str, Any], lines: Any) -> None:
        super().__init__(request["registry_path"], request["environment"])
        self._fatal = {(value, distribution): how for value, distribution, how in request["fatal"]}
        self._lines = lines

    def import_plugin(self, entry: Entry) -> object:
        """Return the plugin object that `entry` names.

        Raises:
            BackendBroken: If it cannot be imported.
        """
        how = self._fatal.get((entry.value, entry.distribution))
        if how is not None:
            cause = ChildProcessError(f"the process that loaded it {how}")
            raise broken(entry.name, entry.distribution, entry.version, cause) from cause
        _say(self._lines, {"loading": [entry.value, entry.distribution]})
        return super().import_plugin(entry)


def report_apart(registry: Registry, seconds: float = REPORT_SECONDS) -> Report:
    """Return `report(registry)`, made in another process.

    Args:
        registry: Whose path and environment count.
        seconds: How long a process may take.

    Raises:
        ChildProcessError: If no process answers, though no plugin is to blame.
    """
    fatal: dict[tuple[str, str], str] = {}
    while True:
        ended = _ask(registry, "report", seconds, fatal=[[*key, how] for key, how in fatal.items()])
        if ended.answer is not None:
            return from_json(ended.answer)
        if ended.loading is None or ended.loading in fatal:
            raise ChildProcessError(
                f"The plugins cannot be listed: the process that asks them {ended.how}.\n"
                f"Received: {ended.output or 'no output'}\n"
                f"Allowed: a Python at {sys.executable} that can import polykeras.\n"
                "Repair that Python, or install Polykeras again."
            )
        fatal[ended.loading] = ended.how


def devices_apart(registry: Registry, backend: str, seconds: float = DEVICES_SECONDS) -> DeviceFacts:
    """Return what devices the backend called `backend` has, found in another process.

    Args:
        registry: Whose path and environment count.
        backend: Name of a backend.
        seconds: How long the process may take.
    """
    ended = _ask(registry, "devices", seconds, backend=backend)
    if ended.answer is not None:
        return DeviceFacts.from_json(ended.answer)
    return DeviceFacts(backend, problem=f"the process that loaded it {ended.how}", output=ended.output)


def answer(request: Mapping[str, Any]) -> None:
    """Answer `request` in this process, which is there for nothing else and ends by that."""
    with Path(request["answer"]).open("a", encoding="utf-8") as lines:
        registry = WatchedRegistry(request, lines)
        if request["task"] == "report":
            found = to_json(report(registry))
        else:
            found = devices_of(registry, request["backend"]).to_json()
        _say(lines, {"answer": found})
    # Threads and exit handlers of what was loaded could hold the process, or crash it, after all is said.
    os._exit(0)


def _say(lines: Any, fact: dict[str, Any]) -> None:
    lines.write(json.dumps(fact) + "\n")
    lines.flush()


def _ask(registry: Registry, task: str, seconds: float, *, backend: str = "", fatal: Any = ()) -> Ended:
    with tempfile.TemporaryDirectory(prefix="polykeras-") as folder:
        answers, output = Path(folder, "answer"), Path(folder, "output")
        request = {
            "task": task,
            "backend": backend,
            "fatal": fatal,
            "path": sys.path,
            "registry_path": None if registry.path is None else list(registry.path),
            "environment": dict(registry.environment),
            "answer": str(answers),
        }
        how = ""
        with output.open("wb") as sink:
            # -P: a `json.py` in the current folder is not the one that is meant; what is comes with the path.
            command = [sys.executable, "-P", "-c", _BOOT]
            try:
                done = subprocess.run(  # noqa: S603 - our own interpreter
                    command, input=json.dumps(request).encode(), stdout=sink, stderr=sink, timeout=seconds, check=False
                )
                how = _ending(done.returncode)
            except subprocess.TimeoutExpired:
                how = f"did not end within {seconds:g} seconds"
        said = answers.read_text(encoding="utf-8").splitlines() if answers.exists() else []
        printed = output.read_bytes()[-_TAIL:].decode("utf-8", "replace").strip()
    facts = [json.loads(line) for line in said]
    found = next((fact["answer"] for fact in facts if "answer" in fact), None)
    loading = next((tuple(fact["loading"]) for fact in reversed(facts) if "loading" in fact), None)
    return Ended(found, loading, how, printed)


def _ending(status: int) -> str:
    if status >= 0:
        return f"ended with exit status {status}"
    try:
        return f"was ended by {signal.Signals(-status).name}"
    except ValueError:
        return f"was ended by signal {-status}"
