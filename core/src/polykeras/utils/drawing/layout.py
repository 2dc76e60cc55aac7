"""Places for boxes, frames and arrows of a picture.

A model inside the model is laid out by itself and then stands as one item among the others. Arrows that cross its
frame do so at ports, which have the first and the last row inside for themselves.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from polykeras.utils.drawing.contents import Box, Contents, Group
from polykeras.utils.drawing.placement import Placed, Point, Size, Spacing, placed
from polykeras.utils.drawing.ranks import Link, Ranked, ranked

DOWN = Spacing(beside=28.0, between=34.0)
SIDEWAYS = Spacing(beside=20.0, between=44.0)
PADDING = 14.0
TITLE = 26.0


class Rect(NamedTuple):
    """A place and a size."""

    x: float
    y: float
    width: float
    height: float


class Layout(NamedTuple):
    """Where everything is.

    Attributes:
        boxes: Place of each box, by key.
        frames: Place of each group, by key, outer ones first.
        routes: The points that each arrow passes, in pairs that are joined straight or by a curve.
        size: Of the whole.
    """

    boxes: dict[str, Rect]
    frames: dict[str, Rect]
    routes: list[list[Point]]
    size: Size


class _Level(NamedTuple):
    """One model, laid out by itself."""

    home: dict[str, str]
    ranked: Ranked
    placed: Placed
    sizes: dict[str, Size]
    inner: dict[str, _Level]


def laid_out(contents: Contents, sizes: Mapping[str, Size], *, sideways: bool = False) -> Layout:
    """Return where boxes of these `sizes` go, and frames of at least them, from the top or from the left.

    Args:
        contents: What is shown.
        sizes: By key: of a box its size, of a group the room that its title needs.
        sideways: Whether rows become columns.
    """
    return _Layouter(contents.arrows, sizes, sideways=sideways).run(contents.members)


class _Layouter:
    """Works downward throughout; what goes sideways has its axes exchanged on the way in and out."""

    def __init__(self, arrows: Sequence[Link], sizes: Mapping[str, Size], *, sideways: bool) -> None:
        self._arrows = arrows
        self._sideways = sideways
        self._spacing = SIDEWAYS if sideways else DOWN
        self._sizes = {key: Size(*size[::-1]) if sideways else size for key, size in sizes.items()}
        # Around the inside of a frame, with room for the title at its real top.
        self._before = Point(TITLE, PADDING) if sideways else Point(PADDING, TITLE)
        self._around = Size(self._before.x + PADDING, self._before.y + PADDING)
        self._boxes: dict[str, Rect] = {}
        self._frames: dict[str, Rect] = {}

    def run(self, members: Sequence[Box | Group]) -> Layout:
        level = self._level(members, outermost=True)
        self._settle(level, Point(0.0, 0.0))
        routes = [route for arrow in self._arrows if (route := self._route(level, arrow, Point(0.0, 0.0)))]
        if not self._sideways:
            return Layout(self._boxes, self._frames, routes, level.placed.size)
        return Layout(
            {key: _exchanged(rect) for key, rect in self._boxes.items()},
            {key: _exchanged(rect) for key, rect in self._frames.items()},
            [[Point(*point[::-1]) for point in route] for route in routes],
            Size(*level.placed.size[::-1]),
        )

    def _level(self, members: Sequence[Box | Group], *, outermost: bool) -> _Level:
        inner = {
            group.key: self._level(group.members, outermost=False) for group in members if isinstance(group, Group)
        }
        home = {box: member.key for member in members for box in _boxes_in(member)}
        sizes = {member.key: self._size(member, inner) for member in members}
        links: list[Link] = []
        first: dict[str, None] = {}
        last: dict[str, None] = {}
        for start, end in self._arrows:
            if start in home and end in home:
                links.append((home[start], home[end]))
            elif end in home and not outermost:
                first[_port_in(end)] = None
                links.append((_port_in(end), home[end]))
            elif start in home and not outermost:
                last[_port_out(start)] = None
                links.append((home[start], _port_out(start)))
        items = [*first, *(member.key for member in members), *last]
        rows = ranked(items, links, tuple(first), tuple(last))
        offsets = self._offsets(home, inner)
        return _Level(home, rows, placed(rows, sizes, self._spacing, offsets), sizes, inner)

    def _size(self, member: Box | Group, inner: Mapping[str, _Level]) -> Size:
        own = self._sizes[member.key]
        if isinstance(member, Box):
            return own
        size = inner[member.key].placed.size
        return Size(max(size.width + self._around.width, own.width), max(size.height + self._around.height, own.height))

    def _offsets(self, home: Mapping[str, str], inner: Mapping[str, _Level]) -> dict[tuple[Link, str], float]:
        """Return how far from the middle of a group the arrows to and from it attach."""
        offsets: dict[tuple[Link, str], float] = {}
        for start, end in self._arrows:
            link = (home.get(start, _port_in(end)), home.get(end, _port_out(start)))
            for key, port in ((link[0], _port_out(start)), (link[1], _port_in(end))):
                if key in inner and port in inner[key].placed.centres:
                    offsets[link, key] = self._port_offset(inner[key], key, port)
        return offsets

    def _port_offset(self, level: _Level, key: str, port: str) -> float:
        width = max(level.placed.size.width + self._around.width, self._sizes[key].width)
        return level.placed.centres[port].x + self._before.x - width / 2

    def _settle(self, level: _Level, origin: Point) -> None:
        """Write down the places of boxes and frames, from `origin` on."""
        for key, size in level.sizes.items():
            corner = self._corner(level, key, origin)
            rect = Rect(*corner, *size)
            if key in level.inner:
                self._frames[key] = rect
                self._settle(level.inner[key], self._inside(corner))
            else:
                self._boxes[key] = rect

    def _inside(self, corner: Point) -> Point:
        return Point(corner.x + self._before.x, corner.y + self._before.y)

    def _corner(self, level: _Level, key: str, origin: Point) -> Point:
        centre, size = level.placed.centres[key], level.sizes[key]
        return Point(origin.x + centre.x - size.width / 2, origin.y + centre.y - size.height / 2)

    def _route(self, level: _Level, arrow: Link, origin: Point) -> list[Point]:
        """Return the points of an arrow inside `level`, which holds at least one of its ends."""
        start, end = arrow
        keys = (level.home.get(start, _port_in(end)), level.home.get(end, _port_out(start)))
        if keys[0] == keys[1]:
            if keys[0] in level.inner:
                return self._route(level.inner[keys[0]], arrow, self._inside(self._corner(level, keys[0], origin)))
            return _loop(self._boxes[start])
        chain = level.ranked.chains.get(keys)
        if chain is None:
            return []
        bands = level.placed.bands
        downward = bands[chain[0]][0] <= bands[chain[-1]][0]
        head = self._leaving(level, keys[0], arrow, origin, downward=downward)
        tail = self._arriving(level, keys[1], arrow, origin, downward=downward)
        middle = [
            Point(origin.x + level.placed.centres[key].x, origin.y + y)
            for key in chain[1:-1]
            for y in (bands[key] if downward else bands[key][::-1])
        ]
        return [*head, *middle, *tail]

    def _leaving(self, level: _Level, key: str, arrow: Link, origin: Point, *, downward: bool) -> list[Point]:
        if key in level.inner:
            return self._route(level.inner[key], arrow, self._inside(self._corner(level, key, origin)))
        return [self._edge(level, key, origin, lower=downward)]

    def _arriving(self, level: _Level, key: str, arrow: Link, origin: Point, *, downward: bool) -> list[Point]:
        if key in level.inner:
            return self._route(level.inner[key], arrow, self._inside(self._corner(level, key, origin)))
        return [self._edge(level, key, origin, lower=not downward)]

    def _edge(self, level: _Level, key: str, origin: Point, *, lower: bool) -> Point:
        centre = level.placed.centres[key]
        half = level.sizes[key].height / 2 if key in level.sizes else 0.0
        return Point(origin.x + centre.x, origin.y + centre.y + (half if lower else -half))


def _boxes_in(member: Box | Group) -> Iterator[str]:
    if isinstance(member, Box):
        yield member.key
    else:
        for inner in member.members:
            yield from _boxes_in(inner)


def _port_in(end: str) -> str:
    return f">{end}"


def _port_out(start: str) -> str:
    return f"{start}>"


def _loop(rect: Rect) -> list[Point]:
    """Return the way of an arrow from a box to itself: out at the bottom, round the right side, in at the top."""
    middle, right = rect.x + rect.width * 0.8, rect.x + rect.width + 10
    bottom, top = rect.y + rect.height, rect.y
    return [
        Point(middle, bottom), Point(middle, bottom + 8), Point(right, bottom + 8),
        Point(right, top - 8), Point(middle, top - 8), Point(middle, top),
    ]  # fmt: skip


def _exchanged(rect: Rect) -> Rect:
    return Rect(rect.y, rect.x, rect.height, rect.width)
