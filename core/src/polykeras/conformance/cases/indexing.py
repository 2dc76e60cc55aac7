"""Ops that read and write parts of tensors, and NumPy's answer to each call."""

from __future__ import annotations

from typing import Any

import numpy as np

from polykeras.conformance.case import BOOLS, SPECIAL, Numbers, case

_NUMBERS = Numbers("indexing")
apart, real, whole = _NUMBERS.apart, _NUMBERS.real, _NUMBERS.whole

_X = real(2, 3, 4)
_KEYS: list[Any] = [
    0,
    -1,
    (1, 2),
    slice(None),
    slice(1, None),
    slice(None, -1),
    slice(None, None, 2),
    slice(None, None, -1),
    (slice(None), slice(3, 0, -2)),
    (Ellipsis, 1),
    (Ellipsis, slice(None, None, -1)),
    None,
    (slice(None), None, 0),
    (0, Ellipsis, None),
    [0, 1, 1],
    (slice(None), [0, -1]),
    ([0, 1], slice(None), [1, 2]),
    (0, slice(None), [1, 2]),
    np.array([[0, 1], [1, 0]]),
    np.array([True, False]),
    (slice(None), np.array([True, False, True])),
    (slice(1, 1),),
    (),
]


def _block(x: np.ndarray, starts: Any, sizes: Any) -> np.ndarray:
    return x[tuple(slice(s, None if n == -1 else s + n) for s, n in zip(starts, sizes, strict=True))]


def _with_block(x: np.ndarray, starts: Any, block: np.ndarray) -> np.ndarray:
    result = x.copy()
    result[tuple(slice(s, s + n) for s, n in zip(starts, block.shape, strict=True))] = block
    return result


_WRITERS = {"add": np.add, "max": np.maximum, "min": np.minimum, "mul": np.multiply}


def _scattered(x: np.ndarray, indices: np.ndarray, updates: np.ndarray, reduction: str | None = None) -> np.ndarray:
    result = x.copy()
    at = tuple(np.moveaxis(indices.astype(int), -1, 0))
    if reduction is None:
        result[at] = updates
    else:
        _WRITERS[reduction].at(result, at, updates)
    return result


def _summed(indices: np.ndarray, values: np.ndarray, shape: Any) -> np.ndarray:
    return _scattered(np.zeros(shape), indices, values, "add")


def _taken(x: np.ndarray, indices: np.ndarray, axis: int | None = None) -> np.ndarray:
    return np.take(x, indices.astype(int), axis)


def _taken_along(x: np.ndarray, indices: np.ndarray, axis: int | None) -> np.ndarray:
    indices = indices.astype(int)
    if axis is not None:
        shape = np.broadcast_shapes(
            *(tuple(1 if i == axis % x.ndim else n for i, n in enumerate(one.shape)) for one in (x, indices))
        )
        full = list(shape)
        full[axis] = x.shape[axis]
        x = np.broadcast_to(x, full)
        full[axis] = indices.shape[axis]
        indices = np.broadcast_to(indices, full)
    return np.take_along_axis(x, indices, axis)


_AT = np.array([[0], [2], [-1]], dtype="int32")
_CELLS = np.array([[0, 1], [2, 0], [0, 1]], dtype="int32")
_ORDERED = np.array([0.0, 1.0, 1.0, 2.5], dtype="float32")

INDEXING = [
    *(case("get_item", _X, key, oracle=lambda x, k: x[k], gradient=True, name=f"{key}") for key in _KEYS),
    *(
        case("take", _X, np.array(indices, dtype="int32"), axis, oracle=_taken, gradient=True)
        for indices in (1, [0, -1, 1], [[1, 0], [0, 1]], [])
        for axis in (None, 0, 1, -1)
    ),
    *(
        case("take_along_axis", _X, whole(*shape, low=-2, high=2), axis, oracle=_taken_along, gradient=True)
        for shape, axis in (((1, 3, 4), 0), ((2, 5, 4), 1), ((2, 3, 1), -1), ((1, 1, 2), 2))
    ),
    case(
        "take_along_axis",
        real(2, 3),
        np.array([5, 0, -1], "int32"),
        None,
        oracle=_taken_along,
        unknown=False,
        name="flat",
    ),
    *(
        case("slice", _X, starts, sizes, oracle=_block, gradient=True)
        for starts, sizes in (((0, 1, 2), (2, 1, 2)), ([1, 0, 0], [-1, 3, -1]), ((0, 0, 4), (1, 1, 0)))
    ),
    case("slice", _X, np.array([0, 1, 2], "int32"), (2, 1, 2), oracle=_block, name="tensor of starts"),
    case("slice", _X, [np.array(0), np.array(1), np.array(2)], (2, 1, 2), oracle=_block, name="scalar tensors"),
    case("slice_update", _X, np.array([1, 1, 0], "int32"), real(1, 2, 4), oracle=_with_block, name="tensor of starts"),
    case("slice_update", _X, (1, 1, 0), real(1, 2, 4), oracle=_with_block, gradient=True),
    case(
        "slice_update",
        whole(3, 4),
        [0, 2],
        real(2, 1),
        oracle=lambda x, s, u: _with_block(x, s, u.astype("int32")),
        name="ints",
    ),
    case("scatter", _AT, real(3, 2), (4, 2), oracle=_summed, gradient=True),
    case("scatter", _CELLS, real(3), (3, 2), oracle=_summed, gradient=True, name="repeated"),
    case("scatter", _CELLS, whole(3), (3, 2), oracle=_summed, name="ints"),
    case("scatter_update", real(4, 2), _AT, real(3, 2), oracle=_scattered, gradient=True),
    case(
        "scatter_update",
        whole(3, 2),
        _CELLS[:2],
        real(2),
        oracle=lambda x, i, u: _scattered(x, i, u.astype("int32")),
        name="ints",
    ),
    *(
        case("scatter_update", apart(4, 2), _AT, apart(3, 2) + 0.1, how, oracle=_scattered, gradient=how != "mul")
        for how in ("add", "max", "min", "mul")
    ),
    *(
        case("scatter_update", apart(3, 2), _CELLS, apart(3) + 0.1, how, oracle=_scattered, name=f"repeated, {how}")
        for how in ("add", "max", "min", "mul")
    ),
    *(
        case("diagonal", _X, *args, oracle=np.diagonal, gradient=True)
        for args in ((), (1,), (-1, 1, 2), (0, -1, 0), (3,), (9,))
    ),
    *(
        case("diag", x, k, oracle=np.diag, gradient=True, unknown=x.ndim == 2)
        for x in (real(3), real(3, 2))
        for k in (0, 1, -2)
    ),
    case("nonzero", BOOLS, oracle=np.nonzero),
    case("nonzero", SPECIAL, oracle=np.nonzero),
    case("nonzero", whole(2, 2, 2, low=0), oracle=np.nonzero),
    *(case("searchsorted", _ORDERED, real(2, 3), side, oracle=np.searchsorted) for side in ("left", "right")),
    case("searchsorted", _ORDERED, _ORDERED, "right", oracle=np.searchsorted, name="equals"),
    *(case("searchsorted", np.sort(SPECIAL), SPECIAL, side, oracle=np.searchsorted) for side in ("left", "right")),
]
