"""compile, fit, evaluate, predict and their single-batch forms, on every backend."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import polykeras as keras
from polykeras import ops
from polykeras.backend.current import current

RNG = np.random.default_rng(0)
X = RNG.normal(size=(50, 6)).astype("float32")
Y = (X[:, 0] > 0).astype("int64") + (X[:, 1] > 0)


def _model(**compile_with: Any) -> Any:
    keras.utils.set_random_seed(1)
    model = keras.Sequential(
        [keras.Input((6,)), keras.layers.Dense(8, activation="relu"), keras.layers.Dense(3, activation="softmax")]
    )
    arguments = {"optimizer": "adam", "loss": "sparse_categorical_crossentropy", "metrics": ["accuracy"]}
    model.compile(**{**arguments, **compile_with})
    return model


def _fit(model: Any, **arguments: Any) -> Any:
    return model.fit(X, Y, **{"epochs": 3, "batch_size": 8, "verbose": 0, "shuffle": False, **arguments})


def test_fit_learns_and_reports() -> None:
    model = _model()
    history = _fit(model, epochs=30, validation_split=0.2)
    assert history.epoch == list(range(30))
    assert set(history.history) == {"loss", "accuracy", "val_loss", "val_accuracy"}
    assert history.history["loss"][-1] < 0.8 * history.history["loss"][0]
    assert model.history is history


@pytest.mark.parametrize(
    "compile_with", [{"run_eagerly": True}, {"steps_per_execution": 3}, {"steps_per_execution": 20}], ids=str
)
def test_the_way_of_running_changes_nothing(compile_with: dict[str, Any]) -> None:
    reference, other = _model(), _model(**compile_with)
    expected, got = _fit(reference).history, _fit(other).history
    for name, values in expected.items():
        np.testing.assert_allclose(got[name], values, rtol=1e-4, atol=1e-6)
    for own, wanted in zip(other.get_weights(), reference.get_weights(), strict=True):
        np.testing.assert_allclose(own, wanted, atol=1e-5)


def test_evaluate_and_predict_agree_with_numpy() -> None:
    model = _model()
    _fit(model)
    probabilities = model.predict(X, batch_size=16, verbose=0)
    assert probabilities.shape == (50, 3)
    loss, accuracy = model.evaluate(X, Y, batch_size=16, verbose=0)
    assert accuracy == pytest.approx((probabilities.argmax(-1) == Y).mean(), abs=1e-6)
    assert loss == pytest.approx(-np.log(probabilities[np.arange(50), Y]).mean(), rel=1e-4)
    as_dict = model.evaluate(X, Y, verbose=0, return_dict=True)
    assert as_dict == pytest.approx({"loss": loss, "accuracy": accuracy}, rel=1e-4)
    np.testing.assert_allclose(model.predict_on_batch(X[:4]), probabilities[:4], atol=1e-6)


def test_class_weight_equals_sample_weight() -> None:
    by_class, by_sample = _model(), _model()
    weights = {0: 1.0, 1: 3.0, 2: 0.5}
    _fit(by_class, class_weight=weights)
    _fit(by_sample, sample_weight=np.array([weights[int(label)] for label in Y], "float32"))
    for own, wanted in zip(by_class.get_weights(), by_sample.get_weights(), strict=True):
        np.testing.assert_allclose(own, wanted, atol=1e-6)


def test_shuffling_is_seeded_and_differs_by_epoch() -> None:
    seen: list[np.ndarray] = []

    class Look(keras.layers.Layer):
        def call(self, x: Any) -> Any:
            seen.append(np.array(ops.convert_to_numpy(x)))
            return x

        def compute_output_shape(self, input_shape: Any) -> Any:
            return input_shape

    orders = []
    for _ in range(2):
        seen.clear()
        keras.utils.set_random_seed(5)
        model = keras.Sequential([keras.Input((1,)), Look(), keras.layers.Dense(1)])
        model.compile("sgd", "mse", run_eagerly=True)
        rows = np.arange(10, dtype="float32")[:, None]
        model.fit(rows, rows, batch_size=10, epochs=2, verbose=0)
        orders.append([batch.ravel().tolist() for batch in seen])
    assert orders[0] == orders[1]
    assert sorted(orders[0][0]) == list(range(10))
    assert orders[0][0] != orders[0][1]


def test_single_batches() -> None:
    model = _model()
    loss, accuracy = model.train_on_batch(X[:8], Y[:8])
    assert 0.0 <= accuracy <= 1.0
    assert loss > 0
    results = model.test_on_batch(X[:8], Y[:8], return_dict=True)
    assert set(results) == {"loss", "accuracy"}


def test_steps_per_epoch_goes_on_where_it_stopped() -> None:
    model = _model()
    history = _fit(model, steps_per_epoch=4, epochs=5, batch_size=8)
    assert len(history.epoch) == 5
    assert int(model.optimizer.iterations.numpy()) == 20


def test_metrics_stay_on_the_device_during_an_epoch(monkeypatch: pytest.MonkeyPatch) -> None:
    model = _model()
    _fit(model, epochs=1)
    tensors = current().tensors
    original, reads = type(tensors).to_host, []

    def counting(self: Any, x: Any) -> Any:
        reads.append(x)
        return original(self, x)

    monkeypatch.setattr(type(tensors), "to_host", counting)
    counts = []
    for batch_size in (25, 2):
        reads.clear()
        _fit(model, epochs=1, batch_size=batch_size)
        counts.append(len(reads))
    assert counts[0] == counts[1]


def test_several_outputs_losses_and_weights() -> None:
    inputs = keras.Input((6,))
    a = keras.layers.Dense(3, activation="softmax", name="a")(inputs)
    b = keras.layers.Dense(1, name="b")(inputs)
    model = keras.Model(inputs, {"a": a, "b": b})
    model.compile(
        "sgd",
        {"a": "sparse_categorical_crossentropy", "b": "mse"},
        loss_weights={"a": 1.0, "b": 0.5},
        metrics={"a": ["accuracy"]},
    )
    targets = {"a": Y, "b": X[:, :1]}
    results = model.evaluate(X, targets, verbose=0, return_dict=True)
    assert set(results) == {"loss", "a_loss", "b_loss", "a_accuracy"}
    assert results["loss"] == pytest.approx(results["a_loss"] + 0.5 * results["b_loss"], rel=1e-4)
    model.fit(X, targets, verbose=0)


def test_regularizers_and_added_losses_join_the_loss() -> None:
    class Penalty(keras.layers.Layer):
        def call(self, x: Any) -> Any:
            self.add_loss(2.5)
            return x

    plain = keras.Sequential([keras.Input((6,)), keras.layers.Dense(1, kernel_initializer="ones")])
    heavy = keras.Sequential(
        [keras.Input((6,)), Penalty(), keras.layers.Dense(1, kernel_initializer="ones", kernel_regularizer="l2")]
    )
    for model in (plain, heavy):
        model.compile("sgd", "mse")
    base = plain.evaluate(X, X[:, :1], verbose=0)
    assert heavy.evaluate(X, X[:, :1], verbose=0) == pytest.approx(base + 2.5 + 0.01 * 6, rel=1e-4)
    before = heavy.get_weights()[0]
    heavy.fit(X, X[:, :1], verbose=0)
    assert not np.array_equal(before, heavy.get_weights()[0])


def test_a_subclassed_model_trains() -> None:
    class Mine(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.hidden = [keras.layers.Dense(8, activation="relu") for _ in range(2)]
            self.drop = keras.layers.Dropout(0.1)
            self.head = keras.layers.Dense(3, activation="softmax")

        def call(self, x: Any, training: bool | None = None) -> Any:
            for layer in self.hidden:
                x = layer(x)
            return self.head(self.drop(x, training=training))

    model = Mine()
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(), metrics=["acc"])
    history = _fit(model, epochs=20)
    assert len(model.weights) == 6
    assert history.history["loss"][-1] < history.history["loss"][0]
    assert "acc" in history.history


def test_one_custom_train_step_for_every_backend() -> None:
    class Custom(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.dense = keras.layers.Dense(1)

        def call(self, x: Any) -> Any:
            return self.dense(x)

        def train_step(self, data: Any) -> Any:
            x, y = data

            def loss() -> Any:
                return ops.mean(ops.square(self(x, training=True) - y))

            value, gradients = keras.value_and_grad(loss, self.trainable_variables)()
            self.optimizer.apply(gradients, self.trainable_variables)
            return {"mine": value}

    model = Custom()
    model.compile("sgd")
    history = model.fit(X, X[:, :1], epochs=10, verbose=0)
    assert set(history.history) == {"mine"}
    assert history.history["mine"][-1] < history.history["mine"][0]


def test_native_tensors_are_data_too() -> None:
    model = _model()
    x, y = ops.convert_to_tensor(X), ops.convert_to_tensor(Y)
    np.testing.assert_allclose(model.predict(x, verbose=0), model.predict(X, verbose=0), atol=1e-6)
    model.fit(x, y, verbose=0)


def test_freezing_a_layer_and_compiling_again() -> None:
    model = _model()
    _fit(model, epochs=1)
    model.layers[0].trainable = False
    model.compile("sgd", "sparse_categorical_crossentropy")
    before = [layer.get_weights()[0] for layer in model.layers]
    _fit(model, epochs=1)
    assert np.array_equal(before[0], model.layers[0].get_weights()[0])
    assert not np.array_equal(before[1], model.layers[1].get_weights()[0])
