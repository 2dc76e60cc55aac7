"""What the ops must give: calls, and NumPy's or SciPy's answer to each.

In a call's arguments an array stands for a tensor, a list of arrays for a sequence of tensors; all else is passed
as it is. Oracles get the arguments in float64, so they say what is right and not what float32 makes of it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from scipy import special

RNG = np.random.default_rng(20240229)
NAN, INF = math.nan, math.inf


class Case(NamedTuple):
    """One call of an op."""

    name: str
    op: str
    args: tuple[Any, ...]
    oracle: Callable[..., Any]
    gradient: bool = False
    """Whether the op is smooth at these arguments, so that finite differences tell its gradient."""
    unknown: bool = True
    """Whether shapes can be inferred when every size of every tensor is unknown."""


def case(op: str, *args: Any, oracle: Callable[..., Any], name: str = "", **flags: bool) -> Case:
    shown = "-".join(str(list(one.shape) if isinstance(one, np.ndarray) else one) for one in args[:4])
    return Case(f"{op}:{name or shown[:60]}", op, args, oracle, **flags)


def real(*shape: int, low: float = -2.0, high: float = 2.0) -> np.ndarray:
    return RNG.uniform(low, high, shape).astype("float32")


def whole(*shape: int, low: int = -5, high: int = 6) -> np.ndarray:
    return RNG.integers(low, high, shape).astype("int32")


def apart(*shape: int) -> np.ndarray:
    """Return numbers that differ by more than the step of a finite difference."""
    return (RNG.permutation(math.prod(shape)) / 4 - 1.1).astype("float32").reshape(shape)


BOOLS = np.array([[True, False, True], [False, False, True]])
SPECIAL = np.array([NAN, INF, -INF, 0.0, -0.0, 1.5, -2.5], dtype="float32")


def smooth(cases: list[Case]) -> list[Case]:
    """Return the cases that gradients are checked of: two for each op, since each costs a compilation."""
    asked = [case for case in cases if case.gradient]
    return [case for i, case in enumerate(asked) if sum(other.op == case.op for other in asked[:i]) < 2]


EMPTY = np.zeros((0, 3), dtype="float32")

# ------------------------------------------------------------------------------------------------------- elementwise
_SMOOTH: list[tuple[str, Callable[..., Any], float, float]] = [
    ("absolute", np.abs, 0.1, 3.0),
    ("negative", np.negative, -2.0, 2.0),
    ("square", np.square, -2.0, 2.0),
    ("exp", np.exp, -2.0, 2.0),
    ("expm1", np.expm1, -0.1, 0.1),
    ("log", np.log, 0.2, 3.0),
    ("log1p", np.log1p, -0.5, 2.0),
    ("log2", np.log2, 0.2, 3.0),
    ("log10", np.log10, 0.2, 3.0),
    ("sqrt", np.sqrt, 0.2, 3.0),
    ("rsqrt", lambda x: 1 / np.sqrt(x), 0.2, 3.0),
    ("reciprocal", lambda x: 1 / x, 0.3, 3.0),
    ("sin", np.sin, -3.0, 3.0),
    ("cos", np.cos, -3.0, 3.0),
    ("tan", np.tan, -1.2, 1.2),
    ("arctan", np.arctan, -3.0, 3.0),
    ("sinh", np.sinh, -2.0, 2.0),
    ("cosh", np.cosh, -2.0, 2.0),
    ("tanh", np.tanh, -2.0, 2.0),
    ("erf", special.erf, -2.0, 2.0),
]
_STEPS: list[tuple[str, Callable[..., Any]]] = [
    ("sign", np.sign),
    ("floor", np.floor),
    ("ceil", np.ceil),
    ("round", np.round),
    ("isfinite", np.isfinite),
    ("isnan", np.isnan),
    ("isinf", np.isinf),
    ("logical_not", np.logical_not),
    ("absolute", np.abs),
    ("stop_gradient", lambda x: x),
]
_PAIRS: list[tuple[str, Callable[..., Any], bool]] = [
    ("add", np.add, True),
    ("subtract", np.subtract, True),
    ("multiply", np.multiply, True),
    ("divide", np.divide, True),
    ("floor_divide", np.floor_divide, False),
    ("mod", np.mod, False),
    ("maximum", np.maximum, True),
    ("minimum", np.minimum, True),
    ("equal", np.equal, False),
    ("not_equal", np.not_equal, False),
    ("less", np.less, False),
    ("less_equal", np.less_equal, False),
    ("greater", np.greater, False),
    ("greater_equal", np.greater_equal, False),
    ("logical_and", np.logical_and, False),
    ("logical_or", np.logical_or, False),
    ("logical_xor", np.logical_xor, False),
]
_BITS: list[tuple[str, Callable[..., Any]]] = [
    ("bitwise_and", np.bitwise_and),
    ("bitwise_or", np.bitwise_or),
    ("bitwise_xor", np.bitwise_xor),
    ("bitwise_left_shift", np.left_shift),
    ("bitwise_right_shift", np.right_shift),
]


def _no_nan(x1: np.ndarray, x2: np.ndarray) -> np.ndarray:
    return np.where(x2 == 0, 0, x1 / np.where(x2 == 0, 1, x2))


_SIGNED = np.array([7, -7, 7, -7, 6, -6], dtype="int32"), np.array([3, 3, -3, -3, 3, -3], dtype="int32")
_BY_ZERO = np.array([1.0, 0.0, -2.0, 3.0], dtype="float32"), np.array([0.0, 0.0, 4.0, 2.0], dtype="float32")

ELEMENTWISE = [
    *(case(op, real(2, 3, low=low, high=high), oracle=f, gradient=True) for op, f, low, high in _SMOOTH),
    *(case(op, SPECIAL, oracle=f, name="special") for op, f in _STEPS),
    *(case(op, EMPTY, oracle=f) for op, f, _, _ in _SMOOTH),
    *(
        case(op, apart(2, 1, 3), apart(4, 1) + 0.63, oracle=f, gradient=smooth, name="broadcast")
        for op, f, smooth in _PAIRS
    ),
    *(case(op, SPECIAL, SPECIAL[::-1].copy(), oracle=f, name="special") for op, f, _ in _PAIRS if op != "mod"),
    *(case(op, real(3), EMPTY, oracle=f, name="empty") for op, f, _ in _PAIRS),
    *(case(op, *_SIGNED, oracle=f, name="signs") for op, f, _ in _PAIRS),
    *(case(op, whole(2, 3, low=0), whole(3, low=0), oracle=f, name="ints") for op, f in _BITS),
    case("bitwise_and", BOOLS, BOOLS[:1], oracle=np.bitwise_and, name="booleans"),
    case("bitwise_not", whole(4), oracle=np.bitwise_not),
    case("bitwise_not", BOOLS, oracle=np.bitwise_not, name="booleans"),
    case("power", real(2, 3, low=0.3), real(3), oracle=np.power, gradient=True),
    case("power", whole(2, 3), whole(3, low=0), oracle=np.power, name="ints"),
    case("divide", whole(2, 3), np.array([2, 3, -4], dtype="int32"), oracle=np.divide, name="ints"),
    case("divide_no_nan", *_BY_ZERO, oracle=_no_nan, name="by zero"),
    case("divide_no_nan", real(3), apart(2, 3) + 0.2, oracle=_no_nan, gradient=True),
    case("round", real(5) * 100, 1, oracle=np.round),
    case("round", real(5) * 100, -2, oracle=np.round),
    case("round", whole(5) * 37, -2, oracle=lambda x, d: np.round(x.astype(float), d), name="ints, tens"),
    case("round", np.array([0.5, 1.5, 2.5, -0.5], dtype="float32"), oracle=np.round, name="halves"),
    case("clip", apart(2, 4), -0.5, 0.55, oracle=np.clip, gradient=True),
    case("clip", apart(2, 4), apart(4) + 0.13, apart(4) + 1.16, oracle=np.clip, gradient=True),
    case("clip", apart(2, 4), None, 0.5, oracle=np.clip),
    case("clip", apart(2, 4), 0.5, None, oracle=np.clip),
    case("clip", apart(2, 4), None, None, oracle=lambda x, _, __: x),
    case("clip", whole(5), -1, 2, oracle=np.clip, name="ints"),
    case("clip", real(3), 1.0, -1.0, oracle=np.clip, name="bounds crossed"),
    case("clip", SPECIAL, -1, 1, oracle=np.clip, name="special"),
    case("where", BOOLS, real(2, 3), real(3), oracle=np.where, gradient=True),
    case("where", BOOLS, real(2, 3), 0.0, oracle=np.where, gradient=True, name="scalar"),
    case("where", np.array([0, 2, -1], dtype="int32"), whole(2, 3), whole(1, 3), oracle=np.where, name="numbers"),
    case("where", BOOLS, oracle=np.nonzero, name="indices"),
    case("cast", SPECIAL[3:], "int32", oracle=lambda x, _: x.astype("int32")),
    case("cast", SPECIAL, "bool", oracle=lambda x, _: x.astype(bool)),
    case("cast", real(3), "float16", oracle=lambda x, _: x.astype("float16")),
    case("cast", BOOLS, "float32", oracle=lambda x, _: x),
    case("cast", whole(3), np.float64, oracle=lambda x, _: x, name="dtype object"),
]

# ------------------------------------------------------------------------------------------------------------ reduce
_FOLDS: list[tuple[str, Callable[..., Any]]] = [
    ("sum", np.sum),
    ("prod", np.prod),
    ("mean", np.mean),
    ("max", np.max),
    ("min", np.min),
    ("var", np.var),
    ("std", np.std),
    ("logsumexp", special.logsumexp),
]
_TESTS: list[tuple[str, Callable[..., Any]]] = [("any", np.any), ("all", np.all)]
_POSITIONS: list[tuple[str, Callable[..., Any]]] = [("argmax", np.argmax), ("argmin", np.argmin)]


def _keep(f: Callable[..., Any]) -> Callable[..., Any]:
    return lambda x, axis=None, keepdims=False, **rest: f(x, axis=axis, keepdims=keepdims, **rest)


def _initial(f: Callable[..., Any]) -> Callable[..., Any]:
    return lambda x, axis, keepdims, initial: f(x, axis=axis, keepdims=keepdims, initial=initial)


def _largest(x: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    positions = np.argsort(-x, axis=-1, kind="stable")[..., :k]
    return np.take_along_axis(x, positions, -1), positions


def _in_top(targets: np.ndarray, predictions: np.ndarray, k: int) -> np.ndarray:
    rows = zip(targets.astype(int), predictions, strict=True)
    return np.array([0 <= t < len(p) and not np.isnan(p[t]) and np.sum(p > p[t]) < k for t, p in rows])


_SCORES = np.array(
    [[0.1, 0.6, 0.3], [0.5, 0.5, 0.0], [0.2, NAN, 0.8], [0.1, 0.2, 0.7], [1.0, 2.0, 3.0]], dtype="float32"
)
_CLASSES = np.array([1, 1, 1, 5, -1], dtype="int32")
_TIES = np.array([[1, 3, 3, 0], [2, 2, 2, 2], [0, NAN, 5, NAN]], dtype="float32")

REDUCE = [
    *(
        case(op, apart(2, 3, 2) + 0.3, axis, keepdims, oracle=_keep(f), gradient=True)
        for op, f in _FOLDS
        for axis, keepdims in ((None, False), (None, True), (1, False), (-1, True), ((0, -1), False), ((0, 2), True))
    ),
    *(case(op, real(2, 3), (), oracle=_keep(f)) for op, f in _FOLDS if op not in {"std", "logsumexp"}),
    *(case(op, np.array(3, "float32"), oracle=_keep(f), name="scalar") for op, f in _FOLDS),
    *(case(op, np.zeros((3, 0, 2), "float32"), 0, oracle=_keep(f), name="empty, axis kept") for op, f in _FOLDS),
    *(case(op, EMPTY, axis, oracle=_keep(f)) for op, f in _FOLDS[:2] + _TESTS for axis in (None, 0, 1)),
    *(case(op, SPECIAL.reshape(7, 1), 1, oracle=_keep(f), name="special") for op, f in _FOLDS[:5]),
    *(case(op, SPECIAL, oracle=_keep(f), name="nan wins") for op, f in _FOLDS[3:5]),
    *(
        case(op, BOOLS, axis, keepdims, oracle=_keep(f))
        for op, f in _TESTS
        for axis, keepdims in ((None, False), (1, True), ((0, 1), False), ((), False))
    ),
    *(case(op, SPECIAL, oracle=_keep(f), name="special") for op, f in _TESTS),
    *(
        case(op, _TIES, axis, keepdims, oracle=_keep(f))
        for op, f in _POSITIONS
        for axis, keepdims in ((None, False), (None, True), (0, False), (-1, True))
    ),
    case("max", EMPTY, 0, False, -5.0, oracle=_initial(np.max), name="empty, initial"),
    case("min", real(2, 3), 1, True, -0.5, oracle=_initial(np.min), name="initial"),
    case("max", whole(2, 3), None, False, 4, oracle=_initial(np.max), name="initial, ints"),
    case("prod", whole(2, 3), 1, False, "float32", oracle=lambda x, *_: np.prod(x, 1), name="dtype"),
    case("logsumexp", np.array([1000.0, 1000.0], "float32"), oracle=special.logsumexp, name="large"),
    case("logsumexp", np.array([[-INF, -INF], [0.0, -INF]], "float32"), 1, oracle=special.logsumexp, name="-inf"),
    *(
        case(op, apart(2, 3) + 0.3, axis, oracle=f, gradient=True)
        for op, f in (("cumsum", np.cumsum), ("cumprod", np.cumprod))
        for axis in (None, 0, -1)
    ),
    case("cumsum", BOOLS, 1, oracle=np.cumsum, name="booleans"),
    case("cumsum", whole(4), 0, "float32", oracle=lambda x, *_: np.cumsum(x), name="dtype"),
    case("count_nonzero", SPECIAL, oracle=np.count_nonzero),
    case("count_nonzero", BOOLS, (0, 1), oracle=np.count_nonzero),
    case("count_nonzero", BOOLS, 1, oracle=np.count_nonzero),
    *(case("sort", apart(2, 3), axis, oracle=np.sort, gradient=True) for axis in (-1, 0, None)),
    case("sort", SPECIAL, oracle=np.sort, name="nan last"),
    *(case("argsort", _TIES, axis, oracle=lambda x, a: np.argsort(x, a, kind="stable")) for axis in (-1, 0, None)),
    case("argsort", BOOLS, 1, oracle=lambda x, a: np.argsort(x, a, kind="stable"), name="booleans"),
    case("top_k", apart(2, 5), 3, oracle=_largest),
    case("top_k", whole(1, low=3), 1, oracle=_largest, name="ints"),
    case("top_k", real(2, 3), 0, oracle=_largest, name="none"),
    *(case("in_top_k", _CLASSES, _SCORES, k, oracle=_in_top) for k in (1, 2)),
    *(case("trace", real(3, 4), k, oracle=np.trace, gradient=True) for k in (0, 1, -2)),
    case("trace", whole(2, 3, 3), 0, -1, 1, oracle=np.trace, name="axes"),
]

# ---------------------------------------------------------------------------------------------------------- creation


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
    case("empty", (2, 3), oracle=np.zeros),
    case("empty_like", whole(2, 3), oracle=np.zeros_like),
    case("full", (2, 3), 7, oracle=np.full),
    case("full", 2, 7.5, "int32", oracle=lambda *_: np.full(2, 7)),
    case("full", (2, 3), np.arange(3.0), oracle=np.full, name="array"),
    case("full", (2,), True, "bool", oracle=np.full),
    *(case(op, real(2, 3), oracle=f) for op, f in (("zeros_like", np.zeros_like), ("ones_like", np.ones_like))),
    *(
        case(op, real(2, 3), "int32", oracle=lambda x, _, f=f: f(x))
        for op, f in (("zeros_like", np.zeros_like), ("ones_like", np.ones_like))
    ),
    case("full_like", whole(2, 3), 3, oracle=np.full_like),
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

# ------------------------------------------------------------------------------------------------------ manipulation
_X = real(2, 3, 4)
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
    *(case("swapaxes", _X, a, b, oracle=np.swapaxes, gradient=True) for a, b in ((0, 2), (-1, 1))),
    *(case("expand_dims", _X, axis, oracle=np.expand_dims, gradient=True) for axis in (0, -1, 2, (0, 2), [-1, 0])),
    *(
        case("squeeze", real(1, 3, 1), axis, oracle=np.squeeze, gradient=True, unknown=axis is not None)
        for axis in (None, 0, -1, (0, 2))
    ),
    case("squeeze", real(2, 3), (), oracle=np.squeeze),
    case("ravel", _X, oracle=np.ravel, gradient=True),
    case("ravel", EMPTY, oracle=np.ravel),
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
    *(case("hstack", xs, oracle=np.hstack) for xs in ([real(2), real(3)], [real(2, 3), real(2, 1)])),
    *(case("vstack", xs, oracle=np.vstack) for xs in ([real(3), real(3)], [real(2, 3), real(1, 3)])),
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
]

# ---------------------------------------------------------------------------------------------------------- indexing
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
    *(case("searchsorted", _ORDERED, real(2, 3), side, oracle=np.searchsorted) for side in ("left", "right")),
    case("searchsorted", _ORDERED, _ORDERED, "right", oracle=np.searchsorted, name="equals"),
]
