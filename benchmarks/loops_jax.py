"""Hand-written JAX training loops: the yardstick, as a good engineer would write them.

Promises: the same models, loss, Adam rule, shuffling and metrics as the contestants; one jitted step
with its state donated; metrics added up on the device and read once per epoch.
Refuses: tricks that change the job, such as several steps per call or the data set on the device.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from benchmarks.models import BATCH, DROPOUT, LEARNING_RATE, NORM_EPSILON

Params = list[jax.Array]
Forward = Callable[[Params, jax.Array, jax.Array | None], jax.Array]

BETA_1, BETA_2, EPSILON = 0.9, 0.999, 1e-7


class State(NamedTuple):
    """All that a step reads and writes."""

    params: Params
    first: Params
    second: Params
    step: jax.Array
    key: jax.Array
    loss_sum: jax.Array
    correct: jax.Array


def dense(x: jax.Array, kernel: jax.Array, bias: jax.Array) -> jax.Array:
    """Return ``x @ kernel + bias``."""
    return x @ kernel + bias


def layer_norm(x: jax.Array, gamma: jax.Array, beta: jax.Array) -> jax.Array:
    """Return `x` normalised over its last axis, scaled and shifted."""
    mean = x.mean(-1, keepdims=True)
    variance = x.var(-1, keepdims=True)
    return (x - mean) * (lax.rsqrt(variance + NORM_EPSILON) * gamma) + beta


def conv(x: jax.Array, kernel: jax.Array, bias: jax.Array) -> jax.Array:
    """Return the valid 2D convolution, channels last."""
    y = lax.conv_general_dilated(x, kernel, (1, 1), "VALID", dimension_numbers=("NHWC", "HWIO", "NHWC"))
    return y + bias


def max_pool(x: jax.Array) -> jax.Array:
    """Return the maximum of each 2 by 2 window."""
    return lax.reduce_window(x, -jnp.inf, lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")


def mlp(params: Params, x: jax.Array, _key: jax.Array | None) -> jax.Array:
    """Return the logits of the 3-layer MLP."""
    x = jax.nn.relu(dense(x, *params[0:2]))
    x = jax.nn.relu(dense(x, *params[2:4]))
    return dense(x, *params[4:6])


def residual(params: Params, x: jax.Array, _key: jax.Array | None) -> jax.Array:
    """Return the logits of the residual MLP; each block has gamma, beta, kernel, bias, as has the end."""
    for i in range(0, len(params) - 4, 4):
        x = x + jax.nn.relu(dense(layer_norm(x, *params[i : i + 2]), *params[i + 2 : i + 4]))
    return dense(layer_norm(x, *params[-4:-2]), *params[-2:])


def convnet(params: Params, x: jax.Array, key: jax.Array | None) -> jax.Array:
    """Return the logits of the convnet; dropout where a key is given."""
    x = jax.nn.relu(conv(x, *params[0:2]))  # (batch, 26, 26, 64)
    x = jax.nn.relu(conv(x, *params[2:4]))  # (batch, 24, 24, 64)
    x = max_pool(x)  # (batch, 12, 12, 64)
    x = jax.nn.relu(conv(x, *params[4:6]))  # (batch, 10, 10, 128)
    x = jax.nn.relu(conv(x, *params[6:8]))  # (batch, 8, 8, 128)
    x = x.mean((1, 2))  # (batch, 128)
    if key is not None:
        keep = jax.random.bernoulli(key, 1.0 - DROPOUT, x.shape)
        x = jnp.where(keep, x / (1.0 - DROPOUT), 0.0)
    return dense(x, *params[8:10])


FORWARD: dict[str, Forward] = {"mlp": mlp, "residual": residual, "convnet": convnet}


@partial(jax.jit, static_argnums=0, donate_argnums=1)
def train_step(forward: Forward, state: State, x: jax.Array, y: jax.Array) -> State:
    """Return the state after one batch: gradients, Adam, running sums of loss and hits."""
    key, draw = jax.random.split(state.key)

    def loss_fn(params: Params) -> tuple[jax.Array, jax.Array]:
        logits = forward(params, x, draw)
        picked = jnp.take_along_axis(jax.nn.log_softmax(logits), y[:, None], axis=1)
        return -picked.mean(), logits

    (loss, logits), grads = jax.value_and_grad(loss_fn, has_aux=True)(state.params)
    step = state.step + 1
    rate = LEARNING_RATE * jnp.sqrt(1.0 - BETA_2**step) / (1.0 - BETA_1**step)
    first = [m + (g - m) * (1.0 - BETA_1) for m, g in zip(state.first, grads, strict=True)]
    second = [v + (g * g - v) * (1.0 - BETA_2) for v, g in zip(state.second, grads, strict=True)]
    moments = zip(state.params, first, second, strict=True)
    params = [p - rate * m / (jnp.sqrt(v) + EPSILON) for p, m, v in moments]
    hits = (logits.argmax(-1) == y).sum()
    loss_sum = state.loss_sum + loss * x.shape[0]
    return State(params, first, second, step, key, loss_sum, state.correct + hits)


@partial(jax.jit, static_argnums=0)
def predict_step(forward: Forward, params: Params, x: jax.Array) -> jax.Array:
    """Return class probabilities."""
    return jax.nn.softmax(forward(params, x, None))


class Loop:
    """A hand-written training loop over one model and one data set."""

    def __init__(self, case: str, weights: Sequence[np.ndarray], x: np.ndarray, y: np.ndarray) -> None:
        self.forward = FORWARD[case]
        self.x, self.y = x, y
        self.rng = np.random.default_rng(0)
        params: Params = [jnp.array(w) for w in weights]
        first = [jnp.zeros_like(p) for p in params]
        second = [jnp.zeros_like(p) for p in params]
        zeros = jnp.zeros((), jnp.int32), jax.random.key(0), jnp.zeros(()), jnp.zeros((), jnp.int32)
        self.state = State(params, first, second, *zeros)

    def epoch(self, *, shuffle: bool = True) -> tuple[float, float]:
        """Train on every sample once; return the mean loss and the accuracy."""
        state = self.state._replace(loss_sum=jnp.zeros(()), correct=jnp.zeros((), jnp.int32))
        samples = len(self.x)
        permutation = self.rng.permutation(samples) if shuffle else np.arange(samples)
        for start in range(0, samples, BATCH):
            rows = permutation[start : start + BATCH]
            state = train_step(self.forward, state, self.x[rows], self.y[rows])
        self.state = state
        return float(state.loss_sum) / samples, int(state.correct) / samples

    def predictor(self) -> Callable[[np.ndarray], np.ndarray]:
        """Return the bare compiled call: inputs to class probabilities ``(len(x), 10)``."""
        forward, params = self.forward, self.state.params
        return lambda x: np.asarray(predict_step(forward, params, x))


def make_loop(case: str, weights: Sequence[np.ndarray], x: np.ndarray, y: np.ndarray) -> Any:
    """Return the loop for `case`, starting from `weights` in Keras' order."""
    return Loop(case, weights, x, y)
