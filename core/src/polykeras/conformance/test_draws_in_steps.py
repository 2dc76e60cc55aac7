"""Seed generators in compiled steps, loops, branches and layers inside of layers: no draw comes twice, none is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import polykeras as keras
from polykeras import ops, random
from polykeras.backend.resolved import Backend
from polykeras.conformance.checking import host
from polykeras.plugins.errors import SymbolicTensorError

X = np.linspace(0.1, 0.9, 12, dtype="float32").reshape(4, 3)
WAYS = [{"jit": None}, {"jit": None, "eager": True}]
MANY = 2048


def _run(here: Backend, step: Callable[[Any], Any], variables: list[Any], way: dict[str, Any]) -> Callable[[], Any]:
    run = here.training.compile_step(lambda batch: step(batch[0]), variables, **way)
    return lambda: run(here.tensors.place((X,)))


@pytest.mark.filterwarnings("ignore:The step cannot become one graph", "ignore:.*lru_cache:UserWarning")
@pytest.mark.parametrize("way", [{"jit": True}, {"jit": False}], ids=str)
def test_every_distribution_in_one_step(here: Backend, way: dict[str, Any]) -> None:
    inside, outside = random.SeedGenerator(7), random.SeedGenerator(7)

    def step(x: Any, seeds: Any = inside) -> dict[str, Any]:
        return {
            "gamma": random.gamma((MANY,), 0.5, seed=seeds),
            "beta": random.beta((MANY,), 2.0, 1.0, seed=seeds),
            "binomial": random.binomial((MANY,), 30, 0.8, seed=seeds),
            "truncated_normal": random.truncated_normal((MANY,), 1.0, 0.5, seed=seeds),
            "randint": random.randint((MANY,), -4, 5, seed=seeds),
            "categorical": random.categorical(ops.log(x), MANY // 4, seed=seeds),
            "shuffle": random.shuffle(ops.arange(MANY), seed=seeds),
        }

    run = _run(here, step, [inside.state], way)
    first, second = ({name: host(value) for name, value in run().items()} for _ in range(2))
    assert inside.state.numpy().tolist() == [7, 14]
    expected = {
        "gamma": (0.5, 0.5**0.5),
        "beta": (2 / 3, 18**-0.5),
        "binomial": (24.0, 4.8**0.5),
        "truncated_normal": (1.0, 0.4398),
        "randint": (0.0, (80 / 12) ** 0.5),
    }
    for name, (mean, deviation) in expected.items():
        assert abs(first[name].mean() - mean) < 5 * deviation / MANY**0.5
        np.testing.assert_allclose(first[name].std(), deviation, rtol=0.1)
    eager = step(ops.convert_to_tensor(X), outside)
    for name, drawn in first.items():
        # A compiler may round otherwise, which decides a proposal in some thousands.
        assert np.isclose(drawn, host(eager[name]), rtol=1e-4, atol=1e-6).mean() > 0.99
        assert (drawn != second[name]).mean() > 0.1
    shares = np.stack([np.bincount(row, minlength=3) for row in first["categorical"]]) / (MANY // 4)
    np.testing.assert_allclose(shares, X / X.sum(1, keepdims=True), atol=0.1)
    np.testing.assert_array_equal(np.sort(first["shuffle"]), np.arange(MANY))


def _unrolled(seeds: Any) -> Any:
    return ops.stack([random.uniform((3,), seed=seeds) for _ in range(4)])


def _scan(seeds: Any) -> Any:
    return ops.scan(lambda carry, _: (carry, random.uniform((3,), seed=seeds)), 0.0, length=4)[1]


def _row(index: Any, rows: Any, seeds: Any) -> Any:
    chosen = ops.cast(ops.expand_dims(ops.equal(ops.arange(4), index), 1), "float32")
    return rows + chosen * random.uniform((3,), seed=seeds)


def _fori_loop(seeds: Any) -> Any:
    return ops.fori_loop(0, 4, lambda index, rows: _row(index, rows, seeds), ops.zeros((4, 3)))


def _while_loop(seeds: Any) -> Any:
    return ops.while_loop(
        lambda index, _: ops.less(index, 4),
        lambda index, rows: (index + 1, _row(index, rows, seeds)),
        (ops.convert_to_tensor(0), ops.zeros((4, 3))),
    )[1]


def _map(seeds: Any) -> Any:
    return ops.map(lambda x: random.uniform((3,), seed=seeds) + 0.0 * x, ops.zeros(4))


@pytest.mark.parametrize("way", WAYS, ids=str)
@pytest.mark.parametrize("loop", [_scan, _fori_loop, _while_loop, _map], ids=lambda loop: loop.__name__[1:])
def test_a_loop_draws_what_its_steps_would_draw(here: Backend, loop: Callable[[Any], Any], way: dict[str, Any]) -> None:
    looped, unrolled = random.SeedGenerator(7), random.SeedGenerator(7)
    run = _run(here, lambda x: (loop(looped) + 0.0 * x, _unrolled(unrolled)), [looped.state, unrolled.state], way)
    drawn = []
    for times in (1, 2):
        first, second = map(host, run())
        np.testing.assert_allclose(first, second, rtol=1e-6)
        drawn.append(first)
        assert looped.state.numpy().tolist() == unrolled.state.numpy().tolist() == [7, 4 * times]
    assert len(np.unique(np.concatenate(drawn))) == 2 * X.size


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_a_branch_moves_its_generator_only_when_taken(here: Backend, way: dict[str, Any]) -> None:
    taken, other = random.SeedGenerator(1), random.SeedGenerator(2)

    def step(x: Any) -> Any:
        return ops.cond(
            ops.sum(x) > 0.0,
            lambda: random.normal((3,), seed=taken) + random.normal((3,), seed=taken),
            lambda: random.normal((3,), seed=other),
        )

    run = _run(here, step, [taken.state, other.state], way)
    assert not np.array_equal(host(run()), host(run()))
    assert taken.state.numpy().tolist() == [1, 4]
    assert other.state.numpy().tolist() == [2, 0]


class Noise(keras.layers.Layer):
    """Adds noise of its own generator."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self.seeds = random.SeedGenerator(seed)

    def call(self, x: Any) -> Any:
        """Return `x` and noise."""
        return x + random.normal(ops.shape(x), seed=self.seeds)


class Pair(keras.layers.Layer):
    """Two noises, the second within a loop."""

    def __init__(self) -> None:
        super().__init__()
        self.first = Noise(1)
        self.several = [Noise(2)]

    def call(self, x: Any) -> Any:
        """Return `x` and four noises."""
        x = self.first(x)
        return ops.scan(lambda carry, _: (self.several[0](carry), 0.0), x, length=3)[0]


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_generators_of_layers_within_layers(here: Backend, way: dict[str, Any]) -> None:
    layer = Pair()
    layer.build(X.shape)
    states = [layer.first.seeds.state, layer.several[0].seeds.state]
    assert sorted(id(variable) for variable in layer.non_trainable_variables) == sorted(map(id, states))
    run = _run(here, layer, states, way)
    first, second = host(run()) - X, host(run()) - X
    assert not np.allclose(first, second)
    assert [state.numpy().tolist() for state in states] == [[1, 2], [2, 6]]


def test_draws_are_constants_for_gradients_or_follow_their_parameters(here: Backend) -> None:
    def total(x: Any) -> Any:
        moved = random.normal((4, 3), mean=x, stddev=2.0 * x, seed=3)
        moved = moved + random.uniform((4, 3), minval=x, maxval=x + 1.0, seed=4)
        return ops.sum(moved) + ops.sum(random.gamma((4, 3), x, seed=3)), None

    x = ops.convert_to_tensor(X)
    _, (gradient,) = here.training.value_and_grad(total, [x])
    np.testing.assert_allclose(host(gradient), 2.0 + 2.0 * host(random.normal((4, 3), seed=3)), rtol=1e-4)


@pytest.mark.parametrize("call", [random.shuffle, lambda x: random.categorical(x, 2), lambda x: random.dropout(x, 0.5)])
def test_a_node_of_a_model_cannot_draw(here: Backend, call: Callable[[Any], Any]) -> None:
    del here
    with pytest.raises(SymbolicTensorError, match="cannot be a node of a model"):
        call(keras.KerasTensor((3, 3)))
