"""Rows folded by segments on JAX, whose own scatters leave out the rows that belong nowhere.

A product of segments has no native: JAX does not differentiate a scatter that multiplies.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp

from polykeras.ops import shape_rules
from polykeras.ops.segments import segment_count


def _folded(name: str, fold: Callable[..., jax.Array]) -> Callable[..., jax.Array]:
    def run(data: jax.Array, segment_ids: jax.Array, num_segments: Any = None, sorted: bool = False) -> jax.Array:
        specs = [shape_rules.Spec(one.shape, one.dtype.name) for one in (data, segment_ids)]
        shape_rules.infer(name, shape_rules.segment_extreme, [*specs, num_segments])
        count = segment_count(name, segment_ids, num_segments)
        return fold(data, segment_ids, count, indices_are_sorted=sorted)

    return run


def _sum(data: jax.Array, *arguments: Any, **options: Any) -> jax.Array:
    return jax.ops.segment_sum(data.astype(jnp.int32) if data.dtype == bool else data, *arguments, **options)


NATIVES: dict[str, Callable[..., Any]] = {
    "segment_max": _folded("segment_max", jax.ops.segment_max),
    "segment_min": _folded("segment_min", jax.ops.segment_min),
    "segment_sum": _folded("segment_sum", _sum),
}
