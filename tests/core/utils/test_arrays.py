"""`to_categorical`, `normalize` and `pad_sequences` on host data, against values recorded from Keras 3.15.1."""

from __future__ import annotations

import numpy as np
import pytest

from polykeras import utils


@pytest.mark.parametrize(
    ("x", "classes", "expected"),
    [
        ([0, 1, 2, 3], 4, np.eye(4)),
        ([[0, 1], [2, 3]], None, np.eye(4).reshape(2, 2, 4)),
        ([[0], [2]], None, [[1, 0, 0], [0, 0, 1]]),
        ([[0.0], [2.0]], 3, [[1, 0, 0], [0, 0, 1]]),
        ([0.7, 1.0], None, [[1, 0], [0, 1]]),
        ([True, False], None, [[0, 1], [1, 0]]),
        (2, 3, [0, 0, 1]),
        ([[[0], [1]], [[1], [0]]], 3, [[[1, 0, 0], [0, 1, 0]], [[0, 1, 0], [1, 0, 0]]]),
        (np.zeros(0), 3, np.zeros((0, 3))),
    ],
)
def test_to_categorical(x, classes, expected):
    got = utils.to_categorical(x, classes)
    assert got.dtype == np.float64
    assert got.shape == np.shape(expected)
    np.testing.assert_array_equal(got, expected)


@pytest.mark.parametrize("x", [[0, 5], [0, -1]])
def test_to_categorical_refuses_what_is_no_class(x):
    with pytest.raises(ValueError, match="Allowed: 0 to 2"):
        utils.to_categorical(x, 3)


@pytest.mark.parametrize(
    ("x", "options", "expected"),
    [
        (np.array([[3, 4], [0, 0]]), {}, [[0.6, 0.8], [0, 0]]),
        (np.array([[3.0, 4], [0, 0]], "float32"), {"axis": 1}, np.array([[0.6, 0.8], [0, 0]], "float32")),
        (np.array([[3, 0], [4, 5]]), {"axis": 0}, [[0.6, 0], [0.8, 1]]),
        (np.array([3.0, 4]), {"order": 3}, [[0.6669717773118556, 0.8892957030824742]]),
        (np.array([[3.0, 4], [0, 0]]), {"order": np.inf}, [[0.75, 1], [0, 0]]),
        (np.array([[3.0, -4], [0, 0]]), {"order": 0}, [[1.5, -2], [0, 0]]),
        (np.array([3.0, 4], "float16"), {}, np.array([[0.60009765625, 0.7998046875]], "float16")),
    ],
)
def test_normalize_of_arrays(x, options, expected):
    got = utils.normalize(x, **options)
    assert got.dtype == np.asarray(expected).dtype
    np.testing.assert_allclose(got, expected, rtol=1e-6)


@pytest.mark.parametrize(
    ("sequences", "options", "expected"),
    [
        ([[1], [2, 3], [4, 5, 6]], {}, [[0, 0, 1], [0, 2, 3], [4, 5, 6]]),
        ([[1], [2, 3], [4, 5, 6]], {"maxlen": 2}, [[0, 1], [2, 3], [5, 6]]),
        (
            [[1], [2, 3], [4, 5, 6]],
            {"maxlen": 2, "padding": "post", "truncating": "post", "value": -1},
            [[1, -1], [2, 3], [4, 5]],
        ),
        ([[1.5], [2, 3]], {"dtype": "float32", "value": 0.5}, np.array([[0.5, 1.5], [2, 3]], "float32")),
        ([[[1, 2]], [[3, 4], [5, 6]]], {}, [[[0, 0], [1, 2]], [[3, 4], [5, 6]]]),
        ([[], [1]], {}, [[0], [1]]),
        ([["a"], ["b", "c"]], {"dtype": object, "value": "p"}, np.array([["p", "a"], ["b", "c"]], object)),
        ([["a"], ["b", "c"]], {"dtype": "str", "value": "p"}, [["p", "a"], ["b", "c"]]),
        ([], {}, np.zeros((0, 0))),
    ],
)
def test_pad_sequences(sequences, options, expected):
    got = utils.pad_sequences(sequences, **options)
    assert got.shape == np.shape(expected)
    np.testing.assert_array_equal(got, expected)
    if "dtype" not in options:
        assert got.dtype == np.int32


@pytest.mark.parametrize(
    ("sequences", "options", "message"),
    [
        ([[1], 2], {}, "2 at position 1"),
        (3, {}, "3 of type int"),
        ([[1]], {"padding": "x"}, "padding='x'"),
        ([[1]], {"truncating": "x"}, "truncating='x'"),
        ([["a"]], {"value": "p"}, "value='p'"),
        ([[[1, 2]], [[3, 4, 5]]], {}, r"items of shape \(3,\), after items of shape \(2,\)"),
    ],
)
def test_pad_sequences_refuses(sequences, options, message):
    with pytest.raises(ValueError, match=message):
        utils.pad_sequences(sequences, **options)
