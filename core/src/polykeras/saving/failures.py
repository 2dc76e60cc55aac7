"""What is said of a file that cannot be taken: damaged, or asking for what a file may not do."""

from __future__ import annotations

from polykeras.plugins.errors import CorruptFileError, UnsafeFileError


def corrupt(source: str, member: str, reason: str) -> CorruptFileError:
    """Return the error for a damaged file.

    Args:
        source: The file, as the caller named it.
        member: The part of it that is damaged; empty for the file as a whole.
        reason: What was found there.
    """
    return CorruptFileError(
        f"The file {source!r} is damaged{_at(member)}.\nReceived: {reason}.\n"
        "Allowed: whole files, as Keras and Polykeras write them.\n"
        "Copy or download it again, or load an earlier one."
    )


def unsafe(source: str, member: str, reason: str, advice: str = "") -> UnsafeFileError:
    """Return the error for a file that asks for what a file may not do.

    Args:
        source: The file, as the caller named it.
        member: The part of it that asks; empty for the file as a whole.
        reason: What it asks for.
        advice: What to do next; by default not to trust the file.
    """
    return UnsafeFileError(
        f"The file {source!r} is not loaded{_at(member)}.\nReceived: {reason}.\n"
        "Allowed: names, configs and arrays, as Keras and Polykeras write them.\n"
        f"{advice or 'Ask whoever made the file; do not load it elsewhere either.'}"
    )


def _at(member: str) -> str:
    return f" at {member!r}" if member else ""
