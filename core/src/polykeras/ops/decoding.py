"""Labels from the classes of frames: the inverse question of `polykeras.ops.alignment`, whose terms are used here."""

from __future__ import annotations

import math
from typing import Any

from polykeras.ops import shape_rules as rules
from polykeras.ops.alignment import NEVER
from polykeras.ops.arithmetic import floor_divide, maximum, mod
from polykeras.ops.casting import cast
from polykeras.ops.comparison import equal, greater, logical_and, not_equal, where
from polykeras.ops.control_flow import scan
from polykeras.ops.conversion import dtype as dtype_of
from polykeras.ops.conversion import shape as shape_of
from polykeras.ops.creation import arange, full, full_like, zeros, zeros_like
from polykeras.ops.dispatch import derived
from polykeras.ops.exponential import logaddexp
from polykeras.ops.indexing import take_along_axis
from polykeras.ops.linear import matmul
from polykeras.ops.manipulation import concatenate, expand_dims, pad, reshape, transpose
from polykeras.ops.nonlinear import log_softmax, one_hot
from polykeras.ops.reduce import all as all_true
from polykeras.ops.reduce import argmax, argsort, top_k
from polykeras.ops.reduce import max as max_along
from polykeras.ops.reduce import sum as sum_along
from polykeras.ops.types import Tensor, TensorLike

_NO_LABEL = -2  # where -1 is the end of a prefix


@derived(rules.ctc_decode, promote=())
def ctc_decode(
    inputs: TensorLike,
    sequence_lengths: TensorLike,
    strategy: str = "greedy",
    beam_width: int = 100,
    top_paths: int = 1,
    merge_repeated: bool = True,
    mask_index: int | None = 0,
) -> tuple[Tensor, Tensor]:
    """Return the labels that frames most probably stand for.

    Args:
        inputs: Logits of shape ``(batch, frames, classes)``.
        sequence_lengths: How many frames count, of shape ``(batch,)``.
        strategy: ``"greedy"``: the labels of the one best path. ``"beam_search"``: the labels with the greatest sums
            over their paths, by the search over prefixes of A. Graves and N. Jaitly (2014).
        beam_width: How many prefixes the search keeps.
        top_paths: How many sequences of labels it gives.
        merge_repeated: Whether the greedy strategy merges repeats. The search always does.
        mask_index: The class that is the blank; the last one for ``None``.

    Returns:
        Labels, int32 of shape ``(top_paths, batch, frames)`` with -1 behind the last one, the best first, and their
        scores, of shape ``(batch, top_paths)``: of the search the logarithms of the probabilities, minus infinity
        where there are fewer; of the greedy strategy, with one path, minus the sum of the largest logits, as in Keras.

    Raises:
        RuleError: The shapes do not fit, or a name or a number.

    >>> from polykeras import ops
    >>> logits = [[[0.0, 5.0, 0.0], [0.0, 5.0, 0.0], [5.0, 0.0, 0.0], [0.0, 5.0, 0.0]]]
    >>> ops.convert_to_numpy(ops.nn.ctc_decode(logits, [4])[0]).tolist()
    [[[1, 1, -1, -1]]]
    """
    rules.check_decoding(strategy, beam_width, top_paths)
    blank: Any = shape_of(inputs)[2] - 1 if mask_index is None else mask_index
    lengths = expand_dims(cast(sequence_lengths, "int32"), 1)
    logits = cast(inputs, "float64" if dtype_of(inputs) == "float64" else "float32")
    if strategy == "greedy":
        return _best_path(logits, lengths, blank, merge_repeated=merge_repeated)
    return _searched(log_softmax(logits), lengths, blank, beam_width, top_paths)


def _best_path(logits: Tensor, lengths: Tensor, blank: int, *, merge_repeated: bool) -> tuple[Tensor, Tensor]:
    batch, frames, _ = shape_of(logits)
    steps = expand_dims(arange(frames, dtype="int32"), 0)
    counts = steps < lengths
    best = argmax(logits, -1)  # (batch, frames)
    largest = max_along(logits, -1)
    score = -sum_along(where(counts, largest, largest * 0.0), 1, keepdims=True)
    kept = logical_and(counts, not_equal(best, blank))
    if merge_repeated:
        before = concatenate([full_like(best[:, :1], -1), best[:, :-1]], 1)
        kept = logical_and(kept, not_equal(best, before))
    order = argsort(where(kept, steps, steps + frames), 1)
    number = sum_along(cast(kept, "int32"), 1, keepdims=True)
    labels = where(steps < number, take_along_axis(best, order, 1), full((batch, frames), -1, "int32"))
    return expand_dims(labels, 0), score


def _searched(chances: Tensor, lengths: Tensor, blank: int, width: int, top_paths: int) -> tuple[Tensor, Tensor]:
    batch, frames, _ = shape_of(chances)
    first = expand_dims(arange(width, dtype="int32") > 0, 0)
    nobody = full((batch, width), NEVER, dtype_of(chances))
    beams = {
        "labels": full((batch, width, frames), -1, "int32"),
        "number": zeros((batch, width), "int32"),
        "ends_blank": where(first, nobody, nobody * 0.0),  # the empty prefix, once
        "ends_label": nobody,
    }

    def advance(beams: dict[str, Any], now: Any) -> tuple[dict[str, Any], Any]:
        step, of_frame = now
        moved = _advanced(beams, of_frame, blank)
        goes_on = step < lengths
        moved = {
            name: where(expand_dims(goes_on, -1) if name == "labels" else goes_on, moved[name], old)
            for name, old in beams.items()
        }
        return moved, step

    steps = (arange(frames, dtype="int32"), transpose(chances, (1, 0, 2)))
    beams = scan(advance, beams, steps)[0]
    scores, order = top_k(logaddexp(beams["ends_blank"], beams["ends_label"]), min(top_paths, width))
    labels = take_along_axis(beams["labels"], expand_dims(order, -1), 1)
    found = scores > NEVER / 2
    scores = where(found, scores, full_like(scores, -math.inf))
    labels = where(expand_dims(found, -1), labels, full_like(labels, -1))
    if top_paths > width:
        rest = top_paths - width
        scores = pad(scores, ((0, 0), (0, rest)), constant_values=-math.inf)
        labels = pad(labels, ((0, 0), (0, rest), (0, 0)), constant_values=-1)
    return transpose(labels, (1, 0, 2)), scores


def _advanced(beams: dict[str, Any], chances: Tensor, blank: int) -> dict[str, Any]:
    """Return the best prefixes after one frame more, with chances ``(batch, classes)``.

    A prefix stays, by a blank or by its last label again, or grows by a label. One that grows into another that is
    there already is added to that.
    """
    labels, number, ends_blank, ends_label = beams["labels"], beams["number"], beams["ends_blank"], beams["ends_label"]
    batch, _, frames = shape_of(labels)
    width: Any = shape_of(labels)[1]
    classes: Any = shape_of(chances)[1]
    either = logaddexp(ends_blank, ends_label)
    places = reshape(arange(frames, dtype="int32"), (1, 1, frames))
    at_last = maximum(number - 1, 0)
    last = where(number > 0, take_along_axis(labels, expand_dims(at_last, -1), 2)[..., 0], full_like(number, -1))

    # Growing: the last label again only after a blank.
    names = reshape(arange(classes, dtype="int32"), (1, 1, classes))
    again = equal(expand_dims(last, -1), names)
    grown = where(again, expand_dims(ends_blank, -1), expand_dims(either, -1)) + expand_dims(chances, 1)
    grown = where(equal(names, blank), full_like(grown, NEVER), grown)

    # Prefix i grows into prefix j where j without its last label is i.
    shorter = where(equal(places, expand_dims(at_last, -1)), full_like(labels, -1), labels)
    parents = all_true(equal(expand_dims(labels, 2), expand_dims(shorter, 1)), -1)  # (batch, i, j)
    parents = logical_and(parents, expand_dims(greater(number, 0), 1))
    into = take_along_axis(grown, expand_dims(maximum(last, 0), 1), 2)  # (batch, i, j)
    joined = max_along(where(parents, into, full_like(into, NEVER)), 1)
    taken = matmul(cast(parents, dtype_of(chances)), one_hot(last, classes, dtype=dtype_of(chances))) > 0
    grown = where(taken, full_like(grown, NEVER), grown)

    stays_blank = either + chances[:, blank : blank + 1]
    same = take_along_axis(chances, maximum(last, 0), 1)
    stays_label = logaddexp(where(number > 0, ends_label + same, full_like(same, NEVER)), joined)

    every = concatenate([logaddexp(stays_blank, stays_label), reshape(grown, (batch, width * classes))], 1)
    scores, chosen = top_k(every, width)
    grows = chosen >= width
    beyond = maximum(chosen - width, 0)
    source = where(grows, floor_divide(beyond, classes), chosen)
    label = mod(beyond, classes)
    from_number = take_along_axis(number, source, 1)
    here = logical_and(expand_dims(grows, -1), equal(places, expand_dims(from_number, -1)))
    # What nobody has reached must not be taken for a prefix that somebody reaches later.
    alive = scores > NEVER / 2
    moved = where(here, expand_dims(label, -1), take_along_axis(labels, expand_dims(source, -1), 1))
    return {
        "labels": where(expand_dims(alive, -1), moved, full_like(moved, _NO_LABEL)),
        "number": where(alive, from_number + cast(grows, "int32"), zeros_like(number)),
        "ends_blank": where(grows, full_like(scores, NEVER), take_along_axis(stays_blank, source, 1)),
        "ends_label": where(grows, scores, take_along_axis(stays_label, source, 1)),
    }
