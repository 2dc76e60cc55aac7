"""Objects whose configs are compared with those that Keras writes: every public class, with and without defaults.

A row is the public path of a class, then its arguments; `made(path, ...)` stands for an object as argument.
The same table is run in Keras, whose answers are recorded, and here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple


class Made(NamedTuple):
    """An object to be made: public path of its class or function, and its arguments."""

    path: str
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]


def made(path: str, *args: Any, **kwargs: Any) -> Made:
    """Return a row."""
    return Made(path, args, kwargs)


def construct(root: Any, row: Any) -> Any:
    """Return the object of a row, from the package `root`; anything else comes back as it is."""
    if isinstance(row, Made):
        found = root
        for part in row.path.split("."):
            found = getattr(found, part)
        args = [construct(root, argument) for argument in row.args]
        return found(*args, **{key: construct(root, value) for key, value in row.kwargs.items()})
    return row


def label(row: Made) -> str:
    """Return what a test calls the row."""
    return f"{row.path}({', '.join([*map(str, row.args), *(f'{k}={v}' for k, v in row.kwargs.items())])})"[:100]


_SEEDED = ("GlorotNormal", "GlorotUniform", "HeNormal", "HeUniform", "LecunNormal", "LecunUniform")
_NAMED_LOSSES = ("MeanAbsoluteError", "MeanSquaredError")
_NAMED_METRICS = ("Accuracy", "CategoricalAccuracy", "SparseCategoricalAccuracy", "MeanAbsoluteError")
_MERGING = ("Add", "Average", "Maximum", "Minimum", "Multiply", "Subtract", "Identity")
_ALL_OPTIMIZERS = {
    "learning_rate": 0.5,
    "weight_decay": 0.25,
    "clipnorm": 2.0,
    "use_ema": True,
    "ema_momentum": 0.5,
    "ema_overwrite_frequency": 3,
    "loss_scale_factor": 8.0,
    "gradient_accumulation_steps": 2,
    "name": "mine",
}
_CONV = {
    "padding": "same",
    "activation": "relu",
    "use_bias": False,
    "kernel_initializer": "he_normal",
    "bias_initializer": "ones",
    "kernel_regularizer": "l2",
    "bias_regularizer": "l1",
    "activity_regularizer": "l2",
    "kernel_constraint": "max_norm",
    "bias_constraint": "non_neg",
    "dtype": "float16",
    "trainable": False,
    "name": "mine",
}

ROWS: list[Made] = [
    made("constraints.MaxNorm"),
    made("constraints.MaxNorm", 3.0, axis=1),
    made("constraints.MinMaxNorm", 0.5, 2.0, rate=0.5, axis=1),
    made("constraints.NonNeg"),
    made("constraints.UnitNorm", axis=1),
    made("constraints.Constraint"),
    made("initializers.Constant", 2.0),
    made("initializers.Identity", gain=2.0),
    made("initializers.Ones"),
    made("initializers.Zeros"),
    made("initializers.Orthogonal", gain=2.0, seed=3),
    made("initializers.RandomNormal", 1.0, 2.0, seed=3),
    made("initializers.RandomUniform", 1.0, 2.0, seed=3),
    made("initializers.TruncatedNormal", 1.0, 2.0, seed=3),
    made("initializers.STFT", side="imag", window="hamming", scaling="spectrum", periodic=True),
    made("initializers.VarianceScaling", 2.0, mode="fan_avg", distribution="uniform", seed=3),
    made("initializers.Initializer"),
    *(made(f"initializers.{name}") for name in _SEEDED),
    *(made(f"initializers.{name}", seed=3) for name in _SEEDED),
    made("regularizers.L1", 0.5),
    made("regularizers.L2", 0.5),
    made("regularizers.L1L2", 0.5, 0.25),
    made("regularizers.OrthogonalRegularizer", factor=0.5, mode="columns"),
    made("losses.Loss", name="mine", reduction="sum"),
    *(made(f"losses.{name}") for name in _NAMED_LOSSES),
    *(made(f"losses.{name}", reduction="sum", name="mine", dtype="float16") for name in _NAMED_LOSSES),
    made("losses.MeanSquaredError", reduction=None),
    made("losses.BinaryCrossentropy"),
    made("losses.BinaryCrossentropy", from_logits=True, label_smoothing=0.5, axis=1, reduction="sum", name="mine"),
    made("losses.CategoricalCrossentropy"),
    made("losses.CategoricalCrossentropy", from_logits=True, label_smoothing=0.5, axis=1, reduction="sum", name="mine"),
    made("losses.SparseCategoricalCrossentropy"),
    made("losses.SparseCategoricalCrossentropy", from_logits=True, ignore_class=1, axis=1, name="mine"),
    *(made(f"metrics.{name}") for name in _NAMED_METRICS),
    *(made(f"metrics.{name}", name="mine", dtype="float16") for name in _NAMED_METRICS),
    made("metrics.Mean"),
    made("metrics.Mean", name="mine", dtype="float16"),
    made("metrics.Sum"),
    made("metrics.MeanSquaredError"),
    made("metrics.RootMeanSquaredError"),
    made("metrics.BinaryAccuracy"),
    made("metrics.BinaryAccuracy", name="mine", threshold=0.25),
    made("metrics.BinaryCrossentropy"),
    made("metrics.BinaryCrossentropy", name="mine", from_logits=True, label_smoothing=0.5),
    made("metrics.CategoricalCrossentropy"),
    made("metrics.CategoricalCrossentropy", name="mine", from_logits=True, label_smoothing=0.5, axis=1),
    made("metrics.SparseCategoricalCrossentropy"),
    made("metrics.SparseCategoricalCrossentropy", name="mine", from_logits=True, axis=1),
    made("metrics.TopKCategoricalAccuracy"),
    made("metrics.TopKCategoricalAccuracy", k=3, name="mine"),
    made("metrics.SparseTopKCategoricalAccuracy"),
    made("metrics.SparseTopKCategoricalAccuracy", k=3, name="mine", from_sorted_ids=True),
    made("metrics.Metric", name="mine"),
    made("optimizers.schedules.ExponentialDecay", 0.5, 10, 0.25, staircase=True, name="mine"),
    made("optimizers.schedules.ExponentialDecay", 0.5, 10, 0.25),
    made("optimizers.schedules.PiecewiseConstantDecay", [1, 2], [0.5, 0.25, 0.125]),
    made("optimizers.schedules.CosineDecay", 0.5, 10),
    made("optimizers.schedules.CosineDecay", 0.5, 10, alpha=0.5, warmup_target=1.0, warmup_steps=3, name="mine"),
    *(made(f"optimizers.{name}") for name in ("Adam", "AdamW", "RMSprop", "SGD")),
    made("optimizers.Adam", beta_1=0.5, beta_2=0.25, epsilon=0.5, amsgrad=True, **_ALL_OPTIMIZERS),
    made("optimizers.AdamW", beta_1=0.5, beta_2=0.25, epsilon=0.5, amsgrad=True, **_ALL_OPTIMIZERS),
    made("optimizers.RMSprop", rho=0.5, momentum=0.25, epsilon=0.5, centered=True, **_ALL_OPTIMIZERS),
    made("optimizers.SGD", momentum=0.5, nesterov=True, **_ALL_OPTIMIZERS),
    made("optimizers.SGD", clipvalue=0.5),
    made("optimizers.SGD", global_clipnorm=0.5),
    made("optimizers.SGD", made("optimizers.schedules.ExponentialDecay", 0.5, 10, 0.25)),
    made("random.SeedGenerator", seed=3, name="mine"),
    made("layers.Layer", name="mine"),
    made("layers.Layer", name="mine", activity_regularizer="l2", trainable=False, dtype="float16", autocast=False),
    *(made(f"layers.{name}", name="mine") for name in _MERGING),
    *(made(f"layers.{name}", name="mine", dtype="float16", trainable=False) for name in _MERGING),
    made("layers.Activation", "softmax", name="mine"),
    made("layers.AveragePooling1D", 2, strides=3, padding="same", data_format="channels_first", name="mine"),
    made("layers.AveragePooling2D", 2, strides=3, padding="same", data_format="channels_first", name="mine"),
    made("layers.AveragePooling3D", 2, strides=3, padding="same", data_format="channels_first", name="mine"),
    made("layers.MaxPooling1D", 2, strides=3, padding="same", data_format="channels_first", name="mine"),
    made("layers.MaxPooling2D", name="mine"),
    made("layers.MaxPooling3D", (1, 2, 3), name="mine"),
    made("layers.GlobalAveragePooling1D", name="mine"),
    made("layers.GlobalAveragePooling2D", data_format="channels_first", keepdims=True, name="mine"),
    made("layers.GlobalAveragePooling3D", name="mine"),
    made("layers.GlobalMaxPooling1D", data_format="channels_first", keepdims=True, name="mine"),
    made("layers.GlobalMaxPooling2D", name="mine"),
    made("layers.GlobalMaxPooling3D", name="mine"),
    made("layers.BatchNormalization", name="mine"),
    made(
        "layers.BatchNormalization",
        axis=1,
        momentum=0.5,
        epsilon=0.25,
        center=False,
        scale=False,
        beta_initializer="ones",
        gamma_initializer="zeros",
        moving_mean_initializer="ones",
        moving_variance_initializer="zeros",
        beta_regularizer="l1",
        gamma_regularizer="l2",
        beta_constraint="non_neg",
        gamma_constraint="unit_norm",
        name="mine",
    ),
    made("layers.LayerNormalization", name="mine"),
    made(
        "layers.LayerNormalization",
        axis=[1, 2],
        epsilon=0.25,
        center=False,
        scale=False,
        beta_regularizer="l1",
        gamma_regularizer="l2",
        beta_constraint="non_neg",
        gamma_constraint="unit_norm",
        name="mine",
    ),
    made("layers.Concatenate", axis=1, name="mine"),
    made("layers.Conv1D", 2, 3, name="mine"),
    made("layers.Conv1D", 2, 3, strides=2, dilation_rate=1, groups=2, **_CONV),
    made("layers.Conv2D", 2, 3, strides=2, dilation_rate=1, groups=2, **_CONV),
    made("layers.Conv3D", 2, (1, 2, 3), strides=2, dilation_rate=1, groups=2, data_format="channels_first", **_CONV),
    made("layers.Dense", 2, name="mine"),
    made("layers.Dense", 2, **{key: value for key, value in _CONV.items() if key != "padding"}),
    made("layers.Dense", 2, activation=made("layers.ReLU", 6.0, name="inner"), name="mine"),
    made("layers.Dense", 2, kernel_initializer=made("initializers.RandomNormal", 0.0, 0.5, seed=1), name="mine"),
    made("layers.Dropout", 0.25, name="mine"),
    made("layers.Dropout", 0.25, noise_shape=(None, 1), seed=3, name="mine"),
    made("layers.ELU", 0.5, name="mine"),
    made("layers.Embedding", 7, 3, name="mine"),
    made(
        "layers.Embedding",
        7,
        3,
        embeddings_initializer="ones",
        embeddings_regularizer="l2",
        embeddings_constraint="unit_norm",
        mask_zero=True,
        name="mine",
    ),
    made("layers.Flatten", name="mine"),
    made("layers.Flatten", data_format="channels_first", name="mine"),
    made("layers.InputLayer", (3, None), name="mine"),
    made("layers.InputLayer", batch_shape=(2, 3), dtype="int32", optional=True, name="mine"),
    made("layers.LeakyReLU", 0.5, name="mine"),
    made("layers.ReLU", name="mine"),
    made("layers.ReLU", 6.0, 0.5, 0.25, name="mine"),
    made("layers.Rescaling", 0.5, offset=1.0, name="mine"),
    made("layers.Rescaling", [0.5, 1.0], offset=[1.0, 2.0], name="mine"),
    made("layers.Reshape", (-1, 2), name="mine"),
    made("layers.Softmax", name="mine"),
    made("layers.Softmax", axis=(1, 2), name="mine"),
]
BUILT: list[tuple[Made, Any]] = [
    (made("layers.Dense", 2, name="mine"), (None, 3)),
    (made("layers.Conv2D", 2, 3, name="mine"), (None, 6, 6, 3)),
    (made("layers.BatchNormalization", name="mine"), (None, 3)),
    (made("layers.Embedding", 7, 3, name="mine"), (None, 3)),
    (made("layers.Add", name="mine"), [(None, 3), (None, 3)]),
    (made("layers.Concatenate", name="mine"), [(None, 3), (None, 3)]),
    (made("layers.Dropout", 0.5, name="mine"), (None, 3)),
    (made("layers.Flatten", name="mine"), (None, 3)),
    (made("layers.ReLU", name="mine"), (None, 3)),
    (made("layers.MaxPooling1D", name="mine"), (None, 4, 3)),
    (made("layers.GlobalMaxPooling1D", name="mine"), (None, 4, 3)),
    (made("layers.LayerNormalization", name="mine"), (None, 3)),
    (made("layers.Rescaling", 2.0, name="mine"), (None, 3)),
    (made("layers.Reshape", (3, 1), name="mine"), (None, 3)),
]
"""Layers and the shapes that they are called on: their configs say how they were built."""
