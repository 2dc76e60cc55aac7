"""Steps that a user wrote with Polykeras alone run compiled, and do what the built-in ones do."""

from __future__ import annotations

import numpy as np
import pytest

import polykeras as keras
from polykeras import ops

RNG = np.random.default_rng(0)
X = RNG.normal(size=(32, 4)).astype("float32")
Y = (X[:, :1] - X[:, 1:2]).astype("float32")
WEIGHT = RNG.uniform(0.5, 2, 32).astype("float32")


class Plain(keras.Model):
    """Two layers, batch statistics and a penalty."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.hidden = keras.layers.Dense(8, activation="tanh", kernel_regularizer="l2")
        self.norm = keras.layers.BatchNormalization()
        self.out = keras.layers.Dense(1)

    def call(self, x, training=False):
        return self.out(self.norm(self.hidden(x), training=training))


class Written(Plain):
    """The same, with every step written out."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.seen = self.add_weight(name="seen", shape=(), initializer="zeros", trainable=False)
        self.tracker = keras.metrics.Mean(name="loss")
        self.error = keras.metrics.MeanAbsoluteError(name="mae")

    @property
    def metrics(self):
        return [self.tracker, self.error]

    def _results(self, y, y_pred, loss, weight):
        self.tracker.update_state(loss, sample_weight=ops.shape(y)[0])
        self.error.update_state(y, y_pred, sample_weight=weight)
        return {metric.name: metric.result() for metric in self.metrics}

    def train_step(self, data):
        x, y, weight = keras.utils.unpack_x_y_sample_weight(data)
        self.seen.assign_add(1.0)

        def forward():
            y_pred = self(x, training=True)
            return self.compute_loss(x=x, y=y, y_pred=y_pred, sample_weight=weight), y_pred

        (loss, y_pred), gradients = keras.value_and_grad(forward, self.trainable_variables, has_aux=True)()
        self.optimizer.apply_gradients(zip(gradients, self.trainable_variables, strict=True))
        return self._results(y, y_pred, loss, weight)

    def test_step(self, data):
        x, y, weight = keras.utils.unpack_x_y_sample_weight(data)
        y_pred = self(x, training=False)
        loss = self.compute_loss(x=x, y=y, y_pred=y_pred, sample_weight=weight, training=False)
        return self._results(y, y_pred, loss, weight)

    def predict_step(self, data):
        return {"doubled": 2 * self(keras.utils.unpack_x_y_sample_weight(data)[0], training=False)}


class WithState(Plain):
    """The same, with steps that take the state."""

    def train_step(self, state, data):
        trainable, others, slots, metrics = state
        x, y, weight = keras.utils.unpack_x_y_sample_weight(data)
        variables = self.trainable_variables

        def forward(values):
            y_pred, after, losses = self.stateless_call(values, others, x, training=True, return_losses=True)
            loss = ops.mean(ops.square(y - y_pred)[:, 0] * (1.0 if weight is None else weight))
            return loss + sum(losses), (y_pred, after)

        (loss, (_, others)), gradients = keras.value_and_grad(forward, has_aux=True)(list(trainable))
        assert len(gradients) == len(variables)
        trainable, slots = self.optimizer.stateless_apply(slots, gradients, trainable)
        after = []
        for metric in self.metrics:
            own = metrics[len(after) : len(after) + len(metric.variables)]
            after += metric.stateless_update_state(own, loss, sample_weight=ops.shape(x)[0])
        return {"loss": self.metrics[0].stateless_result(after)}, (trainable, others, slots, after)

    def test_step(self, state, data):
        trainable, others, metrics = state
        y_pred, others = self.stateless_call(trainable, others, data[0], training=False)
        loss = ops.mean(ops.square(data[1] - y_pred))
        metrics = self.metrics[0].stateless_update_state(metrics, loss)
        return {"loss": self.metrics[0].stateless_result(metrics)}, (trainable, others, metrics)

    def predict_step(self, state, data):
        trainable, others = state
        outputs, others = self.stateless_call(trainable, others, data, training=False)
        return 2 * outputs, others


def trained(kind, weight=None, **options):
    keras.utils.set_random_seed(1)
    model = kind()
    model.compile(keras.optimizers.Adam(0.01), "mse", metrics=["mae"] if kind is Plain else None, **options)
    history = model.fit(X, Y, sample_weight=weight, batch_size=8, epochs=3, shuffle=False, verbose=0).history
    return model, history


@pytest.mark.parametrize("options", [{}, {"run_eagerly": True}, {"steps_per_execution": 2}], ids=str)
@pytest.mark.parametrize("weight", [None, WEIGHT], ids=["plain", "weighted"])
def test_a_written_step_equals_the_built_in_one(weight, options):
    model, history = trained(Plain, weight, **options)
    written, own = trained(Written, weight, **options)
    np.testing.assert_allclose(own["loss"], history["loss"], rtol=1e-5)
    if weight is None:
        np.testing.assert_allclose(own["mae"], history["mae"], rtol=1e-5)
    assert float(written.seen.numpy()) == 12
    for one, other in zip(model.trainable_variables, written.trainable_variables, strict=True):
        np.testing.assert_allclose(one.numpy(), other.numpy(), rtol=1e-4, atol=1e-6)
    expected = model.evaluate(X, Y, verbose=0, return_dict=True)
    found = written.evaluate(X, Y, verbose=0, return_dict=True)
    np.testing.assert_allclose([found["loss"], found["mae"]], [expected["loss"], expected["mae"]], rtol=1e-4)
    np.testing.assert_allclose(written.predict(X, verbose=0)["doubled"], 2 * model.predict(X, verbose=0), rtol=1e-4)


@pytest.mark.parametrize("options", [{}, {"run_eagerly": True}], ids=str)
def test_a_step_that_takes_the_state_equals_the_built_in_one(options):
    model, history = trained(Plain, **options)
    own, losses = trained(WithState, **options)
    np.testing.assert_allclose(losses["loss"], history["loss"], rtol=1e-5)
    for one, other in zip(model.variables, own.variables, strict=True):
        np.testing.assert_allclose(one.numpy(), other.numpy(), rtol=1e-4, atol=1e-6)
    expected = np.mean(np.square(model.predict(X, verbose=0) - Y))
    np.testing.assert_allclose(own.evaluate(X, Y, batch_size=32, verbose=0), expected, rtol=1e-4)
    np.testing.assert_allclose(own.predict(X, verbose=0), 2 * model.predict(X, verbose=0), rtol=1e-4)


def test_a_state_that_does_not_fit_is_refused_and_changes_nothing():
    class Short(WithState):
        def train_step(self, state, data):
            logs, (trainable, others, slots, metrics) = super().train_step(state, data)
            return logs, (trainable, others, slots, metrics[:1])

    model = Short()
    model.compile("adam", "mse")
    model(X)
    before = model.get_weights()
    with pytest.raises(ValueError, match="Return the whole state"):
        model.fit(X, Y, verbose=0)
    for one, other in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_loss_of_one_s_own_is_minimised():
    class Own(Plain):
        def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
            return 3 * super().compute_loss(x, y, y_pred, sample_weight, training)

    _, history = trained(Plain)
    _, own = trained(Own)
    assert own["loss"][0] > 2 * history["loss"][0]


def test_metrics_of_one_s_own():
    class Own(Plain):
        def compute_metrics(self, x, y, y_pred, sample_weight=None):
            results = super().compute_metrics(x, y, y_pred, sample_weight)
            return results | {"largest": ops.max(ops.absolute(y_pred))}

    _, history = trained(Own)
    assert len(history["largest"]) == 3
    assert min(history["largest"]) > 0


class Pair(keras.Model):
    """Two models, two optimizers, and no `call`."""

    def __init__(self):
        super().__init__()
        self.first = keras.Sequential([keras.layers.Dense(3, activation="tanh")])
        self.second = keras.layers.Dense(1)
        self.noise = keras.random.SeedGenerator(3)

    def compile(self, first, second, loss):
        super().compile()
        self.first_optimizer, self.second_optimizer, self.loss_of = first, second, loss

    def train_step(self, data):
        x, y = data

        def loss():
            drawn = keras.random.normal(ops.shape(x), stddev=0.01, seed=self.noise)
            return self.loss_of(y, self.second(self.first(x + drawn)))

        value, gradients = keras.value_and_grad(loss, self.first.trainable_variables)()
        self.first_optimizer.apply(gradients, self.first.trainable_variables)
        _, gradients = keras.value_and_grad(loss, self.second.trainable_variables)()
        self.second_optimizer.apply(gradients, self.second.trainable_variables)
        return {"loss": value}


def test_two_optimizers_and_no_call():
    keras.utils.set_random_seed(0)  # of 25 seeds, 2 learn more slowly than is asked for here
    model = Pair()
    model.compile(keras.optimizers.Adam(0.05), keras.optimizers.SGD(0.1), keras.losses.MeanSquaredError())
    losses = model.fit(X, Y, batch_size=8, epochs=15, verbose=0).history["loss"]
    assert losses[-1] < 0.2 * losses[0]
    assert int(model.first_optimizer.iterations.numpy()) == int(model.second_optimizer.iterations.numpy()) == 60
    assert model.noise.state.numpy()[1] == 120
    assert len(model.second_optimizer.variables) == 2
    assert len(model.first_optimizer.variables) == 6


def test_a_gradient_inside_of_the_loss():
    class Penalised(Plain):
        def train_step(self, data):
            x, y = data

            def forward():
                slope = keras.grad(lambda at: ops.sum(self(at, training=False)))(x)
                return self.compute_loss(x, y, self(x, training=False)) + ops.mean(ops.square(slope))

            loss, gradients = keras.value_and_grad(forward, self.hidden.trainable_variables)()
            self.optimizer.apply(gradients, self.hidden.trainable_variables)
            return {"loss": loss}

    keras.utils.set_random_seed(1)
    model = Penalised()
    model(X)
    model.compile(keras.optimizers.SGD(0.05), "mse")
    model.optimizer.build(model.hidden.trainable_variables)
    losses = model.fit(X, Y, batch_size=32, epochs=10, verbose=0).history["loss"]
    assert losses[-1] < losses[0]


@pytest.mark.parametrize(
    ("x", "kind", "count"),
    [(X, None, None), ([X, X], tuple, 1), ((X, X), tuple, 1), ({"a": X}, dict, 1)],
    ids=["array", "list", "tuple", "dict"],
)
def test_inputs_alone_come_bare(x, kind, count):
    seen = []

    class Own(keras.Model):
        def train_step(self, data):
            seen.append((type(data), data))
            return {}

    model = Own()
    model.compile("sgd", run_eagerly=True)
    model.fit(x, batch_size=32, verbose=0)
    if kind is None:
        assert keras.ops.is_tensor(seen[-1][1])
    else:
        assert seen[-1][0] is kind
        assert len(seen[-1][1]) == count


def test_an_error_in_a_step_is_the_user_s_own():
    class Wrong(Plain):
        def train_step(self, data):
            raise KeyError("mine")

    model = Wrong()
    model.compile("adam", "mse")
    with pytest.raises(KeyError, match="mine"):
        model.fit(X, Y, verbose=0)
