"""A picture of a model as SVG, drawn without any other program or font file.

Promises well-formed XML that loads and runs nothing: shapes and text only.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from polykeras.utils.drawing.contents import Box, Contents, Group, Row
from polykeras.utils.drawing.layout import TITLE, Rect, laid_out
from polykeras.utils.drawing.palette import ARROW, BORDERS, FRAME, HEADERS, INK, LINE, SOFT, SUBTITLES, TRAINABLE
from polykeras.utils.drawing.placement import Point, Size
from polykeras.utils.drawing.text import escaped, shortened, text_width

MARGIN = 16.0
_HEADER = 28.0
_ROW = 19.0
_ROWS_PADDING = 5.0
_SIDE = 12.0
_GAP = 14.0
_TITLE_SIZE = 13.0
_TEXT_SIZE = 11.0
_FONT = "Inter, 'Helvetica Neue', Helvetica, Arial, 'Liberation Sans', sans-serif"

_MARKER = (
    '<defs><marker id="arrow" viewBox="0 0 8 8" refX="7.5" refY="4" markerWidth="8" markerHeight="8" '
    f'orient="auto"><path d="M0 0.5 L8 4 L0 7.5 Z" fill="{ARROW}"/></marker></defs>'
)
_STRAIGHT = frozenset({"line", "polyline", "false", "none"})


def svg_of(contents: Contents, *, rankdir: str = "TB", splines: object = "ortho") -> str:
    """Return the picture as an SVG document.

    Args:
        contents: What to show.
        rankdir: Where arrows lead: ``"TB"`` downward, ``"LR"`` to the right; ``"BT"`` and ``"RL"`` the other way.
        splines: ``"line"``, ``"polyline"`` or ``False`` for straight arrows; anything else for curves.
    """
    sideways = rankdir in {"LR", "RL"}
    sizes = dict(_sizes(contents.members))
    layout = laid_out(contents, sizes, sideways=sideways)
    turn = _Turn(layout.size, sideways=sideways, active=rankdir in {"BT", "RL"})
    straight = str(splines).lower() in _STRAIGHT
    width, height = layout.size.width + 2 * MARGIN, layout.size.height + 2 * MARGIN
    box = f"{-MARGIN:.0f} {-MARGIN:.0f} {width:.1f} {height:.1f}"
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" viewBox="{box}" '
        f'role="img" font-family="{_FONT}" font-size="{_TEXT_SIZE:g}">'
    )
    parts = [head, f"<title>{escaped(contents.name)}</title>", _MARKER]
    parts.append(f'<rect {_where(Rect(-MARGIN, -MARGIN, width, height))} fill="#ffffff"/>')
    parts += [_frame(turn.rect(rect)) for rect in layout.frames.values()]
    parts += [_arrow([turn.point(p) for p in route], sideways=sideways, straight=straight) for route in layout.routes]
    groups = dict(_groups(contents.members))
    parts += [_frame_title(groups[key], turn.rect(rect)) for key, rect in layout.frames.items()]
    boxes = dict(_boxes(contents.members))
    parts += [_drawn(boxes[key], turn.rect(rect)) for key, rect in layout.boxes.items()]
    return "\n".join([*parts, "</svg>", ""])


class _Turn:
    """Mirrors a layout for the directions that lead up or left."""

    def __init__(self, size: Size, *, sideways: bool, active: bool) -> None:
        self._width = size.width if active and sideways else None
        self._height = size.height if active and not sideways else None

    def point(self, point: Point) -> Point:
        x = point.x if self._width is None else self._width - point.x
        return Point(x, point.y if self._height is None else self._height - point.y)

    def rect(self, rect: Rect) -> Rect:
        corner = self.point(Point(rect.x, rect.y))
        return Rect(
            corner.x - (0.0 if self._width is None else rect.width),
            corner.y - (0.0 if self._height is None else rect.height),
            rect.width,
            rect.height,
        )


def _boxes(members: Sequence[Box | Group]) -> Iterator[tuple[str, Box]]:
    for member in members:
        if isinstance(member, Box):
            yield member.key, member
        else:
            yield from _boxes(member.members)


def _groups(members: Sequence[Box | Group]) -> Iterator[tuple[str, Group]]:
    for member in members:
        if isinstance(member, Group):
            yield member.key, member
            yield from _groups(member.members)


def _sizes(members: Sequence[Box | Group]) -> Iterator[tuple[str, Size]]:
    for key, group in _groups(members):
        yield key, Size(_title_width(group) + 2 * _SIDE, TITLE)
    for key, box in _boxes(members):
        labels, values = _columns(box.rows)
        rows = labels + _GAP + values if box.rows else 0.0
        width = max(_title_width(box), rows) + 2 * _SIDE
        height = _HEADER + (len(box.rows) * _ROW + 2 * _ROWS_PADDING if box.rows else 0.0)
        yield key, Size(round(max(width, 84.0)), height)


def _title_width(item: Box | Group) -> float:
    title = text_width(shortened(item.title), _TITLE_SIZE, bold=True)
    return title + (_GAP + text_width(shortened(item.subtitle), _TEXT_SIZE) if item.subtitle else 0.0)


def _columns(rows: Sequence[Row]) -> tuple[float, float]:
    labels = max((text_width(row.label, _TEXT_SIZE) for row in rows), default=0.0)
    return labels, max((text_width(shortened(row.value), _TEXT_SIZE) for row in rows), default=0.0)


def _title(item: Box | Group, x: float, y: float, colour: str, anchor: str = "start") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{_TITLE_SIZE:g}" font-weight="600" fill="{colour}" '
        f'text-anchor="{anchor}">{escaped(shortened(item.title))}</text>'
    )


def _subtitle(item: Box | Group, x: float, y: float, colour: str, anchor: str = "start") -> str:
    if not item.subtitle:
        return ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}" text-anchor="{anchor}">'
        f"{escaped(shortened(item.subtitle))}</text>"
    )


def _frame(rect: Rect) -> str:
    return f'<rect {_where(rect)} rx="10" fill="{FRAME}" stroke="{LINE}" stroke-dasharray="5 4"/>'


def _frame_title(group: Group, rect: Rect) -> str:
    # Arrows come in at the top too; they pass behind the title.
    ground = Rect(rect.x + _SIDE - 4, rect.y + 4, _title_width(group) + 8, TITLE - 6)
    return (
        f'<g><title>{escaped(_tooltip(group))}</title><rect {_where(ground)} rx="4" fill="{FRAME}"/>'
        f"{_title(group, rect.x + _SIDE, rect.y + 18, INK)}"
        f"{_subtitle(group, rect.x + _SIDE + _title_width(group), rect.y + 18, SOFT, 'end')}</g>"
    )


def _drawn(box: Box, rect: Rect) -> str:
    """Return a card: a coloured header with the title, and the rows below."""
    fill, ink = HEADERS[box.kind]
    x, y, width, _ = rect
    lines = [f"<g><title>{escaped(_tooltip(box))}</title>"]
    lines.append(f'<rect {_where(rect)} rx="6" fill="#ffffff"/>')
    if box.rows:
        lines.append(
            f'<path d="M{x:.1f} {y + _HEADER:.1f} v{6 - _HEADER:g} q0 -6 6 -6 h{width - 12:.1f} q6 0 6 6 '
            f'v{_HEADER - 6:g} z" fill="{fill}"/>'
        )
    else:
        lines.append(f'<rect {_where(rect)} rx="6" fill="{fill}"/>')
    lines.append(f'<rect {_where(rect)} rx="6" fill="none" stroke="{BORDERS[box.kind]}"/>')
    if box.subtitle:
        # Left and right, so that a viewer with a wider face does not run them into one another.
        lines.append(_title(box, x + _SIDE, y + 18.5, ink))
        lines.append(_subtitle(box, x + width - _SIDE, y + 18.5, SUBTITLES[box.kind], "end"))
    else:
        lines.append(_title(box, x + width / 2, y + 18.5, ink, "middle"))
    labels, _ = _columns(box.rows)
    for index, row in enumerate(box.rows):
        line = y + _HEADER + _ROWS_PADDING + index * _ROW + 13
        lines.append(f'<text x="{x + _SIDE:.1f}" y="{line:.1f}" fill="{SOFT}">{escaped(row.label)}</text>')
        ink = _value_colour(box, row)
        lines.append(
            f'<text x="{x + _SIDE + labels + _GAP:.1f}" y="{line:.1f}" fill="{ink}">'
            f"{escaped(shortened(row.value))}</text>"
        )
    return "".join([*lines, "</g>"])


def _value_colour(box: Box, row: Row) -> str:
    return TRAINABLE[box.trainable] if row.label == "Trainable" and box.trainable is not None else INK


def _tooltip(item: Box | Group) -> str:
    title = f"{item.title} ({item.subtitle})" if item.subtitle else item.title
    rows = item.rows if isinstance(item, Box) else ()
    return "; ".join([title, *(f"{row.label}: {row.value}" for row in rows)])


def _where(rect: Rect) -> str:
    return f'x="{rect.x:.1f}" y="{rect.y:.1f}" width="{rect.width:.1f}" height="{rect.height:.1f}"'


def _arrow(route: Sequence[Point], *, sideways: bool, straight: bool) -> str:
    """Return a line through `route`; curved, it leaves and meets every row at a right angle."""
    x, y = route[0]
    path = [f"M{x:.1f} {y:.1f}"]
    for x_next, y_next in route[1:]:
        if straight or (abs(x_next - x) < 0.5 and not sideways) or (abs(y_next - y) < 0.5 and sideways):
            path.append(f"L{x_next:.1f} {y_next:.1f}")
        elif sideways:
            half = (x + x_next) / 2
            path.append(f"C{half:.1f} {y:.1f} {half:.1f} {y_next:.1f} {x_next:.1f} {y_next:.1f}")
        else:
            half = (y + y_next) / 2
            path.append(f"C{x:.1f} {half:.1f} {x_next:.1f} {half:.1f} {x_next:.1f} {y_next:.1f}")
        x, y = x_next, y_next
    return (
        f'<path d="{" ".join(path)}" fill="none" stroke="{ARROW}" stroke-width="1.4" stroke-linejoin="round" '
        'marker-end="url(#arrow)"/>'
    )
