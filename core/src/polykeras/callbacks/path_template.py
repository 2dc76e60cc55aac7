"""A path with fields in braces, such as ``"ckpt/{epoch:02d}-{val_loss:.2f}.keras"``.

Promises that everything that can be wrong with the text is found at once, that a field is a key of the values and
nothing more (no attributes, no positions), and that a folder that cannot be written is found before it is needed.
Refuses addresses with a scheme: files are local.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from string import Formatter
from typing import Any

from polykeras.plugins.errors import PolykerasError, did_you_mean


class PathFieldError(PolykerasError, ValueError, KeyError):
    """A field of a path has no value, or one that its format does not fit."""

    # KeyError, which Keras raises here, would show the text with its newlines escaped.
    __str__ = Exception.__str__


class PathTemplate:
    """A path to fill in.

    Args:
        text: The path; ``{{`` and ``}}`` are braces of its own.
        endings: What it may end with.
        hint: What to do if it ends otherwise.

    Raises:
        ValueError: The path cannot be used.

    >>> PathTemplate("{epoch:02d}-{val_loss:.2f}.keras", [".keras"]).filled({"epoch": 3, "val_loss": 0.125})
    '03-0.12.keras'
    """

    def __init__(self, text: str | os.PathLike[str], endings: Sequence[str], hint: str = "Change the ending.") -> None:
        self.text = self._as_text(text)
        self.fields = self._parsed_fields()
        if "://" in self.text:
            raise self._unusable(
                "paths of the local file system", "Write to a local path and copy the file from there."
            )
        if not self.text.endswith(tuple(endings)):
            raise self._unusable(f"paths that end with {' or '.join(endings)}", hint)

    def _as_text(self, given: Any) -> str:
        path = os.fspath(given) if isinstance(given, os.PathLike) else given
        if isinstance(path, str):
            return path
        raise ValueError(
            f"This is no path.\nReceived: {given!r} of type {type(given).__name__}.\n"
            "Allowed: a string or a pathlib.Path.\nPass one of these."
        )

    def _unusable(self, allowed: str, hint: str) -> ValueError:
        return ValueError(f"The path cannot be used.\nReceived: {self.text!r}.\nAllowed: {allowed}.\n{hint}")

    def _parsed_fields(self) -> tuple[str, ...]:
        try:
            parts = list(Formatter().parse(self.text))
        except ValueError as error:
            raise self._unusable(f"braces in pairs ({error})", "Write {{ and }} for braces of the path.") from error
        names = tuple(name for _, name, _, _ in parts if name is not None)
        unnamed = [name for name in names if not name or name.isdigit()]
        if unnamed:
            raise self._unusable("fields with a name, such as {epoch}", "Name the metric in each pair of braces.")
        return names

    @property
    def folder(self) -> str:
        """The folder as far as it is known before any field is."""
        literal = ""
        for text, name, _, _ in Formatter().parse(self.text):
            literal += text
            if name is not None:
                break
        return os.path.dirname(literal)  # noqa: PTH120 - Path would drop the last slash, which tells folder from name

    def filled(self, values: Mapping[str, Any]) -> str:
        """Return the path with each field replaced by its value.

        Args:
            values: By name.

        Raises:
            PathFieldError: A field has no value, or one of another type than its format asks for.
        """
        try:
            return _WholeNames().vformat(self.text, (), values)
        except KeyError as error:
            name = str(error.args[0])
            raise PathFieldError(
                f"The path {self.text!r} cannot be filled in.\n"
                f"Received: the field {name!r}, which has no value.{did_you_mean(name, values)}\n"
                f"Allowed: {', '.join(map(repr, values))}.\nUse one of these names in the braces."
            ) from error
        except (ValueError, TypeError) as error:
            had = ", ".join(f"{name}={values.get(name)!r}" for name in self.fields)
            raise PathFieldError(
                f"The path {self.text!r} cannot be filled in: {error}.\nReceived: {had}.\n"
                "Allowed: formats that fit, such as {epoch:02d} for numbers of epochs and {loss:.2f} for metrics.\n"
                "Change what follows the colon."
            ) from error


class _WholeNames(Formatter):
    """Takes a field as one name: `{a.b}` is the key ``"a.b"``, never an attribute of something."""

    def get_field(self, field_name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> tuple[Any, str]:
        return kwargs[field_name], field_name


def require_writable(folder: str) -> None:
    """Make `folder` if it is not there, and make sure that a file can be written into it.

    Nothing is left in it; of a folder that cannot be used nothing is left at all.

    Args:
        folder: The folder; the current one if empty.

    Raises:
        OSError: It cannot be made or written.
    """
    path = Path(folder or ".")
    made: list[Path] = []
    try:
        for missing in reversed([parent for parent in (path, *path.parents) if not parent.exists()]):
            # Another process may make it in the same moment.
            with contextlib.suppress(FileExistsError):
                missing.mkdir()
                made.append(missing)
        with tempfile.TemporaryFile(dir=path):
            pass
    except OSError as error:
        for own in reversed(made):
            with contextlib.suppress(OSError):
                own.rmdir()
        raise type(error)(
            f"No file can be written into the folder {folder or '.'!r}: {error.strerror or error}.\n"
            f"Received: {str(path.absolute())!r}.\nAllowed: folders that can be written, or made.\n"
            "Choose another path, or change the permissions."
        ) from error
