"""Metrics by name, config and the shapes of targets; their values are computed in tests/backends."""

from __future__ import annotations

import copy
import json
import pickle

import pytest

from polykeras import losses, metrics
from polykeras.metrics.resolve import resolve_accuracy
from polykeras.state.variable import Variable

NAMES = {
    metrics.Accuracy: ["Accuracy", "accuracy"],
    metrics.BinaryAccuracy: ["BinaryAccuracy", "binary_accuracy"],
    metrics.BinaryCrossentropy: ["BinaryCrossentropy", "binary_crossentropy", "bce", "BCE"],
    metrics.CategoricalAccuracy: ["CategoricalAccuracy", "categorical_accuracy"],
    metrics.CategoricalCrossentropy: ["CategoricalCrossentropy", "categorical_crossentropy"],
    metrics.Mean: ["Mean", "mean"],
    metrics.MeanAbsoluteError: ["MeanAbsoluteError", "mean_absolute_error", "mae", "MAE"],
    metrics.MeanSquaredError: ["MeanSquaredError", "mean_squared_error", "mse", "MSE"],
    metrics.RootMeanSquaredError: ["RootMeanSquaredError", "root_mean_squared_error"],
    metrics.SparseCategoricalAccuracy: ["SparseCategoricalAccuracy", "sparse_categorical_accuracy"],
    metrics.SparseCategoricalCrossentropy: ["SparseCategoricalCrossentropy", "sparse_categorical_crossentropy"],
    metrics.SparseTopKCategoricalAccuracy: ["SparseTopKCategoricalAccuracy", "sparse_top_k_categorical_accuracy"],
    metrics.Sum: ["Sum", "sum"],
    metrics.TopKCategoricalAccuracy: ["TopKCategoricalAccuracy", "top_k_categorical_accuracy"],
}
# Not to be made without arguments, or without anything to do.
BARE = ["Metric", "metric", "MeanMetricWrapper", "mean_metric_wrapper"]


@pytest.mark.parametrize(("owner", "name"), [(owner, name) for owner, names in NAMES.items() for name in names])
def test_names(owner, name):
    assert type(metrics.get(name)) is owner


def test_these_are_all_the_names():
    assert sorted(metrics.FAMILY.table) == sorted([*(name for names in NAMES.values() for name in names), *BARE])


CONFIGS = [
    (metrics.Mean(), {"name": "mean", "dtype": "float32"}),
    (metrics.Sum("total", "float64"), {"name": "total", "dtype": "float64"}),
    (metrics.MeanSquaredError(), {"name": "mean_squared_error", "dtype": "float32"}),
    (metrics.RootMeanSquaredError(), {"name": "root_mean_squared_error", "dtype": "float32"}),
    (metrics.BinaryAccuracy(threshold=0.3), {"name": "binary_accuracy", "dtype": "float32", "threshold": 0.3}),
    (metrics.TopKCategoricalAccuracy(2), {"name": "top_k_categorical_accuracy", "dtype": "float32", "k": 2}),
    (
        metrics.SparseTopKCategoricalAccuracy(2, "top"),
        {"name": "top", "dtype": "float32", "k": 2, "from_sorted_ids": False},
    ),
    (
        metrics.SparseCategoricalCrossentropy(from_logits=True),
        {
            "name": "sparse_categorical_crossentropy",
            "dtype": "float32",
            "from_logits": True,
            "ignore_class": None,
            "axis": -1,
        },
    ),
    (
        metrics.BinaryCrossentropy(label_smoothing=0.1),
        {"name": "binary_crossentropy", "dtype": "float32", "from_logits": False, "label_smoothing": 0.1},
    ),
]


@pytest.mark.parametrize(("made", "arguments"), CONFIGS)
def test_a_config_goes_round_through_json(made, arguments):
    config = json.loads(json.dumps(metrics.serialize(made)))
    assert config == {
        "module": "keras.metrics",
        "class_name": type(made).__name__,
        "config": arguments,
        "registered_name": None,
    }
    back = metrics.deserialize(config)
    assert type(back) is type(made)
    assert back.get_config() == arguments


def test_a_wrapped_function_goes_round():
    made = metrics.MeanMetricWrapper(losses.mean_squared_error, name="it")
    config = json.loads(json.dumps(metrics.serialize(made)))
    back = metrics.deserialize(config)
    assert config["config"]["fn"]["config"] == "mean_squared_error"
    assert (back._fn, back.name) == (losses.mean_squared_error, "it")


@pytest.mark.parametrize("function", [metrics.mean_squared_error, metrics.sparse_categorical_accuracy])
def test_functions_are_written_by_name(function):
    assert metrics.serialize(function)["config"] == function.__name__


def test_state_has_names_and_paths():
    metric = metrics.Mean(name="loss")
    assert [variable.path for variable in metric.variables] == ["loss/total", "loss/count"]
    assert not any(variable.trainable for variable in metric.variables)


class Nested(metrics.Metric):
    """Holds state in every way there is."""

    def __init__(self):
        super().__init__(name="nested")
        self.made = self.add_weight(name="made")
        self.given = Variable(1.0, name="given")
        self.inner = metrics.Mean(name="inner")
        self.listed = [metrics.Sum(name="listed")]


def test_state_is_found_wherever_it_is_held():
    wanted = ["nested/made", "given", "inner/total", "inner/count", "listed/total"]
    metric = Nested()
    assert [variable.path for variable in metric.variables] == wanted
    for twin in (copy.deepcopy(metric), pickle.loads(pickle.dumps(metrics.Mean()))):
        ids = {variable.id for variable in twin.variables}
        assert len(ids) == len(twin.variables)
        assert not ids & {variable.id for variable in metric.variables}


@pytest.mark.parametrize(
    ("y_true", "y_pred", "kind"),
    [
        ((None,), (None, 1), "Binary"),
        ((None, 1), (None, 1), "Binary"),
        ((None,), (None,), "Binary"),
        ((None, 3), (None, 3, 1), "Binary"),
        ((None,), (None, 10), "SparseCategorical"),
        ((None, 1), (None, 10), "SparseCategorical"),
        ((None, 7), (None, 7, 10), "SparseCategorical"),
        ((None, 10), (None, 10), "Categorical"),
        ((None, 7, 10), (None, 7, 10), "Categorical"),
    ],
)
def test_what_accuracy_means(y_true, y_pred, kind):
    assert resolve_accuracy(y_true, y_pred).__name__ == f"{kind}Accuracy"
    assert resolve_accuracy(y_true, y_pred, crossentropy=True).__name__ == f"{kind}Crossentropy"


REFUSED = [
    (lambda: resolve_accuracy(None, (None, 3)), "no targets"),
    (lambda: metrics.BinaryAccuracy(threshold=2), "threshold=2"),
    (lambda: metrics.BinaryCrossentropy(label_smoothing=2), "label_smoothing=2"),
    (lambda: metrics.get("acuracy"), "Did you mean"),
    (lambda: metrics.get(3), "This is no metric"),
]


@pytest.mark.parametrize(("act", "told"), REFUSED)
def test_refused(act, told):
    with pytest.raises(ValueError, match=told):
        act()


@pytest.mark.parametrize("method", ["update_state", "result"])
def test_a_metric_without_a_method_says_so(method):
    with pytest.raises(NotImplementedError, match=method):
        getattr(metrics.Metric(), method)()
