"""How PyTorch's steps are compiled: whole, as one graph, or in pieces where they ask for values."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import polykeras as keras
from polykeras import optimizers
from polykeras.backend.resolved import resolve

torch = pytest.importorskip("torch")
NAME = "torch"
STEPS = 4
SIZES = {"mlp": (8,), "residual": (8,), "convnet": (8, 8, 1)}


@pytest.fixture(autouse=True)
def graphs(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Compile for PyTorch's own executor, make every recompilation an error, and count the graphs."""
    monkeypatch.setattr(torch, "compile", functools.partial(torch.compile, backend="aot_eager"))
    torch._dynamo.reset()
    counters = torch._dynamo.utils.counters
    counters.clear()
    with keras.use_backend(NAME), torch._dynamo.config.patch(error_on_recompile=True):
        yield counters
    torch._dynamo.reset()


def mlp(dropout: float) -> Any:
    del dropout
    dense = keras.layers.Dense
    return keras.Sequential([keras.Input((8,)), dense(8, "relu"), dense(8, "relu"), dense(4, "softmax")])


def residual(dropout: float) -> Any:
    del dropout
    inputs = x = keras.Input((8,))
    for _ in range(3):
        branch = keras.layers.Dense(8, "relu")(keras.layers.BatchNormalization()(x))
        x = keras.layers.Add()([x, branch])
    return keras.Model(inputs, keras.layers.Dense(4, "softmax")(x))


def convnet(dropout: float) -> Any:
    return keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            keras.layers.Conv2D(4, 3, activation="relu"),
            keras.layers.MaxPooling2D(2),
            keras.layers.GlobalAveragePooling2D(),
            keras.layers.Dropout(dropout),
            keras.layers.Dense(4, "softmax"),
        ]
    )


MODELS: dict[str, Callable[[float], Any]] = {"mlp": mlp, "residual": residual, "convnet": convnet}
OPTIMIZERS: dict[str, Callable[[], Any]] = {
    "adam": lambda: optimizers.Adam(0.01, amsgrad=True),
    "adamw": lambda: optimizers.AdamW(0.01, global_clipnorm=0.5),
    "sgd": lambda: optimizers.SGD(optimizers.schedules.ExponentialDecay(0.1, 2, 0.5), momentum=0.9, nesterov=True),
    "rmsprop": lambda: optimizers.RMSprop(0.01, momentum=0.5, centered=True, use_ema=True),
}


def batch(name: str, step: int, rows: int = 16) -> tuple[np.ndarray, np.ndarray]:
    draw = np.random.default_rng(step)
    return draw.normal(size=(rows, *SIZES[name])).astype("float32"), draw.integers(0, 4, rows)


def compiled(
    name: str, optimizer: Any = None, *, jit_compile: bool, dropout: float = 0.0, kind: Callable[..., Any] | None = None
) -> Any:
    keras.utils.set_random_seed(7)
    model = (kind or MODELS[name])(dropout)
    optimizer = optimizers.Adam(0.01) if optimizer is None else optimizer
    model.compile(
        optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"], jit_compile=jit_compile, run_eagerly=False
    )
    return model


def trained(model: Any, name: str) -> tuple[list[Any], list[np.ndarray]]:
    """Return what each step told and every variable after the last one."""
    told = [list(model.train_on_batch(*batch(name, step))) for step in range(STEPS)]
    state = [*model.variables, *model.optimizer.variables]
    return told, [variable.numpy() for variable in state]


def check_equal(model: Any, eager: Any, name: str) -> None:
    told, state = trained(model, name)
    expected_told, expected_state = trained(eager, name)
    np.testing.assert_allclose(told, expected_told, rtol=1e-5, atol=1e-6)
    for own, other in zip(state, expected_state, strict=True):
        np.testing.assert_allclose(own, other, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", MODELS)
def test_a_whole_step_is_one_graph_with_the_eager_values(name: str, graphs: Any) -> None:
    check_equal(compiled(name, jit_compile=True), compiled(name, jit_compile=False), name)
    assert graphs["stats"]["unique_graphs"] == 1
    assert not graphs["graph_break"]


@pytest.mark.parametrize("case", OPTIMIZERS)
def test_every_update_is_part_of_the_graph(case: str, graphs: Any) -> None:
    make = OPTIMIZERS[case]
    check_equal(compiled("mlp", make(), jit_compile=True), compiled("mlp", make(), jit_compile=False), "mlp")
    assert graphs["stats"]["unique_graphs"] == 1


def test_each_call_draws_anew(graphs: Any) -> None:
    """The counter of a seed is a tensor of the graph, neither frozen nor a number that compiles again."""
    model = compiled("convnet", optimizers.SGD(0.0), jit_compile=True, dropout=0.5)
    x, y = batch("convnet", 0)
    losses = []
    for _ in range(STEPS):
        model.reset_metrics()
        losses.append(float(model.train_on_batch(x, y)[0]))
    assert len(set(losses)) == STEPS
    assert graphs["stats"]["unique_graphs"] == 1


def test_the_other_steps_and_another_shape_are_graphs_of_their_own(graphs: Any) -> None:
    model, eager = (compiled("mlp", jit_compile=jit) for jit in (True, False))
    for rows in (16, 5, 16):
        np.testing.assert_allclose(
            *(one.test_on_batch(*batch("mlp", 0, rows)) for one in (model, eager)), rtol=1e-5, atol=1e-6
        )
    x, _ = batch("mlp", 1)
    np.testing.assert_allclose(model.predict_on_batch(x), eager.predict_on_batch(x), rtol=1e-5, atol=1e-6)
    assert graphs["stats"]["unique_graphs"] == 3


def test_a_users_step_is_captured(graphs: Any) -> None:
    class Own(keras.Model):  # type: ignore[misc]
        """Trains on twice the loss, and counts."""

        def __init__(self) -> None:
            super().__init__()
            self.head = keras.layers.Dense(4, "softmax")
            self.count = keras.Variable(0, dtype="int32", trainable=False)

        def call(self, x: Any) -> Any:
            return self.head(x)

        def train_step(self, data: Any) -> Any:
            x, y = data

            def loss_of() -> Any:
                return 2.0 * self.compute_loss(x, y, self(x, training=True))

            loss, gradients = keras.value_and_grad(loss_of, self.trainable_variables)()
            self.optimizer.apply(gradients, self.trainable_variables)
            self.count.assign_add(1)
            return {"loss": loss, "count": self.count.value}

    told = {}
    for jit in (True, False):
        model = compiled("mlp", jit_compile=jit, kind=lambda _: Own())
        logs = [model.train_on_batch(*batch("mlp", step), return_dict=True) for step in range(STEPS)]
        told[jit] = [[float(value) for value in log.values()] for log in logs]
    np.testing.assert_allclose(told[True], told[False], rtol=1e-5)
    assert [count for _, count in told[True]] == [1, 2, 3, 4]
    assert graphs["stats"]["unique_graphs"] == 1


def test_values_that_change_places_are_read_before_they_are_written() -> None:
    one, other = keras.Variable([1.0, 2.0]), keras.Variable([3.0, 4.0])

    def swap(_: Any) -> Any:
        before, first = one.value, one.value[:1]
        one.assign(other.value)
        other.assign(before)
        return before, first

    run = resolve(NAME).training.compile_step(swap, [one, other], jit=True)
    for value, expected in ((one, [3.0, 4.0]), (one, [1.0, 2.0])):
        old = value.numpy()
        before, first = run(torch.ones(1))
        np.testing.assert_array_equal(before, old)
        np.testing.assert_array_equal(first, old[:1])
        np.testing.assert_array_equal(value.numpy(), expected)
    np.testing.assert_array_equal(other.numpy(), [3.0, 4.0])


ASKS: dict[str, Callable[[Any], float]] = {
    "a number": lambda x: float(x.sum()),
    "an array": lambda x: float(x.detach().numpy().sum()),
    "a list": lambda x: sum(x.tolist()),
}


@pytest.mark.parametrize("how", ASKS)
@pytest.mark.filterwarnings("ignore:Dynamo detected")
def test_a_step_that_asks_for_values_runs_in_pieces_and_says_so(how: str) -> None:
    total = keras.Variable(0.0)

    def step(x: Any) -> Any:
        total.assign_add(1.0)
        return x if ASKS[how](x) > 0 else -x

    with torch._dynamo.config.patch(error_on_recompile=False):
        run = resolve(NAME).training.compile_step(step, [total], jit=True)
        with pytest.warns(UserWarning, match="cannot become one graph"):
            np.testing.assert_array_equal(run(torch.ones(2)), [1.0, 1.0])
        np.testing.assert_array_equal(run(-torch.ones(2)), [1.0, 1.0])
    assert float(total) == 2.0


def test_an_error_of_the_step_is_the_users_own_and_changes_nothing() -> None:
    total = keras.Variable(0.0)

    def step(x: Any) -> Any:
        total.assign_add(1.0)
        raise KeyError(tuple(x.shape))

    run = resolve(NAME).training.compile_step(step, [total], jit=True)
    with pytest.raises(KeyError):
        run(torch.ones(2))
    assert float(total) == 0.0
