"""Values of losses on the backend of this run, against formulas in NumPy."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

import polykeras as keras
from polykeras import losses, ops
from polykeras.backend.current import current
from polykeras.plugins.errors import ShapeError

RNG = np.random.default_rng(0)
LOGITS = RNG.normal(size=(4, 3, 5))
P = np.exp(LOGITS) / np.exp(LOGITS).sum(-1, keepdims=True)
LABELS = RNG.integers(0, 5, (4, 3))
ONE_HOT = np.eye(5)[LABELS]
Q = RNG.uniform(0.1, 0.9, (4, 3))
BITS = RNG.integers(0, 2, (4, 3)).astype("float64")
X, Y = RNG.normal(size=(4, 3)), RNG.normal(size=(4, 3))
CROSS = -np.log((ONE_HOT * P).sum(-1))
TOLERANCE = {"float32": 1e-5, "float64": 1e-12}


def _smooth(target: np.ndarray, part: float, share: float) -> np.ndarray:
    return target * (1 - part) + part * share


def _binary(target: np.ndarray, p: np.ndarray) -> np.ndarray:
    return -(target * np.log(p) + (1 - target) * np.log(1 - p))


def _sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


# function, arguments, targets, predictions, values
FUNCTIONS = {
    "mse": (losses.mean_squared_error, {}, Y, X, ((X - Y) ** 2).mean(-1)),
    "mse of vectors": (losses.mean_squared_error, {}, Y[0], X[0], ((X - Y)[0] ** 2).mean()),
    "mse of scalars": (losses.mean_squared_error, {}, Y[0, 0], X[0, 0], (X - Y)[0, 0] ** 2),
    "mae": (losses.mean_absolute_error, {}, Y, X, abs(X - Y).mean(-1)),
    "labels": (losses.sparse_categorical_crossentropy, {}, LABELS, P, CROSS),
    "labels, one axis more": (losses.sparse_categorical_crossentropy, {}, LABELS[..., None], P, CROSS),
    "labels, logits": (losses.sparse_categorical_crossentropy, {"from_logits": True}, LABELS, LOGITS, CROSS),
    "labels, axis": (
        losses.sparse_categorical_crossentropy,
        {"axis": 1},
        LABELS,
        P.transpose(0, 2, 1),
        CROSS,
    ),
    "labels, some ignored": (
        losses.sparse_categorical_crossentropy,
        {"ignore_class": 2},
        LABELS,
        P,
        CROSS * (LABELS != 2),
    ),
    "labels, negative ignored": (
        losses.sparse_categorical_crossentropy,
        {"ignore_class": -1, "from_logits": True},
        np.where(LABELS == 2, -1, LABELS)[..., None],
        LOGITS,
        CROSS * (LABELS != 2),
    ),
    "one-hot": (losses.categorical_crossentropy, {}, ONE_HOT, P, CROSS),
    "one-hot, not summing to one": (losses.categorical_crossentropy, {}, ONE_HOT, 3 * P, CROSS),
    "one-hot, logits": (losses.categorical_crossentropy, {"from_logits": True}, ONE_HOT, LOGITS, CROSS),
    "one-hot, smooth": (
        losses.categorical_crossentropy,
        {"label_smoothing": 0.1},
        ONE_HOT,
        P,
        -(_smooth(ONE_HOT, 0.1, 0.2) * np.log(P)).sum(-1),
    ),
    "one-hot, axis": (
        losses.categorical_crossentropy,
        {"axis": 1, "label_smoothing": 0.1},
        ONE_HOT.transpose(0, 2, 1),
        P.transpose(0, 2, 1),
        -(_smooth(ONE_HOT, 0.1, 0.2) * np.log(P)).sum(-1),
    ),
    "bits": (losses.binary_crossentropy, {}, BITS, Q, _binary(BITS, Q).mean(-1)),
    "bits, logits": (losses.binary_crossentropy, {"from_logits": True}, BITS, X, _binary(BITS, _sigmoid(X)).mean(-1)),
    "bits, smooth": (
        losses.binary_crossentropy,
        {"label_smoothing": 0.2, "axis": 0},
        BITS,
        Q,
        _binary(_smooth(BITS, 0.2, 0.5), Q).mean(0),
    ),
}
CLASSES = {
    losses.mean_squared_error: losses.MeanSquaredError,
    losses.mean_absolute_error: losses.MeanAbsoluteError,
    losses.sparse_categorical_crossentropy: losses.SparseCategoricalCrossentropy,
    losses.categorical_crossentropy: losses.CategoricalCrossentropy,
    losses.binary_crossentropy: losses.BinaryCrossentropy,
}


def _tensor(value, dtype):
    value = np.asarray(value)
    return ops.convert_to_tensor(value.astype(dtype) if value.dtype.kind == "f" else value)


def _check(got, wanted, dtype):
    assert ops.dtype(got) == dtype
    host = ops.convert_to_numpy(got)
    assert host.shape == np.shape(wanted)
    np.testing.assert_allclose(host, wanted, rtol=TOLERANCE[dtype], atol=TOLERANCE[dtype])


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("case", FUNCTIONS)
def test_function(case, dtype):
    function, arguments, y_true, y_pred, wanted = FUNCTIONS[case]
    with current().precision_scope(frozenset({dtype})):
        _check(function(_tensor(y_true, dtype), _tensor(y_pred, dtype), **arguments), wanted, dtype)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("case", FUNCTIONS)
def test_class(case, dtype):
    function, arguments, y_true, y_pred, wanted = FUNCTIONS[case]
    loss = CLASSES[function](**arguments)
    counts = np.ones_like(wanted)
    if "ignore_class" in arguments:
        counts = (LABELS != 2).astype("float64")
    with current().precision_scope(frozenset({dtype})):
        _check(loss(_tensor(y_true, dtype), _tensor(y_pred, dtype)), (wanted * counts).sum() / counts.sum(), dtype)


VALUES = (X - Y) ** 2
WEIGHTS = RNG.uniform(0.5, 2.0, (4,))
EACH = RNG.uniform(0.5, 2.0, (4, 3))


class Squares(keras.Loss):
    """One value per element."""

    def call(self, y_true, y_pred):
        return ops.square(y_true - y_pred)


def _mean_over_weights(weighted, weights):
    return weighted.sum() / np.sum(weights)


REDUCTIONS = {
    "sum_over_batch_size": lambda weighted, _: weighted.mean(),
    "mean": lambda weighted, _: weighted.mean(),
    "sum": lambda weighted, _: weighted.sum(),
    "none": lambda weighted, _: weighted,
    None: lambda weighted, _: weighted,
    "mean_with_sample_weight": _mean_over_weights,
}


@pytest.mark.parametrize("weights", [WEIGHTS, WEIGHTS[:, None], EACH, EACH[:1], np.float32(2.0), np.zeros(4)])
@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_reduction_with_weights(reduction, weights):
    weights = np.asarray(weights)
    weighted = VALUES * (weights[:, None] if weights.ndim == 1 else weights)
    if reduction == "mean_with_sample_weight" and not weights.any():
        wanted = 0.0
    else:
        wanted = REDUCTIONS[reduction](weighted, weights)
    _check(Squares(reduction=reduction)(Y, X, weights), wanted, "float32")


@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_reduction_without_weights(reduction):
    wanted = VALUES if reduction in ("none", None) else VALUES.sum() if reduction == "sum" else VALUES.mean()
    _check(Squares(reduction=reduction)(Y, X), wanted, "float32")


@pytest.mark.parametrize("weight", [2, 2.0, 0])
@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_a_number_as_weight(reduction, weight):
    wanted = 0.0 if weight == 0 and reduction == "mean_with_sample_weight" else None
    if wanted is None:
        factor = 1.0 if reduction == "mean_with_sample_weight" else weight
        plain = VALUES if reduction in ("none", None) else VALUES.sum() if reduction == "sum" else VALUES.mean()
        wanted = plain * factor
    _check(Squares(reduction=reduction)(Y, X, weight), wanted, "float32")


def test_weights_with_one_axis_more_than_the_values():
    wanted = ((X - Y) ** 2).mean(-1)[:, None] * WEIGHTS[:, None]
    _check(losses.MeanSquaredError(reduction="none")(Y, X, WEIGHTS[:, None]), wanted, "float32")


@pytest.mark.parametrize("shape", [(3,), (4, 2), (4, 3, 2), (2, 3)])
def test_weights_that_do_not_fit(shape):
    with pytest.raises(ShapeError, match="sample weights do not fit"):
        Squares()(Y, X, np.ones(shape))


def test_as_many_weights_as_steps_are_still_weights_of_samples():
    # Broadcasting from the right would take them for weights of the columns.
    square = np.arange(9.0).reshape(3, 3)
    wanted = square * np.array([[1.0], [2.0], [3.0]])
    _check(Squares(reduction="none")(np.zeros((3, 3)), np.sqrt(square), np.array([1.0, 2.0, 3.0])), wanted, "float32")


@pytest.mark.parametrize(
    "shapes", [((4,), (4, 1)), ((4, 1), (4,)), ((4, 1, 1), (4, 1)), ((4, 3, 1), (4, 3)), ((4, 3), (4, 3, 1))]
)
@pytest.mark.parametrize("name", ["mse", "mae", "bce"])
def test_a_last_axis_of_one_never_broadcasts(name, shapes):
    size = np.prod(shapes[0])
    y_true = np.linspace(0.1, 0.9, size).reshape(shapes[0])
    y_pred = y_true[::-1].reshape(shapes[1])
    flat = losses.get(name)(y_true.reshape(-1, 1), y_pred.reshape(-1, 1))
    wanted = ops.convert_to_numpy(flat).mean()
    _check(losses.as_loss(name)(y_true, y_pred), wanted, "float32")
    assert ops.convert_to_numpy(losses.get(name)(y_true, y_pred)).shape == (4,)


@pytest.mark.parametrize("means", ["sum_over_batch_size", "mean", "mean_with_sample_weight", "sum", "none"])
@pytest.mark.parametrize("weights", [None, WEIGHTS, EACH])
def test_ignored_labels_do_not_count(means, weights):
    counts = (LABELS != 2).astype("float64")
    each = np.ones((4, 3)) if weights is None else np.broadcast_to(weights.reshape(4, -1), (4, 3))
    weighted = CROSS * counts * each
    wanted = {
        "sum": weighted.sum(),
        "none": weighted,
        "mean_with_sample_weight": weighted.sum() / (counts * each).sum(),
    }.get(means, weighted.sum() / counts.sum())
    loss = losses.SparseCategoricalCrossentropy(ignore_class=2, reduction=means)
    _check(loss(LABELS, P, weights), wanted, "float32")


def test_nothing_but_ignored_labels():
    loss = losses.SparseCategoricalCrossentropy(ignore_class=0)
    assert float(loss(np.zeros(3, "int32"), P[0])) == 0.0


def test_an_empty_batch_has_loss_zero():
    assert float(losses.MeanSquaredError()(np.zeros((0, 2)), np.zeros((0, 2)))) == 0.0


def test_labels_are_not_rounded():
    # As float32 the label is 16777216, which is right too; the loss must tell them apart.
    classes = 2**24 + 2
    label = 2**24 + 1
    logits = np.zeros((1, classes), "float32")
    logits[0, label] = 30.0
    loss = losses.SparseCategoricalCrossentropy(from_logits=True)
    assert float(loss(np.array([label]), logits)) < 1.0


DTYPES = [
    ("float32", None, "float32"),
    ("float16", None, "float32"),
    ("float64", None, "float64"),
    ("float32", "float16", "float16"),
    ("float64", "float32", "float32"),
]


@pytest.mark.parametrize(("prediction", "given", "wanted"), DTYPES)
def test_dtype(prediction, given, wanted):
    with current().precision_scope(frozenset({"float64"})):
        y_pred = ops.convert_to_tensor(X, prediction)
        assert ops.dtype(losses.MeanSquaredError(dtype=given)(Y, y_pred)) == wanted
    assert ops.dtype(losses.MeanSquaredError()(Y, X)) == "float32"


def test_structures_reach_call():
    class Both(keras.Loss):
        def call(self, y_true, y_pred):
            return ops.square(y_true["a"] - y_pred["a"]) + ops.abs(y_true["b"] - y_pred["b"])

    wanted = (VALUES + abs(X - 2 * Y)).mean()
    _check(Both()({"a": Y, "b": 2 * Y}, {"a": X, "b": X}), wanted, "float32")


def test_lists_of_arrays_are_stacked_by_functions():
    _check(losses.MeanSquaredError()([Y, Y + 1], [X, X]), np.mean([(X - Y) ** 2, (X - Y - 1) ** 2]), "float32")
    _check(losses.MeanSquaredError()([[1.0, 2.0]], [[1.0, 4.0]]), 2.0, "float32")


def test_targets_of_another_kind():
    _check(losses.MeanSquaredError()([1, 2], ops.convert_to_tensor([1.5, 2.5])), 0.25, "float32")
    _check(losses.mean_absolute_error([1, 2], [2, 4]), 1.5, "float32")


def test_a_mask_on_the_predictions():
    y_pred = ops.convert_to_tensor(X, "float32")
    try:
        y_pred._keras_mask = ops.convert_to_tensor(LABELS != 2)
    except AttributeError:
        pytest.skip("tensors of this backend carry no masks")
    counts = LABELS != 2
    _check(Squares()(Y, y_pred), VALUES[counts].mean(), "float32")
    _check(Squares()(Y, y_pred, WEIGHTS), (VALUES * counts * WEIGHTS[:, None]).sum() / counts.sum(), "float32")


def test_gradients_flow():
    weight = keras.Variable(X.astype("float32"))
    loss = losses.MeanSquaredError()
    value, (gradient,) = keras.value_and_grad(lambda: loss(Y, weight * 1.0), [weight])()
    assert float(value) == pytest.approx(VALUES.mean(), rel=1e-5)
    np.testing.assert_allclose(ops.convert_to_numpy(gradient), 2 * (X - Y) / X.size, rtol=1e-4, atol=1e-6)


def test_symbolic_predictions():
    symbol = keras.KerasTensor((None, 5), "float32")
    labels = keras.KerasTensor((None,), "int32")
    assert losses.sparse_categorical_crossentropy(labels, symbol).shape == (None,)
    assert losses.SparseCategoricalCrossentropy()(labels, symbol).shape == ()


def test_a_loss_pickles():
    loss = pickle.loads(pickle.dumps(losses.CategoricalCrossentropy(label_smoothing=0.1)))
    _check(loss(ONE_HOT, P), FUNCTIONS["one-hot, smooth"][-1].mean(), "float32")


def test_wrong_targets_are_refused():
    with pytest.raises(ShapeError, match="sparse_categorical_crossentropy"):
        losses.CategoricalCrossentropy()(LABELS, P)
