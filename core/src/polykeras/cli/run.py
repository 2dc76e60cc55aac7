"""``polykeras run``: run a script, a module or standard input as Python does, where ``import keras`` means Polykeras.

Options end where the program begins; everything after that is the program's own. A process that the program starts
is a new Python, where ``keras`` is what it was.
"""

from __future__ import annotations

import argparse
import os
import sys
from functools import partial

from polykeras.alias import install_as_keras
from polykeras.cli.as_main import run_as_main
from polykeras.cli.program import NoProgram, from_module, from_path

_MISUSED = 2
_VARIABLE = "POLYKERAS_BACKEND"
_EXAMPLES = """\
examples:
  polykeras run train.py --epochs 3
  polykeras run --backend NAME train.py
  polykeras run -m package.train
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options and the program."""
    parser.usage = "polykeras run [--help] [--backend NAME] (SCRIPT | -m MODULE | -) [ARGUMENT ...]"
    parser.epilog = _EXAMPLES
    parser.add_argument("--backend", metavar="NAME", help="backend to run on, whatever the environment says")
    parser.add_argument("-m", dest="module", action="store_true", help="run a module, as `python -m` does")
    parser.add_argument("program", nargs=argparse.REMAINDER, help="the script and what it is given")


def run(arguments: argparse.Namespace) -> int:
    """Run the program and return 0; it leaves by its own exception when it has another exit status."""
    if not arguments.program:
        return _refuse(
            "There is no program to run.\nReceived: no script and no module.\n"
            "Allowed: the path of a script, `-m MODULE`, or `-` for standard input.\nName one.",
            _MISUSED,
        )
    if arguments.backend is not None:
        problem = _problem_with(arguments.backend)
        if problem:
            return _refuse(problem, _MISUSED)
        # Before anything is imported that may ask for it, and for processes that the program starts.
        os.environ[_VARIABLE] = arguments.backend
    install_as_keras()
    program, *rest = arguments.program
    try:
        run_as_main(partial(from_module if arguments.module else from_path, program), rest)
    except NoProgram as error:
        return _refuse(str(error), error.status)
    return 0


def _problem_with(backend: str) -> str:
    """Return why the plugins cannot offer `backend`, or an empty string."""
    # Loads NumPy, which a program may want to prepare by environment variables: only where it is needed.
    from polykeras.plugins.discovery import REGISTRY
    from polykeras.plugins.errors import ConfigError

    try:
        if backend in REGISTRY.backend_names():
            return ""
    except ConfigError as error:
        return str(error)
    return str(REGISTRY.not_found(backend, "`--backend`", "leave `--backend` away"))


def _refuse(message: str, status: int) -> int:
    sys.stderr.write(f"polykeras run: {message}\n")
    return status
