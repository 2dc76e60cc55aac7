"""Data sets that Polykeras makes, as datasets of tf.data."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from polykeras import utils


def test_windows_come_as_they_do_from_the_py_dataset():
    options = {"targets": np.arange(20), "sequence_length": 4, "batch_size": 5, "shuffle": True, "seed": 1}
    made = utils.timeseries_dataset_from_array(np.arange(20.0), format="tf", **options)
    own = utils.timeseries_dataset_from_array(np.arange(20.0), **options)
    assert isinstance(made, tf.data.Dataset)
    assert made.cardinality() == len(own) == 4
    assert [(spec.shape.as_list(), spec.dtype) for spec in made.element_spec] == [
        ([None, 4], tf.float64), ([None], tf.int64)
    ]  # fmt: skip
    orders = []
    for _ in range(2):  # each pass is an epoch, in the same orders
        windows = [window.numpy() for window, _ in made]
        np.testing.assert_array_equal(np.concatenate(windows), np.concatenate([window for window, _ in own]))
        orders.append(np.concatenate(windows)[:, 0].tolist())
    assert orders[0] != orders[1]


def test_texts_are_strings_and_keep_their_names(tmp_path):
    for name in ("p/a", "q/b"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / f"{name}.txt").write_text(f"é{name}", encoding="utf-8")
    made = utils.text_dataset_from_directory(tmp_path, shuffle=False, verbose=False, format="tf", batch_size=None)
    assert made.element_spec[0] == tf.TensorSpec((), tf.string)
    assert [(text.numpy().decode(), int(label)) for text, label in made] == [("ép/a", 0), ("éq/b", 1)]
    assert (made.class_names, len(made.file_paths)) == (["p", "q"], 2)


def test_subsets_are_two_datasets(tmp_path):
    for number in range(4):
        (tmp_path / f"{number}.txt").write_text(str(number))
    both = utils.text_dataset_from_directory(
        tmp_path, labels=None, validation_split=0.5, subset="both", shuffle=False, verbose=False, format="tf"
    )
    assert [batch.numpy().tolist() for made in both for batch in made] == [[b"0", b"1"], [b"2", b"3"]]


def test_arrays_are_split_into_datasets_of_samples():
    arrays = {"x": [np.arange(5.0), np.zeros((5, 2), "float32")], "y": np.arange(5)}
    left, right = utils.split_dataset(arrays, 0.4, preferred_backend="tensorflow")
    assert (int(left.cardinality()), int(right.cardinality())) == (2, 3)
    assert [int(sample["y"]) for sample in right] == [2, 3, 4]
    assert right.element_spec["x"][1] == tf.TensorSpec((2,), tf.float32)


def test_datasets_are_split_into_datasets():
    whole = tf.data.Dataset.range(10)
    left, right = utils.split_dataset(whole, 3, 4)
    assert [list(part.as_numpy_iterator()) for part in (left, right)] == [[0, 1, 2], [6, 7, 8, 9]]
    shuffled = utils.split_dataset(whole, 0.5, shuffle=True, seed=2)
    found = [list(part.as_numpy_iterator()) for part in shuffled]
    assert found == [list(part.as_numpy_iterator()) for part in shuffled]
    assert sorted(found[0] + found[1]) == list(range(10))
    assert found[0] != list(range(5))
