"""What Python can be told to run: a script, a folder or zip file, a module, its standard input.

Found and compiled here, with the names that Python would give its ``__main__``, and run by `polykeras.cli.as_main`.
Nothing is written: a main script leaves no bytecode behind.
"""

from __future__ import annotations

import importlib.util
import os
import pkgutil
import sys
from importlib.machinery import BuiltinImporter, ModuleSpec, SourceFileLoader, SourcelessFileLoader
from types import CodeType
from typing import Any, NamedTuple

STDIN = "-"


class Program(NamedTuple):
    """Code to run as ``__main__``.

    Attributes:
        code: The compiled module.
        name: What stands in ``sys.argv[0]``.
        names: What Python sets in the module besides its ``__name__``.
    """

    code: CodeType
    name: str
    names: dict[str, Any]


class NoProgram(Exception):  # noqa: N818 - what is missing is a program; it leaves this package as an exit status
    """There is nothing to run; the message is for the user.

    Args:
        message: Four lines: what failed, what was received, what is allowed, what to do next.
        status: The exit status that Python has for the same.
    """

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


def put_first(folder: str) -> None:
    """Make `folder` the first place where modules are looked for, in the place of our own.

    Python started with ``-P`` or ``-I`` wants no such place, so nothing is done.
    """
    if not sys.flags.safe_path:
        sys.path[:1] = [folder]


def from_path(path: str) -> Program:
    """Return the program at `path`, a file or a folder or zip file with a ``__main__``, or on standard input for ``-``.

    Raises:
        NoProgram: If it cannot be read.
        SyntaxError: If it is not Python.
    """
    if path == STDIN:
        put_first("")
        code = compile(sys.stdin.buffer.read(), "<stdin>", "exec")
        return Program(code, STDIN, _names(BuiltinImporter, "<stdin>"))
    # As Python does it: absolute, but neither normalised nor resolved.
    absolute = path if os.path.isabs(path) else os.path.join(os.getcwd(), path)  # noqa: PTH109, PTH117, PTH118
    return _from_container(path, absolute) or _from_file(path, absolute)


def _from_file(path: str, absolute: str) -> Program:
    loader: SourceFileLoader | SourcelessFileLoader
    try:
        if path.endswith(".pyc"):
            loader = SourcelessFileLoader("__main__", absolute)
            code = loader.get_code("__main__")
        else:
            loader = SourceFileLoader("__main__", absolute)
            code = loader.source_to_code(loader.get_data(absolute), absolute)
    except OSError as error:
        raise NoProgram(
            f"The script cannot be read: {error.strerror}.\n"
            f"Received: {path}\n"
            "Allowed: a Python file, a folder or zip file with a `__main__.py`, or `-` for standard input.\n"
            "Correct the path, or name a module with `-m`.",
            2,
        ) from error
    put_first(os.path.dirname(os.path.realpath(absolute)))  # noqa: PTH120 - Path would turn "" into "."
    return Program(_checked(code, path), path, _names(loader, absolute))


def _names(loader: object, file: str) -> dict[str, Any]:
    """Return what a ``__main__`` has that was not imported."""
    return {"__loader__": loader, "__file__": file, "__spec__": None, "__package__": None, "__cached__": None}


def _from_container(path: str, absolute: str) -> Program | None:
    """Return the ``__main__`` of a folder or zip file, or ``None`` when `path` is neither."""
    finder = pkgutil.get_importer(absolute)
    if finder is None:
        return None
    spec = finder.find_spec("__main__", None)
    if spec is None:
        raise NoProgram(
            "The folder or zip file has no `__main__` module, so there is nothing to run.\n"
            f"Received: {path}\n"
            "Allowed: one that holds a `__main__.py`.\n"
            "Add it, or name the script that is meant.",
            1,
        )
    sys.path[:1] = [absolute, *(sys.path[:1] if sys.flags.safe_path else ())]
    return _from_spec(spec, path)


def from_module(name: str) -> Program:
    """Return the program that ``python -m name`` would run.

    Raises:
        NoProgram: If there is no such module, or it cannot be run.
    """
    put_first(os.getcwd())  # noqa: PTH109 - a string is wanted
    sys.argv[0] = "-m"  # what parent packages see while they are imported
    spec = _spec_of(name)
    if spec.submodule_search_locations is not None:
        spec = _spec_of(f"{name}.__main__", package=name)
    return _from_spec(spec, spec.origin or name)


def _spec_of(name: str, package: str | None = None) -> ModuleSpec:
    try:
        spec = importlib.util.find_spec(name)
    except (ImportError, AttributeError, TypeError, ValueError) as error:
        raise _not_found(name, package, f"{type(error).__name__}: {error}") from error
    if spec is None:
        raise _not_found(name, package, "no module has this name")
    return spec


def _not_found(name: str, package: str | None, reason: str) -> NoProgram:
    if package is None:
        what, allowed = "The module cannot be found", "a module or a package that Python can import"
    else:
        what, allowed = f"{package!r} is a package and cannot be run", "a module, or a package with a `__main__` module"
    return NoProgram(
        f"{what}: {reason}.\nReceived: {name}\nAllowed: {allowed}.\n"
        "Correct the name, start where it can be imported, or give the path of a script without `-m`.",
        1,
    )


def _from_spec(spec: ModuleSpec, program: str) -> Program:
    get_code = getattr(spec.loader, "get_code", None)
    names = {
        "__loader__": spec.loader,
        "__spec__": spec,
        "__package__": spec.parent,
        "__file__": spec.origin,
        "__cached__": spec.cached,
    }
    return Program(_checked(get_code(spec.name) if get_code else None, program), program, names)


def _checked(code: CodeType | None, program: str) -> CodeType:
    if code is None:
        raise NoProgram(
            f"There is no Python code in what was named.\nReceived: {program}\n"
            "Allowed: Python source or bytecode.\nName another module, or the path of a script.",
            1,
        )
    return code
