"""Run a program as ``__main__`` so that nothing of this package shows.

It ends as under Python: its `SystemExit` is the exit status, its `KeyboardInterrupt` the interrupted process's, and a
traceback begins with its own first line.
"""

from __future__ import annotations

import builtins
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from types import ModuleType, TracebackType
from typing import Any

from polykeras.cli.program import NoProgram, Program

# Frames above the program's own: this package's, and those of the import system that it called.
_OURS = ("polykeras.cli", "polykeras.alias", "importlib")

_Hook = Callable[[type[BaseException], BaseException, TracebackType | None], Any]


def run_as_main(load: Callable[[], Program], arguments: list[str]) -> None:
    """Run what `load` returns, with `arguments` as the rest of ``sys.argv``.

    Args:
        load: Finds and compiles the program. What it raises is shown as Python shows it, such as a `SyntaxError`.
        arguments: The program's own.
    """
    # Until the program has a name; `-m` imports parent packages before that.
    sys.argv = [sys.argv[0], *arguments]
    with _ShownFromTheProgram():
        program = load()
        sys.argv[0] = program.name
        main = ModuleType("__main__")
        # An own module, kept for good: threads and exit handlers look for it after the last line has run.
        vars(main).update(program.names, __builtins__=builtins, __annotations__={})
        sys.modules["__main__"] = main
        exec(program.code, vars(main))  # noqa: S102 - to run code is what the user asked for


class _ShownFromTheProgram(AbstractContextManager["_ShownFromTheProgram"]):
    """Leave an exception its way out of this process, and have its traceback shown without the frames above."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None or isinstance(error, SystemExit | NoProgram):
            return
        while trace is not None and _is_ours(trace):
            trace = trace.tb_next
        # The program may have set a hook of its own; it is asked, with less to show.
        sys.excepthook = _shortened(sys.excepthook, error, trace)


def _is_ours(trace: TracebackType) -> bool:
    name = str(trace.tb_frame.f_globals.get("__name__"))
    return any(name == own or name.startswith(f"{own}.") for own in _OURS)


def _shortened(hook: _Hook, ours: BaseException, shown: TracebackType | None) -> _Hook:
    def excepthook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if error is ours:
            # On its way it has collected our frames again, and Python's hook shows what hangs on the exception.
            error.__traceback__ = trace = shown
        hook(kind, error, trace)

    return excepthook
