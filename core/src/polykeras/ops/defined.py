"""Every op by name; filled by `polykeras.ops.dispatch`, read by whoever must not import it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from polykeras.ops.dispatch import Op

OPS: dict[str, Op] = {}


def public(name: str) -> Callable[..., Any]:
    """Return the function that users call for `name`."""
    return OPS[name].public


def find_op(name: str) -> Op:
    """Return the op called `name`; pickled ops come back through this."""
    return OPS[name]
