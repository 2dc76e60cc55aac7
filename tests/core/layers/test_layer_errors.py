"""What layers refuse, and when: at the constructor if they can, else when they see a shape."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import polykeras as keras

L = keras.layers


def shaped(*shape: int | None) -> Any:
    return keras.Input(shape)


CONSTRUCTORS: dict[str, tuple[Callable[[], Any], str]] = {
    "units of zero": (lambda: L.Dense(0), "units=0"),
    "units that are no integer": (lambda: L.Dense(2.5), r"units=2\.5"),
    "units that are a truth": (lambda: L.Dense(True), "units=True"),
    "low rank": (lambda: L.Dense(2, lora_rank=4), "lora_rank=4"),
    "quantization": (lambda: L.Embedding(2, 2, quantization_config={}), "quantization_config"),
    "an activation that does not exist": (lambda: L.Dense(2, activation="rleu"), "Did you mean 'relu'"),
    "an initializer that does not exist": (lambda: L.Dense(2, kernel_initializer="glorot"), "glorot_uniform"),
    "an argument that does not exist": (lambda: L.Dense(2, unit=3), "unit=3"),
    "a dtype that does not exist": (lambda: L.Dense(2, dtype="flaot32"), "Did you mean 'float32'"),
    "a name with a slash": (lambda: L.Dense(2, name="a/b"), "a/b"),
    "a window of zero": (lambda: L.Conv2D(2, 0), "kernel_size=0"),
    "a window of another rank": (lambda: L.Conv2D(2, (3, 3, 3)), "2 of them"),
    "padding that does not exist": (lambda: L.Conv2D(2, 3, padding="full"), "'valid', 'same'"),
    "causal images": (lambda: L.Conv2D(2, 3, padding="causal"), "'valid', 'same'"),
    "strides and dilation": (lambda: L.Conv2D(2, 3, strides=2, dilation_rate=2), "at most one of them"),
    "groups that do not divide": (lambda: L.Conv2D(3, 3, groups=2), "filters=3, groups=2"),
    "a data format that does not exist": (lambda: L.Conv2D(2, 3, data_format="last"), "channels_last"),
    "a pool of zero": (lambda: L.MaxPooling2D(0), "pool_size=0"),
    "causal pooling": (lambda: L.MaxPooling1D(2, padding="causal"), "'valid', 'same'"),
    "a rate above one": (lambda: L.Dropout(1.5), r"rate=1\.5"),
    "a negative rate": (lambda: L.Dropout(-0.1), r"rate=-0\.1"),
    "a negative ceiling": (lambda: L.ReLU(-1.0), r"max_value=-1\.0"),
    "a negative slope": (lambda: L.LeakyReLU(-0.1), r"negative_slope=-0\.1"),
    "no slope": (lambda: L.LeakyReLU(None), "negative_slope=None"),
    "momentum above one": (lambda: L.BatchNormalization(momentum=2.0), r"momentum=2\.0"),
    "renormalisation": (lambda: L.BatchNormalization(renorm=True), "renorm=True"),
    "scaling by the root mean square": (lambda: L.LayerNormalization(rms_scaling=True), "rms_normalization"),
    "two open sizes": (lambda: L.Reshape((-1, -1)), r"target_shape=\(-1, -1\)"),
    "a size below -1": (lambda: L.Reshape((2, -2)), r"target_shape=\(2, -2\)"),
    "weights of another shape": (lambda: L.Embedding(3, 2, weights=[[[1.0, 2.0]]]), r"shape \(3, 2\)"),
    "no shape": (keras.Input, "`shape`"),
    "a negative size": (lambda: keras.Input((-1,)), "-1"),
}
CALLS: dict[str, tuple[Callable[[], Any], str]] = {
    "a vector per batch": (lambda: L.Dense(2)(keras.Input(())), "at least 2 axes"),
    "unknown features": (lambda: L.Dense(2)(shaped(None)), "known size"),
    "an image too few": (lambda: L.Conv2D(2, 3)(shaped(8, 8)), "4 axes"),
    "an image too many": (lambda: L.Conv1D(2, 3)(shaped(8, 8, 3)), "3 axes"),
    "unknown channels": (lambda: L.Conv2D(2, 3)(shaped(8, 8, None)), "known number of channels"),
    "channels that the groups do not divide": (lambda: L.Conv2D(4, 3, groups=2)(shaped(8, 8, 3)), "groups=2"),
    "a window larger than the image": (lambda: L.Conv2D(2, 5)(shaped(3, 3, 1)), "no larger than the inputs"),
    "pools larger than the image": (lambda: L.MaxPooling2D(5)(shaped(3, 3, 1)), "no larger than the inputs"),
    "pools of a sequence": (lambda: L.MaxPooling2D()(shaped(8, 3)), "4 axes"),
    "global pools of a sequence": (lambda: L.GlobalMaxPooling2D()(shaped(8, 3)), "4 axes"),
    "channels that are not there": (lambda: L.BatchNormalization(axis=3)(shaped(3)), "axis 3"),
    "unknown features to normalise": (lambda: L.LayerNormalization()(shaped(None)), "known size"),
    "one tensor": (lambda: L.Add()(shaped(3)), "a list of"),
    "one tensor to join": (lambda: L.Concatenate()(shaped(3)), "a list of"),
    "three to subtract": (lambda: L.Subtract()([shaped(3), shaped(3), shaped(3)]), "a list of 2"),
    "sums that do not fit": (lambda: L.Add()([shaped(3), shaped(4)]), r"3.*4"),
    "joins that do not fit": (lambda: L.Concatenate()([shaped(3, 4), shaped(4, 4)]), "differ along the axis -1 only"),
    "joins of several ranks": (lambda: L.Concatenate()([shaped(3), shaped(4, 3)]), "one number of axes"),
    "joins along no axis": (lambda: L.Concatenate(axis=3)([shaped(3), shaped(3)]), "axis 3"),
    "more elements than there are": (lambda: L.Reshape((2, 2))(shaped(3)), "3 elements"),
    "elements that cannot be shared out": (lambda: L.Reshape((2, -1))(shaped(3)), "3 elements"),
    "noise of another rank": (lambda: L.Dropout(0.5, noise_shape=(1,))(shaped(3), training=True), "noise_shape"),
}


def _has_four_parts(error: BaseException) -> None:
    """What failed and what was received, what is allowed, what to do: three lines at least."""
    lines = str(error).splitlines()
    assert len(lines) >= 3
    assert any(line.startswith(("Allowed", "Known")) for line in lines)


@pytest.mark.parametrize("what", CONSTRUCTORS)
def test_a_constructor_refuses(what: str) -> None:
    make, expected = CONSTRUCTORS[what]
    with pytest.raises((ValueError, TypeError), match=expected) as caught:
        make()
    _has_four_parts(caught.value)


@pytest.mark.parametrize("what", CALLS)
def test_a_call_refuses(what: str) -> None:
    call, expected = CALLS[what]
    with pytest.raises(ValueError, match=expected) as caught:
        call()
    _has_four_parts(caught.value)


def test_a_built_layer_refuses_other_sizes() -> None:
    dense, conv = L.Dense(2), L.Conv2D(2, 3)
    dense(shaped(3))
    conv(shaped(8, 8, 3))
    with pytest.raises(ValueError, match="size 3 on axis -1"):
        dense(shaped(4))
    with pytest.raises(ValueError, match="size 3 on axis -1"):
        conv(shaped(8, 8, 1))


def test_a_reshape_may_be_shared_by_several_sizes() -> None:
    layer = L.Reshape((-1, 2))
    assert layer(shaped(6)).shape == (None, 3, 2)
    assert layer(shaped(12)).shape == (None, 6, 2)
