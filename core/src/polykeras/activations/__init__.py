"""Activation functions, found by name or config."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from polykeras.activations.functions import exponential, gelu, linear, mish, relu
from polykeras.ops import (
    celu,
    elu,
    glu,
    hard_shrink,
    hard_sigmoid,
    hard_silu,
    hard_tanh,
    leaky_relu,
    log_sigmoid,
    log_softmax,
    relu6,
    selu,
    sigmoid,
    silu,
    soft_shrink,
    softmax,
    softplus,
    softsign,
    sparse_plus,
    sparse_sigmoid,
    sparsemax,
    squareplus,
    tanh,
    tanh_shrink,
    threshold,
)
from polykeras.registry import Family, add_family

hard_swish = hard_silu
swish = silu

FAMILY = add_family(
    Family(
        "activation",
        "keras.activations",
        {
            "celu": celu,
            "elu": elu,
            "exponential": exponential,
            "gelu": gelu,
            "glu": glu,
            "hard_shrink": hard_shrink,
            "hard_sigmoid": hard_sigmoid,
            "hard_silu": hard_silu,
            "hard_swish": hard_silu,
            "hard_tanh": hard_tanh,
            "leaky_relu": leaky_relu,
            "linear": linear,
            "log_sigmoid": log_sigmoid,
            "log_softmax": log_softmax,
            "mish": mish,
            "relu": relu,
            "relu6": relu6,
            "selu": selu,
            "sigmoid": sigmoid,
            "silu": silu,
            "soft_shrink": soft_shrink,
            "softmax": softmax,
            "softplus": softplus,
            "softsign": softsign,
            "sparse_plus": sparse_plus,
            "sparse_sigmoid": sparse_sigmoid,
            "sparsemax": sparsemax,
            "squareplus": squareplus,
            "swish": silu,
            "tanh": tanh,
            "tanh_shrink": tanh_shrink,
            "threshold": threshold,
        },
    )
)


def get(identifier: Any) -> Callable[..., Any]:
    """Return the activation that `identifier` means.

    Args:
        identifier: A name, a config, a function or layer, or ``None`` for `linear`.

    Returns:
        Callable of one tensor.

    Raises:
        ValueError: It means none.

    >>> get("relu").__name__
    'relu'
    """
    return linear if identifier is None else cast("Callable[..., Any]", FAMILY.get(identifier))


def serialize(activation: Any) -> Any:
    """Return the name of a built-in activation, or the config of another one.

    Args:
        activation: An activation that `get` gives.

    Raises:
        ValueError: It is neither a function nor an object with ``get_config``.
    """
    return FAMILY.serialize(activation)


def deserialize(config: Any, custom_objects: Mapping[str, Any] | None = None) -> Callable[..., Any]:
    """Return the activation that a name or config describes.

    Args:
        config: What `serialize` returned, or what Keras wrote; ``None`` is `linear`.
        custom_objects: Names the caller vouches for.

    Raises:
        ValueError: The config is malformed or names something unknown.
    """
    return linear if config is None else cast("Callable[..., Any]", FAMILY.deserialize(config, custom_objects))


__all__ = [
    "celu",
    "deserialize",
    "elu",
    "exponential",
    "gelu",
    "get",
    "glu",
    "hard_shrink",
    "hard_sigmoid",
    "hard_silu",
    "hard_swish",
    "hard_tanh",
    "leaky_relu",
    "linear",
    "log_sigmoid",
    "log_softmax",
    "mish",
    "relu",
    "relu6",
    "selu",
    "serialize",
    "sigmoid",
    "silu",
    "soft_shrink",
    "softmax",
    "softplus",
    "softsign",
    "sparse_plus",
    "sparse_sigmoid",
    "sparsemax",
    "squareplus",
    "swish",
    "tanh",
    "tanh_shrink",
    "threshold",
]
