"""`clear_session`, `set_random_seed` and questions about symbolic tensors, with no framework."""

from __future__ import annotations

import gc
import weakref

import pytest

import polykeras
from polykeras import backend, layers, models, random, utils
from polykeras.random.global_seed import next_seed


def test_names_count_from_the_start_again():
    utils.clear_session()
    first = [layers.Dense(1).name for _ in range(2)] + [(layers.Input((1,)) + 1).name]
    utils.clear_session()
    assert first == ["dense", "dense_1", "keras_tensor"]
    assert [layers.Dense(1).name for _ in range(2)] + [(layers.Input((1,)) + 1).name] == first
    assert backend.clear_session is utils.clear_session


def test_seeds_are_handed_out_from_the_first_one_again():
    utils.set_random_seed(5)
    first = [next_seed() for _ in range(3)]
    utils.clear_session()
    assert [next_seed() for _ in range(3)] == first


@pytest.mark.parametrize("free", [True, False])
def test_memory_of_models_that_nobody_holds(free):
    gc.disable()
    try:
        model = models.Sequential([layers.Input((2,)), layers.Dense(1)])
        model.myself = model  # a cycle, which only the collector frees
        gone = weakref.ref(model)
        del model
        utils.clear_session(free_memory=free)
        assert (gone() is None) is free
    finally:
        gc.enable()


@pytest.mark.parametrize("seed", [1.5, -1, 2**33, True, None, "1"])
def test_no_seed(seed):
    with pytest.raises(ValueError, match="no seed"):
        utils.set_random_seed(seed)


def test_source_inputs():
    x, y = layers.Input((3,)), layers.Input((3,))
    z = layers.Add()([x, y]) * 2 + x
    assert utils.is_keras_tensor(z)
    assert not utils.is_keras_tensor([z])
    assert utils.get_source_inputs(z) == [x, y]
    assert utils.get_source_inputs([y, z]) == [y, x]
    assert utils.get_source_inputs(x) == [x]
    assert utils.get_source_inputs(3) == 3


def test_symbolic_tensors_become_nodes():
    x = layers.Input((1,), dtype="int32")
    y = utils.normalize(utils.to_categorical(x, 5))
    assert (y.shape, y.dtype) == ((None, 5), "float32")
    assert models.Model(x, y).output_shape == (None, 5)
    with pytest.raises(ValueError, match="num_classes=None"):
        utils.to_categorical(x)


def test_a_generator_keeps_seed_and_name():
    utils.clear_session()
    generator = random.SeedGenerator(3)
    assert generator.get_config() == {"seed": 3, "name": "seed_generator"}
    assert generator.state.path == "seed_generator/seed_generator_state"
    again = random.SeedGenerator.from_config(generator.get_config())
    assert (again.seed, again.name) == (3, "seed_generator")
    assert random.SeedGenerator().get_config() == {"seed": None, "name": "seed_generator_1"}


def test_every_public_name_is_there():
    for module in (polykeras.utils, polykeras.config, polykeras.backend):
        assert len(module.__all__) == len(set(module.__all__))
        for name in module.__all__:
            assert callable(getattr(module, name)), name
        with pytest.raises(AttributeError, match="nothing_of_the_kind"):
            _ = module.nothing_of_the_kind
