"""Rules that weights keep, found by name, class or config."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from polykeras.constraints.constraint import Constraint
from polykeras.constraints.norms import MaxNorm, MinMaxNorm, NonNeg, UnitNorm
from polykeras.registry import Family, add_family

max_norm = MaxNorm
min_max_norm = MinMaxNorm
non_neg = NonNeg
unit_norm = UnitNorm

FAMILY = add_family(
    Family(
        "constraint",
        "keras.constraints",
        {
            "Constraint": Constraint,
            "MaxNorm": MaxNorm,
            "MinMaxNorm": MinMaxNorm,
            "NonNeg": NonNeg,
            "UnitNorm": UnitNorm,
            "constraint": Constraint,
            "max_norm": MaxNorm,
            "min_max_norm": MinMaxNorm,
            "non_neg": NonNeg,
            "unit_norm": UnitNorm,
        },
        base=Constraint,
    )
)


def get(identifier: Any) -> Constraint | Callable[..., Any] | None:
    """Return the constraint that `identifier` means.

    Args:
        identifier: A name, a config, a class, a constraint, a function of a tensor, or ``None``.

    Raises:
        ValueError: It means none.

    >>> get("max_norm").get_config()
    {'max_value': 2, 'axis': 0}
    """
    return cast("Constraint | Callable[..., Any] | None", FAMILY.get(identifier))


def serialize(constraint: Any) -> Any:
    """Return the config of a constraint, or ``None``."""
    return FAMILY.serialize(constraint)


def deserialize(config: Any, custom_objects: Mapping[str, Any] | None = None) -> Constraint | Callable[..., Any] | None:
    """Return the constraint that a config describes.

    Args:
        config: What `serialize` returned, or what Keras wrote.
        custom_objects: Names the caller vouches for.

    Raises:
        ValueError: The config is malformed or names something unknown.
    """
    return cast("Constraint | Callable[..., Any] | None", FAMILY.deserialize(config, custom_objects))
