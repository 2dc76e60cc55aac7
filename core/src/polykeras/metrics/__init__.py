"""Metrics, found by name, class or config."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from polykeras.losses.crossentropy import (
    binary_crossentropy,
    categorical_crossentropy,
    sparse_categorical_crossentropy,
)
from polykeras.losses.regression import mean_absolute_error, mean_squared_error
from polykeras.metrics.accuracy import (
    Accuracy,
    BinaryAccuracy,
    CategoricalAccuracy,
    SparseCategoricalAccuracy,
    SparseTopKCategoricalAccuracy,
    TopKCategoricalAccuracy,
    binary_accuracy,
    categorical_accuracy,
    sparse_categorical_accuracy,
    sparse_top_k_categorical_accuracy,
    top_k_categorical_accuracy,
)
from polykeras.metrics.crossentropy import (
    BinaryCrossentropy,
    CategoricalCrossentropy,
    SparseCategoricalCrossentropy,
)
from polykeras.metrics.metric import Metric
from polykeras.metrics.reduction_metrics import Mean, MeanMetricWrapper, Sum
from polykeras.metrics.regression import MeanAbsoluteError, MeanSquaredError, RootMeanSquaredError
from polykeras.registry import Family, add_family, function_config

FAMILY = add_family(
    Family(
        "metric",
        "keras.metrics",
        {
            "Accuracy": Accuracy,
            "BCE": BinaryCrossentropy,
            "BinaryAccuracy": BinaryAccuracy,
            "BinaryCrossentropy": BinaryCrossentropy,
            "CategoricalAccuracy": CategoricalAccuracy,
            "CategoricalCrossentropy": CategoricalCrossentropy,
            "MAE": MeanAbsoluteError,
            "MSE": MeanSquaredError,
            "Mean": Mean,
            "MeanAbsoluteError": MeanAbsoluteError,
            "MeanMetricWrapper": MeanMetricWrapper,
            "MeanSquaredError": MeanSquaredError,
            "Metric": Metric,
            "RootMeanSquaredError": RootMeanSquaredError,
            "SparseCategoricalAccuracy": SparseCategoricalAccuracy,
            "SparseCategoricalCrossentropy": SparseCategoricalCrossentropy,
            "SparseTopKCategoricalAccuracy": SparseTopKCategoricalAccuracy,
            "Sum": Sum,
            "TopKCategoricalAccuracy": TopKCategoricalAccuracy,
            "accuracy": Accuracy,
            "bce": BinaryCrossentropy,
            "binary_accuracy": BinaryAccuracy,
            "binary_crossentropy": BinaryCrossentropy,
            "categorical_accuracy": CategoricalAccuracy,
            "categorical_crossentropy": CategoricalCrossentropy,
            "mae": MeanAbsoluteError,
            "mean": Mean,
            "mean_absolute_error": MeanAbsoluteError,
            "mean_metric_wrapper": MeanMetricWrapper,
            "mean_squared_error": MeanSquaredError,
            "metric": Metric,
            "mse": MeanSquaredError,
            "root_mean_squared_error": RootMeanSquaredError,
            "sparse_categorical_accuracy": SparseCategoricalAccuracy,
            "sparse_categorical_crossentropy": SparseCategoricalCrossentropy,
            "sparse_top_k_categorical_accuracy": SparseTopKCategoricalAccuracy,
            "sum": Sum,
            "top_k_categorical_accuracy": TopKCategoricalAccuracy,
        },
        base=Metric,
        modules={Metric: "keras"},
    )
)


def get(identifier: Any) -> Metric | Callable[..., Any] | None:
    """Return the metric that `identifier` means.

    Args:
        identifier: A name, a config, a class, a metric, a function of targets and predictions, or ``None``.

    Raises:
        ValueError: It means none.

    >>> get("mse")
    <MeanSquaredError name=mean_squared_error>
    """
    return cast("Metric | Callable[..., Any] | None", FAMILY.get(identifier))


def serialize(metric: Any) -> Any:
    """Return the config of a metric or of a function, or ``None``.

    Raises:
        ValueError: It is neither.
    """
    if callable(metric) and hasattr(metric, "__name__") and not hasattr(metric, "get_config"):
        return function_config(metric)
    return FAMILY.serialize(metric)


def deserialize(config: Any, custom_objects: Mapping[str, Any] | None = None) -> Metric | Callable[..., Any] | None:
    """Return the metric that a config describes.

    Args:
        config: What `serialize` returned, or what Keras wrote.
        custom_objects: Names the caller vouches for.

    Raises:
        ValueError: The config is malformed or names something unknown.
    """
    return cast("Metric | Callable[..., Any] | None", FAMILY.deserialize(config, custom_objects))


__all__ = [
    "Accuracy",
    "BinaryAccuracy",
    "BinaryCrossentropy",
    "CategoricalAccuracy",
    "CategoricalCrossentropy",
    "Mean",
    "MeanAbsoluteError",
    "MeanMetricWrapper",
    "MeanSquaredError",
    "Metric",
    "RootMeanSquaredError",
    "SparseCategoricalAccuracy",
    "SparseCategoricalCrossentropy",
    "SparseTopKCategoricalAccuracy",
    "Sum",
    "TopKCategoricalAccuracy",
    "binary_accuracy",
    "binary_crossentropy",
    "categorical_accuracy",
    "categorical_crossentropy",
    "deserialize",
    "get",
    "mean_absolute_error",
    "mean_squared_error",
    "serialize",
    "sparse_categorical_accuracy",
    "sparse_categorical_crossentropy",
    "sparse_top_k_categorical_accuracy",
    "top_k_categorical_accuracy",
]
