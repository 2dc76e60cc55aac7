"""JAX donates the state of a step; a failure inside an execution must not lose it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import polykeras as keras


def test_an_execution_that_fails_brings_the_snapshot_back() -> None:
    with keras.use_backend("jax"):
        x, y = np.ones((8, 3), "float32"), np.zeros((8, 1), "float32")
        model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2), keras.layers.Dense(1)])
        model.compile("adam", "mse")
        model.fit(x, y, batch_size=4, verbose=0)
        model.evaluate(x, y, verbose=0)
        before = model.get_weights()
        runner = model.make_train_function()
        step = runner._jitted

        def failing(donated: list[Any], kept: list[Any], batch: Any) -> Any:
            step(donated, kept, batch)
            raise RuntimeError("the device went away")

        runner._jitted = failing
        with pytest.raises(RuntimeError, match="went away"):
            model.fit(x, y, batch_size=4, verbose=0)
        for own, old in zip(model.get_weights(), before, strict=True):
            np.testing.assert_array_equal(own, old)
        runner._jitted = step
        model.fit(x, y, batch_size=4, verbose=0)
        assert int(model.optimizer.iterations.numpy()) == 4
