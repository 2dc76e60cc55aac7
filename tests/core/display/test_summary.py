"""The summary's table: the guide's to the letter, narrow, in colour, in ASCII, in a pipe."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest
from rich.console import Console

from polykeras.models.summary import print_summary, render_summary
from polykeras.models.summary_facts import ParameterTotal, SummaryFacts, SummaryRow

GUIDE = Path(__file__).with_name("guide_summary.txt").read_text(encoding="utf-8")

CONVNET = SummaryFacts(
    name="sequential",
    rows=(
        SummaryRow("conv2d", "Conv2D", "(None, 26, 26, 64)", 640),
        SummaryRow("conv2d_1", "Conv2D", "(None, 24, 24, 64)", 36_928),
        SummaryRow("max_pooling2d", "MaxPooling2D", "(None, 12, 12, 64)", 0),
        SummaryRow("conv2d_2", "Conv2D", "(None, 10, 10, 128)", 73_856),
        SummaryRow("conv2d_3", "Conv2D", "(None, 8, 8, 128)", 147_584),
        SummaryRow("global_average_pooling2d", "GlobalAveragePooling2D", "(None, 128)", 0),
        SummaryRow("dropout", "Dropout", "(None, 128)", 0),
        SummaryRow("dense", "Dense", "(None, 10)", 1_290),
    ),
    trainable=ParameterTotal(260_298, 1_041_192),
    non_trainable=ParameterTotal(),
)
GRAPH = SummaryFacts(
    name="graph",
    rows=(
        SummaryRow("in", "InputLayer", "(None, 8)", 0),
        SummaryRow("inner", "Sequential", "(None, 8)", 72, ("in[0][0]",), trainable=True),
        SummaryRow("dense", "Dense", "(None, 8)", 72, trainable=False, depth=1),
        SummaryRow("add", "Add", "(None, 8)", 0, ("inner[0][0]", "in[0][0]")),
        SummaryRow("later", "Dense", "?", None, ("add[0][0]",)),
    ),
    trainable=ParameterTotal(72, 288),
    non_trainable=ParameterTotal(3, 5_000_000_000),
    optimizer=ParameterTotal(146, 1_160),
    connected=True,
)


def table_of(text: str) -> list[str]:
    return [line for line in text.splitlines() if line[:1] in "┏┃┡│├└+|"]


def test_the_guides_table_to_the_letter():
    assert render_summary(CONVNET) == GUIDE


def test_graph_with_all_columns():
    text = render_summary(GRAPH, show_trainable=True, line_length=100)
    header = table_of(text)[1]
    assert [title.strip() for title in header.strip("┃").split("┃")] == [
        "Layer (type)",
        "Output Shape",
        "Param #",
        "Connected to",
        "Trainable",
    ]
    cells = [[cell.strip() for cell in line.strip("│").split("│")] for line in table_of(text) if line[0] == "│"]
    assert cells[0] == ["in (InputLayer)", "(None, 8)", "0", "-", "-"]
    assert ["└ dense (Dense)", "(None, 8)", "72", "-", "N"] in cells
    assert ["later (Dense)", "?", "0 (unbuilt)", "add[0][0]", "-"] in cells
    assert "│    └ dense (Dense)" in text
    assert text.splitlines()[-4:] == [
        " Total params: 221 (4.66 GB)",
        " Trainable params: 72 (288.00 B)",
        " Non-trainable params: 3 (4.66 GB)",
        " Optimizer params: 146 (1.13 KB)",
    ]


@pytest.mark.parametrize("show_trainable", [False, True])
@pytest.mark.parametrize("facts", [CONVNET, GRAPH], ids=["convnet", "graph"])
@pytest.mark.parametrize("width", [20, 25, 31, 40, 60, 76, 119, 200])
def test_every_width_is_kept_and_nothing_is_cut(width, facts, show_trainable):
    text = render_summary(facts, line_length=width, show_trainable=show_trainable)
    table = table_of(text)
    assert {len(line) for line in table} == {width}
    columns = zip(*(line[1:-1].split("│") for line in table if line[0] == "│"), strict=True)
    layers, _, parameters, *_ = ("".join("".join(cells).split()) for cells in columns)
    assert layers.replace("└", "") == "".join(f"{row.name}({row.class_name})" for row in facts.rows)
    shown = ("0 (unbuilt)" if row.parameters is None else f"{row.parameters:,}" for row in facts.rows)
    assert parameters == "".join(shown).replace(" ", "")


def test_numbers_stay_whole_on_narrow_lines():
    assert "│147,584│" in render_summary(CONVNET, line_length=20)


@pytest.mark.parametrize("width", [1, 3, 7])
def test_hopelessly_narrow_lines_still_draw(width):
    assert table_of(render_summary(CONVNET, line_length=width))


@pytest.mark.parametrize(
    ("positions", "ends"),
    [([0.3, 0.6, 1.0], [0.3, 0.6, 1.0]), ([30, 60, 90], [1 / 3, 2 / 3, 1.0])],
    ids=["fractions", "characters"],
)
def test_positions(positions, ends):
    top = table_of(render_summary(CONVNET, positions=positions))[0]
    last = len(top) - 1
    assert last + 1 == (90 if positions[-1] > 1 else 76)
    assert [index for index, char in enumerate(top) if char in "┳┓"] == [round(last * end) for end in ends]


@pytest.mark.parametrize("positions", [[0.5, 1.0], [0.6, 0.3, 1.0], [0, 0.5, 1.0]], ids=["few", "falling", "empty"])
def test_bad_positions(positions):
    with pytest.raises(ValueError, match=r"(?s)cannot place.*Received: positions.*Allowed: 3 rising.*Pass one"):
        render_summary(CONVNET, positions=positions)


@pytest.mark.parametrize("line_length", [-1, -80])
def test_bad_line_length(line_length):
    with pytest.raises(ValueError, match=r"(?s)cannot draw.*Received.*Allowed: a positive.*Leave"):
        render_summary(CONVNET, line_length=line_length)


def test_console_bounds_width_and_characters():
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    text = render_summary(GRAPH, console=Console(file=stream, width=50))
    assert text.isascii()
    assert {len(line) for line in table_of(text)} == {50}
    assert "+ dense" in text


class _Stream(io.TextIOWrapper):
    """A stream with an encoding, which may say that it is a terminal."""

    def __init__(self, encoding: str = "utf-8", *, terminal: bool = False) -> None:
        self.raw_bytes = io.BytesIO()
        self.terminal = terminal
        super().__init__(self.raw_bytes, encoding=encoding)

    def isatty(self) -> bool:
        return self.terminal

    @property
    def text(self) -> str:
        self.flush()
        return self.raw_bytes.getvalue().decode(self.encoding)


@pytest.fixture
def printed(monkeypatch):
    """Print the summary of `facts` to a stream and return what arrived."""

    def show(facts: SummaryFacts, stream: _Stream, environ: dict[str, str] | None = None, **options) -> str:
        for name in ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "COLORTERM"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("TERM", "xterm-256color")
        for name, value in (environ or {}).items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr("polykeras.models.summary.summary_facts", lambda *_, **__: facts)
        monkeypatch.setattr(sys, "stdout", stream)
        print_summary(object(), **options)
        monkeypatch.undo()
        return stream.text

    return show


def test_a_pipe_gets_the_plain_table(printed):
    assert printed(CONVNET, _Stream()) == GUIDE


def test_a_pipe_honours_a_long_line(printed):
    assert {len(line) for line in table_of(printed(CONVNET, _Stream(), line_length=120))} == {120}


def test_a_terminal_gets_colours_within_its_width(printed):
    text = printed(CONVNET, _Stream(terminal=True), {"COLUMNS": "40"}, line_length=120)
    assert "\x1b[" in text
    plain = "".join(part.partition("m")[2] if index else part for index, part in enumerate(text.split("\x1b[")))
    assert {len(line) for line in table_of(plain)} == {40}


@pytest.mark.parametrize("environ", [{"NO_COLOR": "1"}, {"TERM": "dumb"}], ids=["no-colour", "dumb"])
def test_a_terminal_without_colours(printed, environ):
    text = printed(CONVNET, _Stream(terminal=True), {"COLUMNS": "80", **environ})
    assert "\x1b[3" not in text
    assert "global_average_pooling2d" in text


def test_an_encoding_without_box_characters(printed):
    facts = CONVNET._replace(name="모델", rows=(SummaryRow("층", "Dense", "(None, 3)", 3),))
    text = printed(facts, _Stream("latin-1"))
    assert text.splitlines()[0] == r'Model: "\ubaa8\ub378"'
    assert text.splitlines()[1].startswith("+---")


def test_print_fn_gets_the_whole_text_once(printed):
    received: list[str] = []
    stream = _Stream()
    printed(CONVNET, stream, print_fn=received.append)
    assert received == [GUIDE]
    assert stream.text == ""
