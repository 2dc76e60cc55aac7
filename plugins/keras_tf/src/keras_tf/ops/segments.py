"""Rows folded by segments on TensorFlow, also where their number is known only when the graph runs.

TensorFlow leaves out negative segments; those that are too great are made negative. An empty segment holds the least
finite number there, and a maximum may lose nan: both are mended.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from keras_tf.framework import tf
from keras_tf.ops.kinds import NARROW_INTEGERS, constant
from polykeras.ops import shape_rules


def _prepared(name: str, data: Any, segment_ids: Any, num_segments: Any) -> tuple[Any, Any, Any]:
    """Return the data in a dtype with kernels, the segments as int64, -1 for none, and how many there are."""
    if data.shape.is_fully_defined() and segment_ids.shape.is_fully_defined():
        specs = [shape_rules.Spec(tuple(one.shape), one.dtype.name) for one in (data, segment_ids)]
        shape_rules.infer(name, shape_rules.segment_extreme, [*specs, num_segments])
    places = tf.cast(segment_ids, tf.int64)
    if num_segments is None:
        num_segments = tf.maximum(tf.reduce_max(tf.concat([places, [-1]], 0)) + 1, 0)
    places = tf.where(places < tf.cast(num_segments, tf.int64), places, tf.constant(-1, tf.int64))
    if data.dtype is tf.bool:
        data = tf.cast(data, tf.int32)
    return tf.cast(data, tf.int64) if data.dtype in NARROW_INTEGERS else data, places, num_segments


def _total(name: str, fold: Callable[..., Any]) -> Callable[..., Any]:
    def run(data: Any, segment_ids: Any, num_segments: Any = None, sorted: bool = False) -> Any:
        del sorted
        own = tf.int32 if data.dtype is tf.bool else data.dtype
        return tf.cast(fold(*_prepared(name, data, segment_ids, num_segments)), own)

    return run


def _extreme(name: str, fold: Callable[..., Any], sign: int) -> Callable[..., Any]:
    def run(data: Any, segment_ids: Any, num_segments: Any = None, sorted: bool = False) -> Any:
        del sorted
        own = data.dtype
        wide, places, count = _prepared(name, data, segment_ids, num_segments)
        if own.is_floating:
            lost = tf.math.is_nan(wide)
            kept = fold(tf.where(lost, tf.zeros((), own), wide), places, count)
            found = tf.math.unsorted_segment_max(tf.cast(lost, tf.int32), places, count) > 0
            folded = tf.where(found, tf.constant(math.nan, own), kept)
        else:
            folded = tf.cast(fold(wide, places, count), own)
        rows = tf.math.unsorted_segment_sum(tf.ones_like(places, tf.int32), places, count)
        empty = tf.reshape(rows == 0, tf.concat([[-1], tf.ones_like(tf.shape(data)[1:])], 0))
        return tf.where(empty, _neutral(own, sign), folded)

    return run


def _neutral(own: Any, sign: int) -> Any:
    if own is tf.bool:
        return tf.constant(sign < 0)
    if own.is_floating:
        return tf.constant(-sign * math.inf, own)
    return constant(own.min if sign > 0 else own.max, own)


NATIVES: dict[str, Callable[..., Any]] = {
    "segment_max": _extreme("segment_max", tf.math.unsorted_segment_max, 1),
    "segment_min": _extreme("segment_min", tf.math.unsorted_segment_min, -1),
    "segment_prod": _total("segment_prod", tf.math.unsorted_segment_prod),
    "segment_sum": _total("segment_sum", tf.math.unsorted_segment_sum),
}
