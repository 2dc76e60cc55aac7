"""The primitives. A native gets slates of the promoted dtype; what it gives has the dtype of the op's rule."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import special

from polykeras.backend.dtypes import result_type, standardize_dtype, sum_dtype
from slate.tensors import Slate, dtype, slate

_NARROW = ("float16", "bfloat16")


def kind(name: Any) -> np.dtype:
    """Return the dtype that an op's argument names; floatx for ``None``."""
    return dtype(standardize_dtype(name))


def tupled(one: Any) -> Any:
    """Return a tuple in place of a list; NumPy's axes and shapes are tuples."""
    return tuple(one) if isinstance(one, list) else one


def native(
    function: Callable[..., Any], result: Callable[[np.dtype], Any] | None = lambda own: own
) -> Callable[..., Any]:
    """Return `function` on arrays as a native: narrow floats are computed wide, and the result is of the dtype asked.

    Args:
        function: Takes arrays where the op has tensors.
        result: From the first tensor's dtype to the result's; ``None`` leaves the result as it is.
    """

    @functools.wraps(function)
    def run(*args: Any) -> Any:
        own = next((one.dtype for one in args if isinstance(one, Slate)), None)
        with np.errstate(all="ignore"):
            given = function(*(_wide(one) for one in args))
        if isinstance(given, (list, tuple)):
            return type(given)(_slate(one, own, result) for one in given)
        return _slate(given, own, result)

    return run


def _wide(one: Any) -> Any:
    one = getattr(one, "value", one) if getattr(type(one), "_polykeras_variable", False) else one
    if not isinstance(one, Slate):
        return tupled(one)
    array = np.asarray(one)
    return array.astype("float32") if array.dtype.name in _NARROW else array


def _slate(one: Any, own: np.dtype | None, result: Callable[[np.dtype], Any] | None) -> Slate:
    array = np.asarray(one)
    if own is not None and result is not None:
        array = array.astype(result(own))
    return slate(array.astype(own) if result is None and own is not None and own.name in _NARROW else array)


def summed(own: np.dtype) -> np.dtype:
    """Return the dtype of a sum."""
    return dtype(sum_dtype(own.name))


def number(own: np.dtype) -> np.dtype:
    """Return int32 for booleans."""
    return np.dtype("int32") if own.kind == "b" else own


TRUTH = lambda _: np.dtype(bool)  # noqa: E731
PLACE = lambda _: np.dtype("int32")  # noqa: E731


def cast(x: Slate, to: Any) -> Slate:
    """Return `x` in another dtype."""
    array = np.asarray(x)
    if array.dtype.kind == "c" and kind(to).kind not in "cb":
        array = array.real
    with np.errstate(all="ignore"):
        return slate(array.astype(kind(to)))


def where(condition: Any, x1: Any = None, x2: Any = None) -> Any:
    """Return `x1` or `x2` by `condition`, or the indices where it holds."""
    if x1 is None or x2 is None:
        return tuple(slate(one.astype("int32")) for one in np.nonzero(np.asarray(condition)))
    return slate(np.where(np.asarray(condition).astype(bool), np.asarray(x1), np.asarray(x2)))


def clip(x: Any, low: Any, high: Any) -> Any:
    """Return `x` between two bounds; the upper one wins where they cross."""
    x = x if low is None else np.maximum(number_of(x), number_of(low))
    return x if high is None else np.minimum(number_of(x), number_of(high))


def number_of(x: Any) -> Any:
    """Return booleans as int32."""
    return x.astype(number(x.dtype))


def made(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a maker of arrays as a native; its dtype is the last argument."""

    def run(*args: Any, dtype: Any = None) -> Slate:
        return slate(function(*args, dtype=kind(dtype)))

    return run


def _zeros(shape: Any, dtype: Any = None) -> Slate:
    return made(np.zeros)(shape, dtype=dtype)


def _ones(shape: Any, dtype: Any = None) -> Slate:
    return made(np.ones)(shape, dtype=dtype)


def _full(shape: Any, fill_value: Any, dtype: Any = None) -> Slate:
    return made(np.full)(shape, np.asarray(getattr(fill_value, "value", fill_value)), dtype=dtype)


def _like(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda x, dtype=None: slate(function(np.asarray(x), dtype=x.dtype if dtype is None else kind(dtype)))


def _arange(start: Any, stop: Any = None, step: Any = None, dtype: Any = None) -> Slate:
    bounds = [bound for bound in (start, stop, step) if bound is not None]
    name = result_type(*(getattr(bound, "dtype", type(bound)) for bound in bounds)) if dtype is None else dtype
    first, last = (0, start) if stop is None else (start, stop)
    first, last, by = (
        np.asarray(getattr(one, "value", one)).item() for one in (first, last, 1 if step is None else step)
    )
    return slate(np.arange(first, last, by).astype(kind(name)))


def _eye(N: int, M: int | None = None, k: int = 0, dtype: Any = None) -> Slate:  # noqa: N803
    return slate(np.eye(N, M, k).astype(kind(dtype)))


def _fold(function: Callable[..., Any]) -> Callable[..., Any]:
    def run(x: Any, axis: Any = None, keepdims: bool = False, **options: Any) -> Any:
        return function(x, axis=axis, keepdims=keepdims, **options)

    return run


def _prod(x: Slate, axis: Any = None, keepdims: bool = False, dtype: Any = None) -> Slate:
    to = summed(x.dtype) if dtype is None else kind(dtype)
    return slate(np.prod(_wide(x), axis=tupled(axis), keepdims=keepdims).astype(to))


def _extreme(function: Callable[..., Any]) -> Callable[..., Any]:
    def run(x: Any, axis: Any = None, keepdims: bool = False, initial: Any = None) -> Any:
        return function(x, axis=axis, keepdims=keepdims, **({} if initial is None else {"initial": initial}))

    return native(run)


def _running(function: Callable[..., Any]) -> Callable[..., Any]:
    def run(x: Slate, axis: int | None = None, dtype: Any = None) -> Slate:
        to = number(x.dtype) if dtype is None else kind(dtype)
        return slate(function(_wide(x).astype(to if to.name not in _NARROW else "float32"), axis).astype(to))

    return run


def _top_k(x: Slate, k: int, sorted: bool = True) -> tuple[Slate, Slate]:
    del sorted
    order = np.argsort(-_wide(x).astype("float64"), axis=-1, kind="stable")[..., :k]
    return slate(np.take_along_axis(np.asarray(x), order, -1)), slate(order.astype("int32"))


def _moments(x: Any, axes: Any, keepdims: bool = False, synchronized: bool = False) -> tuple[Any, Any]:
    del synchronized
    return np.mean(x, axis=axes, keepdims=keepdims), np.var(x, axis=axes, keepdims=keepdims)


def _product(function: Callable[..., Any]) -> Callable[..., Any]:
    def run(a: Any, b: Any, *rest: Any) -> Any:
        if {a.dtype.name} <= {"int8"}:
            a, b = a.astype("int32"), b.astype("int32")
        return function(a, b, *rest)

    return native(run, None)


def _einsum(subscripts: str, operands: Any) -> Slate:
    own = operands[0].dtype
    arrays = [_wide(one).astype("int32") if own == np.int8 else _wide(one) for one in operands]
    found = np.einsum(subscripts, *arrays)
    return slate(found.astype(own) if own.name in _NARROW else found)


def _reshape(x: Slate, newshape: Any) -> Slate:
    shape = newshape if isinstance(newshape, int) else tuple(-1 if size is None else size for size in newshape)
    return slate(np.reshape(np.asarray(x), shape))


def _pad(x: Any, width: Any, mode: str = "constant", value: Any = None) -> Any:
    return np.pad(x, width, mode, **({"constant_values": 0 if value is None else value} if mode == "constant" else {}))


def _repeat(x: Any, repeats: Any, axis: Any = None) -> Any:
    return np.repeat(x, np.asarray(repeats).astype(int), axis)


def _split(x: Any, parts: Any, axis: int = 0) -> list[Any]:
    return np.split(x, parts if isinstance(parts, int) else [int(one) for one in parts], axis)


def _key(item: Any) -> Any:
    if isinstance(item, tuple):
        return tuple(map(_key, item))
    item = getattr(item, "value", item)
    return np.asarray(item) if isinstance(item, (Slate, list)) else item


def _get_item(x: Slate, key: Any) -> Slate:
    return slate(np.asarray(x)[_key(key)])


def _take(x: Any, indices: Any, axis: int | None = None) -> Any:
    return np.take(x, indices.astype("int64"), axis)


def _take_along_axis(x: Any, indices: Any, axis: int | None = None) -> Any:
    indices = indices.astype("int64")
    if axis is None:
        return np.take_along_axis(x, indices, None)
    full = list(np.broadcast_shapes(*(_without(one.shape, axis) for one in (x, indices))))
    spread = [(*full[: axis % x.ndim], one.shape[axis], *full[axis % x.ndim + 1 :]) for one in (x, indices)]
    return np.take_along_axis(np.broadcast_to(x, spread[0]), np.broadcast_to(indices, spread[1]), axis)


def _without(shape: tuple[int, ...], axis: int) -> tuple[int, ...]:
    return tuple(1 if i == axis % len(shape) else size for i, size in enumerate(shape))


def _block(start_indices: Any, sizes: Any, shape: tuple[int, ...]) -> tuple[slice, ...]:
    whole = getattr(start_indices, "value", start_indices)
    starts = [int(getattr(one, "value", one)) for one in whole]
    ends = zip(starts, sizes, shape, strict=True)
    return tuple(slice(start, full if size == -1 else start + size) for start, size, full in ends)


def _slice(inputs: Slate, start_indices: Any, shape: Any) -> Slate:
    return slate(np.asarray(inputs)[_block(start_indices, shape, inputs.shape)])


def _slice_update(inputs: Slate, start_indices: Any, updates: Slate) -> Slate:
    result = np.array(inputs)
    result[_block(start_indices, updates.shape, inputs.shape)] = np.asarray(updates)
    return slate(result)


_WRITERS = {"add": np.add, "max": np.maximum, "min": np.minimum, "mul": np.multiply}


def _scatter_update(inputs: Slate, indices: Slate, updates: Slate, reduction: str | None = None) -> Slate:
    result, at = np.array(_wide(inputs)), tuple(np.moveaxis(np.asarray(indices).astype("int64"), -1, 0))
    updates = _wide(updates).astype(result.dtype)
    if reduction is None:
        result[at] = updates
    elif reduction in _WRITERS:
        _WRITERS[reduction].at(result, at, updates)
    else:
        raise ValueError(f"`scatter_update` has no reduction {reduction!r}; there are {', '.join(_WRITERS)} and None.")
    return slate(result.astype(inputs.dtype))


def _one_hot(x: Slate, classes: int, axis: int = -1, dtype: Any = None, sparse: bool = False) -> Slate:
    codes = np.asarray(x)[..., None] == np.arange(classes)
    return slate(np.moveaxis(codes, -1, axis).astype(kind(dtype)))


def _floor(function: Callable[..., Any]) -> Callable[..., Any]:
    return native(lambda a, b: function(number_of(a), number_of(b)), number)


def _complex_of(real: Any, imag: Any) -> Slate:
    return slate(_wide(real) + 1j * _wide(imag))


def _fourier_of(x: Slate, rank: int = 1, inverse: bool = False) -> Slate:
    function = np.fft.ifftn if inverse else np.fft.fftn
    return slate(function(np.asarray(x), axes=tuple(range(-rank, 0))) if x.size else x)


def _view(x: Slate, to: Any = None) -> Slate:
    return slate(np.array(x).view(x.dtype if to is None else kind(to)))


def _triangle(function: Callable[..., Any]) -> Callable[..., Any]:
    def run(x: Any, k: int = 0) -> Any:
        if x.ndim < 2:
            raise ValueError("a vector has no triangle")  # NumPy repeats it
        return function(x, k)

    return native(run)


_SAME = (
    "arctan", "bitwise_and", "bitwise_not", "bitwise_or", "bitwise_xor", "broadcast_to", "ceil", "cos",
    "cosh", "diagonal", "divide", "exp", "expm1", "flip", "floor", "log", "log10", "log1p", "log2", "maximum",
    "minimum", "negative", "roll", "sign", "sin", "sinh", "sort", "sqrt", "squeeze", "subtract", "tan", "tanh", "tile",
    "transpose",
)  # fmt: skip
_TRUTHS = (
    "equal", "greater", "greater_equal", "isfinite", "isinf", "isnan", "less", "less_equal", "logical_and",
    "logical_not", "logical_or", "logical_xor", "not_equal",
)  # fmt: skip
NATIVES: dict[str, Callable[..., Any]] = {
    **{name: _triangle(getattr(np, name)) for name in ("tril", "triu")},
    **{name: native(getattr(np, name)) for name in _SAME},
    **{name: native(getattr(np, name), TRUTH) for name in _TRUTHS},
    "absolute": native(np.abs, lambda own: np.abs(np.zeros((), own)).dtype),
    "add": native(np.add),
    "all": native(_fold(np.all), TRUTH),
    "any": native(_fold(np.any), TRUTH),
    "arange": _arange,
    "argmax": native(_fold(np.argmax), PLACE),
    "argmin": native(_fold(np.argmin), PLACE),
    "argsort": native(lambda x, axis=-1: np.argsort(x, axis, kind="stable"), PLACE),
    "bitwise_left_shift": native(np.left_shift),
    "bitwise_right_shift": native(np.right_shift),
    "cast": cast,
    "clip": native(clip, number),
    "complex_of": _complex_of,
    "concatenate": lambda xs, axis=0: slate(np.concatenate([np.asarray(x) for x in xs], axis)),
    "cumprod": _running(np.cumprod),
    "cumsum": _running(np.cumsum),
    "dot": _product(np.dot),
    "einsum_of": _einsum,
    "erf": native(special.erf),
    "erfc": native(special.erfc),
    "erfinv": native(special.erfinv),
    "eye": _eye,
    "floor_divide": _floor(np.floor_divide),
    "fourier_of": _fourier_of,
    "full": _full,
    "gcd": native(np.gcd),
    "gammainc": native(special.gammainc),
    "get_item": _get_item,
    "i0": native(special.i0),
    "imag": native(np.imag, None),
    "irfft_of": lambda x, length=None: slate(np.fft.irfft(np.asarray(x), length)),
    "matmul": _product(np.matmul),
    "max": _extreme(np.max),
    "mean": native(_fold(np.mean)),
    "min": _extreme(np.min),
    "mod": _floor(np.mod),
    "moments": native(_moments),
    "multiply": native(np.multiply),
    "nonzero": native(np.nonzero, PLACE),
    "one_hot": _one_hot,
    "ones": _ones,
    "ones_like": _like(np.ones_like),
    "outer": native(np.outer),
    "pad": native(_pad),
    "power": _floor(np.power),
    "prod": _prod,
    "real": native(np.real, None),
    "repeat": native(_repeat),
    "reshape": _reshape,
    "rfft_of": lambda x, length=None: slate(np.fft.rfft(np.asarray(x), length)),
    "round": native(np.round),
    "scatter_update": _scatter_update,
    "searchsorted": native(np.searchsorted, PLACE),
    "slice": _slice,
    "slice_update": _slice_update,
    "split": native(_split),
    "stop_gradient": native(np.array),
    "sum": native(_fold(np.sum), summed),
    "take": native(_take),
    "take_along_axis": native(_take_along_axis),
    "tensordot": _product(np.tensordot),
    "top_k": _top_k,
    "view": _view,
    "where": where,
    "zeros": _zeros,
    "zeros_like": _like(np.zeros_like),
}
