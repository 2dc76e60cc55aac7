"""Sequences of labels against longer sequences of frames, without being told which label belongs to which frame.

Connectionist temporal classification (A. Graves et al., 2006): every frame has a probability for each class, one of
which stands for nothing, the blank. A path gives each frame a class; the labels of a path are its classes with repeats
merged and blanks left out.
"""

from __future__ import annotations

from typing import Any

from polykeras.ops import shape_rules as rules
from polykeras.ops.arithmetic import maximum
from polykeras.ops.casting import cast
from polykeras.ops.comparison import logical_and, not_equal, where
from polykeras.ops.control_flow import scan
from polykeras.ops.conversion import dtype as dtype_of
from polykeras.ops.conversion import shape as shape_of
from polykeras.ops.creation import arange, full_like, zeros_like
from polykeras.ops.dispatch import derived
from polykeras.ops.indexing import take_along_axis
from polykeras.ops.manipulation import concatenate, expand_dims, reshape, stack, transpose, unstack
from polykeras.ops.nonlinear import log_softmax
from polykeras.ops.reduce import logsumexp
from polykeras.ops.types import Tensor, TensorLike

IMPOSSIBLE = 1e5
"""The loss of labels that no path has: too many for the frames."""

NEVER = -1e30
"""The logarithm of no probability, which can be added up without becoming nan."""


@derived(rules.ctc_loss, promote=())
def ctc_loss(
    target: TensorLike,
    output: TensorLike,
    target_length: TensorLike,
    output_length: TensorLike,
    mask_index: int = 0,
) -> Tensor:
    """Return minus the logarithm of the probability that a path has the labels, for each sample.

    It is the sum over all such paths, by the recursion forward in time.

    Args:
        target: Labels, whole numbers of shape ``(batch, labels)``.
        output: Logits of shape ``(batch, frames, classes)``.
        target_length: How many labels count, of shape ``(batch,)``.
        output_length: How many frames count, of shape ``(batch,)``.
        mask_index: The class that is the blank.

    Returns:
        Tensor of shape ``(batch,)``; 1e5, without a gradient, where there are too few frames for the labels.

    Raises:
        RuleError: The shapes do not fit, or the blank is no class.

    >>> from polykeras import ops
    >>> loss = ops.nn.ctc_loss([[1, 2]], ops.zeros((1, 2, 4)), [2], [2])
    >>> round(float(loss[0]), 4)  # one path of the 16
    2.7726
    """
    wide = "float64" if dtype_of(output) == "float64" else "float32"
    chances = log_softmax(cast(output, wide))
    labels, counts, frames = (cast(one, "int32") for one in (target, target_length, output_length))
    batch, length = shape_of(labels)
    # Blanks between the labels and around them: a path stays, goes on, or skips a blank between different labels.
    blank = expand_dims(full_like(frames, mask_index), 1)
    pairs = reshape(stack([full_like(labels, mask_index), labels], -1), (batch, 2 * length))
    states = concatenate([pairs, blank], 1)
    two_before = concatenate([blank, blank, states], 1)[:, : 2 * length + 1]
    skips = logical_and(not_equal(states, mask_index), not_equal(states, two_before))
    emitted = take_along_axis(chances, expand_dims(states, 1), 2)  # (batch, frames, states)
    reached = _reached(emitted, skips, expand_dims(frames, 1))
    ends = stack([2 * counts, maximum(2 * counts - 1, 0)], -1)
    last_blank, last_label = unstack(take_along_axis(reached, ends, 1), 2, 1)
    last_label = where(counts > 0, last_label, full_like(last_label, NEVER))
    chance = logsumexp(stack([last_blank, last_label], -1), -1)
    return where(chance > NEVER / 2, -chance, full_like(chance, IMPOSSIBLE))


def _reached(emitted: Tensor, skips: Tensor, frames: Tensor) -> Tensor:
    """Return the logarithm of the probability to be in each state after the last frame that counts."""
    _, steps, total = shape_of(emitted)
    never = full_like(emitted[:, 0], NEVER) if steps else full_like(cast(skips, dtype_of(emitted)), NEVER)
    # Before the first frame a path is in the first blank; the first frame may leave it there, or take it to a label.
    start = where(arange(total, dtype="int32") > 0, never, zeros_like(never))

    def advance(reached: Any, now: Any) -> tuple[Any, Any]:
        step, chances = now
        shifted = concatenate([never[:, :1], never[:, :1], reached], 1)
        skipped = where(skips, shifted[:, :total], never)
        ways = stack([reached, shifted[:, 1 : total + 1], skipped], -1)
        moved = where(step < frames, logsumexp(ways, -1) + chances, reached)
        return moved, step

    steps_and_chances = (arange(steps, dtype="int32"), transpose(emitted, (1, 0, 2)))
    return scan(advance, start, steps_and_chances)[0]
