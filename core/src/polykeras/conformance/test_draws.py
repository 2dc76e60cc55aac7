"""Keys equal the reference on every backend; draws have their bounds, moments, shapes and dtypes."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pytest

from polykeras.backend.resolved import Backend
from polykeras.conformance.providers import FLOATS, key_of, native, values
from polykeras.random import fold as hashing

MANY = 4096


@pytest.mark.parametrize("vector", hashing.VECTORS, ids=lambda v: f"{v.seed:x}-{v.counter:x}-{v.stream:x}")
def test_keys_equal_the_reference(here: Backend, vector: hashing.Vector) -> None:
    key = key_of(here, vector.seed, vector.counter, vector.stream)
    assert here.random.key_words(key) == (vector.word0, vector.word1)


@pytest.mark.parametrize(("counter", "after"), [(0, 1), (2**31 - 1, 2**31), (2**32 - 1, 0)])
@pytest.mark.parametrize("seed", [0, 2**32 - 1])
def test_the_counter_moves_on_and_wraps(here: Backend, seed: int, counter: int, after: int) -> None:
    state = native(here, np.array([seed, counter], np.uint32), "uint32")
    following = here.random.advance(state)
    assert here.tensors.dtype_name(following) == "uint32"
    assert values(here, following).tolist() == [seed, after]
    assert values(here, state).tolist() == [seed, counter]


class Draw(NamedTuple):
    """A draw, and what NumPy says of many of its many."""

    name: str
    arguments: tuple[Any, ...]
    dtypes: tuple[str, ...]
    low: float
    high: float
    mean: float
    deviation: float


DRAWS = (
    Draw("uniform", (0.0, 1.0), FLOATS, 0.0, 1.0, 0.5, 12**-0.5),
    Draw("uniform", (-2.0, 3.0), FLOATS, -2.0, 3.0, 0.5, 5 * 12**-0.5),
    Draw("normal", (0.0, 1.0), FLOATS, -8.0, 8.0, 0.0, 1.0),
    Draw("normal", (3.0, 0.5), FLOATS, -1.0, 7.0, 3.0, 0.5),
    Draw("bernoulli", (0.25,), ("bool",), 0.0, 2.0, 0.25, 0.1875**0.5),
    Draw("bits", (), ("uint32",), 0.0, 2.0**32, 2.0**31, 2.0**32 * 12**-0.5),
)
EACH = [pytest.param(draw, dtype, id=f"{draw.name}{draw.arguments}-{dtype}") for draw in DRAWS for dtype in draw.dtypes]


def _draw(here: Backend, draw: Draw, dtype: str, shape: tuple[int, ...], seed: int = 7) -> np.ndarray:
    provider = getattr(here.random, draw.name)
    named = (dtype,) if draw.name in {"uniform", "normal"} else ()
    with here.precision_scope(frozenset({dtype})):
        result = provider(key_of(here, seed), shape, *named, *draw.arguments)
        assert here.tensors.dtype_name(result) == dtype
        return values(here, result)


@pytest.mark.parametrize(("draw", "dtype"), EACH)
def test_draws_have_their_bounds_and_moments(here: Backend, draw: Draw, dtype: str) -> None:
    many = _draw(here, draw, dtype, (MANY,)).astype("float64")
    assert many.shape == (MANY,)
    assert many.min() >= draw.low
    assert many.max() < draw.high
    # Six standard errors of each estimate; the keys are fixed, so this never fails by chance.
    error = draw.deviation / MANY**0.5
    assert abs(many.mean() - draw.mean) < 6 * error + (0.01 if dtype == "bfloat16" else 0.0)
    assert abs(many.std() - draw.deviation) < 6 * error
    assert abs(np.corrcoef(many[:-1], many[1:])[0, 1]) < 6 / MANY**0.5


@pytest.mark.parametrize("shape", [(), (3,), (2, 0), (2, 3, 4)], ids=str)
@pytest.mark.parametrize("draw", [DRAWS[0], DRAWS[3], DRAWS[4], DRAWS[5]], ids=lambda d: d.name)
def test_draws_have_the_shape_asked_for(here: Backend, draw: Draw, shape: tuple[int, ...]) -> None:
    assert _draw(here, draw, draw.dtypes[-2 if len(draw.dtypes) > 1 else 0], shape).shape == shape


@pytest.mark.parametrize("draw", [DRAWS[0], DRAWS[2], DRAWS[4], DRAWS[5]], ids=lambda d: d.name)
def test_a_key_fixes_its_draw(here: Backend, draw: Draw) -> None:
    dtype = "float32" if "float32" in draw.dtypes else draw.dtypes[0]
    first, again, other = (_draw(here, draw, dtype, (64,), seed) for seed in (7, 7, 8))
    np.testing.assert_array_equal(first, again)
    assert (first != other).mean() > 0.2


@pytest.mark.parametrize(("probability", "share"), [(0.0, 0.0), (1.0, 1.0)])
def test_certain_events(here: Backend, probability: float, share: float) -> None:
    assert values(here, here.random.bernoulli(key_of(here), (MANY,), probability)).mean() == share
