"""Weights in files: what was saved predicts the same and trains on the same; what does not fit changes nothing."""

from __future__ import annotations

import h5py
import numpy as np
import pytest

import polykeras as keras
from polykeras.plugins.errors import CorruptFileError, NotBuiltError
from polykeras.saving import load_weights, save_weights
from tests.exchange import zoo

ENDINGS = (".weights.h5", ".weights.safetensors")
NAMES = [name for name in zoo.ZOO if name != "own_files"]


@pytest.fixture(scope="module")
def kinds():
    return zoo.classes(keras)


def equal(left, right):
    assert left.keys() == right.keys()
    for key, value in left.items():
        np.testing.assert_array_equal(value, right[key])


@pytest.mark.parametrize("name", NAMES)
def test_predictions_and_training_go_on_the_same(name, kinds, tmp_path):
    model = zoo.trained(keras, name, kinds)
    for ending in ENDINGS:
        model.save_weights(tmp_path / f"a{ending}")
    steps = int(model.optimizer.iterations.numpy())
    predicted = zoo.outputs(model, name)
    losses = zoo.train(model, name)
    for ending in ENDINGS:
        other = zoo.compiled(keras, name, kinds)
        if not other.built:
            zoo.train(other, name, epochs=1)
        other.load_weights(tmp_path / f"a{ending}")
        equal(predicted, zoo.outputs(other, name))
        assert int(other.optimizer.iterations.numpy()) == steps
        # Dropout draws on from the state in the file, Adam goes on with its moments: the same to the last bit.
        assert zoo.train(other, name) == losses


def test_formats_hold_the_same(kinds, tmp_path):
    model = zoo.trained(keras, "sequential", kinds)
    predicted = zoo.outputs(model, "sequential")
    for first in ENDINGS:
        save_weights(model, tmp_path / f"a{first}")
        for second in ENDINGS:
            other, third = (zoo.compiled(keras, "sequential", kinds) for _ in range(2))
            load_weights(other, str(tmp_path / f"a{first}"))
            save_weights(other, tmp_path / f"b{second}")
            load_weights(third, tmp_path / f"b{second}")
            assert len(third.optimizer.variables) == len(model.optimizer.variables)
            for left, right in zip(model.variables, third.variables, strict=True):
                np.testing.assert_array_equal(left.numpy(), right.numpy())
    equal(predicted, zoo.outputs(third, "sequential"))


@pytest.mark.parametrize("ending", ENDINGS)
def test_initial_values_that_a_file_replaces_are_never_made(ending, tmp_path):
    made = []

    def noting(shape, dtype=None):
        made.append(shape)
        return np.full(shape, 0.5, "float32")

    def model():
        return keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, kernel_initializer=noting)])

    first = model()
    first.save_weights(tmp_path / f"a{ending}")
    assert made == [(4, 3)]
    second = model()
    second.load_weights(tmp_path / f"a{ending}")
    np.testing.assert_array_equal(second.predict(np.ones((2, 4), "float32"), verbose=0), np.full((2, 3), 2.0))
    assert made == [(4, 3)]


def chain(*units, compiled=False):
    model = keras.Sequential([keras.Input((4,)), *(keras.layers.Dense(n) for n in units)])
    if compiled:
        model.compile("adam", "mse")
    return model


def values(model):
    return [weight.copy() for weight in model.get_weights()]


def unchanged(model, before):
    for old, new in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


MISFITS = {
    "another shape at the end": ((3, 2), (3, 5), "shape"),
    "another shape at the start": ((3, 2), (6, 2), "shape"),
    "a layer too many": ((3,), (3, 2), "0 arrays in the file, 2 variables"),
}


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("made", [True, False])
@pytest.mark.parametrize("name", MISFITS)
def test_weights_that_do_not_fit_change_nothing(name, made, ending, tmp_path):
    saved, own, reason = MISFITS[name]
    path = tmp_path / f"a{ending}"
    chain(*saved).save_weights(path)
    model = chain(*own)
    before = values(model) if made else None
    with pytest.raises(ValueError, match=reason) as caught:
        model.load_weights(path)
    assert str(path) in str(caught.value)
    if made:
        unchanged(model, before)
    else:
        assert not any(variable.made for variable in model.weights)


@pytest.mark.parametrize("ending", ENDINGS)
def test_parts_that_fit_are_loaded_when_asked(ending, tmp_path):
    path = tmp_path / f"a{ending}"
    saved = chain(3, 2)
    saved.save_weights(path)
    model = chain(3, 5)
    before = values(model)
    with pytest.warns(UserWarning, match="do not fit 1 of"):
        model.load_weights(path, skip_mismatch=True)
    np.testing.assert_array_equal(model.get_weights()[0], saved.get_weights()[0])
    np.testing.assert_array_equal(model.get_weights()[2], before[2])


@pytest.mark.parametrize("ending", ENDINGS)
def test_state_without_a_place_is_named(ending, tmp_path):
    path = tmp_path / f"a{ending}"
    saved = chain(3, 2)
    saved.save_weights(path)
    model = chain(3)
    with pytest.warns(UserWarning, match="layers/dense_1"):
        model.load_weights(path)
    np.testing.assert_array_equal(model.get_weights()[0], saved.get_weights()[0])


def test_a_damaged_file_changes_nothing(tmp_path):
    path = tmp_path / "a.weights.h5"
    model = chain(3, 2)
    model.save_weights(path)
    before = values(model)
    path.write_bytes(path.read_bytes()[:-5])
    with pytest.raises(ValueError, match="damaged"):
        model.load_weights(path)
    unchanged(model, before)


@pytest.mark.parametrize("part", [0.3, 0.6, 0.9, 0.999])
def test_a_wrong_bit_anywhere_is_noticed(part, tmp_path):
    path = tmp_path / "a.weights.h5"
    chain(30, 20).save_weights(path)
    data = bytearray(path.read_bytes())
    data[int(part * len(data))] ^= 4
    path.write_bytes(data)
    model = chain(30, 20)
    with pytest.raises(CorruptFileError):
        model.load_weights(path)
    assert not any(variable.made for variable in model.weights)


def test_a_file_changed_with_its_library_is_read(tmp_path):
    """The library cuts our checksum off, which is as it should be: it would no longer fit."""
    path = tmp_path / "a.weights.h5"
    chain(3).save_weights(path)
    with h5py.File(path, "a") as file:
        file["layers/dense/vars/1"][:] = 7.0
    model = chain(3)
    model.load_weights(path)
    np.testing.assert_array_equal(model.get_weights()[1], np.full(3, 7.0))


def test_a_layer_that_fails_on_its_own_changes_nothing(tmp_path):
    class Failing(keras.layers.Dense):
        def load_own_variables(self, store):
            self.kernel.assign(np.asarray(store["0"]) * 0)
            raise ValueError("not today")

    def model(kind):
        layers = [keras.layers.Dense(3), kind(2, name="odd"), keras.layers.Dense(2)]
        return keras.Sequential([keras.Input((4,)), *layers])

    saved = model(type("Failing", (keras.layers.Dense,), {}))
    saved.save_weights(tmp_path / "a.weights.h5")
    own = model(Failing)
    before = values(own)
    with pytest.raises(ValueError, match="not today"):
        own.load_weights(tmp_path / "a.weights.h5")
    unchanged(own, before)
    with pytest.warns(UserWarning, match="not today"):
        own.load_weights(tmp_path / "a.weights.h5", skip_mismatch=True)
    np.testing.assert_array_equal(own.get_weights()[2], before[2])
    np.testing.assert_array_equal(own.get_weights()[0], saved.get_weights()[0])


def test_an_object_with_its_own_store(kinds, tmp_path):
    model = zoo.trained(keras, "own_files", kinds)
    model.save_weights(tmp_path / "a.weights.h5")
    with h5py.File(tmp_path / "a.weights.h5") as file:
        assert file["layers/listed/vars/table"].shape == (2, 3)
    other = zoo.compiled(keras, "own_files", kinds)
    other.load_weights(tmp_path / "a.weights.h5")
    np.testing.assert_array_equal(other.layers[0].table, np.arange(6).reshape(2, 3))
    equal(zoo.outputs(model, "own_files"), zoo.outputs(other, "own_files"))


@pytest.mark.parametrize("key", ["a/b", "", "..", 3])
def test_keys_that_files_cannot_have(key, tmp_path):
    class Odd(keras.layers.Layer):
        def call(self, inputs):
            return inputs

        def save_own_variables(self, store):
            store[key] = np.zeros(2)

    model = keras.Sequential([keras.Input((4,)), Odd()])
    with pytest.raises(ValueError, match="without slashes"):
        model.save_weights(tmp_path / "a.weights.h5")
    assert list(tmp_path.iterdir()) == []


def test_a_model_that_is_not_built(tmp_path):
    chain(3).save_weights(tmp_path / "a.weights.h5")
    with pytest.raises(NotBuiltError, match="not built"):
        keras.Sequential([keras.layers.Dense(3)]).load_weights(tmp_path / "a.weights.h5")


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float64", "float8_e4m3fn", "int8", "uint32", "bool"])
def test_dtypes_come_back_as_they_were(dtype, ending, tmp_path):
    class Holding(keras.layers.Layer):
        def build(self, input_shape):
            self.kept = self.add_weight(shape=(3,), dtype=dtype, initializer="zeros", trainable=False)

        def call(self, inputs):
            return inputs

    def model():
        return keras.Sequential([keras.Input((4,)), Holding()])

    first, second = model(), model()
    first.layers[0].kept.assign(np.array([0, 1, 1]))
    first.save_weights(tmp_path / f"a{ending}")
    second.load_weights(tmp_path / f"a{ending}")
    kept = second.layers[0].kept
    assert kept.dtype == dtype
    np.testing.assert_array_equal(kept.numpy().astype("float64"), [0, 1, 1])


@pytest.mark.parametrize("saved", ["float32", "float64", "float16"])
def test_floats_of_another_width_are_cast(saved, tmp_path):
    path = tmp_path / "a.weights.h5"
    chain(3).save_weights(path)
    with h5py.File(path, "a") as file:
        del file["layers/dense/vars/1"]
        file["layers/dense/vars/1"] = np.arange(3, dtype=saved)
    model = chain(3)
    model.load_weights(path)
    np.testing.assert_array_equal(model.get_weights()[1], np.arange(3))
    assert model.weights[1].dtype == "float32"


def test_an_optimizer_of_another_kind_starts_anew(tmp_path):
    model = chain(3, compiled=True)
    x, y = np.ones((4, 4), "float32"), np.ones((4, 3), "float32")
    model.fit(x, y, verbose=0)
    model.save_weights(tmp_path / "a.weights.h5")
    other = chain(3)
    other.compile(keras.optimizers.SGD(0.5), "mse")
    with pytest.warns(UserWarning, match="starts anew"):
        other.load_weights(tmp_path / "a.weights.h5")
    equal({"0": model.get_weights()[0]}, {"0": other.get_weights()[0]})
    assert int(other.optimizer.iterations.numpy()) == 0


def test_weights_without_an_optimizer_leave_it_alone(tmp_path):
    chain(3).save_weights(tmp_path / "a.weights.h5")
    model = chain(3, compiled=True)
    model.fit(np.ones((4, 4), "float32"), np.ones((4, 3), "float32"), verbose=0)
    model.load_weights(tmp_path / "a.weights.h5")
    assert int(model.optimizer.iterations.numpy()) == 1


@pytest.mark.parametrize("name", ["a.npz", "a.npy", "a.pkl", "a.pt", "a.weights.json", "a"])
def test_files_of_other_kinds_are_not_opened(name, tmp_path):
    (tmp_path / name).write_bytes(b"\x80\x04K\x01.")
    with pytest.raises(ValueError, match="not read from files of this kind"):
        chain(3).load_weights(tmp_path / name)


def test_no_file_and_no_plain_file(tmp_path):
    with pytest.raises(FileNotFoundError, match="no file"):
        chain(3).load_weights(tmp_path / "a.weights.h5")
    (tmp_path / "b.weights.h5").mkdir()
    with pytest.raises((ValueError, IsADirectoryError)):
        chain(3).load_weights(tmp_path / "b.weights.h5")
