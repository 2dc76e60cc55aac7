"""Ops of neural networks: values of the oracle, inferred dtypes and shapes, gradients.

Each is asked twice where a backend has its own function: once of that, once of the body that core derives it by.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import polykeras
from polykeras import KerasTensor, ops
from polykeras.backend.current import current
from polykeras.backend.resolved import FALLBACK_BODIES
from polykeras.ops.defined import OPS
from tests.backends.ops import checking
from tests.backends.ops.cases import Case, smooth
from tests.backends.ops.nn_cases import CONVOLUTION, EINSUM, LINEAR, LOSSES, NN, NORMALIZATION, conv

FAMILIES = {
    "linear": LINEAR,
    "nn": NN,
    "convolution": CONVOLUTION,
    "normalization": NORMALIZATION,
    "losses": LOSSES,
}
CASES = [case for cases in FAMILIES.values() for case in cases]
# A window or an axis arranged otherwise is another gradient: here all of them are asked for.
SMOOTH = [case for case in CASES if case.gradient]


def _host(tensor: Any) -> np.ndarray:
    return ops.convert_to_numpy(tensor)


def _is_float(one: Any) -> bool:
    return hasattr(one, "dtype") and ops.dtype(one) in {"float16", "bfloat16", "float32", "float64"}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_values(case: Case) -> None:
    checking.check_value(case)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_inferred_shape_and_dtype(case: Case) -> None:
    checking.check_inferred(case)


@pytest.mark.parametrize("case", [case for case in CASES if case.unknown], ids=lambda case: case.name)
def test_unknown_sizes(case: Case) -> None:
    checking.check_unknown(case)


@pytest.mark.parametrize("case", SMOOTH, ids=lambda case: case.name)
def test_gradients(case: Case) -> None:
    checking.check_gradient(case)


# ------------------------------------------------------------------------------------------------------ bodies of core
# What another backend falls back on must be right too, though this one has its own function.
DERIVED = [case for case in CASES if OPS[case.op].body is not None]


@pytest.fixture
def body(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Case:
    case: Case = request.param
    monkeypatch.setattr(current().op, case.op, FALLBACK_BODIES[case.op])
    return case


@pytest.mark.parametrize("body", DERIVED, ids=lambda case: case.name, indirect=True)
def test_values_of_the_body(body: Case) -> None:
    checking.check_value(body)


@pytest.mark.parametrize("body", smooth(DERIVED), ids=lambda case: case.name, indirect=True)
def test_gradients_of_the_body(body: Case) -> None:
    checking.check_gradient(body)


# ---------------------------------------------------------------------------------------------------- narrow precision
_FIRST_OF_EACH = {case.op: case for case in reversed(CASES) if any(_is_float(one) for one in case.args)}


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float64"])
@pytest.mark.parametrize("case", _FIRST_OF_EACH.values(), ids=lambda case: case.op)
def test_other_precision(case: Case, dtype: str) -> None:
    with current().precision_scope(frozenset({dtype})):
        args = [ops.cast(one, dtype) if _is_float(one) else one for one in checking.tensors(case.args)]
        held = [_host(one).astype("float64") if _is_float(one) else one for one in args]
        held = [_host(one) if ops.is_tensor(one) else one for one in held]
        got = checking.listed(getattr(ops, case.op)(*args))
        symbols = [KerasTensor(one.shape, ops.dtype(one)) if ops.is_tensor(one) else one for one in args]
        inferred = checking.listed(getattr(ops, case.op)(*symbols))
        for ours, symbol, theirs in zip(got, inferred, checking.listed(case.oracle(*held)), strict=True):
            assert ops.dtype(ours) == symbol.dtype == dtype
            # Sums of rounded terms differ from a rounded sum by some units.
            unit = {"float16": 2.0**-10, "bfloat16": 2.0**-7, "float64": 2.0**-52}[dtype]
            np.testing.assert_allclose(_host(ours).astype("float64"), theirs, rtol=32 * unit, atol=32 * unit)


# ------------------------------------------------------------------------------------------------------------- einsum
@pytest.mark.parametrize(("subscripts", "operands"), EINSUM, ids=lambda one: one if isinstance(one, str) else "")
def test_einsum(subscripts: str, operands: tuple[np.ndarray, ...]) -> None:
    got = ops.einsum(subscripts, *map(ops.convert_to_tensor, operands))
    wide = [one if one.dtype.kind in "bi" else one.astype("float64") for one in operands]
    checking.close(got, np.einsum(subscripts, *wide))
    known = ops.einsum(subscripts, *(KerasTensor(one.shape, one.dtype) for one in operands))
    unknown = ops.einsum(subscripts, *(KerasTensor([None] * one.ndim, one.dtype) for one in operands))
    assert known.shape == tuple(got.shape)
    assert known.dtype == unknown.dtype == ops.dtype(got)
    assert len(unknown.shape) == len(known.shape)


def test_einsum_promotes_and_widens() -> None:
    assert ops.dtype(ops.einsum("i,i->", np.ones(2, "int32"), np.ones(2, "float32"))) == "float32"
    assert ops.dtype(ops.einsum("i,i->", np.full(2, 100, "int8"), np.full(2, 100, "int8"))) == "int32"


# --------------------------------------------------------------------------------------------------------- fused maps
@pytest.mark.parametrize("shape", [(3, 4), (2, 3, 4), (4,)], ids=str)
@pytest.mark.parametrize("biased", [True, False])
def test_dense_is_a_product_and_a_sum(shape: tuple[int, ...], biased: bool) -> None:
    rng = np.random.default_rng(0)
    x, kernel, bias = (rng.normal(size=size).astype("float32") for size in (shape, (4, 5), (5,)))
    case = Case(
        "dense", "dense", (x, kernel, bias if biased else None), lambda x, k, b: x @ k + (0 if b is None else b)
    )
    _check_internal(case)


@pytest.mark.parametrize("data_format", ["channels_last", "channels_first"])
@pytest.mark.parametrize("biased", [True, False])
def test_conv_with_bias_is_a_convolution_and_a_sum(data_format: str, biased: bool) -> None:
    rng = np.random.default_rng(0)
    first = data_format == "channels_first"
    shape = (2, 3, 6, 5) if first else (2, 6, 5, 3)
    x, kernel, bias = (rng.normal(size=size).astype("float32") for size in (shape, (3, 2, 3, 4), (4,)))
    options = (2, "same", data_format, 1)

    def oracle(x: np.ndarray, kernel: np.ndarray, bias: np.ndarray | None, *_: object) -> np.ndarray:
        y = conv(x, kernel, *options)
        return y if bias is None else y + (bias[:, None, None] if first else bias)

    _check_internal(Case("conv_with_bias", "conv_with_bias", (x, kernel, bias if biased else None, *options), oracle))


def _check_internal(case: Case) -> None:
    """Check an op that layers use and that is not public, on this backend and by its body."""
    op = OPS[case.op]
    native = checking.tensors(case.args)
    expected = checking.right(case, case.args)[0]
    checking.close(op(*native), expected)
    checking.close(FALLBACK_BODIES[case.op](*native), expected)
    symbols = [KerasTensor(one.shape, "float32") if ops.is_tensor(one) else one for one in native]
    assert op(*symbols).shape == expected.shape


# ----------------------------------------------------------------------------------------- what a loss must not do
def _gradient(function: Any, *args: Any) -> list[np.ndarray]:
    _, gradients = polykeras.value_and_grad(function, argnums=tuple(range(len(args))))(*args)
    return [_host(one) for one in gradients]


def test_certain_predictions_have_finite_gradients() -> None:
    output = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]], "float32")
    labels = np.array([0, 2, 2])
    (sparse,) = _gradient(lambda o: ops.sum(ops.sparse_categorical_crossentropy(labels, o)), output)
    (dense,) = _gradient(lambda o: ops.sum(ops.categorical_crossentropy(np.eye(3)[labels], o)), output)
    (binary,) = _gradient(lambda o: ops.sum(ops.binary_crossentropy(np.eye(3)[labels], o)), output)
    for gradient in (sparse, dense, binary):
        assert np.isfinite(gradient).all()
        # Outside of the clipped range the loss is flat, as in Keras.
        np.testing.assert_allclose(gradient, 0, atol=1e-5)


@pytest.mark.parametrize("strides", [None, 1])
def test_gradient_of_max_pool_goes_to_the_first_of_equals(strides: int | None) -> None:
    """After a rectifier whole windows are 0; backends that shared the gradient out would part company."""
    (gradient,) = _gradient(lambda x: ops.sum(ops.max_pool(x, 2, strides)), np.zeros((1, 2, 4, 1), "float32"))
    assert gradient[0, :, :, 0].tolist() == ([[1, 0, 1, 0], [0] * 4] if strides is None else [[1, 1, 1, 0], [0] * 4])


def test_second_derivative_through_convolution_and_pooling() -> None:
    rng = np.random.default_rng(0)
    x, kernel = (rng.normal(size=shape) for shape in ((1, 6, 6, 2), (3, 3, 2, 2)))

    def loss(kernel: Any) -> Any:
        y = ops.tanh(ops.conv(x, kernel))
        return ops.sum(ops.square(ops.max_pool(y, 2))) + ops.sum(ops.square(ops.average_pool(y, 2)))

    def slope(kernel: Any) -> Any:
        return ops.sum(ops.square(polykeras.value_and_grad(loss)(kernel)[1]))

    with current().precision_scope(frozenset({"float64"})):
        (got,) = _gradient(slope, kernel)
        for at in ((0, 0, 0, 0), (1, 2, 1, 0), (2, 2, 1, 1)):
            moved = [kernel.copy(), kernel.copy()]
            moved[0][at] += 1e-6
            moved[1][at] -= 1e-6
            high, low = (float(_host(slope(ops.convert_to_tensor(one)))) for one in moved)
            assert got[at] == pytest.approx((high - low) / 2e-6, rel=1e-5, abs=1e-6)


def test_gradient_of_normalize_at_zero_is_finite() -> None:
    (gradient,) = _gradient(lambda x: ops.sum(ops.normalize(x)), np.zeros((2, 3), "float32"))
    assert np.isfinite(gradient).all()


@pytest.mark.parametrize("from_logits", [True, False])
def test_second_derivative_of_sparse_crossentropy(from_logits: bool) -> None:
    labels, step = np.array([1, 2]), 1e-6

    def loss(output: Any) -> Any:
        return ops.sum(ops.sparse_categorical_crossentropy(labels, output, from_logits))

    def slope(output: Any) -> Any:
        return ops.sum(ops.square(polykeras.value_and_grad(loss)(output)[1]))

    with current().precision_scope(frozenset({"float64"})):
        output = np.array([[0.2, 0.5, 0.3], [0.6, 0.3, 0.1]])
        (got,) = _gradient(slope, output)
        for at in np.ndindex(output.shape):
            moved = [output.copy(), output.copy()]
            moved[0][at] += step
            moved[1][at] -= step
            high, low = (float(_host(slope(ops.convert_to_tensor(one)))) for one in moved)
            assert got[at] == pytest.approx((high - low) / (2 * step), rel=1e-4, abs=1e-5)


@pytest.mark.parametrize("from_logits", [True, False])
@pytest.mark.parametrize("label", [-1, 3, -100])
def test_label_outside_of_the_classes_is_seen(label: int, from_logits: bool) -> None:
    """It raises, or makes the loss of its sample nan: it never passes for a good prediction."""
    output = np.full((2, 3), 1 / 3, "float32")
    try:
        got = _host(ops.sparse_categorical_crossentropy(np.array([0, label]), output, from_logits))
    except (IndexError, ValueError, RuntimeError):
        return
    assert np.isnan(got).tolist() == [False, True]


@pytest.mark.parametrize(
    ("op", "target", "output"),
    [
        ("categorical_crossentropy", (3,), (3, 4)),
        ("categorical_crossentropy", (3, 1), (3, 4)),
        ("binary_crossentropy", (3,), (3, 1)),
        ("binary_crossentropy", (3, 1), (3, 4)),
        ("sparse_categorical_crossentropy", (4,), (3, 4)),
        ("sparse_categorical_crossentropy", (3, 4), (3, 4)),
        ("sparse_categorical_crossentropy", (), (3, 4)),
    ],
)
def test_target_of_another_shape_is_refused(op: str, target: tuple[int, ...], output: tuple[int, ...]) -> None:
    arrays = np.zeros(target, "int32"), np.full(output, 0.5, "float32")
    for args in (arrays, (KerasTensor(target, "int32"), KerasTensor(output, "float32"))):
        with pytest.raises(ValueError, match=f"`{op}`"):
            getattr(ops, op)(*args)


def test_unknown_batch_size_fits_any_target() -> None:
    loss = ops.sparse_categorical_crossentropy(KerasTensor((None,), "int32"), KerasTensor((None, 10), "float32"))
    assert loss.shape == (None,)
    assert ops.binary_crossentropy(KerasTensor((None, 1)), KerasTensor((None, 1))).shape == (None, 1)


@pytest.mark.parametrize("order", ["nuc", 2, "other"])
def test_norm_refuses_what_needs_singular_values(order: object) -> None:
    with pytest.raises(ValueError, match="`norm`"):
        ops.norm(np.ones((2, 3), "float32"), order)


@pytest.mark.parametrize("order", [0.5, 0, -1])
def test_normalize_refuses_orders_below_one(order: float) -> None:
    with pytest.raises(ValueError, match="`normalize`"):
        ops.normalize(np.ones((2, 3), "float32"), order=order)


@pytest.mark.parametrize("padding", ["full", "same_lower", "causal"])
@pytest.mark.parametrize("op", ["conv", "max_pool", "average_pool"])
def test_unknown_padding_is_refused(op: str, padding: str) -> None:
    """Frameworks know modes of their own; none of them may pass, nor be taken for another."""
    x = np.ones((1, 4, 4, 2), "float32")
    window = np.ones((2, 2, 2, 3), "float32") if op == "conv" else 2
    for image in (x, KerasTensor(x.shape)):
        with pytest.raises(ValueError, match=f"padding='{padding}'"):
            getattr(ops, op)(image, window, 1, padding)


def test_padding_in_upper_case_and_sizes_of_numpy() -> None:
    x = np.ones((1, 5, 5, 2), "float32")
    assert tuple(ops.max_pool(x, np.int64(2), [np.int64(2), 2], "SAME").shape) == (1, 3, 3, 2)
    assert tuple(ops.conv(x, np.ones((2, 2, 2, 3), "float32"), np.int64(2), "VALID").shape) == (1, 2, 2, 3)
