"""How TensorFlow's steps are compiled, and how it is imported."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import polykeras as keras
from polykeras.backend.resolved import resolve

NAME = "tensorflow"
X = np.ones((2, 3), "float32")


@pytest.fixture(scope="module")
def tf() -> Any:
    """TensorFlow, imported by its plugin."""
    return pytest.importorskip("keras_tf.framework").tf


@pytest.fixture
def compiled() -> Callable[..., Any]:
    """Compile a step of one batch that touches no variables."""
    return lambda step, **how: resolve(NAME).training.compile_step(step, [], **{"jit": None, **how})


def double_on_the_host(tf: Any) -> Callable[[Any], Any]:
    """Return a step that XLA cannot compile, since part of it runs in Python."""

    def step(batch: Any) -> Any:
        y = tf.numpy_function(lambda x: 2.0 * x, [batch], tf.float32)
        return tf.ensure_shape(y, batch.shape)

    return step


def test_what_xla_refuses_runs_without_it_and_says_so(tf: Any, compiled: Callable[..., Any]) -> None:
    run = compiled(double_on_the_host(tf))
    with pytest.warns(UserWarning, match="XLA cannot compile this step"):
        first = run(tf.constant(X))
    np.testing.assert_array_equal(first, 2.0 * X)
    np.testing.assert_array_equal(run(tf.constant(X)), 2.0 * X)  # and says so once


def test_xla_asked_for_is_an_error_where_it_refuses(tf: Any, compiled: Callable[..., Any]) -> None:
    with pytest.raises(tf.errors.InvalidArgumentError):
        compiled(double_on_the_host(tf), jit=True)(tf.constant(X))


def test_an_error_of_the_step_is_no_refusal(tf: Any, compiled: Callable[..., Any]) -> None:
    with pytest.raises(ZeroDivisionError):
        compiled(lambda batch: batch * (1 // 0))(tf.constant(X))


@pytest.mark.parametrize(
    ("how", "traced"), [({}, True), ({"jit": False}, True), ({"jit": True}, True), ({"eager": True}, False)]
)
def test_only_an_eager_step_runs_line_by_line(
    how: dict[str, bool], traced: bool, tf: Any, compiled: Callable[..., Any]
) -> None:
    seen = []

    def step(batch: Any) -> Any:
        seen.append(tf.executing_eagerly())
        return batch + 1.0

    np.testing.assert_array_equal(compiled(step, **how)(tf.constant(X)), X + 1.0)
    assert seen == [not traced]


def test_a_step_is_traced_once_for_batches_alike(tf: Any, compiled: Callable[..., Any]) -> None:
    seen = []

    def step(batch: dict[str, Any]) -> Any:
        seen.append(sorted((name, tuple(leaf.shape), leaf.dtype.name) for name, leaf in batch.items()))
        return batch["a"] + tf.cast(batch["b"], "float32") * 2.0

    run = compiled(step, jit=True)
    a, b = tf.constant(X), tf.constant(2.0 * X)
    for first, second in ((a, b), (b, a), (a[:1], b[:1]), (a, tf.cast(b, "int32")), (a, b), (a[:1], a[:1])):
        expected = first.numpy() + second.numpy() * 2.0
        np.testing.assert_array_equal(run({"a": first, "b": second}), expected)
        np.testing.assert_array_equal(run({"b": second, "a": first}), expected)
    assert len(seen) == len({str(one) for one in seen}) == 3


@pytest.mark.parametrize(("layer", "by_xla"), [(keras.layers.Conv1D, False), (keras.layers.Dense, True)])
def test_convolutions_on_the_cpu_are_left_to_tensorflow(layer: Any, by_xla: bool, tf: Any) -> None:
    if tf.config.list_logical_devices("GPU"):
        pytest.skip("the rule is for the CPU")
    with keras.use_backend(NAME):
        arguments = {"kernel_size": 2} if layer is keras.layers.Conv1D else {}
        model = keras.Sequential([keras.Input((4, 3)), layer(2, **arguments)])
        model.predict(np.ones((2, 4, 3)), verbose=0)
    run = model.make_predict_function()._run
    batch = (tf.ones((2, 4, 3)),)
    lowered = tf.function(run.function.python_function, autograph=False, jit_compile=by_xla)
    np.testing.assert_allclose(run(batch), lowered(batch), rtol=1e-6)
    assert bool(run.function._jit_compile) is by_xla
