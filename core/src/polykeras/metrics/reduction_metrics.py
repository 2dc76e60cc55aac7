"""Means and sums over all batches.

A value of more than one axis counts as the mean of its row: the count is one of samples. Without weights
an update is one sum over the batch and two additions.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Self

from polykeras import ops
from polykeras.backend import dtypes
from polykeras.losses import FAMILY as LOSSES
from polykeras.losses.alignment import same_rank, weighing
from polykeras.losses.conversion import as_tensor, as_tensors, compute_dtype, tensor_dtype
from polykeras.losses.loss import Loss
from polykeras.losses.reduction import mask_of
from polykeras.losses.wrapper import function_from_config
from polykeras.metrics.accumulate import accumulate
from polykeras.metrics.metric import Metric
from polykeras.ops.dims import as_shape
from polykeras.plugins.errors import ShapeError
from polykeras.registry import function_config

_NARROW = ("float16", "bfloat16", "float8_e4m3fn", "float8_e5m2")


class Sum(Metric):
    """Sum of all values.

    Args:
        name: Name.
        dtype: Dtype of the state; floatx for ``None``.

    >>> metric = Sum()
    >>> metric.update_state([1.0, 2.0])
    >>> float(metric([3.0]))
    6.0
    """

    def __init__(self, name: str | None = "sum", dtype: Any = None) -> None:
        super().__init__(dtype=dtype, name=name)
        self.total = self.add_variable((), "zeros", name="total")

    def update_state(self, values: Any, sample_weight: Any = None) -> None:
        """Add up a batch.

        Args:
            values: Tensor of any shape.
            sample_weight: A number, or weights for the first axes of the values.
        """
        values = summable(values, self._dtype)
        if sample_weight is not None:
            values, weight = weighing(*_weighted(values, sample_weight, self._dtype))
            values = ops.multiply(values, weight)
        accumulate(self.total, _total(values))

    def reset_state(self) -> None:
        """Set the sum to zero."""
        self.total.assign(0)

    def result(self) -> Any:
        """Return the sum, a scalar."""
        return ops.cast(self.total, self._dtype)


class Mean(Metric):
    """Weighted mean of all values.

    Args:
        name: Name.
        dtype: Dtype of the state; floatx for ``None``.

    >>> metric = Mean()
    >>> metric.update_state([1.0, 2.0])
    >>> float(metric([6.0]))
    3.0
    """

    def __init__(self, name: str | None = "mean", dtype: Any = None) -> None:
        super().__init__(dtype=dtype, name=name)
        self.total = self.add_variable((), "zeros", name="total")
        self.count = self.add_variable((), "zeros", name="count")

    def update_state(self, values: Any, sample_weight: Any = None) -> None:
        """Add a batch.

        Args:
            values: Tensor of any shape.
            sample_weight: A number, or weights for the first axes of the values.
        """
        values = summable(values, self._dtype)
        sizes = tuple(values.shape)
        if sample_weight is None:
            inner = math.prod(sizes[1:])
            accumulate(self.total, _total(values), 1 if inner == 1 else 1.0 / max(inner, 1))
            accumulate(self.count, sizes[0] if sizes else 1)
        elif type(sample_weight) in (int, float) and not sizes:
            accumulate(self.total, values, sample_weight)
            accumulate(self.count, sample_weight)
        else:
            self._add_weighted(values, sample_weight)

    def _add_weighted(self, values: Any, sample_weight: Any) -> None:
        values, weight = _weighted(values, sample_weight, self._dtype)
        extra = len(values.shape) - len(weight.shape)
        if extra > 0:
            values = ops.mean(values, tuple(range(len(weight.shape), len(weight.shape) + extra)))
        values, weight = weighing(values, weight)
        inner = 1.0 / max(math.prod(values.shape[1:]), 1)
        accumulate(self.total, _total(ops.multiply(values, weight)), inner)
        accumulate(self.count, _total(ops.broadcast_to(weight, ops.shape(values))), inner)

    def reset_state(self) -> None:
        """Forget all values."""
        self.total.assign(0)
        self.count.assign(0)

    def result(self) -> Any:
        """Return the mean, a scalar; 0 before the first value."""
        return ops.divide_no_nan(self.total.value, self.count.value)


class MeanMetricWrapper(Mean):
    """Weighted mean of a function of targets and predictions.

    Args:
        fn: Takes targets, predictions and `kwargs`; returns one value per sample.
        name: Name; the class's own in snake case, made unique, for ``None``.
        dtype: Dtype of the state; floatx for ``None``.
        kwargs: Passed on to `fn`.

    >>> metric = MeanMetricWrapper(lambda y_true, y_pred: abs(y_true - y_pred), name="distance")
    >>> float(metric([1.0, 2.0], [1.0, 4.0]))
    1.0
    """

    # Whether targets are converted to the dtype of the predictions; labels of classes are not.
    _converts_targets = True

    def __init__(self, fn: Callable[..., Any], name: str | None = None, dtype: Any = None, **kwargs: Any) -> None:
        super().__init__(name=name, dtype=dtype)
        self._fn = fn
        self._fn_kwargs = kwargs
        if self._direction is None and (isinstance(fn, Loss) or fn in LOSSES.table.values()):
            self._direction = "down"
        self._state_dtype_given = None if dtype is None else self._dtype

    # Mean takes values; a metric of a model takes targets and predictions.
    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:  # type: ignore[override]
        """Add a batch.

        Args:
            y_true: Targets.
            y_pred: Predictions.
            sample_weight: A number, or weights for the first axes of the function's values.
        """
        mask = self._mask(y_true, y_pred)
        values = self._values(y_true, y_pred)
        if mask is not None:
            sample_weight = _masked(sample_weight, as_tensor(mask, self._dtype), self._dtype)
        super().update_state(values, sample_weight)

    def _mask(self, y_true: Any, y_pred: Any) -> Any:
        """Return where values count, or ``None`` where all do."""
        return mask_of(y_pred)

    def _values(self, y_true: Any, y_pred: Any) -> Any:
        """Return what the function makes of a batch, booleans where only counting is meant."""
        dtype = compute_dtype(y_pred, self._state_dtype_given)
        y_pred = as_tensors(y_pred, dtype)
        y_true = as_tensors(y_true, dtype if self._converts_targets else None)
        if self._converts_targets and not isinstance(y_pred, (list, tuple, dict)) and not isinstance(y_true, dict):
            y_true, y_pred = same_rank(as_tensor(y_true), y_pred)
        return self._fn(y_true, y_pred, **self._fn_kwargs)

    def get_config(self) -> dict[str, Any]:
        """Return name and dtype, the function and its arguments."""
        return {**super().get_config(), "fn": function_config(self._fn), **self._fn_kwargs}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Return a metric made from what `get_config` returned."""
        if "fn" in config:
            config = {**config, "fn": function_from_config(config["fn"])}
        return cls(**config)


class BuiltInMetric(MeanMetricWrapper):
    """A wrapper whose function is implied by the class, so that its config names only arguments."""

    def get_config(self) -> dict[str, Any]:
        """Return name, dtype and the arguments of the function."""
        return {**Metric.get_config(self), **self._fn_kwargs}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Return a metric made from what `get_config` returned."""
        return cls(**config)


def summable(values: Any, dtype: str) -> Any:
    """Return values as a tensor that adds up well: booleans count as they are, the rest at least in `dtype`."""
    own = tensor_dtype(values)
    if own is None or (own != "bool" and (own in _NARROW or not dtypes.is_float(own))):
        return as_tensor(values, dtype)
    return as_tensor(values)


def _total(values: Any) -> Any:
    return ops.sum(values) if len(values.shape) else values


def _weighted(values: Any, sample_weight: Any, dtype: str) -> tuple[Any, Any]:
    """Return both as tensors of `dtype`, without a last axis of 1 that only the weights have."""
    values, weight = as_tensor(values, dtype), as_tensor(sample_weight, dtype)
    if len(weight.shape) == len(values.shape) + 1 and weight.shape[-1] == 1:
        weight = ops.squeeze(weight, -1)
    if len(weight.shape) > len(values.shape):
        raise ShapeError(
            "The sample weights do not fit what they weigh.\n"
            f"Received: weights of shape {as_shape(weight.shape)}, values of shape {as_shape(values.shape)}.\n"
            "Allowed: a number, one weight per sample, or weights for more of the first axes of the values.\n"
            "Reshape the weights, or drop the axes that they have too many."
        )
    return values, weight


def _masked(sample_weight: Any, mask: Any, dtype: str) -> Any:
    """Return weights that are 0 where the mask is."""
    if sample_weight is None:
        return mask
    weight = as_tensor(sample_weight, dtype)
    few, many = sorted((weight, mask), key=lambda tensor: len(tensor.shape))
    many, few = weighing(many, few)
    return ops.multiply(many, few)
