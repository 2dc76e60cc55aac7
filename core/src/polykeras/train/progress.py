"""The line that says how far a loop is.

Promises that the values shown are asked for only when the line is drawn, at most once per `interval`: showing
progress never makes the host wait for the device at each step. A terminal and a notebook are redrawn in place; anything
else gets one line when the loop ends. Refuses to own the clock or the stream: the clock is an argument, and
the default one is looked up at each write.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import IO, Literal

from polykeras.train.output_stream import (
    can_encode,
    cell_width,
    columns_of,
    default_stream,
    encodable,
    output_kind,
    shows_colours,
)
from polykeras.train.progress_text import BarStyle, Progress, bar_line, plain_line

Values = Callable[[], Mapping[str, float]]
Clock = Callable[[], float]
Verbosity = Literal[0, 1, 2]

SILENT: Verbosity = 0
BAR: Verbosity = 1
LINE_PER_EPOCH: Verbosity = 2

_ASCII_ONLY = BarStyle("=", ".")
_WITHOUT_COLOURS = BarStyle("━", "─")


def resolve_verbose(verbose: object) -> Verbosity:
    """Return what a `verbose` argument asks for.

    Args:
        verbose: 0 is silent, 1 a progress bar, 2 one line per epoch; ``"auto"`` is 1, since a bar in a pipe is one
            line per epoch too.

    Raises:
        ValueError: `verbose` is none of these.
    """
    if verbose == "auto":
        return BAR
    for level in (SILENT, BAR, LINE_PER_EPOCH):
        if verbose == level:
            return level
    raise ValueError(
        f"Progress cannot be shown with this `verbose`.\nReceived: {verbose!r}.\n"
        "Allowed: 0 (silent), 1 (progress bar), 2 (one line per epoch) or 'auto'.\nPass one of them."
    )


def write_line(text: str, stream: IO[str] | None = None) -> None:
    """Write `text` and a newline to `stream`, by default to `default_stream()`."""
    _write(f"{text}\n", stream or default_stream())


def _write(text: str, stream: IO[str] | None) -> None:
    # A process without a console has no `sys.stdout`; there is nobody to tell.
    if stream is not None:
        stream.write(encodable(text, stream))
        stream.flush()


class ProgressLine:
    """A progress line for one pass over some steps.

    Args:
        target: Number of steps, or ``None`` when unknown.
        width: Characters of the bar.
        verbose: 0, 1, 2 or ``"auto"``.
        interval: Least seconds between two drawings.
        unit_name: What a step is called.
        stream: Where to write; by default `default_stream()` at each write.
        clock: Returns seconds; never runs backwards.

    >>> line = ProgressLine(2, width=4, clock=iter([0.0, 1.0, 1.0]).__next__)
    >>> line.update(2, lambda: {"loss": 0.5})
     2/2 ━━━━ 1s 500ms/step - loss: 0.5000
    """

    def __init__(
        self,
        target: int | None,
        *,
        width: int = 20,
        verbose: object = 1,
        interval: float = 0.1,
        unit_name: str = "step",
        stream: IO[str] | None = None,
        clock: Clock = time.perf_counter,
    ) -> None:
        self.target = target
        self.width = width
        self.verbose = resolve_verbose(verbose)
        self.interval = interval
        self.unit_name = unit_name
        self._stream = stream
        self._clock = clock
        self._began = clock()
        self._drawn_at: float | None = None
        self._drawn_width = 0
        self._first: tuple[int, float] | None = None

    def update(self, current: int, values: Values | None = None, finalize: bool | None = None) -> None:
        """Say that `current` steps are done, and draw if it is time to.

        Args:
            current: Steps done so far.
            values: Returns the values to show; called only if the line is drawn.
            finalize: Whether the loop is over; by default it is when `current` reaches `target`.
        """
        if finalize is None:
            finalize = self.target is not None and current >= self.target
        now = self._clock()
        if self._first is None and current > 0:
            self._first = (current, now)
        stream = self._stream or default_stream()
        if stream is None or not self._is_due(current, now, stream, finalize=finalize):
            return
        shown = values() if values is not None else {}
        # Asking for values may wait for the device: that time belongs to the steps.
        now = self._clock()
        progress = self._progress(current, now, shown, finished=finalize)
        self._draw(progress, stream)
        self._drawn_at = now

    def _is_due(self, current: int, now: float, stream: IO[str], *, finalize: bool) -> bool:
        if self.verbose == SILENT:
            return False
        if finalize:
            return True
        if self.verbose == LINE_PER_EPOCH or output_kind(stream) == "plain":
            return False
        at_end = self.target is not None and current >= self.target
        return at_end or self._drawn_at is None or now - self._drawn_at >= self.interval

    def _progress(self, current: int, now: float, values: Mapping[str, float], *, finished: bool) -> Progress:
        elapsed = now - self._began
        # The first step also compiles; counted in, it would spoil the time per step for minutes.
        first_step, first_end = self._first or (current, now)
        if current > first_step:
            step_seconds = (now - first_end) / (current - first_step)
        else:
            step_seconds = elapsed / current if current else 0.0
        return Progress(
            current=current,
            target=current if self.target is None and finished else self.target,
            elapsed=elapsed,
            step_seconds=step_seconds,
            values=values,
            finished=finished,
            unit_name=self.unit_name,
            width=self.width,
        )

    def _draw(self, progress: Progress, stream: IO[str]) -> None:
        if self.verbose == LINE_PER_EPOCH:
            write_line(plain_line(progress), stream)
            return
        kind = output_kind(stream)
        style = _style_for(stream, colours=shows_colours(kind))
        if kind == "plain":
            write_line(bar_line(progress, style), stream)
            return
        # A line that wraps cannot be taken back with a carriage return; only the last one may be as long as it is.
        wraps = kind == "terminal" and not progress.finished
        room = max(columns_of(stream) - 1, 1) if wraps else None
        line = bar_line(progress, style, room)
        width = cell_width(bar_line(progress, style._replace(colours=False), room))
        rest = " " * max(self._drawn_width - width, 0)
        self._drawn_width = width
        _write(f"\r{line}{rest}" + ("\n" if progress.finished else ""), stream)


def _style_for(stream: IO[str], *, colours: bool) -> BarStyle:
    if not can_encode(_WITHOUT_COLOURS.done + _WITHOUT_COLOURS.left, stream):
        return _ASCII_ONLY._replace(colours=colours)
    return BarStyle(colours=True) if colours else _WITHOUT_COLOURS
