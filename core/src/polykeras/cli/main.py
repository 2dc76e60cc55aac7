"""The command ``polykeras``: find the subcommand, let it read its own arguments, return its exit status.

A subcommand is a module of this package with ``add_arguments(parser)`` and ``run(arguments) -> int``, and a line in
`COMMANDS`. Only the module that was chosen is imported, so that none of them pays for another.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence
from typing import NamedTuple

from polykeras.version import __version__

PROGRAM = "polykeras"
# What a shell and argparse call a wrong use of a command.
MISUSED = 2


class Command(NamedTuple):
    """A subcommand: the module that runs it and the line that lists it."""

    module: str
    help: str


COMMANDS = {
    "run": Command("polykeras.cli.run", "run a script or a module in which `import keras` means Polykeras"),
    "plugins": Command("polykeras.cli.plugins", "list the backends and data adapters that are installed"),
    "doctor": Command("polykeras.cli.doctor", "look for what is wrong with this installation"),
    "conformance": Command("polykeras.cli.conformance", "hold a backend to the contract"),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status.

    Args:
        argv: Arguments without the program's name; ``None`` takes those of this process.

    Returns:
        0 when it went well, 2 when the command was used wrongly; a subcommand has statuses of its own.

    Raises:
        SystemExit: After ``--help`` and ``--version``, and for arguments that have no meaning, as argparse does it.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    parser = _top()
    if not arguments:
        parser.print_help(sys.stderr)
        return MISUSED
    name = arguments[0]
    if name.startswith("-"):
        parser.parse_args(arguments)  # --help and --version leave here; anything else is an error
    if name not in COMMANDS:
        # The package of the plugins loads NumPy, which `--version` can do without.
        from polykeras.plugins.errors import did_you_mean

        parser.error(
            f"there is no command {name!r}.{did_you_mean(name, COMMANDS)}\n"
            f"Commands: {', '.join(COMMANDS)}.\n"
            f"`{PROGRAM} --help` says what each does."
        )
    command = COMMANDS[name]
    module = importlib.import_module(command.module)
    own = argparse.ArgumentParser(
        prog=f"{PROGRAM} {name}",
        description=f"{command.help[:1].upper()}{command.help[1:]}.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    module.add_arguments(own)
    return int(module.run(own.parse_args(arguments[1:])))


def _top() -> argparse.ArgumentParser:
    """Return the parser of what stands before a subcommand; the list of those is its epilogue."""
    width = max(map(len, COMMANDS))
    lines = [f"  {name:{width}}  {command.help}" for name, command in COMMANDS.items()]
    parser = argparse.ArgumentParser(
        prog=PROGRAM,
        usage=f"{PROGRAM} [--help] [--version] COMMAND ...",
        description="The Keras 3 API on a minimal core.",
        epilog="\n".join(["commands:", *lines, "", f"`{PROGRAM} COMMAND --help` tells the rest."]),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"{PROGRAM} {__version__}")
    return parser
