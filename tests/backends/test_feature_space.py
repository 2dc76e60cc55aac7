"""`FeatureSpace` inside of models and on tensors: the numbers that it gives on the host, on every backend."""

from __future__ import annotations

import numpy as np
import pytest

from polykeras import Model, layers, models, ops, saving, utils

Space = utils.FeatureSpace
ROWS = 33


def table():
    rng = np.random.default_rng(3)
    return {
        "plain": rng.normal(size=ROWS).astype("float32"),
        "scaled": rng.normal(size=ROWS).astype("float32"),
        "normal": rng.gamma(2.0, 9.0, ROWS).astype("float32"),
        "bins": rng.normal(size=ROWS).astype("float32"),
        "given": np.linspace(-1, 2, ROWS).astype("float32"),
        "known": rng.integers(-2, 6, ROWS).astype("int32"),
        "few": rng.integers(-40, 40, ROWS).astype("int32"),
        # Decimals of 1 to 11 characters.
        "hashed": np.asarray([0, 7, -3, 12, -12, 999, 1000, -1000, 123456, -9999999, 12345678], "int32").repeat(3),
        "large": np.asarray([2**31 - 1, -(2**31), 10**9], "int32").repeat(11),
    }


def space(mode="concat"):
    made = Space(
        {
            "plain": "float",
            "scaled": Space.float_rescaled(2.0, -1.0),
            "normal": "float_normalized",
            "bins": Space.float_discretized(5),
            "given": Space.float_discretized(None, [0.0, 1.0]),
            "known": "integer_categorical",
            "few": Space.integer_categorical(max_tokens=6, num_oov_indices=3),
            "hashed": Space.integer_hashed(1009),
            "large": Space.integer_hashed(11),
        },
        mode,
        crosses=[Space.cross(("known", "large"), 13), Space.cross(("bins", "few"), 7, "one_hot")],
    )
    made.adapt({name: values[: ROWS - 8] for name, values in table().items()})  # the last rows bring unknown values
    return made


@pytest.mark.parametrize("mode", ["concat", "dict"])
def test_tensors_are_encoded_as_on_the_host(mode):
    made = space(mode)
    host = made(table())
    got = made({name: ops.convert_to_tensor(values) for name, values in table().items()})
    one = made({name: ops.convert_to_tensor(values[0]) for name, values in table().items()})
    pairs = [(host, got, one)] if mode == "concat" else [(host[name], got[name], one[name]) for name in host]
    assert mode == "concat" or list(got) == list(host)
    for expected, many, single in pairs:
        assert ops.is_tensor(many)
        np.testing.assert_allclose(ops.convert_to_numpy(many), expected, rtol=1e-5, atol=1e-6)
        np.testing.assert_allclose(ops.convert_to_numpy(single), expected[0], rtol=1e-5, atol=1e-6)


def test_a_model_of_raw_columns_trains_saves_and_loads(tmp_path):
    made = space()
    encoded = made.get_encoded_features()
    np.testing.assert_allclose(
        Model(made.get_inputs(), encoded).predict(table(), batch_size=ROWS, verbose=0),
        made(table()),
        rtol=1e-5,
        atol=1e-6,
    )
    model = Model(made.get_inputs(), layers.Dense(1)(encoded))
    model.compile(optimizer="sgd", loss="mse")
    target = table()["plain"]
    losses = model.fit(table(), target, epochs=3, batch_size=ROWS, shuffle=False, verbose=0).history["loss"]
    assert losses[-1] < losses[0]
    model.save(tmp_path / "model.keras")
    again = saving.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(
        again.predict(table(), batch_size=ROWS, verbose=0),
        model.predict(table(), batch_size=ROWS, verbose=0),
        rtol=1e-6,
    )


def with_text():
    made = Space({"city": "string_categorical", "age": "float_normalized"})
    data = {"city": np.asarray(["Rome", "Oslo", "Rome"]), "age": np.asarray([20.0, 30.0, 70.0])}
    made.adapt(data)
    return made, data


def test_a_model_of_encoded_columns_takes_what_the_space_made():
    made, data = with_text()
    encoded = made.get_encoded_features()
    model = Model(encoded, layers.Dense(1)(encoded))
    model.compile(optimizer="sgd", loss="mse")

    class Mapped(utils.PyDataset):
        def __len__(self):
            return 2

        def __getitem__(self, index):
            return made(data), np.ones(3, "float32")

    assert np.isfinite(model.fit(Mapped(), epochs=2, verbose=0).history["loss"]).all()
    # Called, a model of raw columns has the text encoded on the host.
    raw = Model(made.get_inputs(), model.layers[-1](encoded))
    np.testing.assert_allclose(
        ops.convert_to_numpy(raw(data)), ops.convert_to_numpy(model(made(data))), rtol=1e-5, atol=1e-6
    )


def test_text_in_fit_and_predict_is_refused():
    made, data = with_text()
    model = models.Model(made.get_inputs(), made.get_encoded_features())
    with pytest.raises(ValueError, match="FeatureSpace") as caught:
        model.predict(data, verbose=0)
    assert len(str(caught.value).splitlines()) == 4
    with pytest.raises(TypeError, match="not encoded inside of a model"):
        made.call({"city": ops.zeros((3, 1)), "age": ops.zeros((3, 1))})


def test_pairs_that_are_too_many_for_a_table():
    made = Space({"a": Space.integer_hashed(5000), "b": Space.integer_hashed(5000)}, crosses=[("a", "b")])
    with pytest.raises(ValueError, match="at most"):
        made({"a": ops.ones((2,), "int32"), "b": ops.ones((2,), "int32")})
