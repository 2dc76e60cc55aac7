"""Normalisation, and the answer of its formulas to each call."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from polykeras.conformance.case import Case, Numbers, case

_NUMBERS = Numbers("normalization")
apart, real, whole = _NUMBERS.apart, _NUMBERS.real, _NUMBERS.whole
EPSILON = 1e-7


def _shaped(weight: np.ndarray, x: np.ndarray, axis: Any) -> np.ndarray:
    axes = {one % x.ndim for one in ((axis,) if isinstance(axis, int) else axis)}
    return weight.reshape([size if i in axes else 1 for i, size in enumerate(x.shape)])


def layer_normalization(x: np.ndarray, gamma: Any, beta: Any, axis: Any = -1, epsilon: float = EPSILON) -> np.ndarray:
    axes = axis if isinstance(axis, int) else tuple(axis)
    y = (x - x.mean(axes, keepdims=True)) / np.sqrt(x.var(axes, keepdims=True) + epsilon)
    y = y if gamma is None else y * _shaped(gamma, x, axis)
    return y if beta is None else y + _shaped(beta, x, axis)


def rms_normalization(x: np.ndarray, scale: Any, axis: Any = -1, epsilon: float = EPSILON) -> np.ndarray:
    axes = axis if isinstance(axis, int) else tuple(axis)
    y = x / np.sqrt((x * x).mean(axes, keepdims=True) + epsilon)
    return y if scale is None else y * _shaped(scale, x, axis)


def batch_normalization(
    x: np.ndarray, mean: Any, variance: Any, axis: int, offset: Any = None, scale: Any = None, epsilon: float = 1e-3
) -> np.ndarray:
    y = (x - _shaped(mean, x, axis)) / np.sqrt(_shaped(variance, x, axis) + epsilon)
    y = y if scale is None else y * _shaped(scale, x, axis)
    return y if offset is None else y + _shaped(offset, x, axis)


def normalize(x: np.ndarray, axis: Any = -1, order: float = 2, epsilon: float = EPSILON) -> np.ndarray:
    size = np.abs(x)
    axes = axis if axis is None or isinstance(axis, int) else tuple(axis)
    if math.isinf(order):
        length = size.max(axes, keepdims=True)
    else:
        length = (size**order).sum(axes, keepdims=True) ** (1 / order)
    return x / np.maximum(length, epsilon)


def moments(x: np.ndarray, axes: Any, keepdims: bool = False) -> tuple[np.ndarray, np.ndarray]:
    axes = axes if axes is None or isinstance(axes, int) else tuple(axes)
    return x.mean(axes, keepdims=keepdims), x.var(axes, keepdims=keepdims)


NORMALIZATION: list[Case] = [
    *(
        case("moments", real(2, 3, 4), *rest, oracle=moments, gradient=True)
        for rest in ((-1,), ([0, 2], True), (None,), ((0, 1),))
    ),
    case("moments", whole(3, 4), 0, name="int32", oracle=moments),
    case("moments", real(3, 4) + 1000, 0, name="far from 0", oracle=moments),
    *(
        case(
            "batch_normalization",
            real(*shape),
            real(3),
            real(3, low=0.5),
            axis,
            *rest,
            name=f"{shape} {axis} {len(rest)}",
            oracle=batch_normalization,
            gradient=True,
        )
        for shape, axis, rest in (
            ((4, 3), -1, ()),
            ((2, 3, 4), 1, (real(3), real(3), 0.1)),
            ((2, 5, 4, 3), -1, (real(3),)),
            ((2, 5, 4, 3), 3, (None, real(3))),
            ((3, 4), 0, (real(3), real(3))),
        )
    ),
    *(
        case("layer_normalization", real(2, 3, 4), *rest, name=f"{axes}", oracle=layer_normalization, gradient=True)
        for axes, *rest in (
            ("last", real(4), real(4)),
            ("no offset", real(4), None),
            ("no weights", None, None),
            ("two last", real(3, 4), real(3, 4), (-2, -1), 1e-3),
            ("middle", real(3), real(3), 1, 1e-3),
            ("apart", real(2, 4), real(2, 4), [0, -1], 0.1),
            ("last in a list", real(4), real(4), [-1], 0.1),
        )
    ),
    case("layer_normalization", whole(2, 4), None, None, name="int32", oracle=layer_normalization),
    *(
        case("rms_normalization", real(2, 3, 4), *rest, name=f"{axes}", oracle=rms_normalization, gradient=True)
        for axes, *rest in (
            ("last", real(4)),
            ("no scale", None),
            ("middle", real(3), 1, 1e-3),
            ("two last", real(3, 4), (1, 2), 1e-3),
        )
    ),
    *(
        case("normalize", apart(3, 4), *rest, oracle=normalize, gradient=True)
        for rest in ((), (0, 2), (-1, 1), ((0, 1), 3), (None, 2), (1, math.inf), (-1, 2, 1.5))
    ),
    case("normalize", np.zeros((2, 3), "float32"), name="zeros", oracle=normalize),
]
