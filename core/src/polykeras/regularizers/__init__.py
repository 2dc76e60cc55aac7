"""Penalties on weights and outputs, found by name, class or config."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from polykeras.registry import Family, add_family
from polykeras.regularizers.norms import L1, L1L2, L2
from polykeras.regularizers.orthogonal import OrthogonalRegularizer
from polykeras.regularizers.regularizer import Regularizer

l1 = L1
l1_l2 = L1L2
l2 = L2
orthogonal_regularizer = OrthogonalRegularizer

FAMILY = add_family(
    Family(
        "regularizer",
        "keras.regularizers",
        {
            "L1": L1,
            "L1L2": L1L2,
            "L2": L2,
            "OrthogonalRegularizer": OrthogonalRegularizer,
            "Regularizer": Regularizer,
            "l1": L1,
            "l1l2": L1L2,
            "l2": L2,
            "orthogonal_regularizer": OrthogonalRegularizer,
            "regularizer": Regularizer,
        },
        base=Regularizer,
        modules={Regularizer: "keras"},
    )
)


def get(identifier: Any) -> Regularizer | Callable[..., Any] | None:
    """Return the regularizer that `identifier` means.

    Args:
        identifier: A name, a config, a class, a regularizer, a function of a tensor, or ``None``.

    Raises:
        ValueError: It means none.

    >>> get("l2").get_config()
    {'l2': 0.01}
    """
    return cast("Regularizer | Callable[..., Any] | None", FAMILY.get(identifier))


def serialize(regularizer: Any) -> Any:
    """Return the config of a regularizer, or ``None``."""
    return FAMILY.serialize(regularizer)


def deserialize(
    config: Any, custom_objects: Mapping[str, Any] | None = None
) -> Regularizer | Callable[..., Any] | None:
    """Return the regularizer that a config describes.

    Args:
        config: What `serialize` returned, or what Keras wrote.
        custom_objects: Names the caller vouches for.

    Raises:
        ValueError: The config is malformed or names something unknown.
    """
    return cast("Regularizer | Callable[..., Any] | None", FAMILY.deserialize(config, custom_objects))
