"""Losses by name and config; their values are computed in tests/backends."""

from __future__ import annotations

import json

import pytest

from polykeras import losses
from polykeras.losses import (
    BinaryCrossentropy,
    CategoricalCrossentropy,
    Loss,
    LossFunctionWrapper,
    MeanAbsoluteError,
    MeanSquaredError,
    SparseCategoricalCrossentropy,
)
from polykeras.registry import custom_object_scope

FUNCTIONS = {
    losses.mean_squared_error: (MeanSquaredError, ["mse", "MSE", "mean_squared_error"]),
    losses.mean_absolute_error: (MeanAbsoluteError, ["mae", "MAE", "mean_absolute_error"]),
    losses.binary_crossentropy: (BinaryCrossentropy, ["bce", "BCE", "binary_crossentropy"]),
    losses.categorical_crossentropy: (CategoricalCrossentropy, ["categorical_crossentropy"]),
    losses.sparse_categorical_crossentropy: (SparseCategoricalCrossentropy, ["sparse_categorical_crossentropy"]),
}
NAMES = [(name, function) for function, (_, names) in FUNCTIONS.items() for name in names]


@pytest.mark.parametrize(("name", "function"), NAMES)
def test_a_name_of_a_function_gives_it(name, function):
    assert losses.get(name) is function


@pytest.mark.parametrize(("name", "function"), NAMES)
def test_as_loss_makes_the_class_of_a_function(name, function):
    owner = FUNCTIONS[function][0]
    assert type(losses.as_loss(name)) is owner
    assert type(losses.get(owner.__name__)) is owner
    assert type(losses.get(owner)) is owner


def test_these_are_all_the_names():
    classes = [owner.__name__ for owner, _ in FUNCTIONS.values()]
    assert sorted(losses.FAMILY.table) == sorted(
        [*(name for name, _ in NAMES), *classes, "Loss", "LossFunctionWrapper"]
    )


BASE = {"reduction": "sum_over_batch_size"}
CONFIGS = [
    (MeanSquaredError(), {"name": "mean_squared_error", **BASE}),
    (MeanAbsoluteError("sum", "mine", "float16"), {"name": "mine", "reduction": "sum", "dtype": "float16"}),
    (MeanSquaredError(reduction=None), {"name": "mean_squared_error", "reduction": None}),
    (
        SparseCategoricalCrossentropy(from_logits=True, ignore_class=3),
        {"name": "sparse_categorical_crossentropy", **BASE, "from_logits": True, "ignore_class": 3, "axis": -1},
    ),
    (
        CategoricalCrossentropy(label_smoothing=0.1, axis=1),
        {"name": "categorical_crossentropy", **BASE, "from_logits": False, "label_smoothing": 0.1, "axis": 1},
    ),
    (
        BinaryCrossentropy(),
        {"name": "binary_crossentropy", **BASE, "from_logits": False, "label_smoothing": 0.0, "axis": -1},
    ),
]


@pytest.mark.parametrize(("made", "arguments"), CONFIGS)
def test_a_config_goes_round_through_json(made, arguments):
    config = json.loads(json.dumps(losses.serialize(made)))
    assert config == {
        "module": "keras.losses",
        "class_name": type(made).__name__,
        "config": arguments,
        "registered_name": None,
    }
    back = losses.deserialize(config)
    assert type(back) is type(made)
    assert back.get_config() == arguments


def test_a_function_is_written_as_keras_does():
    config = losses.serialize(losses.mean_squared_error)
    assert config == {
        "module": "builtins",
        "class_name": "function",
        "config": "mean_squared_error",
        "registered_name": "function",
    }
    assert losses.deserialize(config) is losses.mean_squared_error


def distance(y_true, y_pred, power=1):
    return abs(y_true - y_pred) ** power


def test_a_wrapped_function_goes_round_where_it_is_known():
    made = losses.as_loss(distance)
    assert (type(made), made.name) == (LossFunctionWrapper, "distance")
    config = json.loads(json.dumps(losses.serialize(LossFunctionWrapper(distance, name="far", power=3))))
    with custom_object_scope({"distance": distance}):
        back = losses.deserialize(config)
    assert (back.fn, back.name, back.get_config()["power"]) == (distance, "far", 3)
    with pytest.raises(ValueError, match=r"No function .* is called 'distance'"):
        losses.deserialize(config)


def test_default_names():
    class SquaredDistance(Loss):
        pass

    assert (SquaredDistance().name, Loss().name, SquaredDistance("it").name) == ("squared_distance", "loss", "it")


REFUSED = [
    (lambda: MeanSquaredError(reduction="avg"), "reduction='avg'"),
    (lambda: Loss(reduction=3), "reduction=3"),
    (lambda: CategoricalCrossentropy(label_smoothing=1.5), "label_smoothing=1.5"),
    (lambda: BinaryCrossentropy(label_smoothing=-0.1), "label_smoothing=-0.1"),
    (lambda: losses.get("mze"), "Did you mean"),
    (lambda: losses.get(3), "This is no loss"),
    (lambda: losses.as_loss(None), "no loss to make"),
    (lambda: losses.deserialize({"config": {}}), "malformed"),
]


@pytest.mark.parametrize(("act", "told"), REFUSED)
def test_refused(act, told):
    with pytest.raises(ValueError, match=told):
        act()


def test_nothing_is_no_loss():
    assert losses.get(None) is None


def test_a_loss_without_call_says_so():
    with pytest.raises(NotImplementedError, match="Define it"):
        Loss().call(1.0, 1.0)
