"""Hand-written TensorFlow training loops: the yardstick, as a good engineer would write them.

Promises: the same models, loss, Adam rule, shuffling and metrics as the contestants; one step as a
`tf.function` that XLA compiles; metrics added up on the device and read once per epoch.
Refuses: tricks that change the job, such as several steps per call or the data set on the device.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from benchmarks.models import BATCH, DROPOUT, LEARNING_RATE, NORM_EPSILON

Params = list[Any]
Forward = Callable[[Params, Any, bool], Any]

BETA_1, BETA_2, EPSILON = 0.9, 0.999, 1e-7


def dense(x: Any, kernel: Any, bias: Any) -> Any:
    """Return ``x @ kernel + bias``."""
    return tf.nn.bias_add(tf.matmul(x, kernel), bias)


def layer_norm(x: Any, gamma: Any, beta: Any) -> Any:
    """Return `x` normalised over its last axis, scaled and shifted."""
    mean = tf.reduce_mean(x, -1, keepdims=True)
    variance = tf.reduce_mean(tf.square(x - mean), -1, keepdims=True)
    return (x - mean) * (tf.math.rsqrt(variance + NORM_EPSILON) * gamma) + beta


def conv(x: Any, kernel: Any, bias: Any) -> Any:
    """Return the valid 2D convolution, channels last."""
    return tf.nn.bias_add(tf.nn.conv2d(x, kernel, 1, "VALID"), bias)


def mlp(params: Params, x: Any, _training: bool) -> Any:
    """Return the logits of the 3-layer MLP."""
    x = tf.nn.relu(dense(x, *params[0:2]))
    x = tf.nn.relu(dense(x, *params[2:4]))
    return dense(x, *params[4:6])


def residual(params: Params, x: Any, _training: bool) -> Any:
    """Return the logits of the residual MLP; each block has gamma, beta, kernel, bias, as has the end."""
    for i in range(0, len(params) - 4, 4):
        x = x + tf.nn.relu(dense(layer_norm(x, *params[i : i + 2]), *params[i + 2 : i + 4]))
    return dense(layer_norm(x, *params[-4:-2]), *params[-2:])


def convnet(params: Params, x: Any, training: bool) -> Any:
    """Return the logits of the convnet, with dropout in training."""
    x = tf.nn.relu(conv(x, *params[0:2]))  # (batch, 26, 26, 64)
    x = tf.nn.relu(conv(x, *params[2:4]))  # (batch, 24, 24, 64)
    x = tf.nn.max_pool2d(x, 2, 2, "VALID")  # (batch, 12, 12, 64)
    x = tf.nn.relu(conv(x, *params[4:6]))  # (batch, 10, 10, 128)
    x = tf.nn.relu(conv(x, *params[6:8]))  # (batch, 8, 8, 128)
    x = tf.reduce_mean(x, (1, 2))  # (batch, 128)
    if training:
        x = tf.nn.dropout(x, DROPOUT)
    return dense(x, *params[8:10])


FORWARD: dict[str, Forward] = {"mlp": mlp, "residual": residual, "convnet": convnet}


class Loop:
    """A hand-written training loop over one model and one data set."""

    def __init__(self, case: str, weights: Sequence[np.ndarray], x: np.ndarray, y: np.ndarray) -> None:
        self.forward = FORWARD[case]
        self.x, self.y = x, y
        self.rng = np.random.default_rng(0)
        self.params = [tf.Variable(w) for w in weights]
        self.first = [tf.Variable(tf.zeros_like(p)) for p in self.params]
        self.second = [tf.Variable(tf.zeros_like(p)) for p in self.params]
        self.steps = tf.Variable(0.0)
        self.loss_sum, self.correct = tf.Variable(0.0), tf.Variable(0)
        self.step = tf.function(self._step, jit_compile=True, autograph=False)
        self.predict = tf.function(self._predict, jit_compile=True, autograph=False)

    def _step(self, x: Any, y: Any) -> None:
        """Take one batch: gradients, Adam, running sums of loss and hits."""
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(self.params)
            logits = self.forward(self.params, x, True)
            loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(y, logits))
        gradients = tape.gradient(loss, self.params)
        step = self.steps.assign_add(1.0)
        rate = LEARNING_RATE * tf.sqrt(1.0 - BETA_2**step) / (1.0 - BETA_1**step)
        for p, m, v, g in zip(self.params, self.first, self.second, gradients, strict=True):
            momentum = m.assign_add((g - m) * (1.0 - BETA_1))
            velocity = v.assign_add((g * g - v) * (1.0 - BETA_2))
            p.assign_sub(rate * momentum / (tf.sqrt(velocity) + EPSILON))
        self.loss_sum.assign_add(loss * tf.cast(tf.shape(x)[0], tf.float32))
        hits = tf.equal(tf.argmax(logits, -1, output_type=tf.int32), tf.cast(y, tf.int32))
        self.correct.assign_add(tf.reduce_sum(tf.cast(hits, tf.int32)))

    def _predict(self, x: Any) -> Any:
        """Return class probabilities."""
        return tf.nn.softmax(self.forward(self.params, x, False))

    def epoch(self, *, shuffle: bool = True) -> tuple[float, float]:
        """Train on every sample once; return the mean loss and the accuracy."""
        self.loss_sum.assign(0.0)
        self.correct.assign(0)
        samples = len(self.x)
        permutation = self.rng.permutation(samples) if shuffle else np.arange(samples)
        for start in range(0, samples, BATCH):
            rows = permutation[start : start + BATCH]
            self.step(tf.convert_to_tensor(self.x[rows]), tf.convert_to_tensor(self.y[rows]))
        return float(self.loss_sum) / samples, int(self.correct) / samples

    def predictor(self) -> Callable[[np.ndarray], np.ndarray]:
        """Return the bare compiled call: inputs to class probabilities ``(len(x), 10)``."""

        def predict(x: np.ndarray) -> np.ndarray:
            probabilities: np.ndarray = self.predict(tf.convert_to_tensor(x)).numpy()
            return probabilities

        return predict


def make_loop(case: str, weights: Sequence[np.ndarray], x: np.ndarray, y: np.ndarray) -> Any:
    """Return the loop for `case`, starting from `weights` in Keras' order."""
    return Loop(case, weights, x, y)
