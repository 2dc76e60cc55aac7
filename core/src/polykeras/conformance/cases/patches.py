"""Patches of images and volumes, and borders cut off or added, by NumPy's windows, slices and padding."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from polykeras.conformance.case import Numbers, case

_NUMBERS = Numbers("patches")
real, whole = _NUMBERS.real, _NUMBERS.whole
_LAST, _FIRST = "channels_last", "channels_first"


def _patches(
    x: np.ndarray, size: Any, strides: Any = None, dilation: Any = 1, padding: str = "valid", form: str | None = None,
    rank: int = 2,
) -> np.ndarray:  # fmt: skip
    if form == _FIRST:
        return np.moveaxis(
            _patches(np.moveaxis(x, -1 - rank, -1), size, strides, dilation, padding, rank=rank), -1, -1 - rank
        )
    taps = (size,) * rank if isinstance(size, int) else size
    steps = taps if strides is None else (strides,) * rank if isinstance(strides, int) else strides
    spans = [(tap - 1) * dilation + 1 for tap in taps]
    axes = tuple(range(x.ndim - rank - 1, x.ndim - 1))
    if padding == "same":
        widths = [(0, 0)] * x.ndim
        for axis, step, span in zip(axes, steps, spans, strict=True):
            missing = max((math.ceil(x.shape[axis] / step) - 1) * step + span - x.shape[axis], 0)
            widths[axis] = (missing // 2, missing - missing // 2)
        x = np.pad(x, widths)
    windows = np.lib.stride_tricks.sliding_window_view(x, spans, axes)  # (..., *places, channels, *spans)
    kept = (..., *(slice(None, None, step) for step in steps), slice(None), *[slice(None, None, dilation)] * rank)
    windows = np.moveaxis(windows[kept], -1 - rank, -1)
    return windows.reshape(*windows.shape[: axes[-1] + 1], x.shape[-1] * math.prod(taps))


def _volumes(x: np.ndarray, *rest: Any) -> np.ndarray:
    arguments: list[Any] = [*rest, *(None, 1, "valid", None)[len(rest) - 1 :]]
    size, strides, dilation, padding, form = arguments
    return _patches(x, size, strides, dilation, padding, form, 3)


def _whole(
    patches: np.ndarray, size: Any, sides: Any = None, strides: Any = None, padding: str = "valid",
    form: str | None = None,
) -> np.ndarray:  # fmt: skip
    if form == _FIRST:
        rank = 3 if isinstance(size, tuple) and len(size) == 3 else 2
        last = np.moveaxis(patches, -1 - rank, -1)
        return np.moveaxis(_whole(last, size, sides, strides, padding), -1, -1 - rank)
    taps = (size, size) if isinstance(size, int) else size
    rank = len(taps)
    grid = patches.shape[-1 - rank : -1]
    batch = patches.shape[: -1 - rank]
    covered = [count * tap for count, tap in zip(grid, taps, strict=True)]
    whole = np.zeros((*batch, *covered, patches.shape[-1] // math.prod(taps)), patches.dtype)
    for place in np.ndindex(*grid):
        region = tuple(slice(i * tap, (i + 1) * tap) for i, tap in zip(place, taps, strict=True))
        whole[(..., *region, slice(None))] = patches[(..., *place, slice(None))].reshape(*batch, *taps, -1)
    lows = [0] * rank if sides is None else [(full - side) // 2 for full, side in zip(covered, sides, strict=True)]
    kept = tuple(slice(low, low + side) for low, side in zip(lows, sides or covered, strict=True))
    return whole[(..., *kept, slice(None))]


def _sides(form: str | None) -> tuple[int, int]:
    return (-2, -1) if form == _FIRST else (-3, -2)


def _crop(
    x: np.ndarray, top: Any, left: Any, bottom: Any = None, right: Any = None, height: Any = None, width: Any = None,
    form: str | None = None,
) -> np.ndarray:  # fmt: skip
    for axis, first, last, size in zip(_sides(form), (top, left), (bottom, right), (height, width), strict=True):
        full = x.shape[axis]
        start = full - last - size if first is None else first
        stop = start + size if last is None else full - last
        x = np.take(x, range(start, stop), axis)
    return x


def _pad(
    x: np.ndarray, top: Any, left: Any, bottom: Any = None, right: Any = None, height: Any = None, width: Any = None,
    form: str | None = None,
) -> np.ndarray:  # fmt: skip
    widths = [(0, 0)] * x.ndim
    for axis, first, last, size in zip(_sides(form), (top, left), (bottom, right), (height, width), strict=True):
        missing = None if size is None else size - x.shape[axis]
        before = missing - last if first is None else first
        widths[axis] = (before, missing - before if last is None else last)
    return np.pad(x, widths)


PATCHES = [
    case("extract_patches", real(2, 5, 6, 2), 2, oracle=_patches, gradient=True),
    case("extract_patches", real(5, 6, 3), (2, 3), 1, oracle=_patches),
    case("extract_patches", real(1, 5, 6, 2), 3, 2, 1, "same", oracle=_patches, gradient=True, name="same"),
    case("extract_patches", real(1, 6, 5, 1), 2, 1, 2, oracle=_patches, name="dilated"),
    case("extract_patches", whole(2, 3, 4, 4), 2, None, 1, "valid", _FIRST, oracle=_patches, name="channels first"),
    case("extract_patches", real(0, 4, 4, 1), 2, oracle=_patches, name="empty"),
    case("extract_patches", real(1, 2, 4, 4, 1), (1, 2, 2), oracle=_volumes, name="planes"),
    case("extract_patches", real(1, 3, 4, 2, 2), (2, 2, 2), oracle=_volumes, gradient=True, name="of volumes"),
    case("extract_patches", real(3, 4, 3, 1), (2, 3, 1), 1, 1, "same", oracle=_volumes, name="volumes, same"),
    case(
        "extract_patches",
        whole(2, 2, 2, 4, 4),
        (2, 1, 2),
        None,
        1,
        "valid",
        _FIRST,
        oracle=_volumes,
        name="volumes, first",
    ),
    case("reconstruct_patches", real(2, 2, 3, 8), 2, oracle=_whole, gradient=True),
    case("reconstruct_patches", real(2, 3, 12), (2, 3), (3, 7), None, "same", oracle=_whole, name="same"),
    case("reconstruct_patches", whole(2, 8, 2, 1), 2, None, 2, "valid", _FIRST, oracle=_whole, name="channels first"),
    case("reconstruct_patches", real(1, 2, 1, 2, 8), (2, 2, 2), oracle=_whole, name="volumes"),
    case("crop_images", real(2, 5, 6, 3), 1, 2, 1, 1, oracle=_crop, gradient=True),
    case("crop_images", real(5, 6, 1), None, None, 1, 2, 2, 3, oracle=_crop),
    case("crop_images", whole(1, 2, 4, 5), 1, 0, None, None, 2, 5, _FIRST, oracle=_crop),
    case("crop_images", real(1, 3, 2, 1), 2, 0, 1, 0, oracle=_crop, name="empty"),
    case("pad_images", real(2, 2, 3, 2), 1, 2, 1, 0, oracle=_pad, gradient=True),
    case("pad_images", real(2, 3, 1), None, None, 1, 2, 4, 6, oracle=_pad),
    case("pad_images", whole(1, 2, 2, 3), 1, 0, None, None, 4, 3, _FIRST, oracle=_pad),
    case("pad_images", real(0, 2, 2, 1), 1, 1, 1, 1, oracle=_pad, name="empty"),
]
