"""Losses, found by name, class or config."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from polykeras.losses.crossentropy import (
    BinaryCrossentropy,
    CategoricalCrossentropy,
    SparseCategoricalCrossentropy,
    binary_crossentropy,
    categorical_crossentropy,
    sparse_categorical_crossentropy,
)
from polykeras.losses.loss import Loss
from polykeras.losses.regression import (
    MeanAbsoluteError,
    MeanSquaredError,
    mean_absolute_error,
    mean_squared_error,
)
from polykeras.losses.wrapper import LossFunctionWrapper
from polykeras.registry import Family, add_family, function_config

FAMILY = add_family(
    Family(
        "loss",
        "keras.losses",
        {
            "BCE": binary_crossentropy,
            "BinaryCrossentropy": BinaryCrossentropy,
            "CategoricalCrossentropy": CategoricalCrossentropy,
            "Loss": Loss,
            "LossFunctionWrapper": LossFunctionWrapper,
            "MAE": mean_absolute_error,
            "MSE": mean_squared_error,
            "MeanAbsoluteError": MeanAbsoluteError,
            "MeanSquaredError": MeanSquaredError,
            "SparseCategoricalCrossentropy": SparseCategoricalCrossentropy,
            "bce": binary_crossentropy,
            "binary_crossentropy": binary_crossentropy,
            "categorical_crossentropy": categorical_crossentropy,
            "mae": mean_absolute_error,
            "mean_absolute_error": mean_absolute_error,
            "mean_squared_error": mean_squared_error,
            "mse": mean_squared_error,
            "sparse_categorical_crossentropy": sparse_categorical_crossentropy,
        },
        base=Loss,
        modules={Loss: "keras"},
    )
)

_CLASS_OF: dict[Callable[..., Any], type[Loss]] = {
    binary_crossentropy: BinaryCrossentropy,
    categorical_crossentropy: CategoricalCrossentropy,
    mean_absolute_error: MeanAbsoluteError,
    mean_squared_error: MeanSquaredError,
    sparse_categorical_crossentropy: SparseCategoricalCrossentropy,
}


def get(identifier: Any) -> Loss | Callable[..., Any] | None:
    """Return the loss that `identifier` means.

    Args:
        identifier: A name, a config, a class, a loss, a function of targets and predictions, or ``None``.

    Raises:
        ValueError: It means none.

    >>> get("mse") is mean_squared_error
    True
    """
    return cast("Loss | Callable[..., Any] | None", FAMILY.get(identifier))


def as_loss(identifier: Any) -> Loss:
    """Return the loss that `identifier` means as an object: a function is wrapped in one.

    Args:
        identifier: What `get` takes, but not ``None``.

    Raises:
        ValueError: It means none.

    >>> as_loss("mse").name
    'mean_squared_error'
    """
    found = get(identifier)
    if isinstance(found, Loss):
        return found
    if found is None:
        raise ValueError(
            "There is no loss to make.\nReceived: None.\n"
            "Allowed: a name, a config, a class, a loss, or a function of targets and predictions.\nPass one of these."
        )
    if found in _CLASS_OF:
        return _CLASS_OF[found]()
    return LossFunctionWrapper(found, name=getattr(found, "__name__", None))


def serialize(loss: Any) -> Any:
    """Return the config of a loss or of a function, or ``None``.

    Raises:
        ValueError: It is neither.
    """
    if callable(loss) and hasattr(loss, "__name__") and not hasattr(loss, "get_config"):
        return function_config(loss)
    return FAMILY.serialize(loss)


def deserialize(name: Any, custom_objects: Mapping[str, Any] | None = None) -> Loss | Callable[..., Any] | None:
    """Return the loss that a config describes.

    Args:
        name: What `serialize` returned, or what Keras wrote.
        custom_objects: Names the caller vouches for.

    Raises:
        ValueError: The config is malformed or names something unknown.
    """
    return cast("Loss | Callable[..., Any] | None", FAMILY.deserialize(name, custom_objects))


__all__ = [
    "BinaryCrossentropy",
    "CategoricalCrossentropy",
    "Loss",
    "LossFunctionWrapper",
    "MeanAbsoluteError",
    "MeanSquaredError",
    "SparseCategoricalCrossentropy",
    "as_loss",
    "binary_crossentropy",
    "categorical_crossentropy",
    "deserialize",
    "get",
    "mean_absolute_error",
    "mean_squared_error",
    "serialize",
    "sparse_categorical_crossentropy",
]
