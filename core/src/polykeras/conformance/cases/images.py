"""Pooling to a size, elements moved between depth, patches and places, by their definitions."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np

from polykeras.conformance.case import Case, Numbers, case

_NUMBERS = Numbers("images")
apart, real, whole = _NUMBERS.apart, _NUMBERS.real, _NUMBERS.whole
_LAST, _FIRST = "channels_last", "channels_first"


def _adaptive(fold: Callable[..., np.ndarray]) -> Callable[..., np.ndarray]:
    def run(x: np.ndarray, size: Any, data_format: str | None = None) -> np.ndarray:
        if data_format == _FIRST:
            return np.moveaxis(run(np.moveaxis(x, 1, -1), size), -1, 1)
        rank = x.ndim - 2
        sizes = (size,) * rank if isinstance(size, int) else size
        result = np.empty((len(x), *sizes, x.shape[-1]))
        for at in itertools.product(*map(range, sizes)):
            window = tuple(
                slice(i * n // m, -(-(i + 1) * n // m)) for i, n, m in zip(at, x.shape[1:-1], sizes, strict=True)
            )
            result[(slice(None), *at)] = fold(x[(slice(None), *window)], axis=tuple(range(1, rank + 1)))
        return result

    return run


def _unfold(x: np.ndarray, size: Any, gap: int = 1, padding: int = 0, step: int = 1) -> np.ndarray:
    height, width = (size, size) if isinstance(size, int) else size
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    rows = (x.shape[2] - (height - 1) * gap - 1) // step + 1
    columns = (x.shape[3] - (width - 1) * gap - 1) // step + 1
    patches = [
        x[:, :, i * step : i * step + (height - 1) * gap + 1 : gap, j * step : j * step + (width - 1) * gap + 1 : gap]
        for i in range(rows)
        for j in range(columns)
    ]
    return np.stack([patch.reshape(len(x), -1) for patch in patches], -1)


def _fold(x: np.ndarray, sides: Any, size: Any, gap: int = 1, padding: int = 0, step: int = 1) -> np.ndarray:
    """Return the transpose of `_unfold`, found by unfolding every image of one pixel."""
    height, width = (sides, sides) if isinstance(sides, int) else sides
    taps = size * size if isinstance(size, int) else size[0] * size[1]
    channels = x.shape[1] // taps
    pixels = np.eye(channels * height * width).reshape(-1, channels, height, width)
    moves = _unfold(pixels, size, gap, padding, step)
    return np.einsum("ndl,pdl->np", x, moves).reshape(len(x), channels, height, width)


def _to_space(x: np.ndarray, side: int, data_format: str = _LAST) -> np.ndarray:
    if data_format == _FIRST:
        result = np.empty((len(x), x.shape[1] // side**2, x.shape[2] * side, x.shape[3] * side), x.dtype)
        for i, j in itertools.product(range(side), repeat=2):
            result[:, :, i::side, j::side] = x[:, i * side + j :: side * side]
        return result
    result = np.empty((len(x), x.shape[1] * side, x.shape[2] * side, x.shape[3] // side**2), x.dtype)
    for (i, j), part in zip(itertools.product(range(side), repeat=2), np.split(x, side**2, -1), strict=True):
        result[:, i::side, j::side] = part
    return result


def _to_depth(x: np.ndarray, side: int, data_format: str = _LAST) -> np.ndarray:
    if data_format == _FIRST:
        parts = [x[:, :, i::side, j::side] for i, j in itertools.product(range(side), repeat=2)]
        return np.stack(parts, 2).reshape(len(x), -1, *parts[0].shape[2:])
    return np.concatenate([x[:, i::side, j::side] for i, j in itertools.product(range(side), repeat=2)], -1)


_POOLS: list[tuple[tuple[int, ...], Any, Any]] = [
    ((2, 7, 3), 3, _LAST),
    ((2, 2, 6), 3, _FIRST),
    ((1, 5, 6, 2), (2, 4), None),
    ((1, 2, 3, 4), (5, 2), _FIRST),
    ((1, 3, 4, 2, 2), 2, _LAST),
]
IMAGES: list[Case] = [
    *(
        case(op, apart(*shape), *rest, name=f"{shape}-{rest}", oracle=_adaptive(fold), gradient=True)
        for op, fold in (("adaptive_max_pool", np.max), ("adaptive_average_pool", np.mean))
        for shape, *rest in _POOLS
    ),
    case("adaptive_max_pool", whole(1, 5, 2), 2, name="ints", oracle=_adaptive(np.max)),
    case("adaptive_average_pool", whole(1, 5, 2), 2, name="ints", oracle=_adaptive(np.mean)),
    case("depth_to_space", real(2, 2, 3, 8), 2, oracle=_to_space, gradient=True),
    case("depth_to_space", whole(1, 18, 2, 1), 3, _FIRST, oracle=_to_space),
    case("depth_to_space", real(0, 2, 3, 4), 2, oracle=_to_space, name="empty"),
    case("space_to_depth", real(2, 4, 6, 2), 2, oracle=_to_depth, gradient=True),
    case("space_to_depth", whole(1, 2, 3, 6), 3, _FIRST, oracle=_to_depth),
    case("space_to_depth", real(0, 2, 4, 3), 2, oracle=_to_depth, name="empty"),
    case("unfold", real(2, 3, 4, 5), 2, oracle=_unfold, gradient=True),
    case("unfold", real(1, 2, 5, 6), (3, 2), 2, 1, 2, oracle=_unfold, gradient=True),
    case("unfold", whole(1, 1, 3, 3), 3, oracle=_unfold),
    case("fold", real(2, 12, 12), (4, 5), 2, oracle=_fold, gradient=True),
    case("fold", real(1, 12, 6), (5, 6), (3, 2), 2, 1, 2, oracle=_fold, gradient=True),
    case("fold", whole(1, 8, 4), 4, 2, 1, 0, 2, oracle=_fold, name="ints"),
]
