"""Optimizers, found by name, class or config."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from polykeras.optimizers import schedules
from polykeras.optimizers.adam import Adam
from polykeras.optimizers.adamw import AdamW
from polykeras.optimizers.optimizer import Optimizer
from polykeras.optimizers.rmsprop import RMSprop
from polykeras.optimizers.sgd import SGD
from polykeras.registry import Family, add_family, get_registered_object

FAMILY = add_family(
    Family(
        "optimizer",
        "keras.optimizers",
        {
            "Adam": Adam,
            "AdamW": AdamW,
            "Optimizer": Optimizer,
            "RMSprop": RMSprop,
            "SGD": SGD,
            "adam": Adam,
            "adamw": AdamW,
            "rmsprop": RMSprop,
            "sgd": SGD,
        },
        base=Optimizer,
        callables=False,
        modules={Optimizer: "keras"},
    )
)


def get(identifier: Any) -> Optimizer | None:
    """Return the optimizer that `identifier` means.

    Args:
        identifier: A name, in any case, a config, a class, an optimizer, or ``None``.

    Raises:
        ValueError: It means none.

    >>> get("Adam").get_config()["learning_rate"]
    0.001
    """
    # Somebody's own optimizer of that name comes first.
    if isinstance(identifier, str) and get_registered_object(identifier) is None:
        identifier = identifier.lower() if identifier.lower() in FAMILY.table else identifier
    if isinstance(identifier, dict):
        return deserialize(identifier)
    return cast("Optimizer | None", FAMILY.get(identifier))


def serialize(optimizer: Any) -> Any:
    """Return the config of an optimizer, or ``None``."""
    return FAMILY.serialize(optimizer)


def deserialize(config: Any, custom_objects: Mapping[str, Any] | None = None) -> Optimizer | None:
    """Return the optimizer that a config describes.

    Args:
        config: What `serialize` returned, or what Keras wrote.
        custom_objects: Names the caller vouches for.

    Raises:
        ValueError: The config is malformed or names something unknown.
    """
    return cast("Optimizer | None", FAMILY.deserialize(config, custom_objects))


__all__ = [
    "SGD",
    "Adam",
    "AdamW",
    "Optimizer",
    "RMSprop",
    "deserialize",
    "get",
    "schedules",
    "serialize",
]
