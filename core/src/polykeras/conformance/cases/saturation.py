"""Casts that stop at the ends of a range, and what NumPy makes of the clipped numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from polykeras.conformance.case import BOOLS, INF, NAN, Case, case

_FAR = np.array([3e9, -3e9, INF, -INF, 1.7, -1.7, 300.0, 2147483520.0], "float32")
_WHOLE = np.array([-(2**31), 2**31 - 1, 300, -1, 0], "int32")


def _saturated(x: np.ndarray, dtype: Any) -> np.ndarray:
    ends = np.iinfo(dtype) if np.dtype(dtype).kind in "iu" else np.finfo(dtype)
    known = np.where(np.isnan(x), 0, x) if np.dtype(dtype).kind in "iu" else x
    return np.clip(known, float(ends.min), float(ends.max)).astype(dtype)


SATURATION: list[Case] = [
    *(
        case("saturate_cast", _FAR, dtype, oracle=_saturated)
        for dtype in ("uint8", "int8", "int32", "float16", "float32")
    ),
    *(
        case("saturate_cast", _WHOLE, dtype, oracle=_saturated, name=f"ints {dtype}")
        for dtype in ("uint8", "uint32", "float32")
    ),
    case("saturate_cast", np.array([NAN, 1.0], "float32"), "int32", oracle=_saturated, name="nan"),
    case("saturate_cast", np.array([2.5, 0.0, -1.0], "float32"), "bool", oracle=lambda x, _: x > 0),
    case("saturate_cast", BOOLS, "int8", oracle=_saturated, name="booleans"),
    case("saturate_cast", _FAR[:0], "uint8", oracle=_saturated),
]
