"""Steps of a user's own in every way of running: what they hold, update, return and leave to be built."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import numpy as np
import pytest

import polykeras as keras
from polykeras import ops
from polykeras.backend.current import current
from polykeras.plugins.errors import UnknownVariables
from polykeras.state.functional import FunctionalStore

RNG = np.random.default_rng(0)
X = RNG.normal(size=(40, 6)).astype("float32")
Y = (X @ RNG.normal(size=(6, 2))).astype("float32")
WEIGHTS = RNG.uniform(0.5, 2.0, 40).astype("float32")
EAGERLY = pytest.mark.parametrize("eagerly", [False, True])


def _layers() -> list[Any]:
    return [keras.layers.Dense(8, activation="tanh"), keras.layers.BatchNormalization(), keras.layers.Dense(2)]


def _graph(kind: type) -> Any:
    keras.utils.set_random_seed(1)
    inputs = keras.Input((6,))
    outputs = inputs
    for layer in _layers():
        outputs = layer(outputs)
    return kind(inputs, outputs)


def _reference(**fit: Any) -> tuple[dict[str, list[float]], list[np.ndarray]]:
    model = _graph(keras.Model)
    model.compile(keras.optimizers.Adam(0.01), "mse", metrics=["mae"])
    history = model.fit(X, Y, **{"batch_size": 8, "epochs": 3, "shuffle": False, "verbose": 0, **fit}).history
    return history, model.get_weights()


def _same(model: Any, history: Any, names: dict[str, str], **fit: Any) -> None:
    expected, weights = _reference(**fit)
    for own, built_in in names.items():
        np.testing.assert_allclose(history[own], expected[built_in], rtol=1e-4, atol=1e-5)
    for one, other in zip(model.get_weights(), weights, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-3, atol=1e-4)


class WithOwnMetrics(keras.Model):
    """Loss, metrics and gradients by hand; nothing but an optimizer from ``compile``."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.loss_tracker = keras.metrics.Mean(name="my_loss")
        self.mae = keras.metrics.MeanAbsoluteError(name="my_mae")

    @property
    def metrics(self) -> list[Any]:
        return [self.loss_tracker, self.mae]

    def train_step(self, data: Any) -> dict[str, Any]:
        x, y = data

        def forward() -> tuple[Any, Any]:
            y_pred = self(x, training=True)
            return ops.mean(ops.square(y_pred - y)), y_pred

        (loss, y_pred), grads = keras.value_and_grad(forward, self.trainable_weights, has_aux=True)()
        self.optimizer.apply(grads, self.trainable_weights)
        self.loss_tracker.update_state(loss)
        self.mae.update_state(y, y_pred)
        return {metric.name: metric.result() for metric in self.metrics}

    def test_step(self, data: Any) -> dict[str, Any]:
        x, y = data
        y_pred = self(x, training=False)
        self.loss_tracker.update_state(ops.mean(ops.square(y_pred - y)))
        self.mae.update_state(y, y_pred)
        return {metric.name: metric.result() for metric in self.metrics}

    def predict_step(self, data: Any) -> Any:
        return {"twice": 2.0 * self(data, training=False)}


@EAGERLY
def test_everything_by_hand_equals_the_built_in_steps(eagerly: bool) -> None:
    model = _graph(WithOwnMetrics)
    model.compile(optimizer=keras.optimizers.Adam(0.01), run_eagerly=eagerly)
    history = model.fit(X, Y, batch_size=8, epochs=3, shuffle=False, verbose=0, validation_data=(X, Y)).history
    assert set(history) == {"my_loss", "my_mae", "val_my_loss", "val_my_mae"}
    names = {"my_loss": "loss", "my_mae": "mae", "val_my_loss": "val_loss", "val_my_mae": "val_mae"}
    _same(model, history, names, validation_data=(X, Y))
    results = model.evaluate(X, Y, batch_size=8, verbose=0, return_dict=True)
    assert results["my_loss"] == pytest.approx(history["val_my_loss"][-1], rel=1e-5)
    predicted = model.predict(X, verbose=0)
    assert list(predicted) == ["twice"]
    np.testing.assert_allclose(np.mean((predicted["twice"] / 2 - Y) ** 2), results["my_loss"], rtol=1e-4)


class WithComputeLossAlone(keras.Model):
    def train_step(self, data: Any) -> dict[str, Any]:
        x, y, sample_weight = keras.utils.unpack_x_y_sample_weight(data)

        def forward() -> tuple[Any, Any]:
            y_pred = self(x, training=True)
            return self.compute_loss(x=x, y=y, y_pred=y_pred, sample_weight=sample_weight), y_pred

        (loss, y_pred), grads = keras.value_and_grad(forward, self.trainable_variables, has_aux=True)()
        self.optimizer.apply_gradients(zip(grads, self.trainable_variables, strict=True))
        for metric in self.metrics:
            if metric.name == "loss":
                metric.update_state(loss)
            else:
                metric.update_state(y, y_pred)
        return {metric.name: metric.result() for metric in self.metrics}


def test_the_compiled_loss_and_metrics_in_a_step_of_ones_own() -> None:
    model = _graph(WithComputeLossAlone)
    model.compile(keras.optimizers.Adam(0.01), "mse", metrics=["mae"])
    history = model.fit(X, Y, batch_size=8, epochs=3, shuffle=False, verbose=0, sample_weight=WEIGHTS).history
    _same(model, history, {"loss": "loss", "mae": "mae"}, sample_weight=WEIGHTS)


class WithOwnLoss(keras.Model):
    """Overrides what the built-in steps call, not the steps."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.error = keras.metrics.Mean(name="error")

    def compute_loss(
        self, x: Any = None, y: Any = None, y_pred: Any = None, sample_weight: Any = None, training: bool = True
    ) -> Any:
        loss = ops.mean(ops.square(y_pred - y))
        if training:
            self.error.update_state(loss)
        return loss

    def compute_metrics(self, x: Any, y: Any, y_pred: Any, sample_weight: Any = None) -> dict[str, Any]:
        results = super().compute_metrics(x, y, y_pred, sample_weight)
        return {**results, "largest": ops.max(ops.absolute(y - y_pred))}


def test_compute_loss_and_compute_metrics_alone() -> None:
    model = _graph(WithOwnLoss)
    model.compile(keras.optimizers.Adam(0.01), metrics=["mae"])
    history = model.fit(X, Y, batch_size=8, epochs=3, shuffle=False, verbose=0).history
    assert set(history) == {"loss", "error", "mae", "largest"}
    _same(model, history, {"loss": "loss", "error": "loss", "mae": "mae"})


def test_a_compute_loss_of_four_arguments() -> None:
    class Older(keras.Model):
        def compute_loss(self, x: Any, y: Any, y_pred: Any, sample_weight: Any) -> Any:
            return ops.mean(ops.square(y_pred - y))

    model = _graph(Older)
    model.compile(keras.optimizers.Adam(0.01), metrics=["mae"])
    _same(model, model.fit(X, Y, batch_size=8, epochs=3, shuffle=False, verbose=0).history, {"loss": "loss"})


class Penalised(keras.layers.Layer):
    def call(self, x: Any) -> Any:
        self.add_loss(0.1 * ops.mean(ops.square(x)))
        return x


class AddedLosses(WithComputeLossAlone):
    def __init__(self) -> None:
        super().__init__()
        self.dense = keras.layers.Dense(2, kernel_regularizer=keras.regularizers.L2(0.01))
        self.penalised = Penalised()

    def call(self, x: Any) -> Any:
        return self.penalised(self.dense(x))


@EAGERLY
def test_losses_that_layers_add_count_in_a_step_of_ones_own(eagerly: bool) -> None:
    histories = []
    for own in (True, False):
        keras.utils.set_random_seed(2)
        kind = AddedLosses if own else type("BuiltIn", (AddedLosses,), {"train_step": keras.Model.train_step})
        model = kind()
        model.compile(keras.optimizers.SGD(0.05), "mse", run_eagerly=eagerly)
        histories.append(model.fit(X, Y, batch_size=40, epochs=4, shuffle=False, verbose=0).history["loss"])
    np.testing.assert_allclose(*histories, rtol=1e-5)
    assert histories[0][-1] < histories[0][0]


class TinyGan(keras.Model):
    """Two optimizers, a ``compile`` of its own, a seed, a counter, no ``call``."""

    def __init__(self) -> None:
        super().__init__()
        self.generator = keras.Sequential([keras.Input((3,)), keras.layers.Dense(6)])
        self.discriminator = keras.Sequential(
            [keras.Input((6,)), keras.layers.Dense(8, activation="relu"), keras.layers.Dense(1)]
        )
        self.seeds = keras.random.SeedGenerator(7)
        self.steps = self.add_weight(shape=(), initializer="zeros", trainable=False, name="steps")
        self.d_loss_metric = keras.metrics.Mean(name="d_loss")
        self.g_loss_metric = keras.metrics.Mean(name="g_loss")

    @property
    def metrics(self) -> list[Any]:
        return [self.d_loss_metric, self.g_loss_metric]

    def compile(self, d_optimizer: Any, g_optimizer: Any, loss_fn: Any, **kwargs: Any) -> None:
        super().compile(**kwargs)
        self.d_optimizer = d_optimizer
        self.g_optimizer = g_optimizer
        self.loss_fn = loss_fn

    def train_step(self, real: Any) -> dict[str, Any]:
        batch = ops.shape(real)[0]
        noise = keras.random.normal((batch, 3), seed=self.seeds)
        both = ops.concatenate([self.generator(noise), real], axis=0)
        labels = ops.concatenate([ops.ones((batch, 1)), ops.zeros((batch, 1))], axis=0)

        def d_forward() -> Any:
            return self.loss_fn(labels, self.discriminator(both))

        d_loss, grads = keras.value_and_grad(d_forward, self.discriminator.trainable_weights)()
        self.d_optimizer.apply(grads, self.discriminator.trainable_weights)
        noise = keras.random.normal((batch, 3), seed=self.seeds)

        def g_forward() -> Any:
            return self.loss_fn(ops.zeros((batch, 1)), self.discriminator(self.generator(noise)))

        g_loss, grads = keras.value_and_grad(g_forward, self.generator.trainable_weights)()
        self.g_optimizer.apply_gradients(zip(grads, self.generator.trainable_weights, strict=True))
        self.steps.assign_add(1.0)
        self.d_loss_metric.update_state(d_loss)
        self.g_loss_metric.update_state(g_loss)
        return {"d_loss": self.d_loss_metric.result(), "g_loss": self.g_loss_metric.result()}


def _gan(**compile_with: Any) -> TinyGan:
    keras.utils.set_random_seed(3)
    gan = TinyGan()
    gan.compile(
        d_optimizer=keras.optimizers.Adam(0.01),
        g_optimizer=keras.optimizers.RMSprop(0.01),
        loss_fn=keras.losses.BinaryCrossentropy(from_logits=True),
        **compile_with,
    )
    return gan


def test_two_optimizers() -> None:
    gan = _gan()
    before = [weight.numpy() for weight in gan.trainable_variables]
    for expected in (5, 10):  # a second fit goes on with the state of the first
        history = gan.fit(X, batch_size=8, epochs=1, verbose=0).history
        assert set(history) == {"d_loss", "g_loss"}
        assert int(gan.d_optimizer.iterations.numpy()) == expected
        assert int(gan.g_optimizer.iterations.numpy()) == expected
    assert float(gan.steps.numpy()) == 10.0
    assert gan.seeds.state.numpy().tolist() == [7, 20]
    assert all(not np.array_equal(old, new.numpy()) for old, new in zip(before, gan.trainable_variables, strict=True))
    assert not gan.optimizer.built


def test_ways_of_running_two_optimizers_agree() -> None:
    runs = [_gan(**how).fit(X, batch_size=8, epochs=2, shuffle=False, verbose=0).history for how in
            ({}, {"run_eagerly": True}, {"steps_per_execution": 5})]  # fmt: skip
    for other in runs[1:]:
        for name, values in runs[0].items():
            np.testing.assert_allclose(other[name], values, rtol=1e-4)


def test_single_batches_run_a_step_of_ones_own() -> None:
    model = _graph(WithOwnMetrics)
    model.compile(optimizer="sgd")
    assert set(model.train_on_batch(X, Y, return_dict=True)) == {"my_loss", "my_mae"}
    assert set(model.test_on_batch(X, Y, return_dict=True)) == {"my_loss", "my_mae"}
    assert model.predict_on_batch(X)["twice"].shape == (40, 2)


def test_the_built_in_test_step_beside_a_training_step_of_ones_own() -> None:
    class OnlyTraining(WithOwnMetrics):
        test_step = keras.Model.test_step

    model = _graph(OnlyTraining)
    model.compile(optimizer="sgd", loss="mse")
    model.fit(X, Y, verbose=0)
    assert set(model.evaluate(X, Y, verbose=0, return_dict=True)) == {"my_loss", "my_mae"}


class Unrehearsed(TinyGan):
    """A step that needs values, as one with a framework's own functions does: what it builds is found as it runs."""

    def train_step(self, real: Any) -> dict[str, Any]:
        if type(real) is keras.KerasTensor:
            raise TypeError
        return super().train_step(real)


@pytest.mark.parametrize("how", [{}, {"run_eagerly": True}], ids=str)
def test_what_a_step_builds_as_it_runs_is_found(how: dict[str, Any]) -> None:
    expected = _gan().fit(X, batch_size=8, epochs=2, shuffle=False, verbose=0).history
    keras.utils.set_random_seed(3)
    gan = Unrehearsed()
    gan.compile(
        d_optimizer=keras.optimizers.Adam(0.01),
        g_optimizer=keras.optimizers.RMSprop(0.01),
        loss_fn=keras.losses.BinaryCrossentropy(from_logits=True),
        **how,
    )
    runs: list[Any] = []
    for epoch in range(2):
        history = gan.fit(X, batch_size=8, epochs=1, shuffle=False, verbose=0).history
        for name, values in expected.items():
            assert history[name][0] == pytest.approx(values[epoch], rel=1e-3)
        runs.append(gan.make_train_function())
    assert runs[0] is runs[1]  # what was learnt is kept: nothing is compiled again
    assert gan.seeds.state.numpy().tolist() == [7, 20]


def test_a_variable_that_nobody_holds_is_refused_where_it_would_be_lost() -> None:
    stray = keras.Variable(0.0, trainable=False)

    class Writes(keras.Model):
        def train_step(self, data: Any) -> dict[str, Any]:
            stray.assign_add(1.0)
            return {"loss": ops.mean(data)}

    model = Writes()
    model.compile()
    if not isinstance(current().variables, FunctionalStore):
        model.fit(X, batch_size=40, verbose=0)
        assert float(stray.numpy()) == 1.0
        return
    with pytest.raises(UnknownVariables, match="attribute of the model"):
        model.fit(X, batch_size=40, verbose=0)
    assert float(stray.numpy()) == 0.0


@pytest.mark.parametrize("name", ["loss", "logs"])
def test_steps_with_any_arguments_get_what_the_backend_s_users_expect(name: str) -> None:
    seen: list[int] = []

    class Open(keras.Model):
        def train_step(self, *args: Any, **kwargs: Any) -> Any:
            seen.append(len(args))
            logs = {name: ops.mean(args[-1])}
            return (logs, args[0]) if len(args) == 2 else logs

    model = Open()
    model.compile(run_eagerly=True)
    history = model.fit(X, batch_size=40, verbose=0).history
    assert history[name][0] == pytest.approx(float(X.mean()), abs=1e-6)
    expected = 2 if getattr(current().training, "steps_take_state", False) else 1
    assert seen[-1] == expected


class Alternating(keras.Model):
    """Trains one part and then the other, telling them apart by what is trainable just then."""

    def __init__(self) -> None:
        super().__init__()
        self.first = keras.Sequential([keras.Input((6,)), keras.layers.Dense(4, activation="tanh")])
        self.second = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
        self.first_optimizer = keras.optimizers.SGD(0.1)
        self.second_optimizer = keras.optimizers.SGD(0.1)

    def train_step(self, data: Any) -> dict[str, Any]:
        x, y = data
        value: Any = None
        for part, other, optimizer in (
            (self.first, self.second, self.first_optimizer),
            (self.second, self.first, self.second_optimizer),
        ):
            part.trainable, other.trainable = True, False
            weights = self.trainable_weights
            assert [id(weight) for weight in weights] == [id(weight) for weight in part.weights]
            assert len(self.non_trainable_weights) == 2
            value, grads = keras.value_and_grad(lambda: ops.mean(ops.square(self.second(self.first(x)) - y)), weights)()
            optimizer.apply(grads, weights)
        self.first.trainable = True
        assert len(self.trainable_variables) == 4
        return {"loss": value}


@EAGERLY
def test_a_step_may_change_what_trains(eagerly: bool) -> None:
    keras.utils.set_random_seed(0)
    model = Alternating()
    model.compile(run_eagerly=eagerly)
    before = model.get_weights()
    losses = model.fit(X, Y, batch_size=8, epochs=6, verbose=0).history["loss"]
    assert losses[-1] < 0.5 * losses[0]
    assert all(not np.array_equal(one, other) for one, other in zip(before, model.get_weights(), strict=True))


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))])
def test_a_copy_finds_its_own_parts(copied: Any) -> None:
    model = _gan(run_eagerly=True)
    model.fit(X, batch_size=8, verbose=0)
    twin = copied(model)
    assert not {id(weight) for weight in twin.weights} & {id(weight) for weight in model.weights}
    frozen = twin.get_weights()
    model.fit(X, batch_size=8, verbose=0)
    for one, other in zip(frozen, twin.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    twin.fit(X, batch_size=8, verbose=0)
    assert not np.array_equal(frozen[0], twin.get_weights()[0])
    assert int(twin.d_optimizer.iterations.numpy()) == 10
