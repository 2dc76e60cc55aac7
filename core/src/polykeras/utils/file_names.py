"""Names that come from outside: from a URL, from an argument, from an archive.

Promises that what is returned stays in the folder it is joined to, on every system. Refuses parents, absolute paths,
drives, backslashes, control characters and over-long names, rather than repairing them; only the name in a URL is
repaired, because its author did not mean it for a file system.
"""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

PART_BYTES = 255
"""The longest name that common file systems take."""
PATH_BYTES = 1024
DEPTH = 64

_DRIVE = re.compile(r"[A-Za-z]:")
_NOT_IN_A_NAME = re.compile(r'[\x00-\x1f\x7f<>:"|?*]')


def name_from_url(url: str) -> str:
    """Return a safe file name for what `url` points to.

    Args:
        url: Its path's last segment is the name, decoded; query and fragment do not count.

    Raises:
        ValueError: If nothing is left to name a file by.

    >>> name_from_url("https://example.org/data/mnist.npz?version=2")
    'mnist.npz'
    >>> name_from_url("https://example.org/..%2f..%5c.profile")
    'profile'
    """
    path = unquote(urlsplit(url).path)
    last = re.split(r"[/\\]", path)[-1]
    name = _NOT_IN_A_NAME.sub("", last).strip(". ")
    if not name or len(name.encode()) > PART_BYTES:
        raise ValueError(
            f"The URL {url!r} does not say what to call its file.\nReceived: the last part {last!r}.\n"
            f"Allowed: a name of 1 to {PART_BYTES} bytes after the last slash.\nPass `fname`."
        )
    return name


def checked_file_name(name: str) -> str:
    """Return `name` if it is a bare file name.

    Args:
        name: What a caller passed as `fname`.

    Raises:
        ValueError: If it is a path, or no name at all.
    """
    reason = _why_not(name)
    if reason is None and (name == "." or "/" in name):
        reason = "a path"
    if reason is not None:
        raise ValueError(
            f"A file cannot be called so: {reason}.\nReceived: fname={name!r}.\n"
            "Allowed: a name without folders.\nSay which folder in `cache_dir` and `cache_subdir`."
        )
    return name


def member_parts(name: str) -> tuple[str, ...] | str:
    """Return the parts of an archive member's path, or the reason why it is refused.

    Args:
        name: The member's name; ``./`` in front and a closing slash are fine.

    >>> member_parts("./images/1.png")
    ('images', '1.png')
    >>> member_parts("images/../../.profile")
    'a path with `..`'
    """
    reason = _why_not(name)
    if reason is not None:
        return reason
    parts = tuple(part for part in name.split("/") if part not in {"", "."})
    return parts if len(parts) <= DEPTH else f"more than {DEPTH} folders deep"


def _why_not(name: str) -> str | None:
    parts = name.split("/")
    reasons = (
        (not name, "an empty name"),
        (not name.isprintable(), "a control character"),
        ("\\" in name, "a backslash"),
        (name.startswith("/"), "an absolute path"),
        (_DRIVE.match(name), "a drive letter"),
        (".." in parts, "a path with `..`"),
        (any(_bytes(part) > PART_BYTES for part in parts) or _bytes(name) > PATH_BYTES, "an over-long name"),
    )
    return next((reason for holds, reason in reasons if holds), None)


def _bytes(name: str) -> int:
    return len(name.encode("utf-8", "surrogateescape"))
