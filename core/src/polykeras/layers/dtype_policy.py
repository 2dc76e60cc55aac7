"""Dtype policies: in which dtype a layer computes and in which it keeps its weights."""

from __future__ import annotations

from typing import Any, Self, cast

from polykeras.backend import config, dtypes
from polykeras.plugins.errors import did_you_mean
from polykeras.registry import Family, add_family

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

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Return a policy made from what `get_config` returned."""
        return cls(**config)


FAMILY = add_family(
    Family("dtype policy", "keras", {"DTypePolicy": DTypePolicy}, base=DTypePolicy, callables=False),
)


class _Global:
    """The policy of layers that name none; ``None`` follows floatx."""

    policy: DTypePolicy | None = None


_global = _Global()


def dtype_policy() -> DTypePolicy:
    """Return the policy of layers made without a `dtype`: floatx, unless another was set."""
    return _global.policy or DTypePolicy()


def set_dtype_policy(policy: DTypePolicy | str) -> None:
    """Set the policy of layers made from now on without a `dtype`.

    Args:
        policy: A policy or the name of one. From then on floatx decides no longer for layers.

    Raises:
        ValueError: It is neither.
    """
    if not isinstance(policy, (DTypePolicy, str)):
        raise ValueError(
            "The dtype policy cannot be set.\n"
            f"Received: {policy!r} of type {type(policy).__name__}.\n"
            f"Allowed: a DTypePolicy, or one of {', '.join(_NAMES)}.\nPass one of these."
        )
    _global.policy = DTypePolicy(policy) if isinstance(policy, str) else policy


def get_policy(identifier: Any) -> DTypePolicy:
    """Return the policy that `identifier` means: ``None``, a dtype, a policy or its config."""
    if isinstance(identifier, DTypePolicy):
        return identifier
    if identifier is None:
        return dtype_policy()
    if isinstance(identifier, dict):
        return cast("DTypePolicy", FAMILY.deserialize(identifier))
    return DTypePolicy(dtypes.standardize_dtype(identifier))
