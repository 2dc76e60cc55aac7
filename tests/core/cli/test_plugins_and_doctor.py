"""`polykeras plugins` and `polykeras doctor`: what they print where, their exit statuses, the stable JSON."""

from __future__ import annotations

import fcntl
import io
import json
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from polykeras.cli import doctor, main, plugins
from polykeras.plugins import apart
from polykeras.plugins.apart import report_apart
from polykeras.plugins.diagnosis import Status, diagnose
from polykeras.plugins.info import Device
from polykeras.plugins.report import FrameworkFacts, State
from polykeras.plugins.report_json import to_json
from polykeras.version import __version__
from tests.core.plugins.fake_distributions import Site

# Loads only the fakes: the environment that runs the tests has real backends too.
ONLY_FAKES = "abacus,slate,broken,fake-data,fake-broken"
FRAMEWORK = "'framework': 'fake_beads', 'framework_distribution': 'fake-beads', 'framework_minimum': '2.4'"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home without a config file, and the folder the commands run in."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("POLYKERAS_BACKEND", raising=False)
    return tmp_path


@pytest.fixture
def fakes(home: Path) -> Site:
    folder = home / "site"
    folder.mkdir()
    site = Site(folder, home)
    site.add("fake-beads", version="2.5", fake_beads="raise AssertionError('imported')")
    site.backend("abacus", facts=f"{FRAMEWORK}, 'priority': 2")
    site.backend("slate")
    site.fail("broken", "print('noise'); raise OSError('libbeads.so: no such file')")
    names = dict.fromkeys(("builtins", "frames"), "fake_data:plugin")
    adapter = "from polykeras.plugins import DataAdapterPlugin; plugin = DataAdapterPlugin()"
    site.add("fake-data", {"polykeras.data_adapters": names}, fake_data=adapter)
    return site


def environment(site: Site, **changes: str) -> dict[str, str]:
    plain = {
        "HOME": str(site.home),
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(site.folder),
        "POLYKERAS_PLUGINS": ONLY_FAKES,
        "PYTHONWARNINGS": "error",
    }
    return plain | changes


def start(site: Site, *arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "polykeras", *arguments]
    return subprocess.run(
        command, env=environment(site, **changes), cwd=site.home, capture_output=True, text=True, check=False
    )


def on_terminal(site: Site, columns: int, *arguments: str, **changes: str) -> str:
    """Return what the command shows on a terminal of that width, colours and all."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    process = subprocess.Popen(
        [sys.executable, "-m", "polykeras", *arguments],
        env=environment(site, TERM="xterm", **changes),
        cwd=site.home,
        stdin=subprocess.DEVNULL,
        stdout=slave,
        stderr=subprocess.DEVNULL,
    )
    os.close(slave)
    shown = io.BytesIO()
    try:
        while chunk := os.read(master, 4096):
            shown.write(chunk)
    except OSError:  # how Linux tells that the other side is closed
        pass
    finally:
        os.close(master)
        process.wait()
    return shown.getvalue().decode().replace("\r\n", "\n")


def plain(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


PLUGIN_KEYS = [
    "name",
    "group",
    "distribution",
    "version",
    "entry_point",
    "contract",
    "framework",
    "priority",
    "state",
    "reason",
    "error",
]


def test_plugins_in_a_pipe(fakes: Site):
    done = start(fakes, "plugins", POLYKERAS_BACKEND="slate")
    assert (done.returncode, done.stderr) == (0, "")
    head, *rows = [re.split(r" {2,}", line) for line in done.stdout.split("\n\n")[0].splitlines()]
    assert head == ["name", "kind", "distribution", "contract", "framework", "state", "why"]
    shown = {row[0]: row[1:] for row in rows if row[-1].partition(" ")[0] != "kept"}
    asks = "the environment variable POLYKERAS_BACKEND"
    assert shown == {
        "abacus": [
            "backend",
            "fake-abacus 1.0",
            "0.1",
            "fake-beads 2.5 (>=2.4)",
            "available",
            f"{asks} asks for 'slate'",
        ],
        "broken": ["backend", "fake-broken 1.0", "-", "-", "broken", "OSError: libbeads.so: no such file"],
        "slate": ["backend", "fake-slate 1.0", "0.1", "-", "chosen", f"asked for by {asks}"],
        "builtins, frames": [
            "data adapter",
            "fake-data 1.0",
            "-",
            "-",
            "available",
            "asked when data of these packages come",
        ],
    }
    assert f"Default backend: slate, asked for by {asks}." in done.stdout
    assert "`polykeras doctor` says what to do" in done.stdout


def test_plugins_as_json(fakes: Site):
    done = start(fakes, "plugins", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    assert list(found) == ["format", "contract", "setting", "setting_problem", "choice", "plugins", "warnings"]
    assert (found["format"], found["contract"], found["setting"]) == (1, "0.1", ONLY_FAKES)
    assert found["choice"] == {
        "name": "abacus",
        "source": "having the highest priority",
        "asked": False,
        "problem": None,
    }
    assert {tuple(plugin) for plugin in found["plugins"]} == {tuple(PLUGIN_KEYS)}
    rows = {plugin["name"]: plugin for plugin in found["plugins"] if plugin["state"] != "blocked"}
    assert list(rows) == ["abacus", "broken", "slate", "builtins", "frames"]
    assert rows["abacus"]["framework"] == {
        "module": "fake_beads",
        "distribution": "fake-beads",
        "found": "2.5",
        "minimum": "2.4",
    }
    assert rows["broken"]["error"].startswith("The plugin 'broken' of fake-broken 1.0 cannot be loaded.\n")


@pytest.mark.parametrize("columns", [30, 80, 200])
def test_plugins_on_a_terminal(fakes: Site, columns: int):
    shown = on_terminal(fakes, columns, "plugins")
    lines = plain(shown).splitlines()
    assert max(map(len, lines)) <= columns
    assert "\x1b[1;32mchosen" in shown
    text = " ".join(plain(shown).split())
    # Whatever the width, every word is there.
    for words in ("fake-abacus 1.0", "fake-beads 2.5", "chosen", "OSError: libbeads.so: no", "builtins, frames"):
        assert words in text
    assert ("contract 0.1" in text) == (columns < 110)


def test_colours_can_be_turned_off(fakes: Site):
    assert "\x1b" not in on_terminal(fakes, 80, "plugins", NO_COLOR="1")


STATUSES = {
    "none is usable": (
        "plugins",
        {"POLYKERAS_PLUGINS": "broken"},
        1,
        "Default backend: broken, which cannot be used",
    ),
    "all are off": ("plugins", {"POLYKERAS_PLUGINS": "off"}, 1, "No backend is installed."),
    "setting unreadable": ("plugins", {"POLYKERAS_PLUGINS": "true"}, 1, "'true' is not understood"),
    "asked for what is not there": ("plugins", {"KERAS_BACKEND": "chalk"}, 0, "No backend is called 'chalk'"),
    "doctor: a broken plugin": ("doctor", {}, 1, "problem +plugin +broken .*OSError"),
    "doctor: a warning beside a problem": (
        "doctor",
        {"POLYKERAS_PLUGINS": "abacus,absent", "POLYKERAS_BACKEND": "abacus"},
        1,
        "warning +selection +POLYKERAS_PLUGINS .*'absent'",
    ),
}


@pytest.mark.parametrize("case", STATUSES)
def test_exit_statuses(fakes: Site, case: str):
    command, changes, status, words = STATUSES[case]
    done = start(fakes, command, **changes)
    assert (done.returncode, done.stderr) == (status, "")
    assert re.search(words, done.stdout)


WORKING = """
from polykeras.plugins import BackendInfo, BackendPlugin, Device

class Tensors:
    from_host = staticmethod(lambda value, dtype: value)
    to_host = staticmethod(lambda x: x)
    devices = staticmethod(lambda: [Device("cpu:0", "beads")])

class Plugin(BackendPlugin):
    info = lambda self: BackendInfo(name=self.name, contract=(0, 1))
    tensors = lambda self: Tensors()

plugin = Plugin("pebbles")
"""


@pytest.fixture
def working(home: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    """A whole and healthy installation, in this process."""
    folder = home / "site"
    folder.mkdir()
    site = Site(folder, home)
    site.add("polykeras", version=__version__)
    site.fail("pebbles", WORKING)
    # Where the environment that runs the tests has Keras, this site has it too.
    site.add("keras", version="3.15.1")
    monkeypatch.syspath_prepend(folder)
    for module in (plugins, doctor):
        monkeypatch.setattr(module, "REGISTRY", site.registry())
    return site


def test_doctor_of_a_healthy_installation(working: Site, capsys: pytest.CaptureFixture[str]):
    assert main.main(["doctor"]) == 0
    out = capsys.readouterr().out
    assert out.startswith(f"python {sys.version.split()[0]}, platform ")
    assert "Computes on cpu:0 (beads)." in out
    assert out.endswith("\nNothing is wrong.\n")


def test_doctor_with_a_warning_is_content(working: Site, capsys: pytest.CaptureFixture[str]):
    (working.home / "keras.py").touch()
    assert main.main(["doctor"]) == 0
    out = capsys.readouterr().out
    assert f"warning  shadow        keras            {working.home / 'keras.py'} is imported as `keras`" in out
    assert "\n         Rename it, unless that is what you want.\n" in out
    assert out.endswith("\n1 warning.\n")


def test_doctor_as_json(working: Site, capsys: pytest.CaptureFixture[str]):
    working.fail("broken", "1 / 0")
    assert main.main(["doctor", "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert list(found) == ["format", "versions", "checks", "devices"]
    assert found["format"] == 1
    assert found["versions"] | {"polykeras": __version__, "contract": "0.1"} == found["versions"]
    assert {tuple(check) for check in found["checks"]} == {("name", "subject", "status", "message", "action")}
    assert {check["status"] for check in found["checks"]} == {"ok", "problem"}
    assert found["devices"] == {
        "pebbles": {
            "backend": "pebbles",
            "devices": [{"name": "cpu:0", "description": "beads"}],
            "listed": True,
            "framework": None,
            "problem": None,
            "output": "",
        }
    }


def test_doctor_on_a_terminal(fakes: Site):
    shown = on_terminal(fakes, 60, "doctor")
    assert max(len(line) for line in plain(shown).splitlines()) <= 60
    assert "\x1b[1;31mproblem" in shown
    assert "Reinstall fake-broken, or block it" in " ".join(plain(shown).split())


def test_an_output_that_cannot_encode_is_written_to_all_the_same(fakes: Site):
    fakes.fail("slate2", "raise OSError('지 못함')")
    done = start(fakes, "plugins", POLYKERAS_PLUGINS="slate,slate2", PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, "")
    assert "OSError: \\uc9c0 \\ubabb\\ud568" in done.stdout


@pytest.mark.parametrize("command", ["plugins", "doctor"])
def test_a_python_that_cannot_be_asked(
    working: Site, command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(apart, "_BOOT", "raise SystemExit('no modules today')")
    assert main.main([command]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"polykeras {command}: The plugins cannot be listed")
    assert "no modules today" in err


def test_the_documentation_knows_every_word(working: Site):
    """Fields, states and checks of the stable format, those that this installation shows and those it does not."""
    text = (Path(__file__).resolve().parents[3] / "docs/plugins.md").read_text(encoding="utf-8")
    found = diagnose(working.registry(), working.home).to_json()
    listed = to_json(report_apart(working.registry()))
    words = {"format", *found, *found["checks"][0], *found["devices"]["pebbles"], *listed, *listed["choice"]}
    words |= {*PLUGIN_KEYS, *FrameworkFacts._fields, *Device._fields, *State, *Status}
    words |= {check["name"] for check in found["checks"]} | {"editable", "selection", "config", "listing"}
    assert sorted(word for word in words if f"`{word}`" not in text) == []
