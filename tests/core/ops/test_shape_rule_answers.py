"""What shape rules promise beyond sizes: result dtypes, answers that stay unknown, and refusals in four parts."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from polykeras.ops import shape_rules as rules
from polykeras.ops.dims import Dim, as_shape
from polykeras.ops.shape_rules import RuleError, RuleIndexError, Spec, infer
from polykeras.plugins.errors import PolykerasError

N, M = Dim.fresh("n"), Dim.fresh("m")


def spec(*dims, dtype="float32"):
    return Spec(dims, dtype)


X = spec(N, M, 3)
EVERY = slice(None)

SHAPES = {
    "every tenth of an unknown": (rules.get_item(X, (EVERY, slice(None, None, 10))), (None, None, 3)),
    "the first 64 of an unknown": (rules.get_item(X, (EVERY, slice(64))), (None, None, 3)),
    "the last of an unknown": (rules.get_item(X, (EVERY, -1)), (None, 3)),
    "nothing of an unknown": (rules.get_item(X, (EVERY, slice(4, 2))), (None, 0, 3)),
    "past an ellipsis": (rules.get_item(X, (..., slice(1, None))), (None, None, 2)),
    "an index tensor": (rules.get_item(X, (EVERY, spec(2, 5, dtype="int32"))), (None, 2, 5, 3)),
    "a mask": (rules.get_item(X, spec(N, M, dtype="bool")), (None, 3)),
    "a list": (rules.get_item(X, (..., [0, 2])), (None, None, 2)),
    "rows from a batch": (rules.reshape(spec(N, 28, 28), (-1, 784)), (None, 784)),
    "flat with a known batch": (rules.reshape(spec(N, 4, 6), (N * 4, -1)), (None, 6)),
    "one number": (rules.reshape(X, -1), (None,)),
    "None as -1": (rules.reshape(spec(2, 4), (None, 2)), (4, 2)),
    "heads apart": (rules.reshape(spec(N, M, 12), (N, M, 3, -1)), (None, None, 3, 4)),
    "one known batch decides": (rules.broadcast(spec(N, 3), spec(8, 1)), (8, 3)),
    "concatenated unknowns": (rules.concatenate([X, X], 1), (None, None, 3)),
    "agreed while joining": (rules.concatenate([X, spec(7, 2, 3)], 1), (7, None, 3)),
    "counts in a tensor": (rules.repeat(X, spec(M, dtype="int32"), 1), (None, None, 3)),
    "arange of an unknown": (rules.arange(N), (None,)),
    "arange of a tensor": (rules.arange(spec()), (None,)),
    "image of any size": (rules.conv(spec(N, N, M, 3), spec(3, 3, 3, 8), 2, "same"), (None, None, None, 8)),
    "any number of channels": (rules.conv(spec(N, 9, M), spec(3, 4, 8)), (None, 7, 8)),
    "squeezed": (rules.squeeze(spec(N, 1, 5)), (None, 5)),
}


@pytest.mark.parametrize(("result", "shape"), SHAPES.values(), ids=SHAPES)
def test_shapes_users_see(result, shape):
    assert as_shape(result.dims) == shape


def test_unknown_sizes_keep_what_is_known_of_them():
    assert rules.get_item(X, (EVERY, slice(None, None, 10))).dims[1] == (M + 9) // 10
    assert rules.get_item(X, (EVERY, slice(None, None, -1))).dims[1] == M
    assert rules.get_item(X, (EVERY, slice(0, M))).dims[1] == M
    assert rules.reshape(spec(N, 4, 6), (-1, 8)).dims == (3 * N, 8)
    assert rules.concatenate([X, X], 1).dims == (N, 2 * M, 3)
    assert rules.pad(X, 1).dims == (N + 2, M + 2, 5)
    assert rules.pool(spec(N, M, 3), 2).dims == (N, M // 2, 3)
    assert rules.arange(2, N, 3).dims == (-((2 - N) // 3),)


BOOL, INT8, F16 = (spec(2, 2, dtype=name) for name in ("bool", "int8", "float16"))
DTYPES = {
    "predicate": (rules.predicate(F16), "bool"),
    "compare": (rules.compare(F16, F16), "bool"),
    "where": (rules.where(BOOL, F16, F16), "float16"),
    "broadcast_number": (rules.broadcast_number(BOOL, BOOL), "int32"),
    "cast": (rules.cast(INT8, np.float64), "float64"),
    "real_part": (rules.real_part(spec(2, dtype="complex64")), "float32"),
    "reduce": (rules.reduce(INT8), "int8"),
    "reduce_extreme": (rules.reduce_extreme(INT8), "int8"),
    "reduce_bool": (rules.reduce_bool(F16), "bool"),
    "reduce_sum of int8": (rules.reduce_sum(INT8), "int32"),
    "reduce_sum of bool": (rules.reduce_sum(BOOL), "int32"),
    "reduce_sum of uint8": (rules.reduce_sum(spec(2, dtype="uint8")), "uint32"),
    "reduce_sum of float16": (rules.reduce_sum(F16), "float16"),
    "reduce_sum into": (rules.reduce_sum(INT8, dtype="float16"), "float16"),
    "reduce_arg": (rules.reduce_arg(F16, 0), "int32"),
    "count": (rules.count(F16), "int32"),
    "cumulative of bool": (rules.cumulative(BOOL), "int32"),
    "cumulative of int8": (rules.cumulative(INT8), "int8"),
    "argsort": (rules.argsort(F16), "int32"),
    "top_k values": (rules.top_k(F16, 1)[0], "float16"),
    "top_k indices": (rules.top_k(F16, 1)[1], "int32"),
    "one_hot": (rules.one_hot(INT8, 3), "float32"),
    "one_hot into": (rules.one_hot(INT8, 3, dtype="bool"), "bool"),
    "zeros": (rules.zeros((2,)), "float32"),
    "full": (rules.full((2,), 3), "float32"),
    "like": (rules.like(INT8), "int8"),
    "full_like": (rules.full_like(INT8, 0.5), "int8"),
    "arange of ints": (rules.arange(5), "int32"),
    "arange of a size": (rules.arange(N), "int32"),
    "arange of floats": (rules.arange(0, 1, 0.1), "float32"),
    "arange of a tensor": (rules.arange(spec(dtype="int8")), "int8"),
    "linspace of ints": (rules.linspace(0, 5), "float32"),
    "linspace of tensors": (rules.linspace(F16, 5), "float16"),
    "matmul of int8": (rules.matmul(INT8, INT8), "int32"),
    "einsum of int8": (rules.einsum("ij,jk->ik", INT8, INT8), "int32"),
    "dot of int8": (rules.dot(INT8, INT8), "int8"),
    "matmul of float16": (rules.matmul(F16, F16), "float16"),
}


@pytest.mark.parametrize(("result", "dtype"), DTYPES.values(), ids=DTYPES)
def test_dtypes(result, dtype):
    assert result.dtype == dtype


# Size 5, kernel size, stride, padding, dilation, output padding -> size: `keras.ops.conv_transpose` of Keras 3.15.1.
TRANSPOSED = [
    (1, 1, "valid", 1, None, 5),
    (1, 1, "valid", 1, 1, 6),
    (3, 1, "valid", 1, None, 7),
    (3, 1, "valid", 2, None, 9),
    (3, 1, "valid", 2, 1, 10),
    (1, 2, "valid", 1, None, 10),
    (1, 2, "valid", 1, 0, 9),
    (3, 2, "valid", 1, None, 11),
    (4, 2, "valid", 1, 1, 13),
    (2, 3, "valid", 1, None, 15),
    (2, 3, "valid", 1, 0, 14),
    (4, 3, "valid", 1, 0, 16),
    (2, 1, "same", 1, None, 5),
    (2, 1, "same", 1, 0, 4),
    (2, 1, "same", 2, 1, 6),
    (3, 2, "same", 1, None, 10),
    (4, 2, "same", 1, 0, 8),
    (3, 2, "same", 1, 1, 10),
    (1, 3, "same", 1, 0, 13),
    (4, 3, "same", 1, None, 15),
    (4, 3, "same", 1, 1, 13),
]


@pytest.mark.parametrize(("kernel", "stride", "padding", "dilation", "extra", "size"), TRANSPOSED)
def test_conv_transpose_gives_the_size_of_keras(kernel, stride, padding, dilation, extra, size):
    result = rules.conv_transpose(spec(1, 5, 1), spec(kernel, 2, 1), stride, padding, extra, dilation_rate=dilation)
    assert result.dims == (1, size, 2)


REFUSED = {
    "broadcast": (rules.broadcast, spec(2, 3), spec(4)),
    "axis": (rules.reduce, X, 3),
    "extreme of nothing": (rules.reduce_extreme, spec(N, 0), -1),
    "position in nothing": (rules.reduce_arg, spec(N, 0)),
    "triangle of a vector": (rules.triangle, spec(N), 1),
    "pad, nothing to repeat": (rules.pad, spec(N, 0), ((0, 0), (1, 0)), "edge"),
    "axis of a scalar": (rules.reduce, spec(), 0),
    "axis twice": (rules.reduce, X, (0, -3)),
    "axis of another type": (rules.reduce, X, 1.0),
    "reshape": (rules.reshape, spec(2, 3), (4, 2)),
    "reshape, not whole": (rules.reshape, spec(2, 3), (4, -1)),
    "reshape, two left open": (rules.reshape, X, (-1, -1)),
    "reshape, provably different": (rules.reshape, spec(N + 1), (N,)),
    "reshape, provably not whole": (rules.reshape, spec(2 * N + 1), (2, -1)),
    "reshape to a float": (rules.reshape, spec(2, 3), (2.0, 3)),
    "negative size": (rules.zeros, (2, -3)),
    "transpose": (rules.transpose, X, (0, 1)),
    "moveaxis": (rules.moveaxis, X, 0, (1, 2)),
    "squeeze": (rules.squeeze, X, 2),
    "broadcast_to": (rules.broadcast_to, spec(2, 3), (3, 2)),
    "broadcast_to fewer axes": (rules.broadcast_to, X, (3,)),
    "concatenate": (rules.concatenate, [spec(2, 3), spec(2, 4)], 0),
    "concatenate ranks": (rules.concatenate, [spec(2, 3), spec(2)], 0),
    "concatenate nothing": (rules.concatenate, []),
    "stack": (rules.stack, [spec(2, N), spec(2, N + 1)]),
    "split": (rules.split, spec(5), 2),
    "split past the end": (rules.split, spec(5), [2, 9]),
    "split in none": (rules.split, spec(5), 0),
    "unstack": (rules.unstack, X),
    "unstack another number": (rules.unstack, X, 4, 2),
    "repeat": (rules.repeat, spec(3), [1, 2], 0),
    "pad": (rules.pad, X, ((1, 1), (2, 2))),
    "pad by a negative": (rules.pad, X, -1),
    "take_along_axis": (rules.take_along_axis, spec(2, 3), spec(2, dtype="int32"), 0),
    "indices": (rules.get_item, spec(2), (0, 0)),
    "index out of range": (rules.get_item, spec(2), 2),
    "index type": (rules.get_item, spec(2), 0.5),
    "index tensor type": (rules.get_item, spec(2), spec(1)),
    "two ellipses": (rules.get_item, X, (..., 0, ...)),
    "mask": (rules.get_item, spec(2), spec(3, dtype="bool")),
    "step 0": (rules.get_item, spec(2), slice(None, None, 0)),
    "slice": (rules.slice_block, spec(2, 4), (0, 0), (1, 5)),
    "slice ranks": (rules.slice_block, spec(2, 4), (0,), (1,)),
    "slice_update": (rules.slice_update, spec(2, 4), (0, 0), spec(3, 1)),
    "scatter": (rules.scatter, spec(5, 1, dtype="int32"), spec(4, 2), (7, 2)),
    "scatter depth": (rules.scatter_update, spec(7), spec(5, 2, dtype="int32"), spec(5)),
    "top_k": (rules.top_k, spec(2, 3), 4),
    "searchsorted": (rules.searchsorted, spec(2, 3), spec(1)),
    "arange": (rules.arange, 0, 5, 0),
    "where": (rules.where, spec(2, dtype="bool"), spec(2), None),
    "matmul": (rules.matmul, spec(2, 3), spec(4, 2)),
    "matmul of a scalar": (rules.matmul, spec(), spec(4, 2)),
    "dot": (rules.dot, spec(2, 3), spec(2, 2)),
    "tensordot": (rules.tensordot, spec(2, 3), spec(3, 2), ([0, 1], [1])),
    "tensordot of more axes": (rules.tensordot, spec(2, 3), spec(3, 2), 3),
    "einsum terms": (rules.einsum, "ij->i", spec(2, 3), spec(3)),
    "einsum axes": (rules.einsum, "ijk->i", spec(2, 3)),
    "einsum output": (rules.einsum, "ij->k", spec(2, 3)),
    "einsum sizes": (rules.einsum, "ij,jk->ik", spec(2, 3), spec(4, 2)),
    "einsum diagonal": (rules.einsum, "ii->i", spec(2, 3)),
    "conv ranks": (rules.conv, spec(2, 3), spec(3, 3, 1)),
    "conv kernel": (rules.conv, spec(2, 9, 9, 1), spec(3, 1, 8)),
    "conv channels": (rules.conv, spec(2, 9, 3), spec(3, 2, 8)),
    "conv groups": (rules.conv, spec(2, 9, 4), spec(3, 2, 5)),
    "conv window": (rules.conv, spec(2, 3, 1), spec(5, 1, 8)),
    "conv padding": (rules.conv, spec(2, 9, 1), spec(3, 1, 8), 1, "full"),
    "causal images": (rules.conv, spec(2, 9, 9, 1), spec(3, 3, 1, 8), 1, "causal"),
    "conv strides": (rules.conv, spec(2, 9, 9, 1), spec(3, 3, 1, 8), (1, 2, 3)),
    "conv stride 0": (rules.conv, spec(2, 9, 1), spec(3, 1, 8), 0),
    "depthwise": (rules.depthwise_conv, spec(2, 9, 3), spec(3, 2, 1)),
    "conv_transpose": (rules.conv_transpose, spec(2, 9, 3), spec(3, 8, 2)),
    "pool": (rules.pool, spec(2, 3, 3), 4),
}


@pytest.mark.parametrize("call", REFUSED.values(), ids=REFUSED)
def test_refusals_have_four_parts_and_name_the_op(call):
    rule, *args = call
    with pytest.raises(RuleError) as caught:
        infer("some_op", rule, args)
    error = caught.value
    assert isinstance(error, (ValueError, PolykerasError))
    problem, received, allowed, advice = str(error).split("\n")
    assert problem.startswith("The op `some_op` ")
    assert received.startswith("Received: ")
    assert allowed.startswith("Allowed: ")
    assert advice.endswith(".")
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


def test_an_error_keeps_the_op_that_saw_it_first():
    def outer(*specs):
        return infer("inner", rules.broadcast, specs)

    with pytest.raises(RuleError, match="The op `inner`"):
        infer("outer", outer, [spec(2), spec(3)])


def test_index_errors_end_iteration():
    with pytest.raises(IndexError):
        rules.get_item(spec(2), 2)
    with pytest.raises(RuleIndexError, match="Allowed: -2 to 1"):
        rules.get_item(spec(2), -3)
