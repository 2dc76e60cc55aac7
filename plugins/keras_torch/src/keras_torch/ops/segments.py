"""Rows folded by segments on PyTorch: one segment more takes the rows that belong nowhere."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch

from keras_torch.ops.kinds import narrowed, widen
from polykeras.ops import shape_rules
from polykeras.ops.segments import segment_count


def _folded(name: str, how: str, neutral: Callable[[torch.dtype], Any]) -> Callable[..., torch.Tensor]:
    def run(
        data: torch.Tensor, segment_ids: torch.Tensor, num_segments: Any = None, sorted: bool = False
    ) -> torch.Tensor:
        del sorted
        kinds = (str(one.dtype).rpartition(".")[2] for one in (data, segment_ids))
        specs = [shape_rules.Spec(tuple(one.shape), kind) for one, kind in zip((data, segment_ids), kinds, strict=True)]
        shape_rules.infer(name, shape_rules.segment_extreme, [*specs, num_segments])
        places = segment_ids.to(torch.int64)
        count = segment_count(name, segment_ids, num_segments)
        places = torch.where((places < 0) | (places >= count), count, places)
        own = torch.int32 if data.dtype is torch.bool else data.dtype
        wide = widen(data.to(own))
        rows = wide.new_full((count + 1, *data.shape[1:]), neutral(data.dtype))
        index = places.reshape((-1,) + (1,) * (data.dim() - 1)).expand_as(wide)
        result = narrowed(rows.scatter_reduce(0, index, wide, how)[:-1], own)
        return result.to(torch.bool) if data.dtype is torch.bool and how in {"amax", "amin"} else result

    return run


def _least(dtype: torch.dtype) -> Any:
    if dtype is torch.bool:
        return 0
    return -math.inf if dtype.is_floating_point else torch.iinfo(dtype).min


def _greatest(dtype: torch.dtype) -> Any:
    if dtype is torch.bool:
        return 1
    # The greatest uint64 is none of int64, in which PyTorch computes.
    return math.inf if dtype.is_floating_point else min(torch.iinfo(dtype).max, torch.iinfo(torch.int64).max)


NATIVES: dict[str, Callable[..., Any]] = {
    "segment_max": _folded("segment_max", "amax", _least),
    "segment_min": _folded("segment_min", "amin", _greatest),
    "segment_prod": _folded("segment_prod", "prod", lambda _: 1),
    "segment_sum": _folded("segment_sum", "sum", lambda _: 0),
}
