"""Which op runs on which dtypes: each with small whole numbers, which every dtype holds.

Arguments are written as NumPy arrays; a test casts those marked `OF_DTYPE` to the dtype asked about.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from scipy import special

INTS = ("uint8", "uint16", "uint32", "uint64", "int8", "int16", "int32", "int64")
FLOATS = ("bfloat16", "float16", "float32", "float64")
NUMBERS = INTS + FLOATS
ALL = ("bool", *NUMBERS)
BITS = ("bool", *INTS)

A = np.array([[3, 1, 0], [2, 5, 4]])
B = np.array([[2, 1, 3], [1, 2, 5]])
ROW = np.array([1, 0, 2, 2, 1], dtype="int32")


class DtypeCase(NamedTuple):
    """An op, the dtypes it is for, and the oracle on arrays of the dtype, or of float64."""

    op: str
    dtypes: tuple[str, ...]
    tensors: tuple[np.ndarray, ...]
    oracle: Callable[..., Any]
    rest: tuple[Any, ...] = ()
    real: bool = False
    """Whether the oracle computes in float64, since NumPy would compute narrow integers in float16."""


def of(op: str, oracle: Callable[..., Any], *tensors: np.ndarray, **rest: Any) -> DtypeCase:
    dtypes = rest.pop("dtypes", ALL)
    return DtypeCase(op, dtypes, tensors, oracle, rest.pop("rest", ()), **rest)


def _largest(x: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    order = np.argsort(-x.astype(float), axis=-1, kind="stable")[..., :k]
    return np.take_along_axis(x, order, -1), order


def _added(x: np.ndarray, how: str | None) -> np.ndarray:
    result = x.copy()
    if how is None:
        result[[0, 1]] = x[[1, 0]]
    else:
        getattr(np, {"add": "add", "max": "maximum", "min": "minimum", "mul": "multiply"}[how]).at(
            result, [0, 1], x[[1, 0]]
        )
    return result


_REAL_UNARY = {
    "exp": np.exp, "expm1": np.expm1, "log1p": np.log1p, "sqrt": np.sqrt, "sin": np.sin, "cos": np.cos,
    "tanh": np.tanh, "arctan": np.arctan, "erf": special.erf, "floor": np.floor, "ceil": np.ceil,
    "arcsinh": np.arcsinh, "deg2rad": np.deg2rad, "rad2deg": np.rad2deg, "sinc": np.sinc,
    "cbrt": np.cbrt, "exp2": np.exp2, "fabs": np.fabs, "erfc": special.erfc, "i0": special.i0,
}  # fmt: skip
_UNARY = {
    "absolute": np.abs, "isfinite": np.isfinite, "isnan": np.isnan, "isinf": np.isinf, "logical_not": np.logical_not,
    "stop_gradient": np.array, "zeros_like": np.zeros_like, "ones_like": np.ones_like, "ravel": np.ravel,
    "transpose": np.transpose, "count_nonzero": np.count_nonzero, "flip": np.flip, "tril": np.tril, "triu": np.triu,
    "any": np.any, "all": np.all, "argmax": np.argmax, "argmin": np.argmin, "max": np.max, "min": np.min, "sum": np.sum,
    "prod": np.prod, "diagonal": np.diagonal, "trace": np.trace, "nonzero": np.nonzero, "sort": np.sort,
}  # fmt: skip
_PASSING = {
    "nansum": np.sum, "nanprod": np.prod, "nancumsum": np.cumsum, "nancumprod": np.cumprod, "nanargmax": np.argmax,
    "nanargmin": np.argmin,
}  # fmt: skip
_SEGMENTS = {"segment_sum": np.sum, "segment_prod": np.prod, "segment_max": np.max, "segment_min": np.min}
_REAL_FOLDS = {
    "median": np.median, "nanmean": np.mean, "nanvar": np.var, "nanstd": np.std, "nanmedian": np.median,
}  # fmt: skip
_PAIRS = {
    "add": np.add, "multiply": np.multiply, "maximum": np.maximum, "minimum": np.minimum, "equal": np.equal,
    "not_equal": np.not_equal, "less": np.less, "less_equal": np.less_equal, "greater": np.greater,
    "greater_equal": np.greater_equal, "logical_and": np.logical_and, "logical_or": np.logical_or,
    "logical_xor": np.logical_xor,
}  # fmt: skip
_BITS = {
    "bitwise_and": np.bitwise_and, "bitwise_or": np.bitwise_or, "bitwise_xor": np.bitwise_xor,
}  # fmt: skip

DTYPE_CASES = [
    *(of(op, f, A, real=True) for op, f in _REAL_UNARY.items()),
    *(of(op, f, A + 1, real=True) for op, f in (("log", np.log), ("reciprocal", np.reciprocal))),
    *(of(op, f, A[:, 1], real=True) for op, f in (("arcsin", np.arcsin), ("arccos", np.arccos))),
    of("arccosh", np.arccosh, A + 1, real=True),
    of("arctanh", np.arctanh, A[:1, 2], real=True),
    *(of(op, f, A, B, real=True) for op, f in (("arctan2", np.arctan2), ("hypot", np.hypot))),
    of("erfinv", special.erfinv, A[:1, 2], real=True),
    of("gammainc", special.gammainc, A + 1, B, real=True),
    *(of(op, f, A, B, real=True) for op, f in (("logaddexp", np.logaddexp), ("logaddexp2", np.logaddexp2))),
    of("ldexp", lambda a: np.ldexp(a, [1, 0, 2]), A, real=True),
    of("heaviside", np.heaviside, A, B, real=True),
    *(of(op, f, A, B) for op, f in (("fmax", np.fmax), ("fmin", np.fmin))),
    of("fmod", np.fmod, A, B, real=True),
    *(of(op, np.array, A) for op in ("trunc", "nan_to_num", "copy")),
    of("rsqrt", lambda x: 1 / np.sqrt(x), A + 1, real=True),
    *(of(op, f, A) for op, f in _UNARY.items()),
    *(of(op, f, A, real=True) for op, f in (("mean", np.mean), ("var", np.var), ("std", np.std))),
    of("logsumexp", special.logsumexp, A, real=True),
    *(of(op, f, A) for op, f in (("amax", np.max), ("amin", np.min), ("nanmax", np.max), ("nanmin", np.min))),
    of("ptp", np.ptp, A, dtypes=NUMBERS),
    *(of(op, f, A) for op, f in _PASSING.items()),
    *(of(op, f, A, real=True) for op, f in _REAL_FOLDS.items()),
    of("average", lambda x, w: np.average(x, weights=w), A, B, real=True),
    of("quantile", np.quantile, A, rest=(0.25,), real=True),
    of("nanpercentile", np.percentile, A, rest=(25,), real=True),
    of("trapezoid", np.trapezoid, A, B, real=True),
    of("corrcoef", np.corrcoef, A, real=True, dtypes=NUMBERS),
    of("correlate", np.correlate, A[0], B[0], real=True),
    of("histogram", lambda x: np.histogram(x, 10), A, real=True, dtypes=NUMBERS),
    of("bincount", lambda x: np.bincount(x.astype(int)), A[0], dtypes=BITS),
    of("digitize", np.digitize, A, np.array([0, 2, 4]), dtypes=NUMBERS),
    of("argpartition", lambda x, _: np.argsort(x, kind="stable"), A, rest=(1,)),
    of("isin", np.isin, A, B[0]),
    of("unique", np.unique, A),
    of("cdist", lambda x, y: np.sqrt(np.sum((x[:, None] - y) ** 2.0, -1)), A, B, real=True),
    *(
        of(op, lambda x, f=f: f(x.astype(float), 0, keepdims=True), A)
        for op, f in (
            ("segment_sum", np.sum),
            ("segment_prod", np.prod),
            ("segment_max", np.max),
            ("segment_min", np.min),
        )
    ),
    *(of(op, f, A, B) for op, f in _PAIRS.items()),
    *(of(op, f, A, dtypes=NUMBERS) for op, f in (("negative", np.negative), ("sign", np.sign))),
    of("subtract", np.subtract, A, B, dtypes=NUMBERS),
    of("divide", np.divide, A, B, real=True),
    of("floor_divide", np.floor_divide, A, B, real=True),
    of("mod", np.mod, A, B, real=True),
    of("power", np.power, A, B % 3, real=True),
    of("square", np.square, A, real=True),
    of("divide_no_nan", lambda a, b: np.where(b, a / np.where(b, b, 1), 0), B, A, real=True),
    of("round", np.array, A),
    of("clip", np.clip, A, np.array(1), np.array(4), real=True),
    *(of(op, f, A, B, dtypes=BITS) for op, f in _BITS.items()),
    of("bitwise_not", np.bitwise_not, A, dtypes=BITS),
    of("bitwise_left_shift", np.left_shift, A, B, dtypes=INTS),
    of("bitwise_right_shift", np.right_shift, A * 10, B, dtypes=INTS),
    *(of(op, f, A, B, dtypes=INTS) for op, f in (("gcd", np.gcd), ("lcm", np.lcm))),
    *(of(op, lambda x: np.zeros(x.shape, bool), A) for op in ("signbit", "isneginf", "isposinf")),
    of("isclose", np.equal, A, B),
    of("allclose", np.array_equal, A, B),
    of("view", lambda x, _: x, A, rest=(None,)),
    *(of("saturate_cast", lambda x, _: x, A, rest=(dtype,)) for dtype in ("uint8", "int32", "float16")),
    of("nextafter", lambda a, _: a, A + 1, B, real=True),
    *(of(op, np.array, A) for op in ("real", "conjugate")),
    of("view_as_real", lambda x: np.stack([x, np.zeros_like(x)], -1), A),
    of("angle", lambda x: np.zeros(x.shape), A),
    of("imag", np.zeros_like, A),
    of("isreal", np.isreal, A),
    of("view_as_complex", lambda x: x[..., 0] + 1j * x[..., 1], A[:, :2], real=True),
    of("extract_sequences", lambda x, *_: x[:, None, :2], A[:, :2], rest=(2, 1)),
    of("rfft", lambda x: (np.fft.rfft(x).real, np.fft.rfft(x).imag), A, real=True),
    of("cumsum", np.cumsum, A),
    of("cumprod", np.cumprod, A),
    of("argsort", lambda x: np.argsort(x, kind="stable"), A),
    of("top_k", _largest, A, rest=(2,)),
    of("searchsorted", np.searchsorted, np.array([0, 1, 3]), A, dtypes=NUMBERS),
    of("where", lambda a, b: np.where([True, False, True], a, b), A, B),
    of("cast", lambda x, _: x, A, rest=("float32",)),
    of("cast", lambda x, _: x != 0, A, rest=("bool",)),
    of("cast", lambda x, _: x, A, rest=("uint32",)),
    of("full_like", lambda x, _: np.ones_like(x), A, rest=(1,)),
    of("reshape", np.reshape, A, rest=((3, 2),)),
    of("concatenate", lambda a, b: np.concatenate([a, b]), A, B),
    of("stack", lambda a, b: np.stack([a, b]), A, B),
    of("append", np.append, A, B),
    of("array_split", np.array_split, A, rest=(2, 1)),
    of("rot90", np.rot90, A),
    of("diff", np.diff, A),
    of("kron", np.kron, A, B),
    of("cross", np.cross, A, B, dtypes=NUMBERS),
    of("split", np.split, A, rest=(3, 1)),
    of("tile", np.tile, A, rest=((1, 2),)),
    of("repeat", np.repeat, A, rest=(2, 1)),
    of("pad", np.pad, A, rest=(1,)),
    of("pad", np.pad, A, rest=(1, "reflect")),
    of("roll", np.roll, A, rest=(1, 0)),
    of("broadcast_to", np.broadcast_to, A, rest=((2, 2, 3),)),
    of("get_item", lambda x, k: x[k], A, rest=((slice(None), slice(None, None, -1)),)),
    of("get_item", lambda x, k: x[k], A, rest=((slice(None), [0, -1]),)),
    of("get_item", lambda x, k: x[k], A, rest=(np.array([True, False]),)),
    of("take", lambda x: np.take(x, ROW, 1), A),
    of("take_along_axis", lambda x: np.take_along_axis(x, np.array([[1], [-1]]), 1), A),
    of("slice", lambda x, *_: x[:, 1:], A, rest=((0, 1), (2, 2))),
    of("slice_update", lambda x: x[::-1], A),
    *(
        of("scatter_update", lambda x, how=how: _added(x, how), A, rest=(how,), dtypes=NUMBERS)
        for how in (None, "add", "max", "min", "mul")
    ),
]

CREATED = [
    ("zeros", (2,), np.zeros(2)),
    ("ones", (2,), np.ones(2)),
    ("full", (2, 1), np.ones(2)),
    ("eye", (2, 3), np.eye(2, 3)),
    ("eye", (2, 3, 1), np.eye(2, 3, 1)),
    ("tri", (3,), np.tri(3)),
    ("identity", (2,), np.identity(2)),
]

PROMOTED = {
    "sum": {"bool": "int32", "int8": "int32", "uint8": "uint32", "int32": "int32", "float16": "float16"},
    "mean": {"bool": "float32", "int32": "float32", "float16": "float16", "bfloat16": "bfloat16"},
    "exp": {"bool": "float32", "int64": "float32", "float16": "float16"},
    "floor": {"int32": "float32", "bfloat16": "bfloat16"},
    "square": {"bool": "int32", "int8": "int8", "float16": "float16"},
    "max": {"bool": "bool", "uint8": "uint8", "float16": "float16"},
    "argmax": {"bool": "int32", "float32": "int32"},
    "cumsum": {"bool": "int32", "int8": "int8"},
    "count_nonzero": {"float32": "int32", "bool": "int32"},
    "isnan": {"int32": "bool", "float16": "bool"},
    "trunc": {"bool": "bool", "int8": "int8", "bfloat16": "bfloat16"},
    "fabs": {"bool": "float32", "int8": "float32", "bfloat16": "bfloat16"},
    "nan_to_num": {"bool": "bool", "uint8": "uint8", "float16": "float16"},
    "ptp": {"uint8": "uint8", "float16": "float16"},
    "nansum": {"bool": "int32", "int16": "int32", "uint8": "uint32", "bfloat16": "bfloat16"},
    "nanmax": {"bool": "bool", "int8": "int8", "float16": "float16"},
    "nanmean": {"bool": "float32", "int32": "float32", "bfloat16": "bfloat16"},
    "median": {"bool": "float32", "uint16": "float32", "float16": "float16"},
    "nanargmin": {"bool": "int32", "float16": "int32"},
    "unique": {"bool": "bool", "int8": "int8", "float16": "float16"},
    "corrcoef": {"int64": "float32", "bfloat16": "bfloat16"},
}
"""Op, dtype in, dtype out: facts of Keras, written down beside the rules that must say so."""
