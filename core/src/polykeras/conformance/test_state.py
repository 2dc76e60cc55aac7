"""Variables inside of losses, loops and threads: one text, the same on every backend."""

from __future__ import annotations

import threading
import warnings
from typing import Any

import numpy as np
import pytest

import polykeras as keras
from polykeras import ops
from polykeras.backend.current import current


def test_state_written_in_every_kind_of_loop() -> None:
    v = keras.Variable(0.0, trainable=False)

    def add(amount: float) -> Any:
        v.assign_add(amount)
        return ops.convert_to_tensor(amount)

    ops.cond(ops.convert_to_tensor(True), lambda: add(1.0), lambda: add(10.0))
    ops.fori_loop(0, 3, lambda _, x: x + add(100.0), ops.convert_to_tensor(0.0))
    ops.while_loop(lambda i: i < 2, lambda i: i + ops.cast(add(1000.0) > 0, "int32"), ops.convert_to_tensor(0))
    assert float(v.numpy()) == 2301.0


def test_dropout_in_a_scan_moves_its_seed_on() -> None:
    seeds = keras.random.SeedGenerator(7)
    x = ops.ones((3, 50))
    _, rows = ops.scan(lambda c, row: (c, keras.random.dropout(row, 0.5, seed=seeds)), ops.convert_to_tensor(0.0), x)
    rows = ops.convert_to_numpy(rows)
    assert seeds.state.numpy().tolist() == [7, 3]
    assert not np.array_equal(rows[0], rows[1])


@pytest.mark.filterwarnings("ignore:The loss does not depend")
def test_what_is_assigned_in_a_loss_is_a_constant() -> None:
    w = keras.Variable(3.0)
    u = keras.Variable(1.0)

    def loss() -> Any:
        u.assign(w * 2.0)
        return w * u

    value, gradients = keras.value_and_grad(loss, [w, u])()
    assert float(value) == 18.0
    assert [float(g) for g in gradients] == [6.0, 0.0]
    assert float(u.numpy()) == 6.0


def test_a_loss_that_raises_writes_nothing() -> None:
    u = keras.Variable(1.0)

    def loss() -> Any:
        u.assign(u + 1.0)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        keras.value_and_grad(loss, [u])()
    assert float(u.numpy()) == 1.0


def test_an_unconnected_variable_has_gradient_zero() -> None:
    used, unused = keras.Variable(2.0, name="used"), keras.Variable([1.0, 2.0], name="unused")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        _, gradients = keras.value_and_grad(lambda: used * used, [used, unused])()
    assert float(gradients[0]) == 4.0
    np.testing.assert_array_equal(ops.convert_to_numpy(gradients[1]), [0.0, 0.0])
    assert all("unused" in str(item.message) for item in caught)


def test_nested_gradients() -> None:
    w = keras.Variable(3.0)
    u = keras.Variable(0.0, trainable=False)

    def inner() -> Any:
        u.assign_add(1.0)
        return w * w * w

    def outer() -> Any:
        (gradient,) = keras.grad(inner, [w])()
        return gradient * gradient

    value, (second,) = keras.value_and_grad(outer, [w])()
    assert float(value) == pytest.approx(27.0**2)
    assert float(second) == pytest.approx(2 * 27.0 * 18.0)
    assert float(u.numpy()) == 1.0


def test_a_worker_thread_sees_the_override() -> None:
    name = current().name
    seen: list[str] = []

    def look() -> None:
        seen.append(current().name)
        seen.append(type(ops.ones((2,))).__module__.partition(".")[0])

    with keras.use_backend(name) as backend:
        thread = threading.Thread(target=look)
        thread.start()
        thread.join()
        assert seen[0] == backend.name
        assert seen[1] == type(ops.ones((2,))).__module__.partition(".")[0]
