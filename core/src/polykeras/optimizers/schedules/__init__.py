"""Learning rate schedules, found by name, class or config."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from polykeras.optimizers.schedules.decays import CosineDecay, ExponentialDecay, PiecewiseConstantDecay
from polykeras.optimizers.schedules.learning_rate_schedule import LearningRateSchedule
from polykeras.registry import Family, add_family

FAMILY = add_family(
    Family(
        "learning rate schedule",
        "keras.optimizers.schedules",
        {
            "CosineDecay": CosineDecay,
            "ExponentialDecay": ExponentialDecay,
            "LearningRateSchedule": LearningRateSchedule,
            "PiecewiseConstantDecay": PiecewiseConstantDecay,
        },
        base=LearningRateSchedule,
    )
)


def serialize(learning_rate_schedule: Any) -> Any:
    """Return the config of a schedule, or ``None``."""
    return FAMILY.serialize(learning_rate_schedule)


def deserialize(config: Any, custom_objects: Mapping[str, Any] | None = None) -> LearningRateSchedule | None:
    """Return the schedule that a config describes.

    Args:
        config: What `serialize` returned, or what Keras wrote.
        custom_objects: Names the caller vouches for.

    Raises:
        ValueError: The config is malformed or names something unknown.
    """
    return cast("LearningRateSchedule | None", FAMILY.deserialize(config, custom_objects))


__all__ = [
    "CosineDecay",
    "ExponentialDecay",
    "LearningRateSchedule",
    "PiecewiseConstantDecay",
    "deserialize",
    "serialize",
]
