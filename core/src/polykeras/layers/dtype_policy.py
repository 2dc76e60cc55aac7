"""Dtype policies: in which dtype a layer computes and in which it keeps its weights."""

from __future__ import annotations

from typing import Any

from polykeras.backend import config, dtypes
from polykeras.plugins.errors import did_you_mean

_NAMES = ("float16", "bfloat16", "float32", "float64", "int8", "int32", "int64", "uint8", "bool", "string")


class DTypePolicy:
    """A named policy; the same dtype for computation and weights.

    Args:
        name: Dtype name; floatx for ``None``.
    """

    def __init__(self, name: str | None = None) -> None:
        chosen = config.floatx() if name is None else name
        if chosen not in _NAMES:
            raise ValueError(
                f"No dtype policy is called {chosen!r}.{did_you_mean(str(chosen), _NAMES)}\n"
                f"Allowed: {', '.join(_NAMES)}.\nPass one of these as `dtype`."
            )
        self.name = chosen
        self.compute_dtype = chosen
        self.variable_dtype = chosen

    def __repr__(self) -> str:
        """Return the constructor call."""
        return f'<DTypePolicy "{self.name}">'

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DTypePolicy) and other.name == self.name

    def __hash__(self) -> int:
        return hash(self.name)

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments."""
        return {"name": self.name}


def get_policy(identifier: Any) -> DTypePolicy:
    """Return the policy that `identifier` means: ``None``, a dtype, a policy or its config."""
    if isinstance(identifier, DTypePolicy):
        return identifier
    if identifier is None:
        return DTypePolicy()
    if isinstance(identifier, dict):
        return DTypePolicy(identifier["config"]["name"])
    return DTypePolicy(dtypes.standardize_dtype(identifier))
