"""Products of tensors on TensorFlow."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from keras_tf.framework import tf
from keras_tf.ops.kinds import NARROW_INTEGERS
from keras_tf.ops.manipulation import moveaxis
from polykeras.backend.resolved import FALLBACK_BODIES

_NO_KERNEL = frozenset({*NARROW_INTEGERS, tf.bool})


def matmul(x1: Any, x2: Any) -> Any:
    """Return the matrix product; int8 adds up in int32."""
    if x1.dtype in _NO_KERNEL:
        return _wide(matmul, x1, x2, int8=tf.int32)
    left, right = x1.shape.rank, x2.shape.rank
    if left == 2 and right == 2:
        return tf.raw_ops.MatMul(a=x1, b=x2)  # what `tf.matmul` calls, after questions that are answered here
    if left == 1 and right == 1:
        return tf.reduce_sum(x1 * x2)
    if left == 1:
        return tf.squeeze(tf.matmul(tf.expand_dims(x1, 0), x2), -2)
    if right == 1:
        return tf.squeeze(tf.matmul(x1, tf.expand_dims(x2, -1)), -1)
    if right == 2:
        return tf.tensordot(x1, x2, 1)
    return tf.matmul(x1, x2)


def dot(x1: Any, x2: Any) -> Any:
    """Return the sum over the last axis of `x1` and the last but one of `x2`."""
    if x1.shape.rank == 0 or x2.shape.rank == 0:
        return tf.logical_and(x1, x2) if x1.dtype is tf.bool else x1 * x2
    if x1.dtype in _NO_KERNEL:
        return _wide(dot, x1, x2)
    return tf.tensordot(x1, x2, ([-1], [-1 if x2.shape.rank == 1 else -2]))


def tensordot(x1: Any, x2: Any, axes: Any = 2) -> Any:
    """Return the product summed over pairs of axes."""
    if x1.dtype in _NO_KERNEL:
        return _wide(lambda a, b: tensordot(a, b, axes), x1, x2)
    if isinstance(axes, int):
        return tf.tensordot(x1, x2, axes)
    left, right = ([one] if isinstance(one, int) else list(one) for one in axes)
    return tf.tensordot(x1, x2, (left, right))


def outer(x1: Any, x2: Any) -> Any:
    """Return all products of elements."""
    left, right = tf.reshape(x1, (-1, 1)), tf.reshape(x2, (1, -1))
    return tf.logical_and(left, right) if x1.dtype is tf.bool else left * right


def einsum_of(subscripts: str, operands: Sequence[Any]) -> Any:
    """Return the sum of products; int8 adds up in int32."""
    if operands[0].dtype in _NO_KERNEL:
        return _wide(lambda *xs: tf.einsum(subscripts, *xs), *operands, int8=tf.int32)
    return tf.einsum(subscripts, *operands)


def _wide(function: Callable[..., Any], *xs: Any, int8: Any = tf.int8) -> Any:
    """Compute in int64 what has no kernel of its own; booleans are true where any product is."""
    own = xs[0].dtype
    result = function(*(tf.cast(x, tf.int64) for x in xs))
    if own is tf.bool:
        return result != 0
    return tf.cast(result, int8 if own is tf.int8 else own)


def dense(x: Any, kernel: Any, bias: Any | None = None) -> Any:
    """Return ``x @ kernel + bias``."""
    y = tf.matmul(x, kernel) if x.shape.rank == 2 else matmul(x, kernel)
    return y if bias is None else tf.nn.bias_add(y, bias) if y.shape.rank > 1 else y + bias


def cross(x1: Any, x2: Any, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: int | None = None) -> Any:
    """Return the cross product; TensorFlow has that of vectors with 3 components in the last axis."""
    first, second, result = (axisa, axisb, axisc) if axis is None else (axis, axis, axis)
    if not x1.shape[first] == x2.shape[second] == 3:
        return FALLBACK_BODIES["cross"](x1, x2, first, second, result)
    a, b = moveaxis(x1, first, -1), moveaxis(x2, second, -1)
    if a.shape != b.shape:
        shape = tf.broadcast_static_shape(a.shape, b.shape)
        a, b = tf.broadcast_to(a, shape), tf.broadcast_to(b, shape)
    return moveaxis(tf.linalg.cross(a, b), -1, result)


NATIVES: dict[str, Callable[..., Any]] = {
    "cross": cross,
    "dense": dense,
    "dot": dot,
    "einsum_of": einsum_of,
    "matmul": matmul,
    "outer": outer,
    "tensordot": tensordot,
}
