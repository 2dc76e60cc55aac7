"""Common ops against the framework's own functions: called eagerly and compiled, on small and on large tensors.

Promises: both sides are lambdas over the same tensors, so that the cost of a lambda is on both; they agree before
anything is timed. Eagerly the figure is the time above the bare call, and the bar is for the median op; compiled it is
the ratio of two compiled functions that hold this one op, with a bar for each. PyTorch's graphs are captured and run
op by op (``aot_eager``): its code generator would compile for minutes, and gets the same graph from either side.
"""

from __future__ import annotations

import importlib
import statistics
from collections.abc import Callable
from itertools import repeat
from typing import Any

import numpy as np

from benchmarks import bars
from benchmarks.contestants import OURS
from benchmarks.fits import share_threads
from benchmarks.method import Block, alternate, estimate, ratio, repeats_for
from benchmarks.overheads import MICROSECONDS, WITH, WITHOUT
from benchmarks.report import Row

SIZES = {"small": 8, "large": 512}
BLOCK_SECONDS = 0.01
"""Shorter than elsewhere: there are hundreds of figures, and their intervals tell when that is too short."""

# Ours, then JAX, PyTorch and TensorFlow; `x` and `y` are square matrices in (0.5, 1.5), `i` is a vector of indices.
# Positions are int32, as Keras has them, on either side.
TABLE: tuple[tuple[str, str, str, str], ...] = (
    ("ops.absolute(x)", "jnp.abs(x)", "torch.abs(x)", "tf.abs(x)"),
    ("ops.add(x, y)", "jnp.add(x, y)", "torch.add(x, y)", "tf.add(x, y)"),
    ("ops.argmax(x, 1)", "jnp.argmax(x, 1)", "torch.argmax(x, 1).to(torch.int32)", "tf.argmax(x, 1, tf.int32)"),
    ("ops.argsort(x)", "jnp.argsort(x)", "torch.argsort(x, stable=True).to(torch.int32)",
     "tf.argsort(x, stable=True)"),
    ("ops.broadcast_to(x[0], x.shape)", "jnp.broadcast_to(x[0], x.shape)", "torch.broadcast_to(x[0], x.shape)",
     "tf.broadcast_to(x[0], x.shape)"),
    ("ops.cast(x, 'int32')", "x.astype('int32')", "x.to(torch.int32)", "tf.cast(x, tf.int32)"),
    ("ops.concatenate([x, y], 1)", "jnp.concatenate([x, y], 1)", "torch.cat([x, y], 1)", "tf.concat([x, y], 1)"),
    ("ops.cos(x)", "jnp.cos(x)", "torch.cos(x)", "tf.cos(x)"),
    ("ops.cumsum(x, 1)", "jnp.cumsum(x, 1)", "torch.cumsum(x, 1)", "tf.cumsum(x, 1)"),
    ("ops.divide(x, y)", "jnp.divide(x, y)", "torch.div(x, y)", "tf.divide(x, y)"),
    ("ops.einsum('ij,kj->ik', x, y)", "jnp.einsum('ij,kj->ik', x, y)", "torch.einsum('ij,kj->ik', x, y)",
     "tf.einsum('ij,kj->ik', x, y)"),
    ("ops.equal(x, y)", "jnp.equal(x, y)", "torch.eq(x, y)", "tf.equal(x, y)"),
    ("ops.exp(x)", "jnp.exp(x)", "torch.exp(x)", "tf.exp(x)"),
    ("ops.expand_dims(x, 1)", "jnp.expand_dims(x, 1)", "torch.unsqueeze(x, 1)", "tf.expand_dims(x, 1)"),
    ("ops.floor(x)", "jnp.floor(x)", "torch.floor(x)", "tf.floor(x)"),
    ("ops.isnan(x)", "jnp.isnan(x)", "torch.isnan(x)", "tf.math.is_nan(x)"),
    ("ops.less(x, y)", "jnp.less(x, y)", "torch.lt(x, y)", "tf.less(x, y)"),
    ("ops.log(x)", "jnp.log(x)", "torch.log(x)", "tf.math.log(x)"),
    ("ops.matmul(x, y)", "jnp.matmul(x, y)", "torch.matmul(x, y)", "tf.matmul(x, y)"),
    ("ops.max(x, 1)", "jnp.max(x, 1)", "torch.amax(x, 1)", "tf.reduce_max(x, 1)"),
    ("ops.maximum(x, y)", "jnp.maximum(x, y)", "torch.maximum(x, y)", "tf.maximum(x, y)"),
    ("ops.mean(x, 1)", "jnp.mean(x, 1)", "torch.mean(x, 1)", "tf.reduce_mean(x, 1)"),
    ("ops.min(x, 1)", "jnp.min(x, 1)", "torch.amin(x, 1)", "tf.reduce_min(x, 1)"),
    ("ops.multiply(x, y)", "jnp.multiply(x, y)", "torch.mul(x, y)", "tf.multiply(x, y)"),
    ("ops.negative(x)", "jnp.negative(x)", "torch.neg(x)", "tf.negative(x)"),
    ("ops.power(x, y)", "jnp.power(x, y)", "torch.pow(x, y)", "tf.pow(x, y)"),
    ("ops.prod(x, 1)", "jnp.prod(x, 1)", "torch.prod(x, 1)", "tf.reduce_prod(x, 1)"),
    ("ops.reshape(x, (-1,))", "jnp.reshape(x, (-1,))", "torch.reshape(x, (-1,))", "tf.reshape(x, (-1,))"),
    ("ops.sin(x)", "jnp.sin(x)", "torch.sin(x)", "tf.sin(x)"),
    ("ops.sort(x)", "jnp.sort(x)", "torch.sort(x)[0]", "tf.sort(x)"),
    ("ops.split(x, 2, 1)", "jnp.split(x, 2, 1)", "torch.tensor_split(x, 2, 1)", "tf.split(x, 2, 1)"),
    ("ops.sqrt(x)", "jnp.sqrt(x)", "torch.sqrt(x)", "tf.sqrt(x)"),
    ("ops.square(x)", "jnp.square(x)", "torch.square(x)", "tf.square(x)"),
    ("ops.stack([x, y])", "jnp.stack([x, y])", "torch.stack([x, y])", "tf.stack([x, y])"),
    ("ops.subtract(x, y)", "jnp.subtract(x, y)", "torch.sub(x, y)", "tf.subtract(x, y)"),
    ("ops.sum(x, 1)", "jnp.sum(x, 1)", "torch.sum(x, 1)", "tf.reduce_sum(x, 1)"),
    ("ops.take(x, i, 0)", "jnp.take(x, i, 0)", "x[i]", "tf.gather(x, i)"),
    ("ops.tanh(x)", "jnp.tanh(x)", "torch.tanh(x)", "tf.tanh(x)"),
    ("ops.transpose(x)", "jnp.transpose(x)", "torch.permute(x, (1, 0))", "tf.transpose(x)"),
    ("ops.where(x > y, x, y)", "jnp.where(x > y, x, y)", "torch.where(x > y, x, y)", "tf.where(x > y, x, y)"),
)  # fmt: skip
MODULES = {"jax": ("jnp", "jax.numpy"), "torch": ("torch", "torch"), "tensorflow": ("tf", "tensorflow")}


def function(text: str, **namespace: Any) -> Callable[..., Any]:
    """Return ``lambda x, y, i: text``."""
    made: Callable[..., Any] = eval(f"lambda x, y, i: {text}", namespace)  # noqa: S307 - texts of the table above
    return made


def compiler(backend: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return what compiles a function on one framework."""
    framework = importlib.import_module(backend)
    if backend == "jax":
        return framework.jit  # type: ignore[no-any-return]
    if backend == "torch":
        return lambda f: framework.compile(f, fullgraph=True, backend="aot_eager")  # type: ignore[no-any-return]
    return lambda f: framework.function(f, jit_compile=True, autograph=False)  # type: ignore[no-any-return]


def waited(result: Any) -> None:
    """Wait for a result, where the framework goes on before it is there."""
    for one in result if isinstance(result, (list, tuple)) else [result]:
        wait = getattr(one, "block_until_ready", None)
        if wait is not None:
            wait()


def block(call: Callable[..., Any], arguments: tuple[Any, ...], repeats: int) -> Block:
    """Return a block that calls `repeats` times and waits for the last result."""

    def run() -> None:
        result = None
        for _ in repeat(None, repeats):
            result = call(*arguments)
        waited(result)

    return run


def timed(
    ours: Callable[..., Any], bare: Callable[..., Any], arguments: tuple[Any, ...], pairs: int
) -> tuple[list[float], list[float]]:
    """Return the microseconds per call of both, one value of each per round."""
    mine, theirs = ours(*arguments), bare(*arguments)
    for one, other in zip(_listed(mine), _listed(theirs), strict=True):
        np.testing.assert_allclose(np.asarray(one), np.asarray(other), rtol=1e-4, atol=1e-5)
    repeats = repeats_for(block(bare, arguments, 1), BLOCK_SECONDS)
    times = alternate({WITH: block(ours, arguments, repeats), WITHOUT: block(bare, arguments, repeats)}, pairs)
    scale = MICROSECONDS / repeats
    return [scale * t for t in times[WITH]], [scale * t for t in times[WITHOUT]]


def _listed(result: Any) -> list[Any]:
    return list(result) if isinstance(result, (list, tuple)) else [result]


def measure(backend: str, pairs: int) -> list[Row]:
    """Return the figures of one backend, in a process whose environment names it."""
    share_threads(backend)
    k = importlib.import_module(OURS)
    name, module = MODULES[backend]
    namespace = {name: importlib.import_module(module)}
    compiled = compiler(backend)
    column = 1 + list(MODULES).index(backend)
    rng = np.random.default_rng(0)
    rows = []
    for size, side in SIZES.items():
        x, y = (k.ops.convert_to_tensor(rng.uniform(0.5, 1.5, (side, side)).astype("float32")) for _ in range(2))
        arguments = (x, y, k.ops.convert_to_tensor(rng.permutation(side).astype("int32")))
        overheads = []
        for texts in TABLE:
            ours, bare = function(texts[0], ops=k.ops), function(texts[column], **namespace)
            called = texts[0].removeprefix("ops.")
            eager = timed(ours, bare, arguments, pairs)
            overheads.append([one - other for one, other in zip(*eager, strict=True)])
            note = f"bare {min(eager[1]):.3g} us"
            rows.append(Row(f"{backend} ops", f"eager {size} {called}", "us", estimate(overheads[-1]), None, note))
            both = timed(compiled(ours), compiled(bare), arguments, pairs)
            note = f"bare {min(both[1]):.3g} us"
            bar = bars.COMPILED_OP_TIMES
            rows.append(Row(f"{backend} ops", f"compiled {size} {called}", "", ratio(*both), bar, note))
        middle = [statistics.median(of_round) for of_round in zip(*overheads, strict=True)]
        name = f"eager {size}, the median of {len(TABLE)} ops"
        rows.append(Row(f"{backend} ops", name, "us", estimate(middle), bars.EAGER_OP_MICROSECONDS))
    return rows
