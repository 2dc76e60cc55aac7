"""`Progbar`, the progress bar that users drive by hand.

Promises Keras' averaging: a value not named as stateful is averaged over the steps, weighted by how many steps each
update covers, and the update that ends the bar shows its values as they are. Averaging needs every value as a
number, so this class reads values at each update; a training loop uses `ProgressLine`, which does not.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from typing import SupportsFloat

from polykeras.train.progress import ProgressLine, resolve_verbose


class Progbar:
    """Display a progress bar.

    Args:
        target: Number of steps, or ``None`` when unknown.
        width: Characters of the bar.
        verbose: 0 (silent), 1 (bar), 2 (one line at the end) or ``"auto"``.
        interval: Least seconds between two drawings.
        stateful_metrics: Names shown as they are; all others are averaged over the steps.
        stateless_metrics: Names averaged over the steps; if given, all others are shown as they are.
        unit_name: What a step is called, usually ``"step"`` or ``"sample"``.

    Raises:
        ValueError: `verbose` is not allowed, or a name is both stateful and stateless.

    >>> bar = Progbar(2, verbose=0)
    >>> bar.update(1, [("loss", 2.0)])
    >>> bar.add(1, [("loss", 1.0)])
    """

    def __init__(
        self,
        target: int | None,
        width: int = 20,
        verbose: object = 1,
        interval: float = 0.05,
        stateful_metrics: Iterable[str] | None = None,
        stateless_metrics: Iterable[str] | None = None,
        unit_name: str = "step",
    ) -> None:
        self.target = target
        self.width = width
        self.verbose = resolve_verbose(verbose)
        self.interval = interval
        self.stateful_metrics = set(stateful_metrics or ())
        self.stateless_metrics = set(stateless_metrics or ())
        self.unit_name = unit_name
        self._averages_by_default = stateless_metrics is None
        self._line = ProgressLine(
            target,
            width=width,
            verbose=self.verbose,
            interval=interval,
            unit_name=unit_name,
            clock=self._seconds,
        )
        self._seen = 0
        self._sums: dict[str, tuple[float, float]] = {}
        both = self.stateful_metrics & self.stateless_metrics
        if both:
            raise ValueError(
                "Progbar cannot both average a metric and show it as it is.\n"
                f"Received in stateful_metrics and in stateless_metrics: {', '.join(sorted(both))}.\n"
                "Allowed: each name in one of them.\nLeave it in one."
            )

    def update(
        self,
        current: int,
        values: Iterable[tuple[str, SupportsFloat]] | Mapping[str, SupportsFloat] | None = None,
        finalize: bool | None = None,
    ) -> None:
        """Say that `current` steps are done.

        Args:
            current: Steps done so far.
            values: Names and values of the steps since the last update.
            finalize: Whether this is the last update; by default it is when `current` reaches `target`.
        """
        if finalize is None:
            finalize = self.target is not None and current >= self.target
        pairs = values.items() if isinstance(values, Mapping) else values or ()
        weight = float(max(current - self._seen, 1))
        for name, value in pairs:
            total, count = self._sums.get(name, (0.0, 0.0))
            if finalize or not self._is_averaged(name):
                total, count = 0.0, 0.0
            self._sums[name] = (total + float(value) * weight, count + weight)
        self._seen = current
        self._line.update(current, self._shown, finalize=finalize)

    def add(
        self,
        n: int,
        values: Iterable[tuple[str, SupportsFloat]] | Mapping[str, SupportsFloat] | None = None,
    ) -> None:
        """Say that `n` more steps are done; `values` as in `update`."""
        self.update(self._seen + n, values)

    def _seconds(self) -> float:
        """The clock."""
        return time.perf_counter()

    def _is_averaged(self, name: str) -> bool:
        if self._averages_by_default:
            return name not in self.stateful_metrics
        return name in self.stateless_metrics

    def _shown(self) -> dict[str, float]:
        return {name: total / count for name, (total, count) in self._sums.items()}
