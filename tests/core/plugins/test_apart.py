"""Plugins asked from another process: one that crashes, hangs or prints costs its own row and nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from polykeras.plugins import apart
from polykeras.plugins.apart import devices_apart, report_apart
from polykeras.plugins.info import Device
from polykeras.plugins.report import State, report
from tests.core.plugins.fake_distributions import Site

SIGSEGV = "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)"
DEATHS = {
    "crash": (SIGSEGV, "was ended by SIGSEGV"),
    "exit": ("import os; os._exit(9)", "ended with exit status 9"),
}


def states(found) -> dict[str, State]:
    return {row.name: row.state for row in found.plugins}


def test_it_is_the_same_report(site: Site):
    site.backend("abacus")
    site.backend("slate", facts="'priority': 3")
    site.fail("broken", "1 / 0")
    registry = site.registry(POLYKERAS_BACKEND="abacus")
    assert report_apart(registry) == report(registry)


@pytest.mark.parametrize("case", DEATHS)
def test_a_plugin_that_takes_its_process_down_is_broken(site: Site, case: str):
    source, how = DEATHS[case]
    site.backend("abacus")
    site.fail("mortal", source)
    points = {"polykeras.data_adapters": {"builtins": "fake_data:plugin"}}
    site.add("fake-data", points, fake_data="import os; os.abort()")
    site.backend("slate")
    found = report_apart(site.registry())
    assert states(found) == {
        "abacus": State.CHOSEN,
        "mortal": State.BROKEN,
        "slate": State.AVAILABLE,
        "builtins": State.BROKEN,
    }
    rows = {row.name: row for row in found.plugins}
    assert rows["mortal"].reason == f"ChildProcessError: the process that loaded it {how}"
    assert "fake-mortal 1.0 cannot be loaded" in rows["mortal"].error
    assert "SIGABRT" in rows["builtins"].reason


def test_a_plugin_that_hangs_is_broken(site: Site, monkeypatch: pytest.MonkeyPatch):
    """As if the time were up while it was loaded, without waiting for that."""
    site.backend("abacus")
    site.fail("slow", "import threading; threading.Event().wait()")
    started = []
    run = subprocess.run

    def run_out_of_time(command, *, input, **options):
        request = json.loads(input)
        started.append(request["fatal"])
        if not request["fatal"]:
            Path(request["answer"]).write_text('{"loading": ["fake_slow:plugin", "fake-slow"]}\n', encoding="utf-8")
            raise subprocess.TimeoutExpired(command, options["timeout"])
        return run(command, input=input, **options)

    monkeypatch.setattr(apart.subprocess, "run", run_out_of_time)
    found = report_apart(site.registry())
    assert states(found) == {"abacus": State.CHOSEN, "slow": State.BROKEN}
    assert "did not end within 120 seconds" in found.plugins[1].reason
    assert len(started) == 2


def test_what_plugins_print_or_leave_running_is_nobodys_business(site: Site, capfd: pytest.CaptureFixture[str]):
    noise = (
        "import atexit, os, sys, threading\n"
        "print('{}'); print('noise', file=sys.stderr); os.write(1, b'raw')\n"
        "threading.Thread(target=threading.Event().wait).start()\n"
        "atexit.register(os.abort)\n"
    )
    module = site.backend("abacus")
    path = site.folder / f"{module}.py"
    path.write_text(noise + path.read_text(encoding="utf-8"), encoding="utf-8")
    assert states(report_apart(site.registry())) == {"abacus": State.CHOSEN}
    assert capfd.readouterr() == ("", "")


def test_a_json_module_in_the_current_folder_is_not_taken(site: Site, monkeypatch: pytest.MonkeyPatch):
    (site.home / "json.py").write_text("raise SystemExit('the wrong one')", encoding="utf-8")
    monkeypatch.chdir(site.home)
    site.backend("abacus")
    assert states(report_apart(site.registry())) == {"abacus": State.CHOSEN}


def test_a_python_that_does_not_answer_is_an_error_and_not_a_loop(site: Site, monkeypatch: pytest.MonkeyPatch):
    site.backend("abacus")
    monkeypatch.setattr(sys, "path", [])
    with pytest.raises(ChildProcessError, match=r"(?s)cannot be listed.*exit status 1.*ModuleNotFoundError"):
        report_apart(site.registry())


TENSORS = """
import sys
from polykeras.plugins import BackendInfo, BackendPlugin, Device

class Tensors:
    def from_host(self, value, dtype):
        {from_host}
        return value

    def to_host(self, x):
        return x
    {devices}

class Plugin(BackendPlugin):
    def info(self):
        return BackendInfo(name="abacus", contract=(0, 1), framework="fake_beads")

    def tensors(self):
        import fake_beads
        return {tensors}

plugin = Plugin("abacus")
"""
LISTED = "def devices(self): return [Device('gpu:0', 'Bead 9000'), Device('cpu:0')]"
BROUGHT = {
    "lists": ({"devices": LISTED}, (Device("gpu:0", "Bead 9000"), Device("cpu:0")), True, ""),
    "does not list": ({}, (), False, ""),
    "does not compute": ({"from_host": "raise OSError('no driver')"}, (), False, "OSError: no driver"),
    "computes wrong": ({"from_host": "return 2.0"}, (), False, "1.5 came back from the device as 2.0"),
    "listing fails": ({"devices": "def devices(self): return 1 / 0"}, (), False, "ZeroDivisionError"),
    "no tensors": ({"tensors": "None"}, (), False, "has no tensors"),
    "dies": ({"from_host": SIGSEGV}, (), False, "the process that loaded it was ended by SIGSEGV"),
}


@pytest.mark.parametrize("case", BROUGHT)
def test_devices_of_a_backend(site: Site, case: str):
    changes, devices, listed, problem = BROUGHT[case]
    source = TENSORS.format(**{"from_host": "pass", "devices": "", "tensors": "Tensors()"} | changes)
    site.fail("abacus", source)
    site.add("fake-beads", fake_beads="__version__ = '2.4.1'\nprint('beads awake')")
    facts = devices_apart(site.registry(), "abacus")
    assert (facts.backend, facts.devices, facts.listed) == ("abacus", devices, listed)
    assert problem in (facts.problem or "")
    assert facts.framework == (None if problem else "2.4.1")
    assert facts.output == ("beads awake" if case == "dies" else "")


def test_devices_of_a_backend_that_is_not_there(site: Site):
    assert "No backend is called 'chalk'" in devices_apart(site.registry(), "chalk").problem
