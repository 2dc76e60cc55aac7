"""Ops that make tensors of shapes and numbers, and NumPy's answer to each call."""

from __future__ import annotations

from typing import Any

import numpy as np

from polykeras.conformance.case import BOOLS, Numbers, case

_NUMBERS = Numbers("creation")
real, whole = _NUMBERS.real, _NUMBERS.whole


def _range(*args: Any) -> np.ndarray:
    return np.arange(*(one for one in args[:3] if one is not None))


CREATION = [
    *(
        case(op, shape, oracle=f)
        for op, f in (("zeros", np.zeros), ("ones", np.ones))
        for shape in ((2, 3), 4, (), [0, 2])
    ),
    *(
        case(op, (2,), dtype, oracle=f)
        for op, f in (("zeros", np.zeros), ("ones", np.ones))
        for dtype in ("bool", "int8")
    ),
    *(case("empty", shape, oracle=np.zeros) for shape in ((2, 3), (), (0, 2))),
    *(case("empty_like", whole(*shape), oracle=np.zeros_like) for shape in ((2, 3), (), (0, 2))),
    case("full", (2, 3), 7, oracle=np.full),
    case("full", 2, 7.5, "int32", oracle=lambda *_: np.full(2, 7)),
    case("full", (2, 3), np.arange(3.0), oracle=np.full, name="array"),
    case("full", (2,), True, "bool", oracle=np.full),
    *(
        case(op, x, oracle=f)
        for op, f in (("zeros_like", np.zeros_like), ("ones_like", np.ones_like))
        for x in (real(2, 3), whole(0, 2))
    ),
    *(
        case(op, real(2, 3), "int32", oracle=lambda x, _, f=f: f(x))
        for op, f in (("zeros_like", np.zeros_like), ("ones_like", np.ones_like))
    ),
    case("full_like", whole(2, 3), 3, oracle=np.full_like),
    case("full_like", whole(0, 3), 3, oracle=np.full_like),
    case("full_like", whole(2, 3), 3.5, "float32", oracle=lambda x, v, _: np.full(x.shape, v)),
    *(
        case("arange", *bounds, oracle=_range)
        for bounds in ((5,), (2, 7), (1, 10, 3), (5, 0, -2), (3, 3), (4, 2), (0.0, 1.0, 0.25), (1, 2, 0.3), (2.5,))
    ),
    case("arange", 5, None, None, "float32", oracle=_range),
    case("arange", 0, 5, 2, "uint32", oracle=_range),
    *(case("eye", *args, oracle=np.eye) for args in ((3,), (2, 4), (4, 2), (3, 3, 1), (2, 4, -1), (0,), (2, 2, 5))),
    case("eye", 2, 3, 1, "bool", oracle=np.eye),
    case("identity", 3, oracle=np.identity),
    case("identity", 0, oracle=np.identity),
    case("identity", 3, "int32", oracle=np.identity),
    *(case("tri", *args, oracle=np.tri) for args in ((3,), (2, 4), (4, 2, 1), (3, 3, -1))),
    *(
        case(op, real(2, 3, 4), k, oracle=f, gradient=True)
        for op, f in (("tril", np.tril), ("triu", np.triu))
        for k in (0, 1, -2)
    ),
    case("tril", BOOLS, oracle=np.tril, name="booleans"),
    *(
        case("linspace", *args, oracle=np.linspace)
        for args in (
            (0, 1, 5),
            (0.1, -0.7, 7),
            (2, 3, 4, False),
            (1, 2, 1),
            (1, 2, 0),
            (5, 5, 3),
            (0, 1, 5, True, True),
        )
    ),
    case("linspace", real(2), real(3, 2), 4, oracle=np.linspace, name="tensors"),
    case(
        "linspace",
        real(2),
        real(3, 2),
        4,
        True,
        False,
        None,
        -1,
        oracle=lambda a, b, *_: np.linspace(a, b, 4, axis=-1),
        name="axis",
    ),
    case("linspace", 0, 10, 4, True, False, "int32", oracle=lambda *_: np.linspace(0, 10, 4).astype(int)),
]
