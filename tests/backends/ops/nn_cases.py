"""What the ops of neural networks must give: calls, and the answer of NumPy, SciPy or a formula to each."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import special

from tests.backends.ops.cases import Case, apart, case, real, whole

EPSILON = 1e-7

# ------------------------------------------------------------------------------------------------------------ linear
LINEAR: list[Case] = [
    case("matmul", real(3, 4), real(4, 2), oracle=np.matmul, gradient=True),
    case("matmul", real(4), real(4), oracle=np.matmul, gradient=True),
    case("matmul", real(5, 1, 3, 4), real(2, 4, 2), oracle=np.matmul),
    case("matmul", real(4), real(2, 4, 3), oracle=np.matmul),
    case("matmul", whole(3, 4), whole(4, 2), oracle=np.matmul),
    case(
        "matmul",
        whole(2, 3).astype("int8") * 20,
        whole(3, 2).astype("int8") * 20,
        name="int8",
        oracle=lambda a, b: a.astype("int32") @ b.astype("int32"),
    ),
    case("matmul", whole(2, 3) > 0, whole(3, 2) > 0, name="bool", oracle=np.matmul),
    case("dot", real(3, 4), real(4, 2), oracle=np.dot, gradient=True),
    case("dot", real(2, 3, 4), real(5, 4, 2), oracle=np.dot, gradient=True),
    case("dot", real(2, 3, 4), real(4), oracle=np.dot),
    case("dot", np.float32(3.0).reshape(()), real(2, 3), oracle=np.dot),
    case("dot", whole(2, 3) > 0, whole(3, 2) > 0, name="bool", oracle=np.dot),
    case("tensordot", real(2, 3, 4), real(3, 4, 5), oracle=np.tensordot, gradient=True),
    case("tensordot", real(2, 3, 4), real(4, 3, 5), ([1, 2], [1, 0]), oracle=np.tensordot, gradient=True),
    case("tensordot", real(2, 3, 4), real(5, 3), (1, 1), oracle=np.tensordot),
    case("tensordot", real(2, 3, 4), real(5, 4), [[-1], [-1]], oracle=np.tensordot),
    case("tensordot", real(2), real(3), 0, oracle=np.tensordot),
    case("tensordot", whole(2, 3).astype("uint8"), whole(3, 2).astype("uint8"), 1, name="uint8", oracle=np.tensordot),
    case("outer", real(2, 3), real(4), oracle=np.outer, gradient=True),
    case("outer", whole(3) > 0, whole(2) > 0, name="bool", oracle=np.outer),
    case("inner", real(2, 3), real(4, 3), oracle=np.inner, gradient=True),
    case("inner", real(3), np.float32(2.0).reshape(()), oracle=np.inner),
    case("vdot", real(2, 3), real(3, 2), oracle=np.vdot, gradient=True),
    *(
        case("norm", real(3, 4) + 3, order, axis, keepdims, oracle=_norm, gradient=gradient)
        for _norm, order, axis, keepdims, gradient in (
            (lambda x, o, a, k: np.linalg.norm(x.reshape(-1) if a is None else x, o, a, k), *rest)
            for rest in (
                (None, None, False, True),
                (None, 1, True, False),
                (2, 0, False, True),
                (1, -1, False, False),
                (3, 1, False, True),
                (-2.5, 1, False, False),
                (0, 1, False, False),
                (math.inf, 1, False, False),
                (-math.inf, 0, True, False),
                ("fro", (0, 1), False, False),
                (1, (0, 1), False, False),
                (-1, (1, 0), False, False),
                (math.inf, (0, 1), True, False),
                (-math.inf, (-2, -1), False, False),
            )
        )
    ),
]
EINSUM: list[tuple[str, tuple[np.ndarray, ...]]] = [
    ("ij,jk->ik", (real(2, 3), real(3, 4))),
    ("ij,jk", (real(2, 3), real(3, 4))),
    ("...ij,jk->...ik", (real(5, 2, 3), real(3, 4))),
    ("bqhd,bkhd->bhqk", (real(2, 3, 2, 4), real(2, 5, 2, 4))),
    ("ii->i", (real(3, 3),)),
    ("ij->", (real(2, 3),)),
    ("i,j,k->ijk", (real(2), real(3), real(2))),
    ("ij,ij->j", (whole(2, 3), whole(2, 3))),
    ("ij,jk->ik", (whole(2, 3) > 0, whole(3, 2) > 0)),
]


# ------------------------------------------------------------------------------------------------- nonlinear functions
def softmax(x: np.ndarray, axis: Any = -1) -> np.ndarray:
    return special.softmax(x, axis if axis is None or isinstance(axis, int) else tuple(axis))


def sparsemax(x: np.ndarray, axis: int = -1) -> np.ndarray:
    """Return the projection by its definition: the best of all supports."""

    def project(row: np.ndarray) -> np.ndarray:
        for size in range(row.size, 0, -1):
            kept = np.argsort(-row)[:size]
            threshold = (row[kept].sum() - 1) / size
            if (row[kept] > threshold).all():
                return np.maximum(row - threshold, 0)
        raise AssertionError

    return np.apply_along_axis(project, axis, x)


def one_hot(x: np.ndarray, classes: int, axis: int = -1, dtype: Any = None, sparse: bool = False) -> np.ndarray:
    codes = (x[..., None] == np.arange(classes)).astype(dtype or "float32")
    return np.moveaxis(codes, -1, axis)


_FAR = np.array([-1000.0, -90.0, -20.0, -1.2, 0.3, 1.2, 20.0, 90.0, 1000.0], dtype="float32")
_SPREAD = np.array([[0.3, 1.1, 0.92, -1.0], [2.0, 0.1, 0.3, 0.7], [0.1, 0.2, 0.3, 0.45]], dtype="float32")
_LIMITS = np.array([math.nan, math.inf, -math.inf], dtype="float32")
_SELU = (1.0507009873554805, 1.6732632423543772)

_FUNCTIONS: dict[str, Callable[..., np.ndarray]] = {
    "relu": lambda x: np.maximum(x, 0),
    "relu6": lambda x: np.clip(x, 0, 6),
    "leaky_relu": lambda x, slope=0.2: np.where(x >= 0, x, slope * x),
    "elu": lambda x, a=1.0: np.where(x > 0, x, a * np.expm1(np.minimum(x, 0))),
    "celu": lambda x, a=1.0: np.where(x > 0, x, a * np.expm1(np.minimum(x, 0) / a)),
    "selu": lambda x: _SELU[0] * np.where(x > 0, x, _SELU[1] * np.expm1(np.minimum(x, 0))),
    "softplus": lambda x: np.logaddexp(x, 0),
    "sigmoid": special.expit,
    "log_sigmoid": lambda x: -np.logaddexp(-x, 0),
    "silu": lambda x: x * special.expit(x),
    "gelu": lambda x, approximate=True: (
        0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))) if approximate else x * special.ndtr(x)
    ),
    "softsign": lambda x: x / (1 + np.abs(x)),
    "hard_sigmoid": lambda x: np.clip(x / 6 + 0.5, 0, 1),
    "hard_silu": lambda x: x * np.clip(x / 6 + 0.5, 0, 1),
    "hard_tanh": lambda x: np.clip(x, -1, 1),
    "tanh_shrink": lambda x: x - np.tanh(x),
    "hard_shrink": lambda x, t=0.5: np.where(np.abs(x) > t, x, 0),
    "soft_shrink": lambda x, t=0.5: np.sign(x) * np.maximum(np.abs(x) - t, 0),
    "squareplus": lambda x, b=4: (x + np.sqrt(x * x + b)) / 2,
    "sparse_plus": lambda x: np.where(x <= -1, 0, np.where(x >= 1, x, (x + 1) ** 2 / 4)),
    "sparse_sigmoid": lambda x: (np.clip(x, -1, 1) + 1) / 2,
}
_PARAMETERS: dict[str, tuple[Any, ...]] = {
    "leaky_relu": (0.01,),
    "elu": (2.0,),
    "celu": (0.5,),
    "gelu": (False,),
    "hard_shrink": (1.0,),
    "soft_shrink": (1.0,),
    "squareplus": (1.0,),
}
_KEEPS_INTEGERS = ("relu", "hard_tanh")

NN: list[Case] = [
    *(case(name, apart(4, 5), oracle=function, gradient=True) for name, function in _FUNCTIONS.items()),
    *(
        case(name, apart(4, 5) * 2 + 0.01, *rest, oracle=_FUNCTIONS[name], gradient=True)
        for name, rest in _PARAMETERS.items()
    ),
    *(case(name, whole(2, 3), name="int32", oracle=function) for name, function in _FUNCTIONS.items()),
    # Values are only half of it: no gradient may become nan far out.
    *(
        case(name, _FAR / (50 if name in {"gelu", "squareplus"} else 1), name="far", oracle=function, gradient=True)
        for name, function in _FUNCTIONS.items()
        if name not in {"relu", "sparse_sigmoid", "sparse_plus", "hard_tanh", "leaky_relu"}
    ),
    *(
        case(name, _LIMITS[:1], name="nan", oracle=lambda x: x)
        for name in ("relu", "relu6", "softplus", "sigmoid", "softmax", "hard_tanh", "elu", "silu")
    ),
    case("threshold", apart(3, 4), 0.5, -2.0, oracle=lambda x, t, v: np.where(x > t, x, v), gradient=True),
    *(case("softmax", real(2, 3, 4), axis, oracle=softmax, gradient=True) for axis in (-1, 1, (0, -1), None)),
    case("softmax", np.array([[1000.0, 0.0, -1000.0], [-math.inf, 0.0, 1.0]], "float32"), name="far", oracle=softmax),
    case("softmax", whole(2, 3), name="int32", oracle=softmax),
    *(
        case("log_softmax", real(2, 3, 4), axis, oracle=lambda x, a: np.log(softmax(x, a)), gradient=True)
        for axis in (-1, 0, (1, 2))
    ),
    case("log_softmax", np.array([[1000.0, 0.0, -1000.0]], "float32"), name="far", oracle=special.log_softmax),
    case("sparsemax", _SPREAD, oracle=sparsemax, gradient=True),
    case("sparsemax", apart(3, 4), 0, oracle=sparsemax),
    case("sparsemax", np.zeros((2, 3), "float32"), oracle=sparsemax),
    case("glu", real(2, 6), oracle=lambda x: x[:, :3] * special.expit(x[:, 3:]), gradient=True, unknown=False),
    case("glu", real(4, 3), 0, oracle=lambda x, _: x[:2] * special.expit(x[2:]), gradient=True, unknown=False),
    case("one_hot", whole(2, 3), 4, oracle=one_hot),
    case("one_hot", whole(2, 3, low=0), 4, 0, "int32", oracle=one_hot),
    case("one_hot", whole(2, 3, low=0).astype("uint8"), 4, 1, "bool", oracle=one_hot),
    case("multi_hot", whole(4, 3, low=0), 6, oracle=lambda x, n: one_hot(x, n).max(1)),
    case("multi_hot", whole(3, low=0), 6, oracle=lambda x, n: one_hot(x, n).max(0)),
]


# --------------------------------------------------------------------------------------------- convolution and pooling
def _windows(
    x: np.ndarray, window: tuple[int, ...], strides: Any, padding: str, dilation: Any, fill: float
) -> tuple[np.ndarray, int]:
    """Return ``(batch, *positions, *window, channels)`` of channels-last `x`, by the definition."""
    rank = len(window)
    steps = (strides,) * rank if isinstance(strides, int) else strides
    spread = (dilation,) * rank if isinstance(dilation, int) else dilation
    margins, counts = [(0, 0)], []
    for size, taps, step, gap in zip(x.shape[1:-1], window, steps, spread, strict=True):
        span = (taps - 1) * gap + 1
        if padding == "valid":
            count, total = (size - span) // step + 1, 0
        else:
            count = math.ceil(size / step)
            total = max((count - 1) * step + span - size, 0)
        front = total if padding == "causal" else total // 2
        if padding == "causal":
            front = span - 1
        margins.append((front, max(total - front, 0)))
        counts.append(count)
    x = np.pad(x.astype("float64"), [*margins, (0, 0)], constant_values=fill)
    result = np.empty((x.shape[0], *counts, *window, x.shape[-1]))
    for at in itertools.product(*map(range, counts)):
        spots = tuple(
            slice(i * step, i * step + (taps - 1) * gap + 1, gap)
            for i, step, taps, gap in zip(at, steps, window, spread, strict=True)
        )
        result[(slice(None), *at)] = x[(slice(None), *spots)]
    return result, rank


def _in_format(function: Callable[..., np.ndarray]) -> Callable[..., np.ndarray]:
    def run(x: np.ndarray, kernel: Any, strides: Any, padding: str, data_format: str | None, *rest: Any) -> np.ndarray:
        if data_format != "channels_first":
            return function(x, kernel, strides, padding, *rest)
        return np.moveaxis(function(np.moveaxis(x, 1, -1), kernel, strides, padding, *rest), -1, 1)

    return run


@_in_format
def conv(x: np.ndarray, kernel: np.ndarray, strides: Any, padding: str, dilation: Any = 1) -> np.ndarray:
    *window, inputs, filters = kernel.shape
    patches, rank = _windows(x, tuple(window), strides, padding, dilation, 0.0)
    groups = x.shape[-1] // inputs
    parts = []
    for group in range(groups):
        part = patches[..., group * inputs : (group + 1) * inputs]
        weights = kernel[..., group * (filters // groups) : (group + 1) * (filters // groups)]
        parts.append(np.tensordot(part, weights, rank + 1))
    return np.concatenate(parts, -1)


def _pool(fold: Callable[..., np.ndarray], fill: float) -> Callable[..., np.ndarray]:
    @_in_format
    def run(x: np.ndarray, size: Any, strides: Any, padding: str) -> np.ndarray:
        window = (size,) * (x.ndim - 2) if isinstance(size, int) else size
        patches, rank = _windows(x, window, window if strides is None else strides, padding, 1, fill)
        return fold(patches, axis=tuple(range(1 + rank, 1 + 2 * rank)))

    return run


_LAST, _FIRST = "channels_last", "channels_first"
_CONVOLUTIONS: list[tuple[tuple[int, ...], tuple[int, ...], Any, str, Any, Any]] = [
    ((2, 7, 3), (3, 3, 4), 1, "valid", _LAST, 1),
    ((2, 7, 3), (3, 3, 4), 2, "same", _LAST, 1),
    ((2, 7, 3), (3, 3, 4), 1, "causal", None, 2),
    ((2, 3, 8), (2, 3, 4), (3,), "same", _FIRST, 1),
    ((2, 6, 5, 3), (3, 3, 3, 4), 1, "valid", None, 1),
    ((2, 6, 5, 3), (3, 2, 3, 4), 1, "same", _LAST, 1),
    ((2, 6, 7, 3), (3, 2, 3, 4), 2, "same", _LAST, 1),
    ((1, 6, 7, 3), (1, 2, 3, 2), (3, 2), "same", _LAST, 1),
    ((2, 3, 6, 7), (3, 3, 3, 4), (2, 1), "valid", _FIRST, 1),
    ((2, 3, 6, 7), (3, 2, 3, 4), 2, "same", _FIRST, 1),
    ((2, 7, 8, 2), (3, 2, 2, 3), 1, "valid", _LAST, (2, 3)),
    ((2, 7, 8, 2), (3, 2, 2, 3), 1, "same", _LAST, 2),
    ((2, 5, 5, 4), (3, 3, 2, 6), 1, "same", _LAST, 1),
    ((2, 4, 5, 5), (3, 3, 1, 8), 2, "valid", _FIRST, 1),
    ((1, 4, 5, 4, 2), (2, 2, 2, 2, 3), 1, "valid", _LAST, 1),
    ((1, 2, 4, 5, 4), (2, 3, 2, 2, 3), (2, 1, 2), "same", _FIRST, 1),
]
_POOLS: list[tuple[tuple[int, ...], Any, Any, str, Any]] = [
    ((2, 7, 3), 2, None, "valid", _LAST),
    ((2, 3, 7), 3, 2, "same", _FIRST),
    ((2, 6, 7, 3), 2, None, "valid", None),
    ((2, 6, 7, 3), 2, None, "same", _LAST),
    ((2, 6, 7, 3), (3, 2), (2, 3), "same", _LAST),
    ((2, 3, 6, 7), 3, 1, "valid", _FIRST),
    ((2, 3, 6, 7), 3, 2, "same", _FIRST),
    ((1, 4, 5, 4, 2), 2, None, "same", _LAST),
]
CONVOLUTION: list[Case] = [
    *(
        case("conv", real(*shape), real(*kernel), *rest, name=f"{shape}-{kernel}-{rest}", oracle=conv, gradient=True)
        for shape, kernel, *rest in _CONVOLUTIONS
    ),
    *(
        case(op, apart(*shape), *rest, name=f"{shape}-{rest}", oracle=oracle, gradient=True)
        for op, oracle in (("max_pool", _pool(np.max, -math.inf)), ("average_pool", _pool(np.nanmean, math.nan)))
        for shape, *rest in _POOLS
    ),
    case("max_pool", whole(1, 4, 4, 2), 2, None, "valid", _LAST, name="int32", oracle=_pool(np.max, -math.inf)),
    case("max_pool", whole(1, 3, 3, 2), 2, 2, "same", _LAST, name="int32 same", oracle=_pool(np.max, -math.inf)),
]


# ------------------------------------------------------------------------------------------------------- normalisation
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


# ------------------------------------------------------------------------------------------------------ crossentropies
def _log_p(output: np.ndarray, axis: int, *, from_logits: bool) -> np.ndarray:
    if from_logits:
        return special.log_softmax(output, axis)
    return np.log(np.clip(output / output.sum(axis, keepdims=True), EPSILON, 1 - EPSILON))


def categorical(target: np.ndarray, output: np.ndarray, from_logits: bool = False, axis: int = -1) -> np.ndarray:
    return -(target * _log_p(output, axis, from_logits=from_logits)).sum(axis)


def sparse(target: np.ndarray, output: np.ndarray, from_logits: bool = False, axis: int = -1) -> np.ndarray:
    labels = target.squeeze(axis) if target.ndim == output.ndim else target
    return categorical(one_hot(labels, output.shape[axis], axis), output, from_logits, axis)


def binary(target: np.ndarray, output: np.ndarray, from_logits: bool = False) -> np.ndarray:
    if from_logits:
        return np.logaddexp(output, 0) - target * output
    p = np.clip(output, EPSILON, 1 - EPSILON)
    return -(target * np.log(p) + (1 - target) * np.log1p(-p))


def _chances(*shape: int) -> np.ndarray:
    return real(*shape, low=0.1, high=0.9)


def _labels(*shape: int) -> np.ndarray:
    return whole(*shape, low=0, high=4)


_SURE = np.array([[1.0, 0.0, 0.0, 0.0], [0.0, 2.0, 0.0, 0.0], [0.5, 0.5, 0.0, 0.0]], dtype="float32")
LOSSES: list[Case] = [
    case("categorical_crossentropy", _chances(3, 4), _chances(3, 4), oracle=categorical, gradient=True),
    case("categorical_crossentropy", _chances(3, 4), real(3, 4), True, oracle=categorical, gradient=True),
    case("categorical_crossentropy", _chances(3, 4, 2), _chances(3, 4, 2), False, 1, oracle=categorical, gradient=True),
    case("categorical_crossentropy", _SURE[::-1].copy(), _SURE, name="sure", oracle=categorical),
    case("categorical_crossentropy", np.eye(4, dtype="int32"), _chances(4, 4), name="int32", oracle=categorical),
    case("sparse_categorical_crossentropy", _labels(5), _chances(5, 4), oracle=sparse, gradient=True),
    case("sparse_categorical_crossentropy", _labels(5), real(5, 4), True, oracle=sparse, gradient=True),
    case("sparse_categorical_crossentropy", _labels(5, 1), _chances(5, 4), oracle=sparse),
    case("sparse_categorical_crossentropy", _labels(2, 3), _chances(2, 3, 4), oracle=sparse),
    case("sparse_categorical_crossentropy", _labels(2, 3).astype("uint8"), real(2, 4, 3), True, 1, oracle=sparse),
    case("sparse_categorical_crossentropy", _labels(2, 3), _chances(2, 4, 3), False, 1, name="axis 1", oracle=sparse),
    case("sparse_categorical_crossentropy", _labels(2).astype("float32"), _chances(2, 4), name="float", oracle=sparse),
    case("sparse_categorical_crossentropy", np.array([0, 2, 3]), _SURE, name="sure", oracle=sparse),
    case("binary_crossentropy", _chances(3, 2), _chances(3, 2), oracle=binary, gradient=True),
    case("binary_crossentropy", _chances(3, 2), real(3, 2) * 20, True, oracle=binary, gradient=True),
    case("binary_crossentropy", _labels(4, 4) % 2, _chances(4, 4), name="int32", oracle=binary),
]
