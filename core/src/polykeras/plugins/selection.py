"""``POLYKERAS_PLUGINS``: which of the installed plugins may be used.

Unset or empty: all. ``off`` or ``0``: none. ``jax,data-numpy``: only these. ``-torch``: all but this.
A value that is none of these is an error; it is never read as something near to it.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from polykeras.plugins.errors import ConfigError
from polykeras.plugins.installed import DATA_ADAPTERS, Entry, canonical_name

SWITCH = "POLYKERAS_PLUGINS"
_PREFIX = "polykeras-"
_ITEM = re.compile(r"-?[a-z0-9]([a-z0-9._-]*[a-z0-9])?", re.IGNORECASE)
_OFF = frozenset({"off", "0"})
# Words that somebody may take for a switch; as names of plugins they would silently turn all off.
_NOT_NAMES = _OFF | {"1", "on", "true", "false", "yes", "no", "all", "none"}


class Selection(NamedTuple):
    """What is let in: names of `allowed`, or all when it is ``None``; never those of `blocked`."""

    allowed: frozenset[str] | None
    blocked: frozenset[str]

    def admits(self, entry: Entry) -> bool:
        """Return whether `entry` may be used."""
        names = names_of(entry)
        if names & self.blocked:
            return False
        return self.allowed is None or bool(names & self.allowed)


def names_of(entry: Entry) -> frozenset[str]:
    """Return the names by which `entry` is allowed or blocked.

    Its distribution's, with or without ``polykeras-``, and for a backend or kernel pack its own.
    An adapter's own name is not one: it is the package whose types it claims, so that ``-torch``
    would take torch tensors from an adapter that has nothing to do with that backend.
    """
    distribution = canonical_name(entry.distribution)
    names = {distribution, distribution.removeprefix(_PREFIX)}
    return frozenset(names if entry.group == DATA_ADAPTERS else {*names, canonical_name(entry.name)})


def parse_selection(text: str) -> Selection:
    """Parse the value of ``POLYKERAS_PLUGINS``.

    Raises:
        ConfigError: If an item is not a name, or is both allowed and blocked.

    >>> sorted(parse_selection("jax,data-numpy").allowed)
    ['data-numpy', 'jax']
    """
    if not text.strip():
        return Selection(None, frozenset())
    if text.strip().lower() in _OFF:
        return Selection(frozenset(), frozenset())
    items = [item.strip() for item in text.split(",")]
    wrong = [item for item in items if not _ITEM.fullmatch(item) or item.removeprefix("-").lower() in _NOT_NAMES]
    if wrong:
        raise _unreadable(text, f"{', '.join(map(repr, wrong))} is not understood")
    allowed = frozenset(canonical_name(item) for item in items if not item.startswith("-"))
    blocked = frozenset(canonical_name(item[1:]) for item in items if item.startswith("-"))
    if allowed & blocked:
        raise _unreadable(text, f"{', '.join(sorted(allowed & blocked))} is both allowed and blocked")
    return Selection(allowed or None, blocked)


def _unreadable(text: str, why: str) -> ConfigError:
    return ConfigError(
        f"The environment variable {SWITCH} cannot be read: {why}.\n"
        f"Received: {text!r}.\n"
        "Allowed: `off`, or names separated by commas, each allowed (`name`) or blocked (`-name`).\n"
        "Correct it, or unset it to use every plugin."
    )
