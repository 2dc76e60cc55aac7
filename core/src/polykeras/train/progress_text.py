"""How a progress line reads, as pure functions from numbers to text.

Promises the wording of Keras: a running line shows the time left, a finished one the time taken, and both the time
per step. Refuses to know clocks and streams.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from polykeras.train.output_stream import cell_width

_BOLD, _GREEN, _WHITE, _RESET = "\x1b[1m", "\x1b[32m", "\x1b[37m", "\x1b[0m"


class BarStyle(NamedTuple):
    """Characters and colours of the bar.

    Attributes:
        done: Character of the part that is done.
        left: Character of the part that is left.
        colours: Whether to write ANSI colours.
    """

    done: str = "━"
    left: str = "━"
    colours: bool = False


class Progress(NamedTuple):
    """One moment of a loop.

    Attributes:
        current: Steps done.
        target: Steps in all, or ``None`` when unknown.
        elapsed: Seconds since the loop began.
        step_seconds: Seconds per step.
        values: Metric values by name, in the order shown.
        finished: Whether the loop is over.
        unit_name: What a step is called.
        width: Characters of the bar.
    """

    current: int
    target: int | None
    elapsed: float
    step_seconds: float
    values: Mapping[str, float]
    finished: bool = False
    unit_name: str = "step"
    width: int = 20


class _Piece(NamedTuple):
    text: str
    colour: str = ""


def bar_line(progress: Progress, style: BarStyle, room: int | None = None) -> str:
    """Return the line with a bar, at most `room` terminal columns wide if `room` is given.

    >>> bar_line(Progress(5, 10, 1.0, 0.2, {"loss": 0.5}, width=4), BarStyle("#", "."))
    '  5/10 ##.. 1s 200ms/step - loss: 0.5000'
    """
    target = progress.target
    if target is None:
        counts, bar = [_Piece(f" {progress.current:>6}/Unknown ")], []
    else:
        counts = [_Piece(f" {progress.current:>{len(str(target))}}/{target}", _BOLD), _Piece(" ")]
        done = progress.width * min(progress.current, target) // target if target else progress.width
        bar = [
            _Piece(style.done * done, _GREEN),
            _Piece(style.left * (progress.width - done), _WHITE),
            _Piece(" "),
        ]
    numbers = [
        _Piece(_time_shown(progress), _BOLD),
        _Piece(f" {seconds_per_step(progress.step_seconds)}/{progress.unit_name}"),
        _Piece(metrics_text(progress.values)),
    ]
    pieces = [*counts, *bar, *numbers]
    if room is not None and sum(cell_width(piece.text) for piece in pieces) > room:
        pieces = _clipped([*counts, *numbers], room)
    return "".join(
        f"{piece.colour}{piece.text}{_RESET}" if style.colours and piece.colour else piece.text
        for piece in pieces
        if piece.text
    )


def plain_line(progress: Progress) -> str:
    """Return the one line per epoch of ``verbose=2``.

    >>> plain_line(Progress(4, 4, 2.2, 0.55, {"loss": 0.5}))
    '4/4 - 2s - 550ms/step - loss: 0.5000'
    """
    per_step = f"{seconds_per_step(progress.step_seconds)}/{progress.unit_name}"
    return f"{progress.current}/{progress.target} - {progress.elapsed:.0f}s - {per_step}{metrics_text(progress.values)}"


def metrics_text(values: Mapping[str, float]) -> str:
    """Return `` - name: value`` for each value.

    >>> metrics_text({"acc": 0.98123, "loss": 0.0005})
    ' - acc: 0.9812 - loss: 5.0000e-04'
    """
    return "".join(f" - {name}: {_number(value)}" for name, value in values.items())


def _number(value: float) -> str:
    # Four decimals of a small number say too little.
    return f"{value:.4f}" if abs(value) > 1e-3 else f"{value:.4e}"


def seconds_per_step(seconds: float) -> str:
    """Return a duration of one step in seconds, milliseconds or microseconds.

    >>> seconds_per_step(3.7), seconds_per_step(0.184), seconds_per_step(4e-5)
    ('4s', '184ms', '40us')
    """
    if seconds >= 1 or seconds == 0:
        return f"{seconds:.0f}s"
    return f"{seconds * 1e3:.0f}ms" if seconds >= 1e-3 else f"{seconds * 1e6:.0f}us"


def _time_shown(progress: Progress) -> str:
    if progress.finished or progress.target is None:
        return f"{progress.elapsed:.0f}s"
    left = progress.step_seconds * max(progress.target - progress.current, 0)
    minutes, seconds = divmod(round(left), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours}:{minutes:02d}:{seconds:02d}"
    return f"{minutes}:{seconds:02d}" if minutes else f"{seconds}s"


def _clipped(pieces: Iterable[_Piece], room: int) -> list[_Piece]:
    """The pieces that fit, the last one cut."""
    kept: list[_Piece] = []
    for text, colour in pieces:
        width = cell_width(text)
        if width > room:
            while cell_width(text) > room:
                text = text[:-1]  # noqa: PLW2901 - cut character by character: some take two columns
            return [*kept, _Piece(text, colour)]
        kept.append(_Piece(text, colour))
        room -= width
    return kept
