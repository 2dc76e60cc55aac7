"""`FeatureSpace` on host data: against what Keras made of the same table, and what it takes and refuses."""

from __future__ import annotations

import doctest
import json
import math
import pickle
from pathlib import Path

import numpy as np
import pytest

from polykeras import saving, utils
from polykeras.layers.preprocessing.encoders.quantiles import Quantiles
from polykeras.plugins.errors import CorruptFileError, UnsafeFileError

RECORDED = json.loads((Path(__file__).parents[2] / "files/feature_spaces.json").read_text(encoding="utf-8"))
CASES = RECORDED["cases"]
Space = utils.FeatureSpace


def made(case, **changed):
    """Return the feature space of a recorded case."""
    features = {
        name: declared if isinstance(declared, str) else getattr(Space, declared[0])(**declared[1])
        for name, declared in case["features"].items()
    }
    options = {**case["options"], **changed}
    if "crosses" in case:
        options["crosses"] = [Space.cross(pair, 1000003, "int") for pair in case["crosses"]]
    return Space(features, **options)


def columns(case):
    count = case.get("first")
    return {name: RECORDED["table"][name][:count] for name in case["features"]}


def rows(case):
    """Return the table as a list of rows."""
    data = columns(case)
    return [dict(zip(data, values, strict=True)) for values in zip(*data.values(), strict=True)]


def check(got, expected):
    if isinstance(expected, dict):
        assert list(got) == list(expected)
        for name, values in expected.items():
            check(got[name], values)
    else:
        assert type(got) is np.ndarray
        assert got.shape == np.shape(expected)
        np.testing.assert_allclose(got, expected, rtol=1e-6, atol=1e-6)


# ---------------------------------------------------------------------- against Keras


@pytest.mark.parametrize("name", CASES)
def test_equals_keras(name):
    case = CASES[name]
    space = made(case)
    space.adapt(columns(case))
    check(space(columns(case)), case["whole"])
    check(space({key: np.asarray(values) for key, values in columns(case).items()}), case["whole"])
    check(space({key: np.asarray(values)[:, None] for key, values in columns(case).items()}), case["whole"])
    check(space(rows(case)[0]), case["one"])


@pytest.mark.parametrize("name", CASES)
def test_learns_what_keras_learns(name):
    case = CASES[name]
    space = made(case)
    space.adapt(columns(case))
    for key, learned in case["learned"].items():
        encoder = space.preprocessors[key]
        if hasattr(encoder, "get_vocabulary"):
            assert encoder.get_vocabulary() == learned
        else:
            np.testing.assert_allclose(encoder.bin_boundaries, learned, rtol=1e-5)


@pytest.mark.parametrize("name", CASES)
def test_symbolic_tensors_are_those_of_keras(name):
    case = CASES[name]
    space = made(case)
    space.adapt(columns(case))
    assert {key: [list(x.shape), x.dtype] for key, x in space.get_inputs().items()} == case["inputs"]
    encoded = space.get_encoded_features()
    shapes = {key: list(x.shape) for key, x in encoded.items()} if isinstance(encoded, dict) else list(encoded.shape)
    assert shapes == case["encoded"]
    assert space.encoded_features is space.encoded_features
    assert space.get_inputs() == space.get_inputs()


# ---------------------------------------------------------------------- sources


class Batches(utils.PyDataset):
    def __init__(self, data, size):
        super().__init__()
        self.data, self.size = data, size

    def __len__(self):
        return math.ceil(len(next(iter(self.data.values()))) / self.size)

    def __getitem__(self, index):
        chosen = slice(index * self.size, (index + 1) * self.size)
        return {name: values[chosen] for name, values in self.data.items()}


class Frame:
    """What the spaces know of a data frame."""

    def __init__(self, data):
        self.data = data
        self.columns = [*data, "unused"]

    def __getitem__(self, name):
        return np.asarray(self.data[name])


def bytes_for_strings(data):
    return {
        name: [value.encode() if isinstance(value, str) else value for value in values] for name, values in data.items()
    }


SOURCES = {
    "dict": columns,
    "arrays": lambda case: {name: np.asarray(values) for name, values in columns(case).items()},
    "bytes": lambda case: bytes_for_strings(columns(case)),
    "rows": rows,
    "generator of rows": lambda case: iter(rows(case)),
    "batches": lambda case: Batches(columns(case), 7),
    "batches of columns": lambda case: Batches({k: np.asarray(v)[:, None] for k, v in columns(case).items()}, 3),
    "frame": lambda case: Frame(columns(case)),
}


@pytest.mark.parametrize("source", SOURCES)
def test_every_source_teaches_the_same(source):
    case = CASES["names"]
    space = made(case)
    space.adapt(SOURCES[source](case))
    check(space(columns(case)), case["whole"])


def test_many_rows_are_learned_in_pieces():
    values = np.random.default_rng(0).gamma(3.0, 2.0, 5000)
    space = Space({"a": "float_normalized", "b": Space.float_discretized(10)}, output_mode="dict")
    space.adapt({"a": value, "b": value} for value in values)
    whole = Space({"a": "float_normalized", "b": Space.float_discretized(10)}, output_mode="dict")
    whole.adapt({"a": values, "b": values})
    for name in "ab":
        np.testing.assert_allclose(
            space({"a": values, "b": values})[name], whole({"a": values, "b": values})[name], 1e-5
        )


def test_quantiles_stay_close_when_values_are_thinned():
    values = np.random.default_rng(0).normal(size=700_000)
    quantiles = Quantiles()
    for piece in np.array_split(values, 11):
        quantiles.add(piece)
    shares = np.arange(1, 20) / 20
    ranks = np.searchsorted(np.sort(values), quantiles.at(shares)) / values.size
    np.testing.assert_allclose(ranks, shares, atol=1e-4)


def test_a_failed_adapt_changes_nothing():
    case = CASES["names"]
    space = made(case)
    space.adapt(columns(case))
    with pytest.raises(ValueError, match="'city' cannot be read"):
        space.adapt([rows(case)[0], {**rows(case)[1], "city": None}])
    check(space(columns(case)), case["whole"])


# ---------------------------------------------------------------------- config, pickle, files


def again_by_config(space, _):
    return Space.from_config(json.loads(json.dumps(space.get_config())))


def again_by_pickle(space, _):
    space.get_encoded_features()
    return pickle.loads(pickle.dumps(space))


def again_by_file(space, folder):
    space.save(folder / "space.keras")
    return saving.load_model(folder / "space.keras")


@pytest.mark.parametrize("again", [again_by_config, again_by_pickle, again_by_file])
@pytest.mark.parametrize("name", CASES)
def test_comes_back_as_it_was(name, again, tmp_path):
    case = CASES[name]
    space = made(case, name="the_space")
    space.adapt(columns(case))
    back = again(space, tmp_path)
    assert (type(back), back.name, back.get_config()) == (Space, "the_space", space.get_config())
    check(back(columns(case)), case["whole"])
    back.adapt(columns(case))
    check(back(columns(case)), case["whole"])


def test_an_unadapted_space_comes_back_unadapted(tmp_path):
    space = Space({"a": "float_normalized", "b": "string_categorical"})
    back = again_by_file(space, tmp_path)
    with pytest.raises(ValueError, match="has not learned"):
        back({"a": [1.0], "b": ["x"]})


def test_a_file_that_cannot_be_written_leaves_the_earlier_one(tmp_path):
    space = Space({"a": "float"})
    space.save(tmp_path / "space.keras")
    before = (tmp_path / "space.keras").read_bytes()
    space.features["a"].preprocessor.get_config = lambda: {"scale": object()}
    with pytest.raises(ValueError, match="cannot be written down"):
        space.save(tmp_path / "space.keras")
    assert (tmp_path / "space.keras").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["space.keras"]


def damaged(change):
    """Return the config of a small space after a change to its string feature's encoder."""
    config = Space({"a": "string_categorical"}).get_config()
    change(config["features"]["a"]["config"])
    return config


ATTACKS = {
    "a vocabulary that is a path": (lambda c: c["preprocessor"]["config"].update(vocabulary="/etc/passwd"), "no list"),
    "a vocabulary that is an address": (lambda c: c["preprocessor"]["config"].update(vocabulary="gs://x/y"), "no list"),
    "a vocabulary of numbers": (lambda c: c["preprocessor"]["config"].update(vocabulary=[1]), "another kind"),
    "a vocabulary with a value twice": (lambda c: c["preprocessor"]["config"].update(vocabulary=["a", "a"]), "twice"),
    "a function of a module": (
        lambda c: c.update(
            preprocessor={"module": "os", "class_name": "system", "config": {}, "registered_name": None}
        ),
        "called 'system'",
    ),
    "a lambda": (
        lambda c: c.update(preprocessor={"module": "keras.layers", "class_name": "Lambda", "config": {}}),
        "Lambda",
    ),
    "no encoder": (lambda c: c.update(preprocessor="StringLookup"), "no encoder"),
    "a kind that is none": (lambda c: c.update(output_mode="run"), "no such form"),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_configs_run_nothing_and_reach_nowhere(attack):
    change, reason = ATTACKS[attack]
    with pytest.raises(ValueError, match=reason):
        Space.from_config(damaged(change))


def test_a_file_with_a_path_for_a_vocabulary_is_refused(tmp_path):
    space = Space({"a": "string_categorical"})
    space.features["a"].preprocessor.vocabulary = "/etc/passwd"
    space.save(tmp_path / "space.keras")
    with pytest.raises(UnsafeFileError, match="No file or address is read"):
        saving.load_model(tmp_path / "space.keras")


def test_a_damaged_file_is_refused(tmp_path):
    Space({"a": "float"}).save(tmp_path / "space.keras")
    data = (tmp_path / "space.keras").read_bytes()
    (tmp_path / "space.keras").write_bytes(data[: len(data) // 2])
    with pytest.raises(CorruptFileError):
        saving.load_model(tmp_path / "space.keras")


# ---------------------------------------------------------------------- what is taken and refused


def test_the_values_of_columns():
    space = Space(
        {
            "given": Space.float_discretized(None, [0.0, 1.0], "int"),
            "codes": Space.integer_hashed(32),
            "own": Space.feature("float32", lambda x: x * 2, "float"),
        },
        output_mode="dict",
    )
    got = space({"given": [-1.0, 0.0, 1.0], "codes": [[1, 2, 3], [4, 5, 5], [1.0, 1.0, 1.0]], "own": [1, 2, 3]})
    assert got["given"].tolist() == [[0], [1], [2]]
    # Several values per row share one code; these buckets are Keras'.
    assert [np.flatnonzero(row).tolist() for row in got["codes"]] == [[1, 7, 9], [11, 31], [1]]
    assert got["own"].tolist() == [[2.0], [4.0], [6.0]]


def test_integers_may_be_strings():
    space = Space({"a": Space.string_hashed(1000, "int"), "b": Space.integer_hashed(1000, "int")}, output_mode="dict")
    got = space({"a": [1, 20], "b": [1, 20]})
    assert got["a"].tolist() == got["b"].tolist()


REFUSED = {
    "no features": (lambda: Space({}), "needs features"),
    "a kind that is unknown": (lambda: Space({"a": "float_normalised"}), "float_normalized"),
    "a feature that is a number": (lambda: Space({"a": 3}), "no such kind"),
    "an output that is unknown": (lambda: Space({"a": "float"}, output_mode="list"), "no such output"),
    "a cross of the unknown": (lambda: Space({"a": "integer_hashed"}, crosses=[("a", "b")]), "not there"),
    "a cross of measures": (lambda: Space({"a": "float", "b": "integer_hashed"}, crosses=[("a", "b")]), "indices"),
    "a cross of three": (lambda: Space.cross(("a", "b", "c"), 4), "in pairs"),
    "no buckets": (lambda: Space.integer_hashed(0), "this many buckets"),
    "no buckets of a cross": (lambda: Space.cross(("a", "b"), 0), "this many buckets"),
    "bins and boundaries": (lambda: Space.float_discretized(3, [0.0]), "or their boundaries"),
    "boundaries out of order": (lambda: Space.float_discretized(None, [1.0, 0.0]), "not in order"),
    "a vocabulary without room": (lambda: Space.integer_categorical(max_tokens=1), "these sizes"),
    "a form that is unknown": (lambda: Space.integer_hashed(3, "many_hot"), "no such form"),
    "a call before adapt": (lambda: Space({"a": "float_normalized"})({"a": [1.0]}), "has not learned"),
    "symbols before adapt": (lambda: Space({"a": "integer_categorical"}).get_encoded_features(), "has not learned"),
    "no dict": (lambda: Space({"a": "float"})([1.0]), "with a dict"),
    "a missing and an unknown key": (lambda: Space({"a": "float"})({"b": 1}), "no 'a'; unknown 'b'"),
    "indices in one array": (lambda: Space({"a": Space.integer_hashed(3, "int")})({"a": [1]}), "cannot be joined"),
    "different lengths": (lambda: Space({"a": "float", "b": "float"})({"a": [1], "b": [1, 2]}), "a: 1, b: 2"),
    "ragged rows": (lambda: Space({"a": "float"})({"a": [[1], [1, 2]]}), "rows of different lengths"),
    "text for numbers": (lambda: Space({"a": "float"})({"a": ["x"]}), "type str"),
    "nan for integers": (lambda: Space({"a": "integer_hashed"})({"a": [np.nan]}), "nan or infinite"),
    "floats for text": (lambda: Space({"a": "string_hashed"})({"a": [0.5]}), "dtype float64"),
    "missing text": (lambda: Space({"a": "string_hashed"})({"a": ["x", None]}), "NoneType"),
    "an array to adapt to": (lambda: Space({"a": "float_normalized"}).adapt(np.ones(3)), "adapt to this"),
    "labels beside": (lambda: Space({"a": "float_normalized"}).adapt([({"a": 1}, 0)]), "without labels"),
    "a missing column": (lambda: Space({"a": "float_normalized"}).adapt({"b": [1]}), "lack features: 'a'"),
    "no data": (lambda: Space({"a": "float_normalized"}).adapt([]), "no data"),
    "a file of another kind": (lambda: Space({"a": "float"}).save("space.txt"), "ending in `.keras`"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name):
    call, reason = REFUSED[name]
    with pytest.raises(ValueError, match=reason) as caught:
        call()
    lines = str(caught.value).splitlines()
    assert len(lines) == 4
    assert lines[1].startswith("Received")
    assert lines[2].startswith("Allowed")


def test_data_without_end_are_refused():
    class Endless(utils.PyDataset):
        num_batches = None

        def __getitem__(self, index):
            return {"a": [1.0]}

    with pytest.raises(ValueError, match="never ends"):
        Space({"a": "float_normalized"}).adapt(Endless())


class Traced:
    """A tensor of a framework that traces: it has a dtype, and no values."""

    dtype = "string"

    def __array__(self, dtype=None, copy=None):
        raise NotImplementedError


def test_a_tensor_without_values_is_refused():
    with pytest.raises(TypeError, match="'a' has no values yet") as caught:
        Space({"a": Space.string_hashed(3)})({"a": Traced()})
    assert len(str(caught.value).splitlines()) == 4


def test_the_page_runs():
    page = Path(__file__).resolve().parents[3] / "docs/feature-space.md"
    result = doctest.testfile(str(page), module_relative=False)
    assert (result.failed, result.attempted > 8) == (0, True)


def test_an_unknown_value_without_an_index():
    case = CASES["no_index_for_unknown"]
    space = made(case)
    space.adapt(columns(case))
    with pytest.raises(ValueError, match="Received: 123456789"):
        space({"zone": [123456789]})
