"""What each provider of a backend promises core, asked of the provider itself: draws, tensors, variables, gradients."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import numpy as np
import pytest

import polykeras as keras
from polykeras import ops
from polykeras.backend.current import current
from polykeras.backend.dtypes import DTYPES
from polykeras.backend.resolved import Backend
from polykeras.plugins.info import Device, TensorSpec, VariableSpec
from polykeras.random import fold as hashing

MANY = 4096
FLOATS = ("bfloat16", "float16", "float32", "float64")


@pytest.fixture(name="here")
def resolved() -> Backend:
    return current()


def _native(here: Backend, value: Any, dtype: str = "float32") -> Any:
    return here.tensors.from_host(np.asarray(value), dtype)


def _key(here: Backend, seed: int = 7, counter: int = 0, stream: int = hashing.DRAW) -> Any:
    return here.random.fold(_native(here, np.array([seed, counter], np.uint32), "uint32"), stream)


def _host(here: Backend, x: Any) -> np.ndarray:
    return np.array(here.tensors.to_host(x))


# ---------------------------------------------------------------------------------------------------- draws


@pytest.mark.parametrize("vector", hashing.VECTORS, ids=lambda v: f"{v.seed:x}-{v.counter:x}-{v.stream:x}")
def test_keys_equal_the_reference(here: Backend, vector: hashing.Vector) -> None:
    key = _key(here, vector.seed, vector.counter, vector.stream)
    assert here.random.key_words(key) == (vector.word0, vector.word1)


@pytest.mark.parametrize(("counter", "after"), [(0, 1), (2**31 - 1, 2**31), (2**32 - 1, 0)])
@pytest.mark.parametrize("seed", [0, 2**32 - 1])
def test_the_counter_moves_on_and_wraps(here: Backend, seed: int, counter: int, after: int) -> None:
    state = _native(here, np.array([seed, counter], np.uint32), "uint32")
    following = here.random.advance(state)
    assert here.tensors.dtype_name(following) == "uint32"
    assert _host(here, following).tolist() == [seed, after]
    assert _host(here, state).tolist() == [seed, counter]


class Draw(NamedTuple):
    """A draw, and what NumPy says of many of its values."""

    name: str
    arguments: tuple[Any, ...]
    dtypes: tuple[str, ...]
    low: float
    high: float
    mean: float
    deviation: float


DRAWS = (
    Draw("uniform", (0.0, 1.0), FLOATS, 0.0, 1.0, 0.5, 12**-0.5),
    Draw("uniform", (-2.0, 3.0), FLOATS, -2.0, 3.0, 0.5, 5 * 12**-0.5),
    Draw("normal", (0.0, 1.0), FLOATS, -8.0, 8.0, 0.0, 1.0),
    Draw("normal", (3.0, 0.5), FLOATS, -1.0, 7.0, 3.0, 0.5),
    Draw("bernoulli", (0.25,), ("bool",), 0.0, 2.0, 0.25, 0.1875**0.5),
    Draw("bits", (), ("uint32",), 0.0, 2.0**32, 2.0**31, 2.0**32 * 12**-0.5),
)
EACH = [pytest.param(draw, dtype, id=f"{draw.name}{draw.arguments}-{dtype}") for draw in DRAWS for dtype in draw.dtypes]


def _draw(here: Backend, draw: Draw, dtype: str, shape: tuple[int, ...], seed: int = 7) -> np.ndarray:
    provider = getattr(here.random, draw.name)
    named = (dtype,) if draw.name in {"uniform", "normal"} else ()
    with here.precision_scope(frozenset({dtype})):
        result = provider(_key(here, seed), shape, *named, *draw.arguments)
        assert here.tensors.dtype_name(result) == dtype
        return _host(here, result)


@pytest.mark.parametrize(("draw", "dtype"), EACH)
def test_draws_have_their_bounds_and_moments(here: Backend, draw: Draw, dtype: str) -> None:
    values = _draw(here, draw, dtype, (MANY,)).astype("float64")
    assert values.shape == (MANY,)
    assert values.min() >= draw.low
    assert values.max() < draw.high
    # Six standard errors of each estimate; the keys are fixed, so this never fails by chance.
    error = draw.deviation / MANY**0.5
    assert abs(values.mean() - draw.mean) < 6 * error + (0.01 if dtype == "bfloat16" else 0.0)
    assert abs(values.std() - draw.deviation) < 6 * error
    assert abs(np.corrcoef(values[:-1], values[1:])[0, 1]) < 6 / MANY**0.5


@pytest.mark.parametrize("shape", [(), (3,), (2, 0), (2, 3, 4)], ids=str)
@pytest.mark.parametrize("draw", [DRAWS[0], DRAWS[3], DRAWS[4], DRAWS[5]], ids=lambda d: d.name)
def test_draws_have_the_shape_asked_for(here: Backend, draw: Draw, shape: tuple[int, ...]) -> None:
    assert _draw(here, draw, draw.dtypes[-2 if len(draw.dtypes) > 1 else 0], shape).shape == shape


@pytest.mark.parametrize("draw", [DRAWS[0], DRAWS[2], DRAWS[4], DRAWS[5]], ids=lambda d: d.name)
def test_a_key_fixes_its_draw(here: Backend, draw: Draw) -> None:
    dtype = "float32" if "float32" in draw.dtypes else draw.dtypes[0]
    first, again, other = (_draw(here, draw, dtype, (64,), seed) for seed in (7, 7, 8))
    np.testing.assert_array_equal(first, again)
    assert (first != other).mean() > 0.2


@pytest.mark.parametrize(("probability", "share"), [(0.0, 0.0), (1.0, 1.0)])
def test_certain_events(here: Backend, probability: float, share: float) -> None:
    assert _host(here, here.random.bernoulli(_key(here), (MANY,), probability)).mean() == share


# -------------------------------------------------------------------------------------------------- tensors


def _samples(dtype: str) -> np.ndarray:
    kind = np.dtype(dtype) if dtype in np.sctypeDict else np.dtype(getattr(__import__("ml_dtypes"), dtype))
    if dtype == "bool":
        return np.array([[True, False], [False, True]])
    if "int" in dtype:
        info = np.iinfo(kind)
        return np.array([[info.min, info.max], [0, 1]], kind)
    values = np.array([[-1.5, 0.25], [0.0, 96.0]])
    return (values + 1j * values[::-1]).astype(kind) if "complex" in dtype else values.astype(kind)


@pytest.mark.parametrize("dtype", [name for name in DTYPES if name != "string"])
def test_every_dtype_makes_the_round_trip(here: Backend, dtype: str) -> None:
    host = _samples(dtype)
    with here.precision_scope(frozenset({dtype, "float64"})):
        assert here.tensors.canonical_dtype(dtype) == dtype
        tensor = here.tensors.from_host(host, dtype)
        assert here.tensors.is_tensor(tensor)
        assert type(tensor) in here.types
        assert here.tensors.dtype_name(tensor) == dtype
        back = here.tensors.to_host(tensor)
    assert back.dtype == host.dtype
    np.testing.assert_array_equal(back, host)


@pytest.mark.parametrize("dtype", FLOATS)
def test_the_framework_s_own_float_dtypes_are_listed(here: Backend, dtype: str) -> None:
    with here.precision_scope(frozenset({dtype})):
        assert here.tensors.from_host(1.0, dtype).dtype in here.float_dtypes
    assert here.tensors.from_host(1, "int32").dtype not in here.float_dtypes


@pytest.mark.parametrize(
    "host",
    [
        np.arange(12.0).reshape(3, 4)[:, ::-2],
        np.arange(12.0).reshape(3, 4).T,
        np.broadcast_to(np.arange(3.0), (2, 3)),
        np.zeros((0, 3)),
        np.float64(2.5),
        2.5,
        3,
        True,
    ],
    ids=["negative strides", "transposed", "read-only", "empty", "NumPy scalar", "float", "int", "bool"],
)
def test_any_host_value_becomes_a_tensor(here: Backend, host: Any) -> None:
    tensor = here.tensors.from_host(host, "float32")
    np.testing.assert_array_equal(_host(here, tensor), np.asarray(host, "float32"))
    np.testing.assert_array_equal(_host(here, here.tensors.place({"x": np.asarray(host)})["x"]), np.asarray(host))


def test_a_foreign_object_is_no_tensor(here: Backend) -> None:
    assert not any(here.tensors.is_tensor(x) for x in (np.zeros(2), 1.0, [1.0], None, keras.Variable(1.0)))


MAKERS = {
    "from_host": lambda host: current().tensors.from_host(host, "float32"),
    "convert_to_tensor": ops.convert_to_tensor,
    "Variable": keras.Variable,
    "Variable, read before": lambda host: (variable := keras.Variable(host)).value is not None and variable,
    "assign": lambda host: _assigned(keras.Variable(np.zeros_like(host)), host),
}


def _assigned(variable: keras.Variable, value: Any) -> keras.Variable:
    variable.assign(value)
    return variable


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_host_arrays_are_copied(make: Any) -> None:
    host = np.arange(2048, dtype="float32")  # large and aligned enough for a framework to borrow it
    made = make(host)
    host[:] = -1.0
    np.testing.assert_array_equal(ops.convert_to_numpy(made), np.arange(2048, dtype="float32"))


def test_arrays_given_out_are_copies() -> None:
    variable = keras.Variable(np.zeros(3, "float32"))
    for out in (variable.numpy(), ops.convert_to_numpy(variable.value), np.asarray(variable)):
        out[:] = 5.0
    np.testing.assert_array_equal(variable.numpy(), np.zeros(3))


def test_a_variable_made_of_a_tensor_is_a_copy() -> None:
    first = keras.Variable(np.zeros(3, "float32"))
    second = keras.Variable(first.value)
    first.assign(np.ones(3, "float32"))
    np.testing.assert_array_equal(second.numpy(), np.zeros(3))


def test_a_variable_made_of_wide_values_is_wide(here: Backend) -> None:
    with here.precision_scope(frozenset({"float64"})):
        wide = keras.Variable(np.array([1.0]))
        assert [keras.Variable(made).dtype for made in (wide, wide.value, [1.0], 1.0)] == [
            "float64", "float64", "float32", "float32",
        ]  # fmt: skip


def test_devices_are_listed(here: Backend) -> None:
    devices = here.tensors.devices()
    names = [device.name for device in devices]
    assert "cpu:0" in names
    assert len(set(names)) == len(names)
    assert [name for name in names if not re.fullmatch(r"[a-z]+:\d+", name)] == []
    assert {type(device) for device in devices} == {Device}


# ------------------------------------------------------------------------------------------------ variables


@pytest.mark.parametrize("trainable", [True, False])
@pytest.mark.parametrize("placement", ["device", "host"])
@pytest.mark.parametrize("dtype", ["float32", "bfloat16", "int32", "bool"])
def test_the_store_keeps_values(here: Backend, dtype: str, placement: str, trainable: bool) -> None:
    store, asked = here.variables, []
    spec = VariableSpec((2, 2), dtype, "a/b", trainable, placement)
    host = _samples("float32").astype(_samples(dtype).dtype)
    handle = store.create(spec, lambda: asked.append(1) or host)
    assert asked == [1]
    read = store.read(handle)
    assert here.tensors.dtype_name(read) == dtype
    np.testing.assert_array_equal(_host(here, read), host)
    store.write(handle, here.tensors.from_host(~host if dtype == "bool" else host + host, dtype))
    expected = ~host if dtype == "bool" else host + host
    np.testing.assert_array_equal(_host(here, store.read(handle)), expected)


def test_native_initial_values_are_not_shared(here: Backend) -> None:
    native = _native(here, np.zeros(3))
    handle = here.variables.create(VariableSpec((3,), "float32", "v"), lambda: native)
    here.variables.write(handle, _native(here, np.ones(3)))
    np.testing.assert_array_equal(_host(here, native), np.zeros(3))


def test_wide_variables_keep_every_bit(here: Backend) -> None:
    exact = 1.0 + 2.0**-45
    with here.precision_scope(frozenset({"float64"})):
        variable = keras.Variable(np.array([exact]), dtype="float64")
        assert here.tensors.dtype_name(variable.value) == "float64"
        assert variable.numpy().tolist() == [exact]
        variable.assign_add(np.array([2.0**-45]))
        assert variable.numpy().tolist() == [1.0 + 2.0**-44]
        assert ops.dtype(ops.add(variable, variable)) == "float64"
    # Outside the scope the value stands as it was.
    assert variable.numpy().tolist() == [1.0 + 2.0**-44]


# ------------------------------------------------------------------------------------------------- training


def test_value_aux_and_gradients(here: Backend) -> None:
    x, y = _native(here, [1.0, 2.0]), _native(here, [3.0, 5.0])
    (value, aux), gradients = here.training.value_and_grad(lambda a, b: (ops.sum(a * a * b), {"b": b}), [x, y])
    assert float(value) == 23.0
    np.testing.assert_array_equal(_host(here, aux["b"]), [3.0, 5.0])
    np.testing.assert_allclose(_host(here, gradients[0]), [6.0, 20.0])
    np.testing.assert_allclose(_host(here, gradients[1]), [1.0, 4.0])


def test_calls_nest(here: Backend) -> None:
    x = _native(here, [1.0, -2.0, 0.5])
    cube = here.training.value_and_grad

    def slope(a: Any) -> tuple[Any, Any]:
        (_, _), (gradient,) = cube(lambda b: (ops.sum(b * b * b), None), [a])
        return ops.sum(gradient * a), None  # sum(3 a^3)

    (value, _), (second,) = cube(slope, [x])
    host = np.array([1.0, -2.0, 0.5])
    np.testing.assert_allclose(float(value), (3 * host**3).sum(), rtol=1e-6)
    np.testing.assert_allclose(_host(here, second), 9 * host**2, rtol=1e-6)


def test_unused_tensors_get_zeros_or_none(here: Backend) -> None:
    x, y = _native(here, [1.0, 2.0]), _native(here, [3.0])
    _, (used, unused) = here.training.value_and_grad(lambda a, _: (ops.sum(a), None), [x, y])
    np.testing.assert_array_equal(_host(here, used), [1.0, 1.0])
    assert unused is None or _host(here, unused).tolist() == [0.0]
    # A loss that depends on none of them.
    (value, _), (nothing,) = here.training.value_and_grad(lambda _: (_native(here, 4.0), None), [x])
    assert float(value) == 4.0
    assert nothing is None or not _host(here, nothing).any()
    # What users call gives zeros in any case.
    _, gradients = keras.value_and_grad(lambda a, _: ops.sum(a), argnums=(0, 1))(x, y)
    np.testing.assert_array_equal(_host(here, gradients[1]), [0.0])


def test_stop_gradient_makes_a_constant(here: Backend) -> None:
    x = _native(here, [2.0, 3.0])
    stop = here.training.stop_gradient
    _, (gradient,) = here.training.value_and_grad(lambda a: (ops.sum(a * stop(a)), None), [x])
    np.testing.assert_array_equal(_host(here, gradient), [2.0, 3.0])
    np.testing.assert_array_equal(_host(here, stop(x)), [2.0, 3.0])


ABSTRACT = [
    ("elementwise", ops.relu, [((None, 3), "float32")], ((None, 3), "float32")),
    ("matmul", ops.matmul, [((None, 4), "float32"), ((4, 3), "float32")], ((None, 3), "float32")),
    ("reduced", lambda x: ops.sum(x, axis=0), [((None, 3), "float32")], ((3,), "float32")),
    ("joined", lambda x: ops.concatenate([x, x]), [((None, 3), "int32")], ((None, 3), "int32")),
    ("transposed", ops.transpose, [((2, None, 5), "bfloat16")], ((5, None, 2), "bfloat16")),
    ("known", lambda x: ops.reshape(x, (-1,)), [((2, 3), "bool")], ((6,), "bool")),
    ("scalar", ops.exp, [((), "float32")], ((), "float32")),
]


@pytest.mark.parametrize(("fn", "specs", "expected"), [row[1:] for row in ABSTRACT], ids=[row[0] for row in ABSTRACT])
def test_abstract_evaluation_knows_what_can_be_known(here: Backend, fn: Any, specs: Any, expected: Any) -> None:
    result = here.training.abstract_eval(fn, [TensorSpec(*spec) for spec in specs])
    assert result == TensorSpec(*expected)


def test_abstract_evaluation_keeps_structures(here: Backend) -> None:
    spec = TensorSpec((None, 2), "float32")
    result = here.training.abstract_eval(lambda x, y: {"a": x, "b": [y, x + x]}, [spec, TensorSpec((3,), "int32")])
    assert result == {"a": spec, "b": [TensorSpec((3,), "int32"), spec]}
