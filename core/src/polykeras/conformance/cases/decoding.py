"""Labels from frames: the labels of every path there is, and the best of them."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np

from polykeras.conformance.case import INF, Numbers, case
from polykeras.conformance.cases.alignment import labels_of

_NUMBERS = Numbers("decoding")
real = _NUMBERS.real


def _decoded(
    inputs: np.ndarray, lengths: np.ndarray, strategy: str = "greedy", width: int = 100, paths: int = 1,
    merged: bool = True, blank: int | None = 0,
) -> list[Any]:  # fmt: skip
    batch, frames, classes = inputs.shape
    empty = classes - 1 if blank is None else blank
    count = 1 if strategy == "greedy" else paths
    labels, scores = np.full((count, batch, frames), -1, "int32"), np.full((batch, count), -INF)
    for n, (logits, length) in enumerate(zip(inputs, lengths.tolist(), strict=True)):
        if strategy == "greedy":
            path = logits[:length].argmax(-1).tolist()
            best = labels_of(tuple(path), empty) if merged else tuple(one for one in path if one != empty)
            found = [(-logits[:length].max(-1).sum() if length else 0.0, best)]
        else:
            chances = np.exp(logits - np.log(np.exp(logits).sum(-1, keepdims=True)))
            sums: dict[tuple[int, ...], float] = {}
            for path in itertools.product(range(classes), repeat=length):
                of_path = math.prod(chances[step, one] for step, one in enumerate(path))
                key = labels_of(path, empty)
                sums[key] = sums.get(key, 0.0) + of_path
            found = sorted(((math.log(total), key) for key, total in sums.items()), reverse=True)[: min(paths, width)]
        for place, (score, best) in enumerate(found):
            scores[n, place] = score
            labels[place, n, : len(best)] = best
    return [labels, scores]


_LENGTHS = np.array([4, 2, 0], "int32")

DECODING = [
    case("ctc_decode", real(3, 4, 3), _LENGTHS, oracle=_decoded, name="greedy"),
    case("ctc_decode", real(2, 5, 3), _LENGTHS[:2], "greedy", 100, 1, False, oracle=_decoded, name="repeats kept"),
    case("ctc_decode", real(2, 5, 3), _LENGTHS[:2], "greedy", 100, 1, True, 1, oracle=_decoded, name="another blank"),
    case("ctc_decode", real(2, 5, 3), _LENGTHS[:2], "greedy", 100, 1, True, None, oracle=_decoded, name="last blank"),
    # As many prefixes as there are, so that the search finds the best of all.
    case("ctc_decode", real(3, 4, 3), _LENGTHS, "beam_search", 60, 3, oracle=_decoded, name="search"),
    case("ctc_decode", real(2, 3, 3), _LENGTHS[:2] - 1, "beam_search", 60, 1, True, 2, oracle=_decoded, name="wide"),
    case("ctc_decode", real(1, 2, 2), np.array([1], "int32"), "beam_search", 2, 4, oracle=_decoded, name="few paths"),
]
