"""Comparisons and truth on TensorFlow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from keras_tf.framework import tf
from keras_tf.ops.kinds import raw


def where(condition: Any, x1: Any | None = None, x2: Any | None = None) -> Any:
    """Return `x1` or `x2` by `condition`, or the indices where it holds."""
    holds = truth(condition)
    if x1 is None or x2 is None:
        return tuple(tf.cast(one, tf.int32) for one in tf.unstack(tf.where(holds), axis=1))
    return raw.SelectV2(condition=holds, t=x1, e=x2)


def truth(x: Any) -> Any:
    """Return whether each element is true."""
    return x if x.dtype is tf.bool else x != tf.zeros((), x.dtype)


def _of_truth(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *xs: function(*map(truth, xs))


def _compared(function: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap a comparison: booleans are ordered as 0 and 1."""

    def run(x1: Any, x2: Any) -> Any:
        if x1.dtype is tf.bool:
            return function(tf.cast(x1, tf.uint8), tf.cast(x2, tf.uint8))
        return function(x1, x2)

    return run


def _asked_of_floats(function: Callable[..., Any], otherwise: bool) -> Callable[..., Any]:
    """Wrap a question about floats: of whole numbers the answer is known, of complex ones it follows from the parts."""

    def run(x: Any) -> Any:
        if x.dtype.is_complex:
            either = tf.logical_and if otherwise else tf.logical_or
            return either(function(tf.math.real(x)), function(tf.math.imag(x)))
        return function(x) if x.dtype.is_floating else tf.fill(tf.shape(x), otherwise)

    return run


NATIVES: dict[str, Callable[..., Any]] = {
    "equal": lambda x1, x2: raw.Equal(x=x1, y=x2),
    "greater": _compared(tf.greater),
    "greater_equal": _compared(tf.greater_equal),
    "isfinite": _asked_of_floats(tf.math.is_finite, otherwise=True),
    "isinf": _asked_of_floats(tf.math.is_inf, otherwise=False),
    "isnan": _asked_of_floats(tf.math.is_nan, otherwise=False),
    "less": _compared(tf.less),
    "less_equal": _compared(tf.less_equal),
    "logical_and": _of_truth(tf.logical_and),
    "logical_not": _of_truth(tf.logical_not),
    "logical_or": _of_truth(tf.logical_or),
    "logical_xor": _of_truth(tf.math.logical_xor),
    "not_equal": lambda x1, x2: raw.NotEqual(x=x1, y=x2),
    "where": where,
}
