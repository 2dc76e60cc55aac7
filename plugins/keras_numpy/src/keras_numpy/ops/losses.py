"""Crossentropies on NumPy: core's own bodies, but for integer labels, which lie on the host and are looked at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from keras_numpy.ops.arithmetic import clip, divide, log, negative, subtract
from keras_numpy.ops.indexing import take_along_axis
from keras_numpy.ops.kinds import back, widened
from keras_numpy.ops.manipulation import expand_dims, squeeze
from keras_numpy.ops.reduce import logsumexp
from keras_numpy.ops.reduce import sum as total
from keras_numpy.tape import value_of
from polykeras.backend.config import epsilon
from polykeras.ops.losses import check_labels


def sparse_categorical_crossentropy(target: Any, output: Any, from_logits: bool = False, axis: int = -1) -> Any:
    """Return ``-log(p[target])`` along `axis`; a label outside of the classes raises."""
    if target.ndim == output.ndim and target.shape[axis] == 1:
        target = squeeze(target, axis)
    check_labels(target, output, axis)
    labels, classes = value_of(target), output.shape[axis]
    if labels.size and not 0 <= labels.min() <= labels.max() < classes:
        raise ValueError(
            "A label names no class.\n"
            f"Received: labels from {labels.min()} to {labels.max()}.\n"
            f"Allowed: 0 to {classes - 1}, for {classes} classes.\n"
            "Correct the labels, or give the model as many outputs as there are classes."
        )
    wide = widened(output)
    chosen = squeeze(take_along_axis(wide, expand_dims(target, axis).astype("int64"), axis), axis)
    if from_logits:
        return back(subtract(logsumexp(wide, axis), chosen), output.dtype)
    p = clip(divide(chosen, total(wide, axis)), *(_number(bound, wide) for bound in (epsilon(), 1.0 - epsilon())))
    return back(negative(log(p)), output.dtype)


def _number(value: float, like: Any) -> Any:
    return value_of(like).dtype.type(value).reshape(())


NATIVES: dict[str, Callable[..., Any]] = {"sparse_categorical_crossentropy": sparse_categorical_crossentropy}
