"""The command `polykeras`: its subcommands, its exit statuses, and what it leaves unloaded."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from importlib.metadata import entry_points

import pytest

from polykeras.cli.main import COMMANDS, main
from polykeras.version import __version__


@pytest.mark.parametrize(
    ("arguments", "status", "stream", "words"),
    [
        ([], 2, "err", ["usage: polykeras", "commands:", *COMMANDS]),
        (["--help"], 0, "out", ["usage: polykeras", *COMMANDS]),
        (["--version"], 0, "out", [f"polykeras {__version__}"]),
        (["--verison"], 2, "err", ["unrecognized arguments: --verison"]),
        (["runn"], 2, "err", ["no command 'runn'", "Did you mean 'run'?", "Commands: run", "polykeras --help"]),
        (["run", "--help"], 0, "out", ["usage: polykeras run", "--backend NAME", "-m", "examples:"]),
        (["run", "--bogus", "x.py"], 2, "err", ["polykeras run: error", "--bogus"]),
    ],
    ids=["nothing", "help", "version", "no-option", "no-command", "run-help", "run-option"],
)
def test_command_line(arguments, status, stream, words, capsys):
    try:
        returned = main(arguments)
    except SystemExit as leaving:
        returned = leaving.code
    assert returned == status
    text = getattr(capsys.readouterr(), stream)
    assert [word for word in words if word not in text] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_there(name):
    module = importlib.import_module(COMMANDS[name].module)
    assert callable(module.add_arguments)
    assert callable(module.run)


def test_the_console_script_is_the_command():
    (point,) = entry_points(group="console_scripts", name="polykeras")
    assert point.load() is main


def test_only_what_is_chosen_is_loaded():
    code = (
        "import sys; sys.argv[1:] = ['--version']\n"
        "import runpy, contextlib\n"
        "with contextlib.suppress(SystemExit): runpy.run_module('polykeras', run_name='__main__')\n"
        "print([m for m in sys.modules if m == 'numpy' or m.startswith(('polykeras.cli.', 'polykeras.plugins'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120)
    assert done.stdout.splitlines() == [f"polykeras {__version__}", "['polykeras.cli.main']"]
