"""Ops that move elements about, and NumPy's answer to each call."""

from __future__ import annotations

from typing import Any

import numpy as np

from polykeras.conformance.case import BOOLS, EMPTY, Numbers, case

_NUMBERS = Numbers("manipulation")
real, whole = _NUMBERS.real, _NUMBERS.whole

_X = real(2, 3, 4)
_MIRRORS = (("fliplr", np.fliplr), ("flipud", np.flipud))
_PADS = (((1, 0), (0, 2)), 1, (1, 2), ((1, 2),), ((0, 0), (0, 0)))


def _pad_with(x: np.ndarray, widths: Any, mode: str, value: float) -> np.ndarray:
    return np.pad(x, widths, mode, constant_values=value)


MANIPULATION = [
    *(case("reshape", _X, shape, oracle=np.reshape, gradient=True) for shape in ((6, 4), (-1, 4), 24, -1, [2, 1, 12])),
    case("reshape", _X, (None, 12), oracle=lambda x, _: x.reshape(2, 12)),
    case("reshape", EMPTY, (3, 0), oracle=np.reshape),
    *(
        case("transpose", _X, axes, oracle=np.transpose, gradient=True)
        for axes in (None, (1, 0, 2), [2, 0, 1], (-1, 0, 1))
    ),
    *(
        case("moveaxis", _X, source, target, oracle=np.moveaxis, gradient=True)
        for source, target in ((0, -1), ((0, 1), (2, 0)), ([-1, 0], [0, 1]))
    ),
    *(case("swapaxes", _X, a, b, oracle=np.swapaxes, gradient=True) for a, b in ((0, 2), (-1, 1), (1, 1))),
    *(case("expand_dims", _X, axis, oracle=np.expand_dims, gradient=True) for axis in (0, -1, 2, (0, 2), [-1, 0])),
    *(
        case("squeeze", real(1, 3, 1), axis, oracle=np.squeeze, gradient=True, unknown=axis is not None)
        for axis in (None, 0, -1, (0, 2))
    ),
    case("squeeze", real(2, 3), (), oracle=np.squeeze),
    case("ravel", _X, oracle=np.ravel, gradient=True),
    case("ravel", EMPTY, oracle=np.ravel),
    case("ravel", real(1, 1), oracle=np.ravel),
    *(
        case("broadcast_to", real(3, 1), shape, oracle=np.broadcast_to, gradient=True)
        for shape in ((3, 2), (2, 3, 4), (3, 0))
    ),
    *(
        case("concatenate", [real(2, 3), real(2, 3)], axis, oracle=np.concatenate, gradient=True)
        for axis in (0, 1, -1, None)
    ),
    case("concatenate", [real(2, 3), real(2, 1)], 1, oracle=np.concatenate, name="sizes"),
    case("concatenate", [whole(2), real(3)], oracle=np.concatenate, name="dtypes"),
    *(case("stack", [real(2, 3), real(2, 3)], axis, oracle=np.stack, gradient=True) for axis in (0, 1, -1)),
    *(
        case("hstack", xs, oracle=np.hstack)
        for xs in ([real(2), real(3)], [real(2, 3), real(2, 1)], [real(0), real(2)])
    ),
    *(
        case("vstack", xs, oracle=np.vstack)
        for xs in ([real(3), real(3)], [real(2, 3), real(1, 3)], [real(3), real(2, 3)])
    ),
    *(
        case("split", real(4, 6), parts, axis, oracle=np.split, gradient=True, unknown=not isinstance(parts, int))
        for parts, axis in ((2, 0), (3, 1), (1, -1), ([1, 4], 1), ((0, 2), 0), ([], 0))
    ),
    *(
        case("unstack", real(2, 3), None, axis, oracle=lambda x, _, a: list(np.moveaxis(x, a, 0)), unknown=False)
        for axis in (0, 1, -1)
    ),
    case("unstack", real(2, 3), 3, 1, oracle=lambda x, *_: list(x.T), name="num"),
    *(
        case("tile", real(2, 3), repeats, oracle=np.tile, gradient=True)
        for repeats in (2, (2, 1), (2, 1, 2), [3], (0, 1))
    ),
    *(
        case("repeat", real(2, 3), repeats, axis, oracle=np.repeat, gradient=True)
        for repeats, axis in ((2, None), (3, 0), (2, -1), ([1, 2], 0), ((0, 2, 1), 1), (0, 1))
    ),
    *(case("pad", real(2, 3), widths, oracle=np.pad, gradient=True) for widths in _PADS),
    case("pad", real(2, 3), 1, "constant", 7.0, oracle=_pad_with, name="value"),
    case("pad", whole(2, 3), 1, oracle=np.pad, name="ints"),
    case("pad", BOOLS, 1, oracle=np.pad, name="booleans"),
    *(
        case("pad", real(3, 3), ((1, 2), (2, 0)), mode, oracle=np.pad, gradient=True)
        for mode in ("edge", "reflect", "symmetric", "wrap")
    ),
    *(case("flip", _X, axis, oracle=np.flip, gradient=True) for axis in (None, 0, (0, -1), [1])),
    *(
        case("roll", _X, shift, axis, oracle=np.roll, gradient=True)
        for shift, axis in ((1, None), (-2, 1), ((1, 2), (0, -1)), (2, (0, 2)), (5, 0))
    ),
    *(case("dstack", xs, oracle=np.dstack, gradient=True) for xs in ([real(3), real(3)], [real(2, 3), real(2, 3, 2)])),
    case("dstack", [real(), real()], oracle=np.dstack, name="scalars"),
    case("dstack", [EMPTY, EMPTY], oracle=np.dstack, name="empty"),
    *(
        case("column_stack", xs, oracle=np.column_stack, gradient=True)
        for xs in ([real(3), real(3)], [real(3, 2), real(3)])
    ),
    case("column_stack", [real(), whole()], oracle=np.column_stack, name="scalars"),
    case("column_stack", [EMPTY, real(0)], oracle=np.column_stack, name="empty"),
    case("append", real(2, 3), real(2, 2), 1, oracle=np.append, gradient=True),
    case("append", real(2, 3), real(1, 3), -2, oracle=np.append, gradient=True),
    case("append", real(2, 3), real(), oracle=np.append, name="flat"),
    case("append", EMPTY, whole(2), oracle=np.append, name="empty"),
    *(
        case("array_split", real(7, 2), parts, axis, oracle=np.array_split, gradient=True)
        for parts, axis in ((3, 0), (4, -1), ([1, 4], 0))
    ),
    case("array_split", EMPTY, 2, oracle=np.array_split, name="empty"),
    *(
        case("hsplit", x, parts, oracle=np.hsplit, gradient=True, unknown=not isinstance(parts, int))
        for x, parts in ((real(4), 2), (real(2, 4, 1), 2), (real(2, 4), (1, 3)))
    ),
    case("vsplit", real(4, 2), 2, oracle=np.vsplit, gradient=True, unknown=False),
    case("vsplit", real(4, 2), [1], oracle=np.vsplit, gradient=True),
    case("vsplit", EMPTY, 2, oracle=np.vsplit, name="empty", unknown=False),
    case("dsplit", real(1, 2, 4), 2, oracle=np.dsplit, gradient=True, unknown=False),
    case("dsplit", real(1, 2, 4), (0, 3), oracle=np.dsplit, gradient=True),
    case("dsplit", real(2, 0, 2), 1, oracle=np.dsplit, name="empty", unknown=False),
    *(case(op, x, oracle=oracle, gradient=True) for op, oracle in _MIRRORS for x in (_X, real(2, 1))),
    *(case(op, EMPTY, oracle=oracle, name="empty") for op, oracle in _MIRRORS),
    case("flipud", real(3), oracle=np.flipud),
    *(
        case("rot90", _X, turns, plane, oracle=np.rot90, gradient=True)
        for turns, plane in ((1, (0, 1)), (-1, (0, 2)), (2, (-1, 1)), (4, (0, 1)), (7, (2, -2)))
    ),
    case("rot90", EMPTY, oracle=np.rot90),
]
