"""Alignments of labels with frames: every path there is, counted one by one."""

from __future__ import annotations

import itertools
import math

import numpy as np

from polykeras.conformance.case import Numbers, case

_NUMBERS = Numbers("alignment")
real = _NUMBERS.real
_IMPOSSIBLE = 1e5


def labels_of(path: tuple[int, ...], blank: int) -> tuple[int, ...]:
    """Return the labels of a path: repeats merged, blanks left out."""
    return tuple(one for one, _ in itertools.groupby(path) if one != blank)


def _by_paths(
    target: np.ndarray, output: np.ndarray, labels: np.ndarray, frames: np.ndarray, blank: int = 0
) -> np.ndarray:
    losses = []
    for wanted, logits, count, length in zip(target, output, labels, frames, strict=True):
        chances = np.exp(logits - np.log(np.exp(logits).sum(-1, keepdims=True)))
        total = 0.0
        for path in itertools.product(range(logits.shape[-1]), repeat=int(length)):
            if labels_of(path, blank) == tuple(wanted[:count].tolist()):
                total += math.prod(chances[step, one] for step, one in enumerate(path))
        losses.append(-math.log(total) if total else _IMPOSSIBLE)
    return np.array(losses)


_TARGET = np.array([[1, 2, 2], [2, 0, 0], [1, 1, 1]], "int32")
_FULL, _SHORT = np.array([5, 4, 5], "int32"), np.array([3, 4, 4], "int32")
_COUNTS = np.array([3, 1, 3], "int32")
_LATER_BLANK = np.array([[0, 1], [1, 1], [0, -1]], "int32")

ALIGNMENT = [
    case("ctc_loss", _TARGET, real(3, 5, 3), _COUNTS, _FULL, oracle=_by_paths, gradient=True, name="paths"),
    case("ctc_loss", _TARGET, real(3, 5, 3), _COUNTS, _SHORT, oracle=_by_paths, name="too few frames"),
    case("ctc_loss", _LATER_BLANK, real(3, 4, 4), np.array([2, 2, 1], "int32"), _SHORT, 3, oracle=_by_paths,
         name="another blank"),
    case("ctc_loss", _TARGET, real(3, 5, 3), np.array([0, 0, 1], "int32"), np.array([4, 0, 0], "int32"),
         oracle=_by_paths, name="nothing"),
    case("ctc_loss", np.zeros((2, 0), "int32"), real(2, 3, 3), _COUNTS[:2] * 0, _FULL[:2] - 2, oracle=_by_paths,
         name="no labels"),
    case("ctc_loss", np.zeros((0, 2), "int32"), np.zeros((0, 3, 3), "float32"), *[np.zeros((0,), "int32")] * 2,
         oracle=_by_paths, name="no samples"),
]  # fmt: skip
