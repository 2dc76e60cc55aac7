"""Time `fit` of one epoch: Polykeras, Keras and the hand-written loop, in turn, in one process."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from benchmarks.bars import IN_KERAS, PAIRINGS, bar_for
from benchmarks.contestants import KERAS, LOOP, make_contestants, warm_up
from benchmarks.machine import cores
from benchmarks.method import LEAST_BLOCK_SECONDS, alternate, ratio
from benchmarks.models import CASES
from benchmarks.report import Row


def share_threads(backend: str) -> None:
    """Give the framework every core this process may use; JAX does so by itself."""
    if backend == "torch":
        import torch

        torch.set_num_threads(cores())


def measure(
    backend: str, case: str, names: Sequence[str], pairs: int, steps: int | None
) -> tuple[list[Row], dict[str, Any]]:
    """Return the ratios of one model on one backend, and the times they come from.

    Args:
        backend: One of `bars.BACKENDS`.
        case: A key of `benchmarks.models.CASES`.
        names: The contestants.
        pairs: Rounds; every contestant runs one block in each.
        steps: Batches per block, or ``None`` for those of the case.
    """
    share_threads(backend)
    contestants = make_contestants(backend, case, names, steps)
    warm_up(contestants, CASES[case].same_loss)
    times = alternate({name: one.epoch for name, one in contestants.items()}, pairs)
    shortest = min(min(values) for values in times.values())
    short = f"blocks of {shortest:.2f} s are too short" if shortest < LEAST_BLOCK_SECONDS else ""
    rows = []
    for pairing in PAIRINGS:
        ours, theirs = pairing
        if ours in times and theirs in times:
            told = f"elsewhere {IN_KERAS[backend][case]:g}" if pairing == (KERAS, LOOP) else ""
            note = "; ".join(part for part in (told, short) if part)
            estimate = ratio(times[ours], times[theirs])
            rows.append(
                Row(f"{backend} {case}", f"{ours} / {theirs}", "", estimate, bar_for(backend, case, pairing), note)
            )
    return rows, {"backend": backend, "model": case, "seconds": times}
