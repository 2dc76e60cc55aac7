"""The same numbers in another dtype, or as constants."""

from __future__ import annotations

import numpy as np

from polykeras.conformance.case import BOOLS, SPECIAL, Numbers, case

_NUMBERS = Numbers("casting")
real, whole = _NUMBERS.real, _NUMBERS.whole

CASTING = [
    case("cast", SPECIAL[3:], "int32", oracle=lambda x, _: x.astype("int32")),
    case("cast", SPECIAL, "bool", oracle=lambda x, _: x.astype(bool)),
    case("cast", real(3), "float16", oracle=lambda x, _: x.astype("float16")),
    case("cast", BOOLS, "float32", oracle=lambda x, _: x),
    case("cast", whole(3), np.float64, oracle=lambda x, _: x, name="dtype object"),
    case("stop_gradient", SPECIAL, oracle=lambda x: x, name="special"),
    case("stop_gradient", BOOLS, oracle=lambda x: x, name="booleans"),
    case("stop_gradient", whole(0, 2), oracle=lambda x: x, name="empty"),
    case("copy", real(2, 3), oracle=lambda x: x, gradient=True),
    case("copy", SPECIAL, oracle=lambda x: x, name="special"),
    case("copy", BOOLS, oracle=lambda x: x, name="booleans"),
    case("copy", whole(0, 2), oracle=lambda x: x, name="empty"),
]
