"""The table that `Model.summary` shows.

Promises the same table on every output: in colour on a terminal, as HTML in a notebook, plain in a pipe or
for `print_fn`, and in ASCII where the output's encoding has no box characters. No digit of a number and no part
of a name is cut away: columns shrink and text wraps, however narrow the line.
Imports rich, so nothing that `import polykeras` loads may import this module.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from rich import box
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from polykeras.backend.switches import is_interactive_logging_enabled
from polykeras.models.summary_facts import (
    ParameterTotal,
    SummaryFacts,
    SummaryRow,
    summary_facts,
)
from polykeras.train.output_stream import encodable
from polykeras.train.progress import write_line

__all__ = ["SummaryFacts", "SummaryRow", "print_summary", "render_summary", "summary_facts"]

LINE_LENGTH = 76
"""Width of the table when nobody asks for one: it stands well in a terminal of 80 columns."""


class _Column(NamedTuple):
    title: str
    share: float
    numeric: bool = False
    centred: bool = False


_LAYER = _Column("Layer (type)", 0.45)
_SHAPE = _Column("Output Shape", 0.375)
_PARAMETERS = _Column("Param #", 0.175, numeric=True)
_CONNECTED = _Column("Connected to", 0.28)
_TRAINABLE = _Column("Trainable", 0.15, centred=True)


def render_summary(
    facts: SummaryFacts,
    *,
    line_length: int | None = None,
    positions: Sequence[float] | None = None,
    show_trainable: bool = False,
    console: Console | None = None,
) -> str:
    """Return the summary as plain text without colours, ending with a newline.

    Args:
        facts: What to show.
        line_length: Width of the table in characters; 76 by default.
        positions: Where each column ends: fractions of the line up to 1.0, or absolute character positions.
        show_trainable: Add a column that says which layers train.
        console: Whose width bounds the default width and whose encoding decides between box characters and
            ASCII; by default neither is restricted.

    Raises:
        ValueError: `positions` or `line_length` cannot be used.
    """
    ascii_only = console is not None and console.options.ascii_only
    if console is not None:
        line_length = min(console.width, line_length or _default_length(positions))
    table, width = _document(facts, line_length, positions, show_trainable, ascii_only=ascii_only)
    sink = Console(
        file=io.StringIO(),
        width=width,
        color_system=None,
        force_terminal=False,
        force_jupyter=False,
        legacy_windows=False,
    )
    with sink.capture() as captured:
        sink.print(table)
    return _stripped(captured.get())


def print_summary(
    model: Any,
    line_length: int | None = None,
    positions: Sequence[float] | None = None,
    print_fn: Callable[[str], object] | None = None,
    expand_nested: bool = False,
    show_trainable: bool = False,
    layer_range: Sequence[str] | None = None,
) -> None:
    """Show the summary of `model`; the body of `Model.summary`.

    Args:
        model: A model, as `summary_facts` takes it.
        line_length: Width of the table; a terminal's own width bounds it.
        positions: Where each column ends, as fractions or as absolute character positions.
        print_fn: Called once with the whole text instead of printing it.
        expand_nested: Also list the layers of nested models.
        show_trainable: Add a column that says which layers train.
        layer_range: First and last layer to list, by name or regular expression.
    """
    facts = summary_facts(model, expand_nested=expand_nested, layer_range=layer_range)
    if print_fn is None and not is_interactive_logging_enabled():
        print_fn = write_line
    if print_fn is not None:
        print_fn(render_summary(facts, line_length=line_length, positions=positions, show_trainable=show_trainable))
        return
    console = _standard_output()
    wanted = line_length or _default_length(positions)
    if console.is_terminal or line_length is None:
        wanted = min(wanted, console.width)
    ascii_only = console.options.ascii_only
    document, width = _document(facts, wanted, positions, show_trainable, ascii_only=ascii_only)
    if console.is_jupyter:
        console.print(document)
        return
    # Text that the stream's encoding cannot express must be replaced, not raise: so it is captured first.
    console.width = max(width, console.width)
    with console.capture() as captured:
        console.print(document)
    stream = console.file
    stream.write(encodable(_stripped(captured.get()), stream))
    stream.flush()


def _standard_output() -> Console:
    """A console on today's `sys.stdout`; a pipe is 80 wide unless COLUMNS says otherwise."""
    console = Console(file=sys.stdout, highlight=False)
    if console.is_terminal or console.is_jupyter or "COLUMNS" in os.environ:
        return console
    return Console(file=sys.stdout, highlight=False, width=80)


def _stripped(text: str) -> str:
    return "".join(f"{line.rstrip(' ')}\n" for line in text.splitlines())


def _document(
    facts: SummaryFacts,
    line_length: int | None,
    positions: Sequence[float] | None,
    show_trainable: bool,
    *,
    ascii_only: bool,
) -> tuple[RenderableType, int]:
    """The heading, the table and the totals, with the width they need."""
    columns = [_LAYER, _SHAPE, _PARAMETERS]
    columns += [_CONNECTED] if facts.connected else []
    columns += [_TRAINABLE] if show_trainable else []
    cells = [_cells(row, columns) for row in facts.rows]
    length = _checked_length(line_length or _default_length(positions), len(columns))
    widths, padding = _widths(columns, cells, length, positions)
    table = Table(
        box=box.ASCII_DOUBLE_HEAD if ascii_only else box.HEAVY_HEAD,
        show_lines=True,
        padding=(0, padding),
        header_style="bold",
    )
    for column, width in zip(columns, widths, strict=True):
        table.add_column(
            Text(column.title, overflow="fold"),
            width=width - 2 * padding,
            justify="right" if column.numeric else "center" if column.centred else "left",
            overflow="fold",
        )
    for row, texts in zip(facts.rows, cells, strict=True):
        room = widths[0] - 2 * padding
        first = _layer_cell(row, room, branch="+" if ascii_only else "└")
        table.add_row(first, *(_styled(c, t) for c, t in zip(columns[1:], texts[1:], strict=True)))
    heading = Text(f'Model: "{facts.name}"', style="bold", overflow="fold")
    return Group(heading, table, *_totals(facts)), sum(widths) + len(columns) + 1


def _cells(row: SummaryRow, columns: Sequence[_Column]) -> list[str]:
    trains = {None: "-", True: "Y", False: "N"}
    texts = {
        _LAYER: f"{row.name} ({row.class_name})",
        _SHAPE: row.output_shape,
        _PARAMETERS: "0 (unbuilt)" if row.parameters is None else f"{row.parameters:,}",
        _CONNECTED: ", ".join(row.connected_to) or "-",
        _TRAINABLE: trains[row.trainable],
    }
    return [texts[column] for column in columns]


def _layer_cell(row: SummaryRow, room: int, branch: str) -> RenderableType:
    label = Text(f"{row.name} (", overflow="fold")
    label.append(row.class_name, style="blue")
    label.append(")")
    if row.depth == 0:
        return label
    label = Text.assemble(f"{branch} ", label, overflow="fold")
    return Padding(label, (0, 0, 0, min(3 * row.depth, room // 4)))


def _styled(column: _Column, text: str) -> Text:
    return Text(text, style="green" if column.numeric else "", overflow="fold")


def _totals(facts: SummaryFacts) -> list[Text]:
    groups: list[tuple[str, ParameterTotal | None]] = [
        ("Total params", facts.total),
        ("Trainable params", facts.trainable),
        ("Non-trainable params", facts.non_trainable),
        ("Optimizer params", facts.optimizer),
    ]
    return [
        Text.assemble((f" {title}: ", "bold"), f"{group.elements:,} ({_readable(group.size_bytes)})")
        for title, group in groups
        if group is not None
    ]


def _readable(size_bytes: int) -> str:
    """Bytes in the largest unit that keeps them at 1 or more: ``1016.79 KB``."""
    size = float(size_bytes)
    for unit in ("B", "KB", "MB", "GB"):
        if size < 1024:
            return f"{size:.2f} {unit}"
        size /= 1024
    return f"{size:.2f} TB"


def _default_length(positions: Sequence[float] | None) -> int:
    return int(positions[-1]) if positions and positions[-1] > 1 else LINE_LENGTH


def _checked_length(line_length: int, columns: int) -> int:
    if line_length <= 0:
        raise ValueError(
            f"summary() cannot draw a table of this width.\nReceived: line_length={line_length!r}.\n"
            f"Allowed: a positive number of characters, or None for {LINE_LENGTH}.\n"
            "Leave `line_length` out, or pass more."
        )
    # One character and one border per column, and the last border, are the least a table can be.
    return max(line_length, 2 * columns + 1)


def _needs(columns: Sequence[_Column], cells: Sequence[Sequence[str]]) -> list[tuple[int, int]]:
    """What each column needs to read well, and the least it can do with, padding not counted."""
    needs = []
    for index, column in enumerate(columns):
        texts = [row[index] for row in cells]
        if column.numeric:
            # A number broken over two lines is read as two numbers.
            words = [word for text in texts for word in text.split()]
            needs.append((max(map(len, texts), default=1), max(map(len, words), default=1)))
        else:
            needs.append((5, 1) if column.centred else (8, 4))
    return needs


def _widths(
    columns: Sequence[_Column],
    cells: Sequence[Sequence[str]],
    length: int,
    positions: Sequence[float] | None,
) -> tuple[list[int], int]:
    """Widths of the columns, which with their borders add up to `length`, and the padding on either side of a cell."""
    needs = _needs(columns, cells)
    ends = _ends(columns, positions)
    # Padding is a luxury that narrow tables do without.
    padding = 1 if sum(good + 2 for good, _ in needs) + len(columns) + 1 <= length else 0
    borders = [0, *(round((length - 1) * end) for end in ends)]
    widths = [max(1, high - low - 1) for low, high in pairwise(borders)]
    for index, column in enumerate(columns):
        if column.numeric or column.centred:
            widths[index] = max(widths[index], max(needs[index][0], len(column.title)) + 2 * padding)
    excess = sum(widths) + len(columns) + 1 - length
    for floors in (
        [good + 2 * padding for good, _ in needs],
        [least + 2 * padding for _, least in needs],
        [1 + 2 * padding] * len(columns),
    ):
        excess = _take(widths, floors, excess)
    return widths, padding


def _take(widths: list[int], floors: Sequence[int], excess: int) -> int:
    """Narrow `widths` in place, the one with most to spare first; return what is still too much."""
    while excess > 0:
        spare, index = max((w - f, -i) for i, (w, f) in enumerate(zip(widths, floors, strict=True)))
        if spare <= 0:
            break
        widths[-index] -= 1
        excess -= 1
    return excess


def _ends(columns: Sequence[_Column], positions: Sequence[float] | None) -> list[float]:
    """Where each column ends, as a fraction of the line."""
    if positions is None:
        whole = sum(column.share for column in columns)
        return [sum(column.share for column in columns[: i + 1]) / whole for i in range(len(columns))]
    rising = all(low < high for low, high in zip((0, *positions), positions, strict=False))
    if len(positions) != len(columns) or not rising:
        titles = ", ".join(column.title for column in columns)
        raise ValueError(
            f"summary() cannot place the columns.\nReceived: positions={list(positions)!r}.\n"
            f"Allowed: {len(columns)} rising numbers, the ends of: {titles}; fractions of the line up to 1.0, or "
            "character positions.\nPass one number per column, or leave `positions` out."
        )
    return [position / positions[-1] for position in positions]
