"""JAX's transforms over Polykeras' stateless calls give what Polykeras gives by itself."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import polykeras as keras

X = np.random.default_rng(0).normal(size=(16, 4)).astype("float32")
Y = 2 * X[:, :2]


@pytest.fixture(autouse=True)
def here():
    with keras.use_backend("jax"):
        keras.utils.set_random_seed(0)
        yield


def build():
    return keras.Sequential(
        [
            keras.Input((4,)),
            keras.layers.Dense(8, activation="tanh", kernel_regularizer="l2"),
            keras.layers.BatchNormalization(),
            keras.layers.Dropout(0.2),
            keras.layers.Dense(2),
        ]
    )


def values(variables):
    return [variable.value for variable in variables]


def state(model):
    return values(model.trainable_variables), values(model.non_trainable_variables)


def loss_of(model):
    def loss(trainable, others, x, y):
        predicted, others, losses = model.stateless_call(trainable, others, x, training=True, return_losses=True)
        return jnp.mean((predicted - y) ** 2) + sum(losses), others

    return loss


def ours(model, x, y):
    """Return loss and gradients by Polykeras' own gradient, on a copy."""

    def loss():
        return keras.ops.mean(keras.ops.square(model(x, training=True) - y)) + sum(model.losses)

    return keras.value_and_grad(loss, model.trainable_variables)()


@pytest.mark.parametrize("jitted", [False, True])
def test_gradients_equal_ours(jitted):
    model = build()
    trainable, others = state(model)
    function = jax.value_and_grad(loss_of(model), has_aux=True)
    (loss, updated), gradients = (jax.jit(function) if jitted else function)(trainable, others, X, Y)
    assert all(np.array_equal(before, now) for before, now in zip(others, state(model)[1], strict=True))
    expected, expected_gradients = ours(model, X, Y)
    np.testing.assert_allclose(loss, expected, rtol=1e-5)
    for one, other in zip(gradients, expected_gradients, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-6)
    for one, other in zip(updated, state(model)[1], strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-6)


@pytest.mark.parametrize("jitted", [False, True])
def test_a_loop_from_scratch_equals_fit(jitted):
    model, twin = build(), build()
    twin.set_weights(model.get_weights())
    for layer, other in zip(model.layers, twin.layers, strict=True):
        for one, two in zip(layer.non_trainable_variables, other.non_trainable_variables, strict=True):
            two.assign(one.numpy())
    twin.compile(keras.optimizers.Adam(0.01), "mse")
    losses = twin.fit(X, Y, batch_size=4, epochs=2, shuffle=False, verbose=0).history["loss"]

    optimizer, mean = keras.optimizers.Adam(0.01), keras.metrics.Mean()
    optimizer.build(model.trainable_variables)

    def step(trainable, others, slots, seen, x, y):
        (loss, others), gradients = jax.value_and_grad(loss_of(model), has_aux=True)(trainable, others, x, y)
        trainable, slots = optimizer.stateless_apply(slots, gradients, trainable)
        return trainable, others, slots, mean.stateless_update_state(seen, loss)

    run = jax.jit(step) if jitted else step
    trainable, others = state(model)
    slots = values(optimizer.variables)
    for expected in losses:
        seen = mean.stateless_reset_state()
        for at in range(0, len(X), 4):
            trainable, others, slots, seen = run(trainable, others, slots, seen, X[at : at + 4], Y[at : at + 4])
        np.testing.assert_allclose(mean.stateless_result(seen), expected, rtol=1e-4)
    for one, other in zip(trainable, twin.trainable_variables, strict=True):
        np.testing.assert_allclose(one, other.numpy(), rtol=1e-3, atol=1e-5)


def test_vmap_over_samples_equals_the_batch():
    model = build()
    trainable, others = state(model)
    one_by_one = jax.vmap(lambda x: model.stateless_call(trainable, others, x[None], training=False)[0][0])(X)
    np.testing.assert_allclose(one_by_one, model(X, training=False), rtol=1e-5, atol=1e-6)


def test_gradients_per_sample_sum_to_the_batch_s():
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, activation="tanh"), keras.layers.Dense(2)])
    trainable, others = state(model)

    def loss(trainable, x, y):
        return jnp.sum((model.stateless_call(trainable, others, x)[0] - y) ** 2)

    each = jax.vmap(jax.grad(lambda trainable, x, y: loss(trainable, x[None], y[None])), in_axes=(None, 0, 0))
    for one, whole in zip(each(trainable, X, Y), jax.grad(loss)(trainable, X, Y), strict=True):
        assert one.shape == (len(X), *whole.shape)
        np.testing.assert_allclose(one.sum(0), whole, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("transform", [jax.jit, jax.checkpoint, lambda f: jax.vmap(lambda x: f(x[None])[0])])
def test_a_model_is_a_function(transform):
    model = build()
    np.testing.assert_allclose(transform(model)(X), model(X), rtol=1e-5, atol=1e-6)


def test_variables_become_arrays():
    variable = build().trainable_variables[0]
    assert isinstance(jnp.asarray(variable), jax.Array)
    np.testing.assert_array_equal(jnp.array(variable), variable.numpy())


@pytest.mark.parametrize("transform", [jax.jit, lambda f: jax.vmap(lambda x: f(x[None]))])
def test_state_does_not_leak(transform):
    model = build()
    before = state(model)[1]
    with pytest.raises(ValueError, match="stateless_call"):
        transform(lambda x: model(x, training=True))(X)
    for one, other in zip(before, state(model)[1], strict=True):
        np.testing.assert_array_equal(one, other)
    model(X, training=True)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda m: m.stateless_call([], values(m.non_trainable_variables), X), "Allowed: one for each of 6"),
        (lambda m: m.stateless_call([np.ones(3)] * 6, values(m.non_trainable_variables), X), "Allowed: shape"),
    ],
)
def test_values_that_do_not_fit(call, says):
    with pytest.raises(ValueError, match=says):
        call(build())
