"""The progress line, driven by a clock that stands still unless told to move."""

from __future__ import annotations

import io
import re
import sys

import pytest

from polykeras.train import progress_text
from polykeras.train.output_stream import cell_width, columns_of, encodable, output_kind
from polykeras.train.progress import ProgressLine, resolve_verbose, write_line
from polykeras.train.progress_text import BarStyle, Progress, bar_line


class Clock:
    """Seconds, moved by hand."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


class Notebook(io.StringIO):
    encoding = "utf-8"


Notebook.__module__ = "ipykernel.iostream"


class Values:
    """A provider that counts how often it is asked."""

    def __init__(self, **values: float) -> None:
        self.values, self.asked = values, 0

    def __call__(self) -> dict[str, float]:
        self.asked += 1
        return self.values


@pytest.fixture(autouse=True)
def plain_surroundings(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")


def run(stream, *, target=10, steps=10, seconds=0.01, values=None, until=None, **options) -> str:
    """Run a loop of `steps` steps of `seconds` each, and end it as `fit` does."""
    clock = Clock()
    line = ProgressLine(target, stream=stream, clock=clock, **options)
    for step in range(1, (until or steps) + 1):
        clock.seconds += seconds
        line.update(step, values, finalize=False)
    if until is None:
        line.update(steps, values, finalize=True)
    return stream.getvalue()


def test_the_guides_line():
    values = Values(acc=0.49801, loss=1.38323, val_acc=0.96092, val_loss=0.15131)
    text = run(io.StringIO(), target=399, steps=399, seconds=0.1844, values=values)
    metrics = " - acc: 0.4980 - loss: 1.3832 - val_acc: 0.9609 - val_loss: 0.1513\n"
    assert text == " 399/399 ━━━━━━━━━━━━━━━━━━━━ 74s 184ms/step" + metrics


def test_a_pipe_gets_one_line_and_one_question():
    values = Values(loss=0.5)
    assert run(io.StringIO(), values=values, seconds=5) == " 10/10 ━━━━━━━━━━━━━━━━━━━━ 50s 5s/step - loss: 0.5000\n"
    assert values.asked == 1


@pytest.mark.parametrize("stream_type", [Terminal, Notebook])
def test_values_are_asked_for_only_when_the_line_is_drawn(stream_type):
    values, stream = Values(loss=0.5), stream_type()
    text = run(stream, target=10_000, steps=10_000, seconds=0.001, values=values)
    # Ten seconds, drawn every tenth of one, and at the first step, the last and the end.
    assert 95 <= values.asked <= 104
    assert text.count("\r") == values.asked
    assert text.count("\n") == 1


def test_time_spent_on_values_counts_against_the_interval():
    clock, stream = Clock(), Terminal()
    line = ProgressLine(100, stream=stream, clock=clock)

    def slow() -> dict[str, float]:
        clock.seconds += 5.0
        return {}

    line.update(1, slow)
    clock.seconds += 0.05
    line.update(2, slow)
    assert stream.getvalue().count("\r") == 1
    clock.seconds += 0.06
    line.update(3, slow)
    assert stream.getvalue().count("\r") == 2


def test_a_redraw_covers_the_line_before():
    stream, clock = Terminal(), Clock()
    line = ProgressLine(10, stream=stream, clock=clock)
    line.update(1, lambda: {"loss": 12345.0})
    clock.seconds += 1
    line.update(2, lambda: {"loss": 1.0})
    first, second = stream.getvalue().split("\r")[1:]
    assert len(second) == len(first)
    assert second.rstrip(" ").endswith("loss: 1.0000")


@pytest.mark.parametrize("columns", [1, 7, 20, 40, 80])
def test_a_running_line_never_wraps_and_the_last_is_whole(monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    text = run(Terminal(), values=Values(a_rather_long_metric_name=1.0, 손실=2.0), seconds=1.0)
    *running, last = text.split("\r")[1:]
    assert all(cell_width(line) <= max(columns - 1, 1) for line in running)
    assert last.rstrip(" \n").endswith("- a_rather_long_metric_name: 1.0000 - 손실: 2.0000")


def test_a_narrow_running_line_gives_up_its_bar_first(monkeypatch):
    monkeypatch.setenv("COLUMNS", "34")
    text = run(Terminal(), values=Values(loss=1.0), seconds=1.0, until=3)
    assert text.split("\r")[-1] == "  3/10 7s 1s/step - loss: 1.0000"


def test_colours_where_they_are_wanted(monkeypatch):
    monkeypatch.delenv("NO_COLOR")
    coloured = run(Terminal(), seconds=1.0, until=5).split("\r")[-1]
    assert "\x1b[32m━━━━━━━━━━\x1b[0m\x1b[37m━━━━━━━━━━\x1b[0m" in coloured
    assert re.sub(r"\x1b\[\d+m", "", coloured) == "  5/10 ━━━━━━━━━━━━━━━━━━━━ 5s 1s/step"
    assert "\x1b" not in run(io.StringIO(), seconds=1.0)
    monkeypatch.setenv("TERM", "dumb")
    assert run(Terminal(), seconds=1.0, until=5).split("\r")[-1] == "  5/10 ━━━━━━━━━━────────── 5s 1s/step"


def test_unknown_number_of_steps():
    text = run(Terminal(), target=None, steps=5, seconds=1.0)
    lines = [line.rstrip(" \n") for line in text.split("\r")[1:]]
    assert lines[2] == "      3/Unknown 3s 1s/step"
    assert lines[-1] == " 5/5 ━━━━━━━━━━━━━━━━━━━━ 5s 1s/step"


def test_the_first_step_is_left_out_of_the_time_per_step():
    clock, stream = Clock(), Terminal()
    line = ProgressLine(11, stream=stream, clock=clock)
    clock.seconds += 60
    line.update(1)
    assert stream.getvalue().endswith("10:00 60s/step")
    clock.seconds += 1
    line.update(6)
    assert stream.getvalue().rstrip().endswith("1s 200ms/step")


@pytest.mark.parametrize(
    ("left", "shown"), [(0.4, "0s"), (59, "59s"), (60, "1:00"), (3599.7, "1:00:00"), (8 * 3600 + 800, "8:13:20")]
)
def test_time_left(left, shown):
    line = bar_line(Progress(1, 2, 1.0, left, {}, width=2), BarStyle())
    assert line.split()[2] == shown


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0.0, "0s"), (3.7, "4s"), (0.184, "184ms"), (0.0004, "400us"), (1e-3, "1ms")]
)
def test_time_per_step(seconds, shown):
    assert progress_text.seconds_per_step(seconds) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (1.23456, "1.2346"),
        (1e-3, "1.0000e-03"),
        (0.0, "0.0000e+00"),
        (-3e-7, "-3.0000e-07"),
        (float("nan"), "nan"),
        (float("inf"), "inf"),
        (12345.678, "12345.6780"),
    ],
)
def test_metric_numbers(value, shown):
    assert progress_text.metrics_text({"x": value}) == f" - x: {shown}"


@pytest.mark.parametrize("stream_type", [Terminal, Notebook, io.StringIO])
def test_silence_and_one_line_per_epoch(stream_type):
    values = Values(loss=0.5)
    assert run(stream_type(), verbose=0, values=values) == ""
    assert values.asked == 0
    assert run(stream_type(), verbose=2, seconds=1, values=values) == "10/10 - 10s - 1s/step - loss: 0.5000\n"
    assert values.asked == 1


@pytest.mark.parametrize(("verbose", "level"), [(0, 0), (1, 1), (2, 2), ("auto", 1), (True, 1), (False, 0)])
def test_verbosity(verbose, level):
    assert resolve_verbose(verbose) == level


@pytest.mark.parametrize("verbose", [3, -1, "yes", None])
def test_bad_verbosity(verbose):
    with pytest.raises(ValueError, match=rf"(?s)cannot be shown.*Received: {verbose!r}.*Allowed: 0.*Pass one"):
        resolve_verbose(verbose)


def test_an_encoding_without_the_bar():
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii", newline="")
    clock = Clock()
    line = ProgressLine(2, stream=stream, clock=clock, width=4)
    line.update(2, lambda: {"손": 1.0})
    stream.seek(0)
    assert stream.read() == " 2/2 ==== 0s 0s/step - \\uc190: 1.0000\n"


def test_a_stream_with_nothing_but_write_and_flush():
    class Tee:
        written = ""

        def write(self, text: str) -> None:
            self.written += text

        def flush(self) -> None:
            pass

    tee = Tee()
    ProgressLine(1, stream=tee, clock=Clock()).update(1)
    assert tee.written == " 1/1 ━━━━━━━━━━━━━━━━━━━━ 0s 0s/step\n"
    assert output_kind(tee) == "plain"


def test_standard_output_is_looked_up_at_each_write(monkeypatch):
    line, late = ProgressLine(2, clock=Clock()), io.StringIO()
    monkeypatch.setattr(sys, "stdout", late)
    line.update(2)
    write_line("Epoch 1/2")
    assert late.getvalue().splitlines()[1] == "Epoch 1/2"
    monkeypatch.setattr(sys, "stdout", None)
    line.update(2)
    write_line("nobody listens")


def test_no_steps_at_all():
    stream = io.StringIO()
    ProgressLine(0, stream=stream, clock=Clock()).update(0, finalize=True)
    assert stream.getvalue() == " 0/0 ━━━━━━━━━━━━━━━━━━━━ 0s 0s/step\n"


def test_width_of_a_terminal_that_does_not_tell(monkeypatch):
    monkeypatch.setenv("COLUMNS", "57")
    assert columns_of(Terminal()) == 57
    assert encodable("é━", io.TextIOWrapper(io.BytesIO(), encoding="latin-1")) == "é\\u2501"
