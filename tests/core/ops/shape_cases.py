"""Random calls of shape rules, each with what NumPy (or counting) says of the same call.

A call's arguments hold arrays where the op takes tensors, and `Sizes` where it takes a shape that a user may
write with unknown sizes; a test turns both into what the rule gets.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.lib.array_utils import normalize_axis_tuple

from polykeras.ops import shape_rules as rules


class Sizes(tuple):
    """A shape argument; its entries may be made unknown."""

    __slots__ = ()


class Call(NamedTuple):
    """A rule, what stands for the real op, and the arguments of both."""

    rule: Callable[..., Any]
    real: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: dict[str, Any] = {}  # noqa: RUF012 - never mutated
    exact: bool = True
    """Whether the result follows from known sizes alone, not from values such as those of a mask."""
    ones_known: bool = False
    """Whether axes of size 1 must not be made unknown."""


SIZE = st.integers(0, 4)
SHAPE = st.lists(SIZE, max_size=4).map(tuple)
AXES = st.one_of(st.none(), st.integers(-4, 4), st.lists(st.integers(-3, 3), max_size=3).map(tuple))
AXIS = st.one_of(st.none(), st.integers(-4, 4))
BOOL = st.booleans()


def array(shape: tuple[int, ...], dtype: str = "float32") -> np.ndarray:
    return np.broadcast_to(np.zeros((), dtype), shape)


ARRAY = SHAPE.map(array)
ONES = st.lists(st.sampled_from([1, 1, 1, 3]), min_size=3, max_size=4).map(tuple).map(array)
ONE_OR_MORE = st.lists(SIZE, min_size=1, max_size=4).map(tuple)


def calls(rule: Callable[..., Any], real: Callable[..., Any], *args: Any, **kwargs: Any) -> st.SearchStrategy[Call]:
    """Return calls whose arguments are drawn independently."""
    flags = {name: kwargs.pop(name) for name in ("exact", "ones_known") if name in kwargs}
    return st.builds(
        lambda args, kwargs: Call(rule, real, args, kwargs, **flags), st.tuples(*args), st.fixed_dictionaries(kwargs)
    )


def same_rank(count: int, differ: bool = True) -> st.SearchStrategy[list[np.ndarray]]:
    """Return arrays of one rank, equal but for one axis, or different anywhere."""

    def grow(shape: tuple[int, ...]) -> st.SearchStrategy[list[np.ndarray]]:
        sizes = [st.one_of(st.just(size), SIZE) if differ else st.just(size) for size in shape]
        return st.lists(st.tuples(*sizes).map(array), min_size=1, max_size=count)

    return ONE_OR_MORE.flatmap(grow)


@st.composite
def broadcast(draw: st.DrawFn) -> Call:
    shapes = draw(hnp.mutually_broadcastable_shapes(num_shapes=3, max_dims=4, min_side=0, max_side=4)).input_shapes
    arrays = [array(shape) for shape in shapes] + draw(st.lists(ARRAY, max_size=1))
    return Call(rules.broadcast, lambda *xs: np.broadcast_arrays(*xs)[0], tuple(arrays))


@st.composite
def reshape(draw: st.DrawFn) -> Call:
    """Merge neighbours, insert ones, swap: often possible; sometimes leave one size to be found."""
    shape = draw(SHAPE)
    cuts = sorted(draw(st.lists(st.integers(0, len(shape)), max_size=3)))
    target = [math.prod(shape[a:b]) for a, b in zip([0, *cuts], [*cuts, len(shape)], strict=True)]
    target = draw(st.permutations(target))
    if target and draw(BOOL):
        target[draw(st.integers(0, len(target) - 1))] = draw(st.sampled_from([-1, -1, 3]))
    return Call(rules.reshape, np.reshape, (array(shape), Sizes(target)))


@st.composite
def broadcast_to(draw: st.DrawFn) -> Call:
    source, target = draw(hnp.mutually_broadcastable_shapes(num_shapes=2, max_dims=3, min_side=0)).input_shapes
    return Call(rules.broadcast_to, np.broadcast_to, (array(source), Sizes(target)))


@st.composite
def split(draw: st.DrawFn) -> Call:
    shape = draw(ONE_OR_MORE)
    axis = draw(st.integers(-len(shape), len(shape) - 1))
    # Out of range NumPy clips where frameworks refuse, so cuts are drawn in range.
    cuts = st.lists(st.integers(0, shape[axis]), max_size=3).map(sorted)
    sections = draw(st.one_of(st.integers(1, 4), cuts))
    return Call(rules.split, np.split, (array(shape), sections, axis))


@st.composite
def repeat(draw: st.DrawFn) -> Call:
    shape = draw(ONE_OR_MORE)
    axis = draw(st.one_of(st.none(), st.integers(0, len(shape) - 1)))
    size = math.prod(shape) if axis is None else shape[axis]
    counts = st.lists(st.integers(0, 3), min_size=size, max_size=size)
    return Call(rules.repeat, np.repeat, (array(shape), draw(st.one_of(st.integers(0, 3), counts)), axis))


@st.composite
def pad(draw: st.DrawFn) -> Call:
    shape = draw(ONE_OR_MORE)
    width = st.integers(0, 3)
    pair = st.tuples(width, width)
    pairs = st.lists(pair, min_size=len(shape), max_size=len(shape))
    return Call(rules.pad, np.pad, (array(shape), draw(st.one_of(width, pair, st.tuples(pair), pairs))))


def real_take(x: np.ndarray, indices: np.ndarray, axis: int | None) -> np.ndarray:
    return strictly(lambda x, axis: np.take(x, indices, axis))(x, axis)


@st.composite
def take(draw: st.DrawFn) -> Call:
    shape = tuple(draw(st.lists(st.integers(1, 4), max_size=3)))
    axis = draw(st.one_of(st.none(), st.integers(-4, 4)))
    return Call(rules.take, real_take, (array(shape), array(draw(SHAPE), "int32"), axis))


@st.composite
def take_along_axis(draw: st.DrawFn) -> Call:
    shape = draw(st.lists(st.integers(1, 4), min_size=1, max_size=3))
    axis = draw(st.integers(0, len(shape) - 1))
    indices = [draw(st.sampled_from([1, size])) for size in shape]
    indices[axis] = draw(SIZE)
    if draw(BOOL):
        indices.append(2)
    return Call(rules.take_along_axis, np.take_along_axis, (array(tuple(shape)), array(tuple(indices), "int32"), axis))


@st.composite
def basic_item(draw: st.DrawFn) -> Call:
    shape = draw(SHAPE)
    key = draw(hnp.basic_indices(shape, allow_newaxis=True, max_dims=7))
    return Call(rules.get_item, lambda x, key: x[key], (array(shape), key))


BOUND = st.one_of(st.none(), st.integers(-5, 5))
STEP = st.one_of(st.none(), st.integers(-3, 3).filter(bool))
SLICE = st.builds(slice, BOUND, BOUND, STEP)


@st.composite
def any_item(draw: st.DrawFn, masks: bool) -> Call:
    """Mix ints, slices, None, ellipses and tensors; often out of range or too many."""
    # No axis is empty: an index tensor that does not fit one is seen by its values only.
    shape = tuple(draw(st.lists(st.integers(1, 4), min_size=1, max_size=4)))
    tensor = st.sampled_from([(), (1,), (2,), (3,), (2, 1)]).map(lambda dims: array(dims, "int32"))
    kinds = [SLICE, st.just(Ellipsis), st.none(), st.integers(-3, 3), tensor, tensor]
    if masks:
        kinds += [st.just(array(dims, "bool")) for dims in (shape[:1], shape[1:2], shape[:2], shape[1:])]
    key = tuple(draw(st.lists(st.one_of(kinds), max_size=len(shape) + 1)))
    return Call(rules.get_item, lambda x, key: x[key], (array(shape), key), exact=not masks)


@st.composite
def slice_block(draw: st.DrawFn) -> Call:
    shape = draw(ONE_OR_MORE)
    starts = [draw(st.integers(0, size)) for size in shape]
    block = [draw(st.sampled_from([-1, size - start])) for size, start in zip(shape, starts, strict=True)]

    def real(x: np.ndarray, starts: list[int], block: list[int]) -> np.ndarray:
        return x[tuple(slice(a, None if b == -1 else a + b) for a, b in zip(starts, block, strict=True))]

    return Call(rules.slice_block, real, (array(shape), starts, Sizes(block)))


@st.composite
def matmul(draw: st.DrawFn) -> Call:
    batches = draw(hnp.mutually_broadcastable_shapes(num_shapes=2, max_dims=2, min_side=0, max_side=3)).input_shapes
    left, right = (draw(st.sampled_from([(), batch])) for batch in batches)
    k = draw(SIZE)
    rows, columns = draw(st.lists(SIZE, max_size=0 if left == () and draw(BOOL) else 1)), [draw(SIZE)]
    shapes = (*left, *rows, k) if rows or not left else (*left, 1, k), (*right, k, *columns)
    if draw(BOOL):
        shapes = draw(st.tuples(SHAPE, SHAPE))
    return Call(rules.matmul, np.matmul, tuple(map(array, shapes)))


def dot_shapes() -> st.SearchStrategy[tuple[np.ndarray, np.ndarray]]:
    shared = st.tuples(SHAPE, SIZE, st.lists(SIZE, max_size=1))
    fitting = st.builds(lambda a, b: ((*a[0], a[1]), (*b[0], a[1], *b[2])), shared, shared)
    return st.one_of(fitting, st.tuples(SHAPE, SHAPE)).map(lambda pair: tuple(map(array, pair)))


@st.composite
def tensordot(draw: st.DrawFn) -> Call:
    free1, free2 = draw(st.lists(SIZE, max_size=2)), draw(st.lists(SIZE, max_size=2))
    shared = draw(st.lists(SIZE, max_size=2))
    x1, x2 = array((*free1, *shared)), array((*shared, *free2))
    count = len(shared)
    pairs = [[i - count for i in range(count)], list(range(count))]
    return Call(rules.tensordot, np.tensordot, (x1, x2, draw(st.sampled_from([count, pairs, 1, [0, -1]]))))


@st.composite
def einsum(draw: st.DrawFn) -> Call:
    sizes = {label: draw(st.integers(1, 4)) for label in "abcd"}
    extra = draw(st.lists(st.integers(1, 3), max_size=2))
    terms, operands = [], []
    for _ in range(draw(st.integers(1, 3))):
        labels = draw(st.text("abcd", max_size=3))
        at = draw(st.integers(0, len(labels)))
        dots = draw(BOOL)
        shape = [sizes[label] for label in labels]
        if dots:
            shape[at:at] = extra[draw(st.integers(0, len(extra))) :]
        terms.append(labels[:at] + "..." * dots + labels[at:])
        operands.append(array(tuple(shape)))
    used = sorted(set("".join(terms)) - {"."})
    output = draw(st.permutations(draw(st.lists(st.sampled_from(used), unique=True)) if used else []))
    subscripts = ",".join(terms)
    if draw(BOOL):
        subscripts += " -> " + draw(st.sampled_from(["...", "..."])) + "".join(output)
    return Call(rules.einsum, np.einsum, (subscripts, *operands))


def positions(n: int, window: int, stride: int, padding: str, dilation: int = 1) -> int:
    """Count the places of a window one by one."""
    last = n if padding != "valid" else n - (window - 1) * dilation
    return len(range(0, last, stride))


def windowed(x: np.ndarray, data_format: str, channels: int, counts: list[int]) -> np.ndarray:
    if not all(counts):
        raise ValueError(counts)
    first = data_format == "channels_first"
    return array((x.shape[0], channels, *counts) if first else (x.shape[0], *counts, channels))


def real_conv(
    x: np.ndarray, kernel: np.ndarray, strides: Any, padding: str, data_format: str, dilation: Any
) -> np.ndarray:
    spatial, channels = (x.shape[2:], x.shape[1]) if data_format == "channels_first" else (x.shape[1:-1], x.shape[-1])
    *window, per_group, filters = kernel.shape
    if not per_group or channels % per_group or channels < per_group or filters % (channels // per_group):
        raise ValueError(kernel.shape)
    rank = len(spatial)
    strides, dilation = (value if isinstance(value, tuple) else (value,) * rank for value in (strides, dilation))
    counts = [positions(n, k, s, padding, d) for n, k, s, d in zip(spatial, window, strides, dilation, strict=True)]
    return windowed(x, data_format, filters, counts)


def real_depthwise(
    x: np.ndarray, kernel: np.ndarray, strides: Any, padding: str, data_format: str, dilation: Any
) -> np.ndarray:
    channels = x.shape[1 if data_format == "channels_first" else -1]
    *window, inputs, multiplier = kernel.shape
    if inputs != channels:
        raise ValueError(kernel.shape)
    # Depthwise is a convolution in as many groups as channels.
    grouped = array((*window, 1, channels * multiplier))
    return real_conv(x, grouped, strides, padding, data_format, dilation)


def real_pool(x: np.ndarray, pool_size: Any, strides: Any, padding: str, data_format: str) -> np.ndarray:
    channels = x.shape[1 if data_format == "channels_first" else -1]
    window = pool_size if isinstance(pool_size, tuple) else (pool_size,) * (x.ndim - 2)
    grouped = array((*window, 1, channels))
    return real_conv(x, grouped, window if strides is None else strides, padding, data_format, 1)


@st.composite
def image(draw: st.DrawFn) -> tuple[np.ndarray, int, str, int]:
    rank, channels = draw(st.integers(1, 3)), draw(st.integers(1, 4))
    spatial = draw(st.lists(st.integers(1, 9), min_size=rank, max_size=rank))
    data_format = draw(st.sampled_from(["channels_last", "channels_first"]))
    shape = (2, channels, *spatial) if data_format == "channels_first" else (2, *spatial, channels)
    return array(shape), rank, data_format, channels


def per_axis(rank: int) -> st.SearchStrategy[Any]:
    one = st.integers(1, 3)
    return st.one_of(one, st.tuples(*[one] * rank))


@st.composite
def conv(draw: st.DrawFn) -> Call:
    x, rank, data_format, channels = draw(image())
    window = draw(st.lists(st.integers(1, 4), min_size=rank, max_size=rank))
    padding = draw(st.sampled_from(["valid", "same"] + ["causal"] * (rank == 1)))
    rest = (draw(per_axis(rank)), padding, data_format, draw(per_axis(rank)))
    if draw(BOOL):
        kernel = array((*window, draw(st.sampled_from([channels, channels, 1, 2])), draw(st.integers(1, 6))))
        return Call(rules.conv, real_conv, (x, kernel, *rest))
    kernel = array((*window, draw(st.sampled_from([channels, channels, 3])), draw(st.integers(1, 3))))
    return Call(rules.depthwise_conv, real_depthwise, (x, kernel, *rest))


@st.composite
def conv_transpose(draw: st.DrawFn) -> Call:
    """Compare with the rule itself on known sizes, which a recorded table holds to Keras."""
    x, rank, data_format, channels = draw(image())
    window = draw(st.lists(st.integers(1, 4), min_size=rank, max_size=rank))
    kernel = array((*window, 3, channels))
    padding = draw(st.sampled_from(["valid", "same"]))
    rest = (draw(per_axis(rank)), padding, draw(st.sampled_from([None, 1, 2])), data_format, 1)

    def real(x: np.ndarray, kernel: np.ndarray, *rest: Any) -> np.ndarray:
        specs = [rules.Spec(tensor.shape, "float32") for tensor in (x, kernel)]
        return array(rules.conv_transpose(*specs, *rest).dims)

    return Call(rules.conv_transpose, real, (x, kernel, *rest))


@st.composite
def pool(draw: st.DrawFn) -> Call:
    x, rank, data_format, _ = draw(image())
    strides = draw(st.one_of(st.none(), per_axis(rank)))
    padding = draw(st.sampled_from(["valid", "same"]))
    return Call(rules.pool, real_pool, (x, draw(per_axis(rank)), strides, padding, data_format))


def strictly(real: Callable[..., Any]) -> Callable[..., Any]:
    """Refuse axes that a tensor does not have; NumPy lets scalars have an axis 0."""

    def checked(x: np.ndarray, axis: Any, *rest: Any) -> Any:
        if axis is not None:
            normalize_axis_tuple(axis, x.ndim)
        return real(x, axis, *rest)

    return checked


def real_one_hot(x: np.ndarray, num_classes: int, axis: int) -> np.ndarray:
    return np.stack([x] * num_classes, axis) if num_classes else np.stack([x], axis).take([], axis)


def real_top_k(x: np.ndarray, k: int) -> tuple[np.ndarray, ...]:
    if not x.ndim or k > x.shape[-1]:
        raise ValueError(k)
    return x[..., :k], x[..., :k]


def real_sum(x: np.ndarray, axis: Any, keepdims: bool) -> np.ndarray:
    return np.sum(x, axis, keepdims=keepdims)


def real_max(x: np.ndarray, axis: Any, keepdims: bool) -> np.ndarray:
    return np.asarray(np.max(x, axis, keepdims=keepdims))


def real_argmax(x: np.ndarray, axis: Any, keepdims: bool) -> np.ndarray:
    return np.asarray(np.argmax(x, axis, keepdims=keepdims))


def real_roll(x: np.ndarray, shift: int, axis: int | None) -> np.ndarray:
    return strictly(lambda x, axis: np.roll(x, shift, axis))(x, axis)


def real_flip(x: np.ndarray, axis: Any = None) -> np.ndarray:
    return np.flip(x, axis)


CASES: dict[str, st.SearchStrategy[Call]] = {
    "broadcast": broadcast(),
    "where": calls(rules.where, np.where, SHAPE.map(lambda shape: array(shape, "bool")), ARRAY, ARRAY),
    "where, one argument": calls(
        rules.where, np.where, ONE_OR_MORE.map(lambda shape: array(shape, "bool")), exact=False
    ),
    "nonzero": calls(rules.nonzero, np.nonzero, ONES, exact=False),
    "reduce": calls(rules.reduce, strictly(real_sum), ARRAY, AXES, BOOL),
    "reduce_extreme": calls(rules.reduce_extreme, strictly(real_max), ARRAY, AXES, BOOL),
    "reduce_arg": calls(rules.reduce_arg, strictly(real_argmax), ARRAY, AXIS, BOOL),
    "count": calls(rules.count, strictly(np.count_nonzero), ARRAY, AXES),
    "moments": calls(rules.moments, strictly(lambda *args: (real_sum(*args),) * 2), ARRAY, AXES, BOOL),
    "cumulative": calls(rules.cumulative, strictly(np.cumsum), ARRAY, AXIS),
    "reshape": reshape(),
    "transpose": calls(
        rules.transpose, np.transpose, ARRAY, st.one_of(st.none(), st.permutations(range(3)), st.permutations(range(2)))
    ),
    "moveaxis": calls(
        rules.moveaxis,
        np.moveaxis,
        ARRAY,
        st.one_of(st.integers(-3, 3), st.lists(st.integers(-3, 3), max_size=3)),
        st.one_of(st.integers(-3, 3), st.lists(st.integers(-3, 3), max_size=3)),
    ),
    "swapaxes": calls(rules.swapaxes, np.swapaxes, ARRAY, st.integers(-3, 3), st.integers(-3, 3)),
    "expand_dims": calls(rules.expand_dims, np.expand_dims, ARRAY, AXES.filter(lambda axis: axis is not None)),
    "squeeze": calls(rules.squeeze, strictly(np.squeeze), ONES, AXES.filter(lambda axis: axis is not None)),
    "squeeze all": calls(rules.squeeze, np.squeeze, ARRAY, ones_known=True),
    "broadcast_to": broadcast_to(),
    "concatenate": calls(rules.concatenate, np.concatenate, same_rank(3), AXIS),
    "stack": calls(rules.stack, np.stack, same_rank(3, differ=False), st.integers(-4, 4)),
    "stack of any": calls(rules.stack, np.stack, st.lists(ARRAY, max_size=2), st.integers(-4, 4)),
    "split": split(),
    "tile": calls(rules.tile, np.tile, ARRAY, st.one_of(st.integers(0, 3), st.lists(st.integers(0, 3), max_size=5))),
    "repeat": repeat(),
    "pad": pad(),
    "flip": calls(rules.flip, strictly(real_flip), ARRAY, AXES),
    "roll": calls(rules.roll, real_roll, ARRAY, st.integers(-2, 2), st.one_of(st.none(), st.integers(-4, 4))),
    "take": take(),
    "take_along_axis": take_along_axis(),
    "get_item, basic": basic_item(),
    "get_item": any_item(masks=False),
    "get_item, masks": any_item(masks=True),
    "slice_block": slice_block(),
    "one_hot": calls(rules.one_hot, real_one_hot, ARRAY, SIZE, st.integers(-4, 4)),
    "top_k": calls(rules.top_k, real_top_k, ARRAY, SIZE),
    "diagonal": calls(rules.diagonal, np.diagonal, ARRAY, st.integers(-4, 4), st.integers(-3, 3), st.integers(-3, 3)),
    "searchsorted": calls(rules.searchsorted, np.searchsorted, ARRAY, ARRAY),
    "sort": calls(rules.sort, strictly(np.sort), ARRAY, AXIS),
    "argsort": calls(rules.argsort, strictly(np.argsort), ARRAY, AXIS),
    "zeros": calls(rules.zeros, np.zeros, SHAPE.map(Sizes)),
    "like": calls(rules.like, np.zeros_like, ARRAY),
    "arange": calls(
        rules.arange,
        np.arange,
        st.one_of(st.integers(-5, 5), st.floats(-3, 3, width=16)),
        st.one_of(st.none(), st.integers(-5, 9)),
        st.one_of(st.none(), st.sampled_from([1, 2, -1, 0.5])),
    ),
    "eye": calls(rules.eye, np.eye, SIZE, st.one_of(st.none(), SIZE)),
    "linspace": calls(rules.linspace, np.linspace, ARRAY, ARRAY, SIZE, axis=st.integers(-4, 4)),
    "matmul": matmul(),
    "dot": dot_shapes().map(lambda pair: Call(rules.dot, np.dot, pair)),
    "tensordot": tensordot(),
    "outer": calls(rules.outer, np.outer, ARRAY, ARRAY),
    "einsum": einsum(),
    "conv": conv(),
    "conv_transpose": conv_transpose(),
    "pool": pool(),
}
