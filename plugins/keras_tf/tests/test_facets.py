"""TensorFlow's tapes and functions over Polykeras' variables, models and optimizers."""

from __future__ import annotations

import importlib

import numpy as np
import pytest

import polykeras as keras

X = np.random.default_rng(0).normal(size=(16, 4)).astype("float32")
Y = 2 * X[:, :2]


@pytest.fixture(autouse=True)
def tf():
    with keras.use_backend("tensorflow"):
        keras.utils.set_random_seed(0)
        keras.ops.ones(1)  # TensorFlow comes in under the plugin's guard
        yield importlib.import_module("tensorflow")


def build():
    return keras.Sequential(
        [
            keras.Input((4,)),
            keras.layers.Dense(8, activation="tanh"),
            keras.layers.BatchNormalization(),
            keras.layers.Dense(2),
        ]
    )


def twins():
    model, twin = build(), build()
    for one, two in zip(model.variables, twin.variables, strict=True):
        two.assign(one.numpy())
    return model, twin


def test_a_tape_gives_our_gradients(tf):
    model, twin = twins()
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(model(X, training=True) - Y))
    gradients = tape.gradient(loss, model.trainable_variables)

    def forward():
        return keras.ops.mean(keras.ops.square(twin(X, training=True) - Y))

    expected, expected_gradients = keras.value_and_grad(forward, twin.trainable_variables)()
    np.testing.assert_allclose(loss, expected, rtol=1e-6)
    for one, other in zip(gradients, expected_gradients, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("how", [None, {"jit_compile": False}, {"jit_compile": True}, {"autograph": False}], ids=str)
def test_a_loop_from_scratch_equals_fit(tf, how):
    model, twin = twins()
    twin.compile(keras.optimizers.Adam(0.01), "mse")
    losses = twin.fit(X, Y, batch_size=4, epochs=2, shuffle=False, verbose=0).history["loss"]
    optimizer = keras.optimizers.Adam(0.01)
    optimizer.build(model.trainable_variables)

    def step(x, y):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(model(x, training=True) - y))
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))
        return loss

    run = step if how is None else tf.function(step, **how)
    for expected in losses:
        seen = [run(tf.constant(X[at : at + 4]), tf.constant(Y[at : at + 4])) for at in range(0, len(X), 4)]
        np.testing.assert_allclose(np.mean(seen), expected, rtol=1e-4)
    for one, other in zip(model.variables, twin.variables, strict=True):
        np.testing.assert_allclose(one.numpy(), other.numpy(), rtol=1e-3, atol=1e-5)


def test_a_function_over_a_model(tf):
    model = build()
    function = tf.function(lambda x: model(x, training=False))
    np.testing.assert_allclose(function(tf.constant(X)), model(X), rtol=1e-5, atol=1e-6)
    model.layers[0].kernel.assign(np.zeros((4, 8), "float32"))
    np.testing.assert_allclose(function(tf.constant(X)), model(X), rtol=1e-5, atol=1e-6)


def test_tensorflow_s_functions_take_variables(tf):
    kernel = build().layers[0].kernel
    assert tf.is_tensor(tf.convert_to_tensor(kernel))
    np.testing.assert_allclose(tf.matmul(tf.constant(X), kernel), X @ kernel.numpy(), rtol=1e-5, atol=1e-6)


def test_a_variable_is_watched_when_asked(tf):
    kernel = build().layers[0].kernel
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(kernel.handle)
        total = tf.reduce_sum(kernel * 3.0)
    np.testing.assert_array_equal(tape.gradient(total, kernel), np.full((4, 8), 3, "float32"))


def test_tapes_nest(tf):
    kernel = build().layers[0].kernel
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            total = tf.reduce_sum(kernel**3)
        first = inner.gradient(total, kernel)
    np.testing.assert_allclose(outer.gradient(first, kernel), 6 * kernel.numpy(), rtol=1e-5)


def test_other_attributes_are_not_there():
    variable = build().layers[0].kernel
    with pytest.raises(AttributeError, match="no attribute 'handel'"):
        _ = variable.handel
    assert not hasattr(build(), "parameters")
