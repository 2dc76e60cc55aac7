"""Arguments that take one of a few names."""

from __future__ import annotations

from collections.abc import Collection

from polykeras.plugins.errors import did_you_mean


def one_of(owner: str, argument: str, value: str, allowed: Collection[str]) -> str:
    """Return `value` if it is among those allowed.

    Args:
        owner: Class that has the argument.
        argument: The argument's name.
        value: What was passed.
        allowed: Every value it takes.

    Raises:
        ValueError: `value` is another.
    """
    if isinstance(value, str) and value in allowed:
        return value
    raise ValueError(
        f"{owner} has no {argument}={value!r}.{did_you_mean(str(value), tuple(allowed))}\n"
        f"Allowed: {', '.join(allowed)}.\n"
        f"Pass one of these as `{argument}`."
    )
