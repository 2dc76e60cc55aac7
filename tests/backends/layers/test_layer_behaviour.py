"""What layers do in training and with masks, and what they keep."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import numpy as np
import pytest

import polykeras as keras
from polykeras import ops

L = keras.layers
X = np.random.default_rng(3).normal(size=(4, 5, 3)).astype("float32")
MASK = np.array([[1, 1, 0, 0, 1], [1, 0, 0, 0, 0], [0, 0, 1, 1, 1], [1, 1, 1, 1, 1]], dtype=bool)


def host(tensor: Any) -> np.ndarray:
    return ops.convert_to_numpy(tensor)


# ------------------------------------------------------------------------------------------------- batch normalisation
@pytest.mark.parametrize("axis", [-1, 1])
def test_batch_statistics_in_training_and_moving_ones_after(axis: int) -> None:
    layer = L.BatchNormalization(axis=axis, momentum=0.9)
    others = tuple(i for i in range(3) if i != axis % 3)
    mean, variance = X.mean(others), X.var(others)
    along = [1, 1, 1]
    along[axis] = -1
    got = host(layer(X, training=True))
    expected = (X - mean.reshape(along)) / np.sqrt(variance.reshape(along) + 1e-3)
    np.testing.assert_allclose(got, expected, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(layer.moving_mean.numpy(), 0.1 * mean, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(layer.moving_variance.numpy(), 0.9 + 0.1 * variance, rtol=1e-4)
    before = layer.get_weights()
    after = host(layer(X, training=False))
    assert not np.allclose(after, got)
    for ours, theirs in zip(layer.get_weights(), before, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_a_frozen_batch_normalisation_uses_and_keeps_its_moving_statistics() -> None:
    layer = L.BatchNormalization()
    layer(X, training=True)
    layer.trainable = False
    before = layer.get_weights()
    np.testing.assert_array_equal(host(layer(X, training=True)), host(layer(X, training=False)))
    for ours, theirs in zip(layer.get_weights(), before, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_masked_steps_do_not_count_in_batch_statistics() -> None:
    layer = L.BatchNormalization(momentum=0.0)
    layer(X, training=True, mask=ops.convert_to_tensor(MASK))
    np.testing.assert_allclose(layer.moving_mean.numpy(), X[MASK].mean(0), rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(layer.moving_variance.numpy(), X[MASK].var(0), rtol=1e-4)


def test_gradients_go_through_the_batch_statistics() -> None:
    """Shifting or stretching a whole channel changes nothing, so the gradient is orthogonal to both."""
    layer = L.BatchNormalization(epsilon=1e-9)
    layer(X)
    weight = np.random.default_rng(5).normal(size=X.shape).astype("float32")
    gradient = host(
        keras.grad(lambda x: ops.sum(ops.multiply(layer(x, training=True), weight)))(ops.convert_to_tensor(X))
    )
    assert np.abs(gradient).max() > 1e-3
    np.testing.assert_allclose(gradient.sum((0, 1)), 0, atol=1e-4)
    np.testing.assert_allclose((gradient * (X - X.mean((0, 1)))).sum((0, 1)), 0, atol=1e-4)


def test_half_precision_statistics_do_not_overflow() -> None:
    """60,000 squared is far above what float16 holds."""
    layer = L.BatchNormalization(dtype="float16")
    x = np.tile(np.array([[-60000.0], [60000.0]], "float16"), (8, 2))
    np.testing.assert_allclose(host(layer(x, training=True)), np.sign(x), rtol=1e-2)


# -------------------------------------------------------------------------------------------------------------- dropout
def test_dropout_thins_out_in_training_only() -> None:
    layer = L.Dropout(0.25, seed=1)
    x = np.ones((100, 100), "float32")
    np.testing.assert_array_equal(host(layer(x)), x)
    np.testing.assert_array_equal(host(layer(x, training=False)), x)
    first, second = (host(layer(x, training=True)) for _ in range(2))
    for y in (first, second):
        np.testing.assert_allclose(np.unique(y), [0.0, 1 / 0.75], rtol=1e-6)
        assert abs((y == 0).mean() - 0.25) < 0.02
    assert (first != second).any()
    np.testing.assert_array_equal(host(L.Dropout(0.25, seed=1)(x, training=True)), first)


def test_dropout_noise_is_shared_along_axes_of_size_one() -> None:
    y = host(L.Dropout(0.5, noise_shape=(None, 1, None), seed=2)(np.ones((8, 6, 10), "float32"), training=True))
    assert (y == y[:, :1]).all()
    assert 0 < (y == 0).mean() < 1


@pytest.mark.parametrize(("rate", "expected"), [(0.0, 1.0), (1.0, 0.0)])
def test_dropout_at_its_bounds(rate: float, expected: float) -> None:
    layer = L.Dropout(rate)
    x = np.ones((3, 4), "float32")
    np.testing.assert_array_equal(host(layer(x, training=True)), x * expected)
    assert len(layer.variables) == (rate > 0)
    assert not layer.weights


# ---------------------------------------------------------------------------------------------------------------- masks
def masked_ids() -> np.ndarray:
    return np.array([[1, 2, 0, 0], [3, 0, 0, 0]], "int32")


def test_an_embedding_masks_what_is_padding() -> None:
    """The mask reaches the average through the layers in between, eagerly and in a model."""
    embedding, average = L.Embedding(5, 3, mask_zero=True), L.GlobalAveragePooling1D()
    ids = masked_ids()
    inputs = keras.Input((4,), dtype="int32")
    model = keras.Model(inputs, average(L.Dropout(0.5)(L.Activation("tanh")(embedding(inputs)))))
    table = np.tanh(embedding.embeddings.numpy())
    expected = np.stack([table[[1, 2]].mean(0), table[3]])
    for _ in range(2):
        np.testing.assert_allclose(host(model(ids)), expected, rtol=1e-5)
        np.testing.assert_allclose(host(model(ops.convert_to_tensor(ids))), expected, rtol=1e-5)


def test_without_mask_zero_everything_counts() -> None:
    embedding = L.Embedding(5, 3)
    inputs = keras.Input((4,), dtype="int32")
    model = keras.Model(inputs, L.GlobalAveragePooling1D()(embedding(inputs)))
    expected = embedding.embeddings.numpy()[masked_ids()].mean(1)
    np.testing.assert_allclose(host(model(masked_ids())), expected, rtol=1e-5)


LEFT = np.array([[1, 1, 0], [1, 0, 0]], dtype=bool)
RIGHT = np.array([[1, 0, 1], [1, 1, 0]], dtype=bool)
ALL = np.ones((2, 3), dtype=bool)


@pytest.mark.parametrize(
    ("layer", "masks", "expected"),
    [
        (L.Add(), [LEFT, RIGHT], LEFT | RIGHT),
        (L.Add(), [LEFT, None], None),
        (L.Add(), [None, None], None),
        (L.Concatenate(axis=1), [LEFT, RIGHT], np.concatenate([LEFT, RIGHT], 1)),
        (L.Concatenate(axis=1), [LEFT, None], np.concatenate([LEFT, ALL], 1)),
        (L.Concatenate(), [LEFT, RIGHT], LEFT | RIGHT),
        (L.Concatenate(), [None, RIGHT], ALL),
        (L.Concatenate(), [None, None], None),
    ],
    ids=str,
)
def test_masks_of_merges(layer: Any, masks: list[Any], expected: np.ndarray | None) -> None:
    """Recorded from Keras 3.15.1."""
    x = ops.ones((2, 3, 4))
    answer = layer.compute_mask([x, x], [None if mask is None else ops.convert_to_tensor(mask) for mask in masks])
    if expected is None:
        assert answer is None
    else:
        np.testing.assert_array_equal(host(answer), expected)


def test_average_of_what_a_mask_lets_through() -> None:
    expected = np.stack([row[mask].mean(0) for row, mask in zip(X, MASK, strict=True)])
    mask = ops.convert_to_tensor(MASK)
    np.testing.assert_allclose(host(L.GlobalAveragePooling1D()(X, mask=mask)), expected, rtol=1e-5)
    first = L.GlobalAveragePooling1D("channels_first", keepdims=True)(np.swapaxes(X, 1, 2), mask=mask)
    np.testing.assert_allclose(host(first), expected[..., None], rtol=1e-5)


@pytest.mark.parametrize("dtype", ["float32", "float16"])
def test_softmax_leaves_out_what_is_masked(dtype: str) -> None:
    """A row without any entry is no nan."""
    mask = np.array([[True, False, True], [False, False, False]])
    y = host(L.Softmax(dtype=dtype)(np.zeros((2, 3), dtype), mask=ops.convert_to_tensor(mask)))
    np.testing.assert_allclose(y, [[0.5, 0, 0.5], [1 / 3] * 3], rtol=1e-3)


# -------------------------------------------------------------------------------------------------------- what is kept
def test_regularizers_constraints_and_activity_losses() -> None:
    layer = L.Dense(
        2, kernel_regularizer=keras.regularizers.L2(0.5), activity_regularizer="l1", bias_constraint="non_neg"
    )
    x = np.ones((3, 4), "float32")
    y = host(layer(x))
    assert layer.bias.constraint is not None
    losses = sorted(float(host(loss)) for loss in layer.losses)
    expected = sorted([0.5 * float((layer.kernel.numpy() ** 2).sum()), 0.01 * float(np.abs(y).sum())])
    np.testing.assert_allclose(losses, expected, rtol=1e-5)


def test_a_table_that_is_given() -> None:
    table = np.arange(6.0).reshape(3, 2)
    for weights in (table, [table]):
        layer = L.Embedding(3, 2, weights=weights)
        np.testing.assert_array_equal(host(layer(np.array([[2, 0]]))), table[[[2, 0]]])
    # Indices may come as floats, as they do out of a CSV file.
    np.testing.assert_array_equal(host(layer(np.array([[2.0, 0.0]], "float32"))), table[[[2, 0]]])


@pytest.mark.parametrize(
    "layer",
    [
        L.Dense(3, activation="relu"),
        L.Conv2D(2, 2),
        L.BatchNormalization(),
        L.MaxPooling2D(),
        L.GlobalAveragePooling2D(),
        L.Dropout(0.5, seed=1),
        L.Flatten(),
    ],
    ids=lambda layer: type(layer).__name__,
)
def test_copies_and_pickles_give_the_same_and_are_others(layer: Any) -> None:
    x = np.random.default_rng(1).normal(size=(2, 4, 4, 3)).astype("float32")
    expected = host(layer(x))
    for twin in (copy.deepcopy(layer), pickle.loads(pickle.dumps(layer))):
        np.testing.assert_array_equal(host(twin(x)), expected)
        for ours, theirs in zip(twin.variables, layer.variables, strict=True):
            assert ours is not theirs


def test_a_layer_keeps_its_weights_when_it_is_called_again() -> None:
    layer = L.Dense(3)
    layer(np.ones((2, 4), "float32"))
    kernel = layer.kernel
    layer(np.ones((5, 4), "float32"))
    layer(keras.Input((4,)))
    assert layer.kernel is kernel
    assert len(layer.weights) == 2


def test_lists_of_tensors_are_converted_whatever_came_before() -> None:
    """A list of plain tensors takes a short way; what must be cast, converted or inferred does not."""
    layer = L.Add()
    x = np.arange(6.0, dtype="float32").reshape(2, 3)
    tensor = ops.convert_to_tensor(x)
    for _ in range(2):
        for given in ([tensor, tensor], [tensor, x], [x, x], [tensor, ops.cast(tensor, "float16")]):
            y = layer(given)
            assert ops.dtype(y) == "float32"
            np.testing.assert_array_equal(host(y), 2 * x)
        assert layer([keras.Input((3,)), keras.Input((3,))]).shape == (None, 3)
    with pytest.raises(ValueError, match="one or more"):
        L.Add()([])
