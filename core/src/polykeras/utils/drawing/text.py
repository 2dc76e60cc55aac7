"""Text in pictures: how wide it is about, how much of it is shown, and how it is written safely.

Promises that no text leaves its place: what is markup in XML or DOT is escaped, and characters that XML forbids are
replaced. Widths are those of a wide sans-serif face, so that text fits in whichever face a viewer has.
"""

from __future__ import annotations

import html
import re

from polykeras.train.output_stream import cell_width

LONGEST = 56
"""Characters shown of a name or value; a tooltip has the rest."""

_NARROW = frozenset("iljtfrI.,:;'|!()[]{}/\\ ")
_WIDE = frozenset("mwMW@%")
# Everything that XML 1.0 has no place for, lone surrogates among it.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def escaped(text: str) -> str:
    """Return `text` as XML character data or an attribute's value, on one line.

    >>> escaped('<a href="x">')
    '&lt;a href=&quot;x&quot;&gt;'
    """
    return html.escape(" ".join(_FORBIDDEN.sub("\ufffd", text).split("\n")).replace("\r", " "), quote=True)


def shortened(text: str, longest: int = LONGEST) -> str:
    """Return `text`, its middle left out if it is longer than `longest` characters.

    >>> shortened("abcdefgh", 5)
    'ab…gh'
    """
    if len(text) <= longest:
        return text
    head = (longest - 1) // 2
    return f"{text[:head]}…{text[len(text) - (longest - 1 - head) :]}"


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Return about how wide `text` is in a sans-serif face of `size`.

    >>> text_width("conv2d", 10) < text_width("Conv2D", 10) < text_width("Conv2D", 10, bold=True)
    True
    """
    ems = sum(_em(char) for char in text)
    return ems * size * (1.1 if bold else 1.0)


def _em(char: str) -> float:
    if char in _NARROW:
        return 0.36
    if char in _WIDE:
        return 0.98
    if not char.isascii():
        return 0.64 * cell_width(char)
    return 0.72 if char.isupper() else 0.625
