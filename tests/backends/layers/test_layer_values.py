"""Layers against NumPy: outputs, shapes as inferred, and slopes for every weight and input."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import polykeras as keras
from polykeras import ops
from tests.core.layers.cases import CASES, Case

L = keras.layers
TOLERANCE = 2e-5
STEP = 1e-5


def draw(case: Case) -> list[np.ndarray]:
    """Return inputs of a case, apart from each other so that a maximum has one place."""
    rng = np.random.default_rng(7)
    return [_numbers(rng, shape, case.dtype) for shape in case.shapes]


def _numbers(rng: np.random.Generator, shape: Any, dtype: str) -> np.ndarray:
    if "int" in dtype:
        return rng.integers(0, 7, shape).astype(dtype)
    size = int(np.prod(shape))
    return rng.permutation(np.linspace(-2.0, 2.0, size) if size != 1 else np.ones(1)).reshape(shape).astype(dtype)


def made(case: Case) -> tuple[Any, list[np.ndarray]]:
    """Return the layer, built with weights that no initializer would give, and its inputs."""
    layer = getattr(L, case.layer)(**case.config)
    arrays = draw(case)
    layer(passed(case, arrays))
    rng = np.random.default_rng(11)
    layer.set_weights([rng.uniform(0.3, 1.3, weight.shape).astype(weight.dtype) for weight in layer.weights])
    return layer, arrays


def passed(case: Case, arrays: list[Any]) -> Any:
    return arrays if isinstance(case.inputs, list) else arrays[0]


def wide(arrays: list[np.ndarray]) -> list[np.ndarray]:
    return [array.astype("float64") if array.dtype.kind == "f" else array for array in arrays]


def weights_of(layer: Any) -> dict[str, np.ndarray]:
    return {weight.name: weight.numpy().astype("float64") for weight in layer.weights}


def each(cases: list[Case]) -> Any:
    return pytest.mark.parametrize("case", cases, ids=lambda case: case.id)


@each(CASES)
def test_values(case: Case) -> None:
    """The layer on arrays and on tensors, and a model of it, give the formula's values; shapes are as inferred."""
    layer, arrays = made(case)
    tensors = [ops.convert_to_tensor(array) for array in arrays]
    inputs = [keras.Input(shape[1:], dtype=case.dtype) for shape in case.shapes]
    model = keras.Model(inputs, layer(passed(case, inputs)))
    expected = case.formula(*wide(arrays), **weights_of(layer))
    outputs = [
        layer(passed(case, arrays)),
        layer(passed(case, tensors), training=False),
        layer(passed(case, tensors)),  # the same path again, now without the argument
        model(tensors),
    ]
    for output in outputs:
        assert tuple(output.shape) == case.output == expected.shape
        assert model.output_shape[1:] == case.output[1:]
        assert ops.dtype(output) == case.result
        np.testing.assert_allclose(ops.convert_to_numpy(output), expected, rtol=TOLERANCE, atol=TOLERANCE)


def one_of_each(cases: list[Case]) -> list[Case]:
    """Return the last case of each layer, which is the one with the most arguments."""
    return list({case.layer: case for case in cases}.values())


SMOOTH = [case for case in CASES if case.dtype == "float32" and 0 not in case.output]


@each(one_of_each(SMOOTH))
def test_slopes_for_the_inputs(case: Case) -> None:
    """The gradient along a random direction is the difference quotient of the formula."""
    layer, arrays = made(case)
    rng = np.random.default_rng(13)
    by = rng.uniform(0.5, 1.5, case.output)
    directions = [rng.uniform(-1.0, 1.0, array.shape) for array in arrays]

    def loss(*tensors: Any) -> Any:
        return ops.sum(ops.multiply(layer(passed(case, list(tensors))), by.astype("float32")))

    tensors = [ops.convert_to_tensor(array) for array in arrays]
    gradients = keras.grad(loss, argnums=tuple(range(len(arrays))))(*tensors)
    got = sum(np.sum(ops.convert_to_numpy(g) * d) for g, d in zip(gradients, directions, strict=True))
    weights = weights_of(layer)

    def along(step: float) -> Any:
        moved = [array + step * d for array, d in zip(wide(arrays), directions, strict=True)]
        return np.sum(case.formula(*moved, **weights) * by)

    np.testing.assert_allclose(got, (along(STEP) - along(-STEP)) / (2 * STEP), rtol=2e-4, atol=2e-4)


@each([case for case in CASES if case.weights])
def test_slopes_for_every_trainable_weight(case: Case) -> None:
    layer, arrays = made(case)
    by = np.random.default_rng(17).uniform(0.5, 1.5, case.output)
    trainable = layer.trainable_weights

    def loss() -> Any:
        return ops.sum(ops.multiply(layer(passed(case, arrays)), by.astype("float32")))

    if not trainable:
        return
    _, gradients = keras.value_and_grad(loss, trainable)()
    weights = weights_of(layer)
    for weight, gradient in zip(trainable, gradients, strict=True):
        direction = np.random.default_rng(19).uniform(-1.0, 1.0, weight.shape)
        ends = [
            np.sum(case.formula(*wide(arrays), **weights | {weight.name: weights[weight.name] + step * direction}) * by)
            for step in (STEP, -STEP)
        ]
        got = np.sum(ops.convert_to_numpy(gradient) * direction)
        assert np.any(ops.convert_to_numpy(gradient))
        np.testing.assert_allclose(got, (ends[0] - ends[1]) / (2 * STEP), rtol=2e-4, atol=2e-4)


@each(one_of_each([case for case in CASES if case.result == "float32"]))
def test_a_layer_computes_in_its_dtype(case: Case) -> None:
    """Half precision in, half precision out, and near the formula: sums are not taken in half precision."""
    layer = getattr(L, case.layer)(**case.config, dtype="float16")
    arrays = draw(case)
    output = layer(passed(case, arrays))
    assert ops.dtype(output) == "float16"
    assert {weight.dtype for weight in layer.weights} <= {"float16"}
    expected = case.formula(*wide(arrays), **weights_of(layer))
    np.testing.assert_allclose(ops.convert_to_numpy(output), expected, rtol=2e-2, atol=2e-2)
