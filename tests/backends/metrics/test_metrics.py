"""Values of metrics on the backend of this run, against formulas in NumPy, batch by batch and at once."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest

import polykeras as keras
from polykeras import metrics, ops
from polykeras.backend.current import current
from polykeras.plugins.errors import ShapeError
from polykeras.state import overlay

RNG = np.random.default_rng(1)
P = RNG.dirichlet(np.ones(5), 12)
LABELS = RNG.integers(0, 5, 12)
ONE_HOT = np.eye(5)[LABELS]
SEQUENCES, SEQUENCE_LABELS = P.reshape(4, 3, 5), LABELS.reshape(4, 3)
X, Y = RNG.normal(size=(12, 3)), RNG.normal(size=(12, 3))
Q, BITS = RNG.uniform(size=(12, 1)), RNG.integers(0, 2, (12, 1))
ROWS, ROW_BITS = RNG.uniform(size=(12, 3)), RNG.integers(0, 2, (12, 3))
RIGHT = (P.argmax(-1) == LABELS).astype("float64")
RANKS = np.array([sorted(row, reverse=True).index(row[label]) for row, label in zip(P, LABELS, strict=True)])
CROSS = -np.log(P[np.arange(12), LABELS])
BINARY = -(BITS * np.log(Q) + (1 - BITS) * np.log(1 - Q))

# metric, targets, predictions, one value per sample (axes after the first are averaged)
CASES = {
    "accuracy": (metrics.Accuracy, LABELS, P.argmax(-1), RIGHT),
    "binary": (metrics.BinaryAccuracy, BITS, Q, ((Q > 0.5) == BITS).mean(-1)),
    "binary, flat targets": (metrics.BinaryAccuracy, BITS[:, 0], Q, ((Q > 0.5) == BITS).mean(-1)),
    "binary, rows": (metrics.BinaryAccuracy, ROW_BITS, ROWS, ((ROWS > 0.5) == ROW_BITS).mean(-1)),
    "binary, threshold": (
        lambda: metrics.BinaryAccuracy(threshold=0.2),
        BITS,
        Q,
        ((Q > 0.2) == BITS).mean(-1),
    ),
    "one-hot": (metrics.CategoricalAccuracy, ONE_HOT, P, RIGHT),
    "labels": (metrics.SparseCategoricalAccuracy, LABELS, P, RIGHT),
    "labels, column": (metrics.SparseCategoricalAccuracy, LABELS[:, None], P, RIGHT),
    "labels, floats": (metrics.SparseCategoricalAccuracy, LABELS.astype("float32"), P, RIGHT),
    "labels, sequences": (
        metrics.SparseCategoricalAccuracy,
        SEQUENCE_LABELS,
        SEQUENCES,
        RIGHT.reshape(4, 3),
    ),
    "top 2": (lambda: metrics.TopKCategoricalAccuracy(2), ONE_HOT, P, (RANKS < 2) * 1.0),
    "top 3 of labels": (lambda: metrics.SparseTopKCategoricalAccuracy(3), LABELS, P, (RANKS < 3) * 1.0),
    "top 2 of sequences": (
        lambda: metrics.SparseTopKCategoricalAccuracy(2),
        SEQUENCE_LABELS,
        SEQUENCES,
        (RANKS < 2).reshape(4, 3) * 1.0,
    ),
    "top 2 of sorted labels": (
        lambda: metrics.SparseTopKCategoricalAccuracy(2, from_sorted_ids=True),
        LABELS,
        (-P).argsort(-1),
        (RANKS < 2) * 1.0,
    ),
    "mse": (metrics.MeanSquaredError, Y, X, ((X - Y) ** 2).mean(-1)),
    "mse, flat targets": (metrics.MeanSquaredError, Y[:, 0], X[:, :1], (X - Y)[:, 0] ** 2),
    "mae": (metrics.MeanAbsoluteError, Y, X, abs(X - Y).mean(-1)),
    "crossentropy": (metrics.SparseCategoricalCrossentropy, LABELS, P, CROSS),
    "crossentropy, one-hot": (metrics.CategoricalCrossentropy, ONE_HOT, P, CROSS),
    "crossentropy, bits": (metrics.BinaryCrossentropy, BITS, Q, BINARY.mean(-1)),
    "function": (
        lambda: metrics.MeanMetricWrapper(lambda y_true, y_pred: ops.abs(y_true - y_pred), name="it"),
        Y,
        X,
        abs(X - Y),
    ),
}


def _values_of(case):
    make, y_true, y_pred, values = CASES[case]
    return make(), y_true, y_pred, values.reshape(len(values), -1).mean(-1)


def _close(got, wanted):
    got = ops.convert_to_numpy(got)
    assert got.shape == ()
    assert got == pytest.approx(wanted, rel=1e-5, abs=1e-6)


@pytest.mark.parametrize("cuts", [(), (4,), (1, 2, 3)])
@pytest.mark.parametrize("case", CASES)
def test_batch_by_batch_is_at_once(case, cuts):
    metric, y_true, y_pred, values = _values_of(case)
    for rows in np.split(np.arange(len(values)), cuts):
        metric.update_state(y_true[rows], y_pred[rows])
    _close(metric.result(), values.mean())
    _close(metric.count, len(values))


@pytest.mark.parametrize("case", CASES)
def test_native_tensors(case):
    metric, y_true, y_pred, values = _values_of(case)
    as_float = y_pred.astype("float32") if y_pred.dtype.kind == "f" else y_pred
    metric.update_state(ops.convert_to_tensor(y_true), ops.convert_to_tensor(as_float))
    _close(metric.result(), values.mean())


@pytest.mark.parametrize("weights", [np.linspace(0.5, 2, 12), np.linspace(0.5, 2, 12)[:, None], np.zeros(12)])
@pytest.mark.parametrize("case", CASES)
def test_weights_per_sample(case, weights):
    metric, y_true, y_pred, values = _values_of(case)
    weights = weights[: len(values)]
    for rows in np.split(np.arange(len(values)), (1,)):
        metric.update_state(y_true[rows], y_pred[rows], sample_weight=weights[rows])
    total = weights.sum()
    _close(metric.result(), (values * weights.reshape(-1)).sum() / total if total else 0.0)
    _close(metric.count, total)


@pytest.mark.parametrize("weights", [None, np.linspace(1, 2, 12)])
@pytest.mark.parametrize("labels", [LABELS, LABELS[:, None]])
def test_ignored_labels_do_not_count(labels, weights):
    metric = metrics.SparseCategoricalCrossentropy(ignore_class=2)
    counts = (LABELS != 2) * (1.0 if weights is None else weights)
    for rows in np.split(np.arange(12), (5,)):
        metric.update_state(labels[rows], P[rows], None if weights is None else weights[rows])
    _close(metric.result(), (CROSS * counts).sum() / counts.sum())
    _close(metric.count, counts.sum())


FUNCTIONS = {
    "binary, rows": (metrics.binary_accuracy, {}),
    "one-hot": (metrics.categorical_accuracy, {}),
    "labels": (metrics.sparse_categorical_accuracy, {}),
    "labels, sequences": (metrics.sparse_categorical_accuracy, {}),
    "top 2": (metrics.top_k_categorical_accuracy, {"k": 2}),
    "top 3 of labels": (metrics.sparse_top_k_categorical_accuracy, {"k": 3}),
    "top 2 of sequences": (metrics.sparse_top_k_categorical_accuracy, {"k": 2}),
}


@pytest.mark.parametrize("case", FUNCTIONS)
def test_functions_give_floats(case):
    function, arguments = FUNCTIONS[case]
    _, y_true, y_pred, values = CASES[case]
    got = function(y_true, ops.convert_to_tensor(y_pred, "float32"), **arguments)
    assert ops.dtype(got) == "float32"
    host = ops.convert_to_numpy(got)
    if case == "binary, rows":
        host = host.mean(-1)
    np.testing.assert_allclose(host, values, rtol=1e-6)


V = np.arange(12.0).reshape(2, 3, 2)
TWO, SIX = np.array([1.0, 4.0]), np.array([[1.0, 4.0, 2.0], [3.0, 2.0, 1.0]])
REDUCED = [
    # values, weights, mean: total, count; sum
    (V[0, 0, 0], None, (0.0, 1.0), 0.0),
    (V[0, :, 1], None, (9.0, 3.0), 9.0),
    (V, None, (11.0, 2.0), 66.0),
    (V, 3.0, (5.5 * 3, 3.0), 198.0),
    (V, TWO, (36.5, 5.0), 219.0),
    (V, TWO[:, None], (36.5, 5.0), 219.0),
    (V, SIX, ((V.mean(-1) * SIX).sum() / 3, SIX.sum() / 3), (V.sum(-1) * SIX).sum()),
    (V[..., 0], SIX, ((V[..., 0] * SIX).sum() / 3, SIX.sum() / 3), (V[..., 0] * SIX).sum()),
    (V[0, 1, :], TWO[:, None], (2.0 + 12.0, 5.0), 14.0),
    (3.0, 32, (96.0, 32.0), 96.0),
    (3, None, (3.0, 1.0), 3.0),
    ([1, 2, 3], [1, 0, 2], (7.0, 3.0), 7.0),
    (np.zeros((0,)), None, (0.0, 0.0), 0.0),
    (np.array([True, False, True]), None, (2.0, 3.0), 2.0),
    (np.array([True, True, False]), [1.0, 2.0, 3.0], (3.0, 6.0), 3.0),
]


@pytest.mark.parametrize(("values", "weights", "mean", "total"), REDUCED)
def test_mean_and_sum(values, weights, mean, total):
    average = metrics.Mean()
    average.update_state(values, weights)
    _close(average.total, mean[0])
    _close(average.count, mean[1])
    _close(average.result(), mean[0] / mean[1] if mean[1] else 0.0)
    _close(metrics.Sum()(values, weights), total)


@pytest.mark.parametrize("metric", [metrics.Mean(), metrics.Sum()])
def test_weights_that_do_not_fit(metric):
    for shape in [(3,), (2, 3, 2, 1, 2), (2, 2)]:
        with pytest.raises(ShapeError, match="sample weights"):
            metric.update_state(V, np.ones(shape))
    _close(metric.result(), 0.0)


def test_root_of_the_mean_of_squares():
    metric = metrics.RootMeanSquaredError()
    for rows in ([0, 1, 2], [3]):
        metric.update_state(Y[rows], X[rows])
    _close(metric.result(), np.sqrt(((X - Y)[:4] ** 2).mean()))
    weights = np.linspace(1, 2, 12)
    _close(metrics.RootMeanSquaredError()(Y, X, weights), np.sqrt(((X - Y) ** 2).mean(-1) @ weights / weights.sum()))


def test_reset():
    metric = metrics.Mean()
    metric.update_state([5.0])
    metric.reset_state()
    _close(metric.result(), 0.0)
    _close(metric([1.0, 2.0]), 1.5)


def test_half_precision_is_summed_in_single():
    values = ops.convert_to_tensor(np.full(4096, 0.1), "float16")
    metric = metrics.Sum()
    metric.update_state(values)
    assert float(metric.result()) == pytest.approx(4096 * float(np.float16(0.1)), rel=1e-6)


@pytest.mark.parametrize("dtype", ["float16", "float64"])
def test_dtype_of_the_state(dtype):
    with current().precision_scope(frozenset({dtype})):
        metric = metrics.Mean(dtype=dtype)
        metric.update_state([1.0, 2.0])
        assert [variable.dtype for variable in metric.variables] == [dtype, dtype]
        assert ops.dtype(metric.result()) == dtype
        _close(metric.result(), 1.5)


@pytest.mark.parametrize("make", [metrics.Mean, metrics.Sum, metrics.RootMeanSquaredError])
def test_stateless(make):
    metric = make()
    arguments = (Y, X) if make is metrics.RootMeanSquaredError else (X**2,)
    state = metric.stateless_reset_state()
    for _ in range(2):
        state = metric.stateless_update_state(state, *arguments)
    result = metric.stateless_result(state)
    assert all(float(ops.convert_to_numpy(variable)) == 0.0 for variable in metric.variables)
    for _ in range(2):
        metric.update_state(*arguments)
    _close(result, float(metric.result()))
    for own, other in zip(metric.variables, state, strict=True):
        _close(own, float(other))


def test_stateless_calls_want_the_whole_state():
    with pytest.raises(ValueError, match="Allowed: one for each of 2: mean/total, mean/count"):
        metrics.Mean().stateless_result([1.0])


def test_an_update_inside_an_overlay_waits():
    metric = metrics.SparseCategoricalAccuracy()
    with overlay.overlaid(overlay.Overlay({})) as scope:
        metric.update_state(LABELS, P)
        _close(metric.count, 12)
    _close(metric.count, 0)
    overlay.merge(scope)
    _close(metric.count, 12)


def test_an_update_inside_a_loss_comes_out():
    weight, metric = keras.Variable(2.0), metrics.Mean()

    def loss():
        value = weight * weight
        metric.update_state(value)
        return value

    keras.value_and_grad(loss, [weight])()
    _close(metric.result(), 4.0)


def test_values_with_a_gradient_leave_none_in_the_state():
    weight, metric = keras.Variable(2.0), metrics.Mean()
    for _ in range(3):
        metric.update_state(weight * 1.0, 2)
        metric.update_state(ops.stack([weight * 1.0]))
    assert not getattr(metric.total.value, "requires_grad", False)
    _close(metric.result(), 2.0)


def test_a_compiled_step_updates_metrics():
    mean, accuracy = metrics.Mean(), metrics.SparseCategoricalAccuracy()

    def step(batch):
        accuracy.update_state(*batch)
        mean.update_state(ops.sum(batch[1]), 4)
        return accuracy.result()

    backend = current()
    run = backend.training.compile_step(step, [*mean.variables, *accuracy.variables], jit=None)
    for rows in np.split(np.arange(12), 3):
        result = run(backend.tensors.place((LABELS[rows], P[rows].astype("float32"))))
    _close(result, RIGHT.mean())
    _close(mean.result(), 4.0)


@pytest.mark.parametrize("twin", [copy.deepcopy, lambda metric: pickle.loads(pickle.dumps(metric))])
def test_copies_go_on_by_themselves(twin):
    metric = metrics.SparseCategoricalAccuracy()
    metric.update_state(LABELS, P)
    other = twin(metric)
    other.update_state(LABELS, P)
    _close(metric.count, 12)
    _close(other.count, 24)
    _close(other.result(), RIGHT.mean())


def test_a_mask_on_the_predictions():
    y_pred = ops.convert_to_tensor(SEQUENCES, "float32")
    mask = SEQUENCE_LABELS != 2
    try:
        y_pred._keras_mask = ops.convert_to_tensor(mask)
    except AttributeError:
        pytest.skip("tensors of this backend carry no masks")
    right = RIGHT.reshape(4, 3)
    _close(metrics.SparseCategoricalAccuracy()(SEQUENCE_LABELS, y_pred), (right * mask).sum() / mask.sum())
    weights = np.array([1.0, 2.0, 3.0, 4.0])
    wanted = (right * mask * weights[:, None]).sum() / (mask * weights[:, None]).sum()
    _close(metrics.SparseCategoricalAccuracy()(SEQUENCE_LABELS, y_pred, weights), wanted)


def test_a_metric_of_ones_own():
    class Largest(keras.Metric):
        def __init__(self, name="largest"):
            super().__init__(name=name)
            self.peak = self.add_variable((), lambda shape, dtype: np.full(shape, -np.inf, dtype), name="peak")

        def update_state(self, values):
            self.peak.assign(ops.maximum(self.peak, ops.max(values)))

        def result(self):
            return self.peak.value

    metric = Largest()
    _close(metric(np.array([1.0, 3.0, 2.0], "float32")), 3.0)
    _close(metric(np.array([-1.0], "float32")), 3.0)
    assert metric.get_config() == {"name": "largest", "dtype": "float32"}
    metric.reset_state()
    _close(metric.result(), 0.0)
