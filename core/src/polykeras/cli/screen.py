"""What a command writes to its standard output: documents on a terminal, plain lines in a pipe, JSON.

On a terminal text wraps at its width and has colours where they are wanted. In a pipe or a file a line is a line,
however long, so that it can be searched. Characters that the output cannot encode are escaped, never an error.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Sequence
from typing import Any

from rich.console import Console, RenderableType

from polykeras.train.output_stream import cell_width, columns_of, encodable, output_kind, shows_colours


def terminal_columns() -> int | None:
    """Return the width of the terminal that the command writes to, or ``None`` when it writes to something else."""
    return columns_of(sys.stdout) if output_kind(sys.stdout) == "terminal" else None


def write_document(document: RenderableType) -> None:
    """Write a rich document to the terminal."""
    colours = shows_colours(output_kind(sys.stdout))
    console = Console(
        file=io.StringIO(),
        width=terminal_columns(),
        force_terminal=colours,
        no_color=not colours,
        markup=False,
        highlight=False,
        emoji=False,
    )
    with console.capture() as captured:
        console.print(document)
    write_text("\n".join(line.rstrip() for line in captured.get().splitlines()))


def write_text(text: str) -> None:
    """Write `text` and the end of a line."""
    sys.stdout.write(encodable(text, sys.stdout) + "\n")


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return `rows` as lines of aligned columns."""
    widths = [max(map(cell_width, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(map(_padded, row, widths)).rstrip() for row in rows]


def _padded(cell: str, width: int) -> str:
    return cell + " " * (width - cell_width(cell))


def write_json(facts: dict[str, Any]) -> None:
    """Write `facts` as JSON, in ASCII: whatever reads it, and in whatever encoding, reads the same."""
    sys.stdout.write(json.dumps(facts, indent=2) + "\n")
