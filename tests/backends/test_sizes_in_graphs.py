"""Unknown sizes in graphs: what calls were given of `ops.shape` is filled in when data arrive."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest

import polykeras as keras
from polykeras import ops
from polykeras.models import Model, clone_model


def rows(x):
    return ops.shape(x)[0]


def steps(x):
    return ops.shape(x)[1]


CALLS = {
    "reshape": lambda x: ops.reshape(x, (rows(x), steps(x) * 4)),
    "reshape with a rest": lambda x: ops.reshape(x, (-1, steps(x))),
    "broadcast_to": lambda x: ops.broadcast_to(x[:1], ops.shape(x)),
    "tile": lambda x: ops.tile(x[:, :1], (1, steps(x), 1)),
    "repeat": lambda x: ops.repeat(x, steps(x), axis=1),
    "split": lambda x: ops.concatenate(ops.split(x, [steps(x) // 2], axis=1)[::-1], 1),
    "array_split": lambda x: ops.concatenate(ops.array_split(x, 3, axis=1)[::-1], 1),
    "pad": lambda x: ops.pad(x, ((0, 0), (steps(x) - 1, 0), (0, 0))),
    "roll": lambda x: ops.roll(x, steps(x) - 1, 1),
    "slice": lambda x: x[:, 1 : steps(x) - 1],
    "number": lambda x: ops.sum(x, 1) / steps(x),
    "kron": lambda x: ops.kron(x, x[:, :2]),
    "rearrange": lambda x: ops.rearrange(ops.reshape(x, (rows(x), -1)), "b (n c) -> c (b n)", c=4),
    "arange": lambda x: ops.add(x, ops.expand_dims(ops.arange(steps(x)), -1)),
    "zeros": lambda x: ops.append(x, ops.zeros((rows(x), 1, 4)), 1),
    "full": lambda x: ops.full((rows(x), steps(x)), 2.0) * x[:, :, 0],
    "eye": lambda x: ops.matmul(ops.eye(steps(x)), x),
    "linspace": lambda x: x[:, :, 0] * ops.linspace(0.0, 1.0, steps(x)),
    "cast": lambda x: x * ops.sqrt(ops.cast(steps(x), "float32")),
    "take": lambda x: ops.take(x, ops.arange(steps(x) - 1), axis=1),
    "alone": lambda x: ops.tri(steps(x), rows(x)),
    "of a result": lambda x: ops.reshape(y := x[:, 1:], (-1, steps(y), 2, 2)),
    "of a conv": lambda x: ops.reshape(y := ops.max_pool(x, 2, 2, "valid"), (rows(x), 2 * steps(y), 2)),
}
DATA = [np.random.default_rng(0).normal(size=shape).astype("float32") for shape in ((2, 5, 4), (3, 4, 4))]


def check(model, call):
    for data in DATA:
        x = ops.convert_to_tensor(data)
        expected, got = ops.convert_to_numpy(call(x)), ops.convert_to_numpy(model(x))
        np.testing.assert_allclose(got, expected, rtol=1e-6)
        shape = model.output_shape
        assert len(shape) == expected.ndim
        assert all(a in {None, b} for a, b in zip(shape, expected.shape, strict=True))


def model_of(call):
    x = keras.Input((None, 4))
    return Model(x, call(x))


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_sizes_arrive_with_data(call):
    check(model_of(call), call)


@pytest.mark.parametrize("remake", [copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m)), clone_model])
def test_copies_read_sizes_of_their_own(remake):
    call = CALLS["of a result"]
    check(remake(model_of(call)), call)


def test_a_model_within_a_model():
    inner = model_of(CALLS["reshape"])
    x = keras.Input((6, 4))
    outer = Model(x, inner(x))
    assert outer.output_shape == (None, 24)
    assert tuple(outer(ops.zeros((3, 6, 4))).shape) == (3, 24)


def test_sizes_of_a_tensor_outside_are_refused():
    x, other = keras.Input((None, 4)), keras.Input((None, 4))
    with pytest.raises(ValueError, match="a size that its inputs do not tell"):
        Model(x, ops.reshape(x, (steps(other), -1)))
