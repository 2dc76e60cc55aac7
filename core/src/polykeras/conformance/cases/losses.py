"""Crossentropies, and the answer of their formulas to each call."""

from __future__ import annotations

import numpy as np
from scipy import special

from polykeras.conformance.case import Case, Numbers, case
from polykeras.conformance.cases.nonlinear import one_hot

_NUMBERS = Numbers("losses")
real, whole = _NUMBERS.real, _NUMBERS.whole
EPSILON = 1e-7


def _log_p(output: np.ndarray, axis: int, *, from_logits: bool) -> np.ndarray:
    if from_logits:
        return special.log_softmax(output, axis)
    return np.log(np.clip(output / output.sum(axis, keepdims=True), EPSILON, 1 - EPSILON))


def categorical(target: np.ndarray, output: np.ndarray, from_logits: bool = False, axis: int = -1) -> np.ndarray:
    return -(target * _log_p(output, axis, from_logits=from_logits)).sum(axis)


def sparse(target: np.ndarray, output: np.ndarray, from_logits: bool = False, axis: int = -1) -> np.ndarray:
    labels = target.squeeze(axis) if target.ndim == output.ndim else target
    return categorical(one_hot(labels, output.shape[axis], axis), output, from_logits, axis)


def binary(target: np.ndarray, output: np.ndarray, from_logits: bool = False) -> np.ndarray:
    if from_logits:
        return np.logaddexp(output, 0) - target * output
    p = np.clip(output, EPSILON, 1 - EPSILON)
    return -(target * np.log(p) + (1 - target) * np.log1p(-p))


def _chances(*shape: int) -> np.ndarray:
    return real(*shape, low=0.1, high=0.9)


def _labels(*shape: int) -> np.ndarray:
    return whole(*shape, low=0, high=4)


_SURE = np.array([[1.0, 0.0, 0.0, 0.0], [0.0, 2.0, 0.0, 0.0], [0.5, 0.5, 0.0, 0.0]], dtype="float32")
LOSSES: list[Case] = [
    case("categorical_crossentropy", _chances(3, 4), _chances(3, 4), oracle=categorical, gradient=True),
    case("categorical_crossentropy", _chances(3, 4), real(3, 4), True, oracle=categorical, gradient=True),
    case("categorical_crossentropy", _chances(3, 4, 2), _chances(3, 4, 2), False, 1, oracle=categorical, gradient=True),
    case("categorical_crossentropy", _SURE[::-1].copy(), _SURE, name="sure", oracle=categorical),
    case("categorical_crossentropy", np.eye(4, dtype="int32"), _chances(4, 4), name="int32", oracle=categorical),
    case("sparse_categorical_crossentropy", _labels(5), _chances(5, 4), oracle=sparse, gradient=True),
    case("sparse_categorical_crossentropy", _labels(5), real(5, 4), True, oracle=sparse, gradient=True),
    case("sparse_categorical_crossentropy", _labels(5, 1), _chances(5, 4), oracle=sparse),
    case("sparse_categorical_crossentropy", _labels(2, 3), _chances(2, 3, 4), oracle=sparse),
    case("sparse_categorical_crossentropy", _labels(2, 3).astype("uint8"), real(2, 4, 3), True, 1, oracle=sparse),
    case("sparse_categorical_crossentropy", _labels(2, 3), _chances(2, 4, 3), False, 1, name="axis 1", oracle=sparse),
    case("sparse_categorical_crossentropy", _labels(2).astype("float32"), _chances(2, 4), name="float", oracle=sparse),
    case("sparse_categorical_crossentropy", np.array([0, 2, 3]), _SURE, name="sure", oracle=sparse),
    case("binary_crossentropy", _chances(3, 2), _chances(3, 2), oracle=binary, gradient=True),
    case("binary_crossentropy", _chances(3, 2), real(3, 2) * 20, True, oracle=binary, gradient=True),
    case("binary_crossentropy", _labels(4, 4) % 2, _chances(4, 4), name="int32", oracle=binary),
]
