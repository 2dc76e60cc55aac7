"""Dtypes for natives: what an op's `dtype` argument means here, and arithmetic TensorFlow has no kernels for.

Natives wrapped here compute in a wider dtype and go back. int64 is exact for narrower integers; for uint64 it is
exact where the result depends on the low 64 bits only, and order is right below 2**63.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from keras_tf.framework import tf
from keras_tf.tensors import dtype as by_name
from polykeras.backend.dtypes import standardize_dtype, sum_dtype

raw: Any = tf.raw_ops
"""The kernels by name. The functions of `tf` ask their arguments again for what core has asked: their dtypes, whether
they are tensors, whether they are sparse. Eagerly that takes as long as the kernel itself on small tensors."""

UNSIGNED = frozenset({tf.uint8, tf.uint16, tf.uint32, tf.uint64})
NARROW_INTEGERS = frozenset({*UNSIGNED, tf.int8, tf.int16})
NARROW_FLOATS = frozenset({tf.float16, tf.bfloat16})


def kind(dtype: Any) -> Any:
    """Return the `tf.DType` that an op's argument names; floatx for ``None``."""
    return by_name(standardize_dtype(dtype))


def sum_kind(own: Any) -> Any:
    """Return the dtype of a sum over elements of dtype `own`."""
    return by_name(sum_dtype(own.name))


def constant(value: Any, target: Any) -> Any:
    """Return a tensor of dtype `target`: a Python number goes there directly, and not by way of float32."""
    return (
        tf.cast(value, target)
        if isinstance(value, tf.Tensor)
        else tf.constant(np.asarray(value, target.as_numpy_dtype))
    )


def number(x: Any) -> Any:
    """Return booleans as int32."""
    return tf.cast(x, tf.int32) if x.dtype is tf.bool else x


def through(wide: Any, narrow: frozenset[Any], function: Callable[..., Any], tensors: int = 1) -> Callable[..., Any]:
    """Wrap a native whose first `tensors` arguments have one dtype: those in `narrow` are computed in `wide`.

    Results of dtype `wide` go back; booleans and positions stay.
    """

    def run(*arguments: Any) -> Any:
        own = arguments[0].dtype
        if own not in narrow:
            return function(*arguments)
        widened = [None if x is None else tf.cast(x, wide) for x in arguments[:tensors]]
        return narrowed(function(*widened, *arguments[tensors:]), wide, own)

    return run


def narrowed(result: Any, wide: Any, own: Any) -> Any:
    """Return what was computed in `wide` in the dtype `own`."""
    if isinstance(result, (list, tuple)):
        return type(result)(narrowed(one, wide, own) for one in result)
    return tf.cast(result, own) if result.dtype is wide else result


def in_float(function: Callable[..., Any], tensors: int = 1) -> Callable[..., Any]:
    """Wrap a function that has no kernels for narrow floats."""
    return through(tf.float32, NARROW_FLOATS, function, tensors)
