"""Graphviz, where it is installed: its program ``dot`` turns DOT into images.

Promises to pass the graph on standard input and to start the program without a shell. Nothing needs it but images
other than SVG.
"""

from __future__ import annotations

import re
import shutil
import subprocess

_SECONDS = 120


def find_program(program: str = "dot") -> str | None:
    """Return the path of a program of Graphviz, or ``None`` when it is not installed."""
    return shutil.which(program)


def rendered(source: str, image_format: str, program: str = "dot") -> bytes:
    """Return the image that Graphviz draws of `source`.

    Args:
        source: Graph in DOT.
        image_format: Such as ``"png"``, ``"pdf"`` or ``"svg"``.
        program: Which of its layout programs draws.

    Raises:
        FileNotFoundError: Graphviz is not installed.
        ValueError: It does not know the format, or cannot draw the graph.
    """
    path = find_program(program)
    if path is None:
        raise FileNotFoundError(
            f"This picture needs Graphviz, whose program {program!r} was not found.\n"
            f"Received: the format {image_format!r}.\nAllowed without Graphviz: 'svg' and 'dot'.\n"
            "Install Graphviz, for example with your system's package manager, or ask for an SVG."
        )
    if not re.fullmatch(r"[a-z][a-z0-9_:]*", image_format):
        raise _failed(image_format, "that is no name of a format")
    done = subprocess.run(  # noqa: S603 - a program found by name, no shell, input on a pipe
        [path, f"-T{image_format}"], input=source.encode(), capture_output=True, check=False, timeout=_SECONDS
    )
    if done.returncode or not done.stdout:
        raise _failed(image_format, done.stderr.decode(errors="replace").strip() or "it wrote nothing")
    return done.stdout


def _failed(image_format: str, reason: str) -> ValueError:
    return ValueError(
        f"Graphviz could not draw the picture: {reason}\nReceived: the format {image_format!r}.\n"
        "Allowed: formats that `dot -T?` lists.\nChoose another format; 'svg' needs no Graphviz."
    )
