"""Layers, and how to find them by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from polykeras.layers.activations.activation import Activation, ReLU, Softmax
from polykeras.layers.convolutional.conv import Conv2D
from polykeras.layers.core.dense import Dense
from polykeras.layers.core.input_layer import Input, InputLayer
from polykeras.layers.input_spec import InputSpec
from polykeras.layers.layer import Layer
from polykeras.layers.merging.merge import (
    Add,
    Average,
    Concatenate,
    Maximum,
    Minimum,
    Multiply,
    Subtract,
    add,
    average,
    concatenate,
    maximum,
    minimum,
    multiply,
    subtract,
)
from polykeras.layers.normalization.batch_normalization import BatchNormalization
from polykeras.layers.normalization.layer_normalization import LayerNormalization
from polykeras.layers.pooling.global_pooling import GlobalAveragePooling2D, GlobalMaxPooling2D
from polykeras.layers.pooling.window_pooling import AveragePooling2D, MaxPooling2D
from polykeras.layers.regularization.dropout import Dropout
from polykeras.layers.reshaping.flatten import Flatten, Reshape
from polykeras.registry import Family, add_family

AvgPool2D = AveragePooling2D
Convolution2D = Conv2D
GlobalAvgPool2D = GlobalAveragePooling2D
GlobalMaxPool2D = GlobalMaxPooling2D
MaxPool2D = MaxPooling2D

_CLASSES: tuple[type[Layer], ...] = (
    Activation,
    Add,
    Average,
    AveragePooling2D,
    BatchNormalization,
    Concatenate,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePooling2D,
    GlobalMaxPooling2D,
    InputLayer,
    LayerNormalization,
    MaxPooling2D,
    Maximum,
    Minimum,
    Multiply,
    ReLU,
    Reshape,
    Softmax,
    Subtract,
)
FAMILY = add_family(
    Family(
        "layer",
        "keras.layers",
        {kind.__name__: kind for kind in _CLASSES},
        base=Layer,
        callables=False,
    )
)


def serialize(layer: Layer) -> dict[str, Any]:
    """Return the config of `layer`, as Keras 3 writes it."""
    return cast("dict[str, Any]", FAMILY.serialize(layer))


def deserialize(config: Any, custom_objects: Mapping[str, Any] | None = None) -> Layer:
    """Return the layer that `config` describes.

    Args:
        config: What `serialize` returned, or what Keras wrote.
        custom_objects: Names the caller vouches for.

    Raises:
        ValueError: The config is malformed or names something unknown.
    """
    return cast("Layer", FAMILY.deserialize(config, custom_objects))


__all__ = [
    "Activation",
    "Add",
    "Average",
    "AveragePooling2D",
    "AvgPool2D",
    "BatchNormalization",
    "Concatenate",
    "Conv2D",
    "Convolution2D",
    "Dense",
    "Dropout",
    "Flatten",
    "GlobalAveragePooling2D",
    "GlobalAvgPool2D",
    "GlobalMaxPool2D",
    "GlobalMaxPooling2D",
    "Input",
    "InputLayer",
    "InputSpec",
    "Layer",
    "LayerNormalization",
    "MaxPool2D",
    "MaxPooling2D",
    "Maximum",
    "Minimum",
    "Multiply",
    "ReLU",
    "Reshape",
    "Softmax",
    "Subtract",
    "add",
    "average",
    "concatenate",
    "deserialize",
    "maximum",
    "minimum",
    "multiply",
    "serialize",
    "subtract",
]
