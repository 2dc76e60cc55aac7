"""Where each item of a layered drawing stands: coordinates for the rows that `ranks` made.

Promises that items of a row keep their order and distance, and that each stands as near to the middle of its
neighbours as that allows: for a row, the least sum of squared distances, found exactly by pooling neighbours that
would overlap (pool adjacent violators: R. E. Barlow et al., "Statistical inference under order restrictions", 1972).
Then chains, in which everything has one neighbour above and one below, are made straight where there is room.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from polykeras.utils.drawing.ranks import Link, Ranked

_SWEEPS = 48
# So many of the last sweeps look at both sides at once, which evens out what the others began.
_EVEN = 24
# Rows of bends only, as at the edge of a frame, need little room.
_BARE_GAP = 10.0
_ROUNDS = 4
# A bend pulls harder than a box, so that long arrows run straight.
_BEND_WEIGHT = 4.0
BEND_WIDTH = 10.0


class Size(NamedTuple):
    """Width and height."""

    width: float
    height: float


class Spacing(NamedTuple):
    """Least distances between items of a row, and between rows."""

    beside: float
    between: float


class Point(NamedTuple):
    """A place, from the upper left."""

    x: float
    y: float


class Placed(NamedTuple):
    """Centres by key, bends included, and the rows' upper and lower edges by key."""

    centres: dict[str, Point]
    bands: dict[str, tuple[float, float]]
    size: Size


def placed(
    ranked: Ranked, sizes: Mapping[str, Size], spacing: Spacing, offsets: Mapping[tuple[Link, str], float]
) -> Placed:
    """Return coordinates that start at 0.

    Args:
        ranked: Rows in order.
        sizes: Sizes of the items; what is absent is a bend.
        spacing: Distances to keep.
        offsets: By link and end, how far from the middle of that end the link attaches; 0 when absent.
    """
    xs = _columns(ranked, sizes, spacing, offsets)
    left = min((x - _width(key, sizes) / 2 for key, x in xs.items()), default=0.0)
    right = max((x + _width(key, sizes) / 2 for key, x in xs.items()), default=0.0)
    centres: dict[str, Point] = {}
    bands: dict[str, tuple[float, float]] = {}
    top = bottom = 0.0
    for row in ranked.rows:
        height = max((sizes[key].height for key in row if key in sizes), default=0.0)
        for key in row:
            centres[key] = Point(xs[key] - left, top + height / 2)
            bands[key] = (top, top + height)
        bottom = top + height
        top = bottom + (spacing.between if height else _BARE_GAP)
    return Placed(centres, bands, Size(right - left, bottom))


def _width(key: str, sizes: Mapping[str, Size]) -> float:
    return sizes[key].width if key in sizes else BEND_WIDTH


def _columns(
    ranked: Ranked, sizes: Mapping[str, Size], spacing: Spacing, offsets: Mapping[tuple[Link, str], float]
) -> dict[str, float]:
    pulls = _pulls(ranked.links, sizes, offsets)
    xs: dict[str, float] = {}
    for row in ranked.rows:
        xs.update(zip(row, _fitted([0.0] * len(row), [1.0] * len(row), _gaps(row, sizes, spacing)), strict=True))
    for sweep in range(_SWEEPS):
        # First towards one side at a time, which carries a chain along; then towards both.
        sides = ((0,), (1,))[sweep % 2] if sweep < _SWEEPS - _EVEN else (0, 1)
        for row in ranked.rows if sweep % 2 == 0 else reversed(ranked.rows):
            wanted, weights = [], []
            for key in row:
                total = weight = 0.0
                for side in sides:
                    for other, shift, force in pulls.get((key, side), ()):
                        total += (xs[other] + shift) * force
                        weight += force
                wanted.append(total / weight if weight else xs[key])
                weights.append(weight or 0.1)
            xs.update(zip(row, _fitted(wanted, weights, _gaps(row, sizes, spacing)), strict=True))
    _straighten(xs, ranked, sizes, spacing, offsets)
    return xs


def _straighten(
    xs: dict[str, float],
    ranked: Ranked,
    sizes: Mapping[str, Size],
    spacing: Spacing,
    offsets: Mapping[tuple[Link, str], float],
) -> None:
    """Put each chain on one line, in place, as far as the neighbours of its members let it."""
    before: dict[str, tuple[str, float]] = {}
    after: dict[str, tuple[str, float]] = {}
    for row in ranked.rows:
        for one, other, gap in zip(row, row[1:], _gaps(row, sizes, spacing), strict=False):
            after[one], before[other] = (other, gap), (one, gap)
    chains = _chains([link for link in ranked.links if not any((link, key) in offsets for key in link)], ranked, sizes)
    for _ in range(_ROUNDS):
        for chain in chains:
            low = max((xs[before[key][0]] + before[key][1] for key in chain if key in before), default=-math.inf)
            high = min((xs[after[key][0]] - after[key][1] for key in chain if key in after), default=math.inf)
            if low <= high:
                mean = sum(xs[key] for key in chain) / len(chain)
                xs.update(dict.fromkeys(chain, min(max(mean, low), high)))


def _chains(links: Sequence[Link], ranked: Ranked, sizes: Mapping[str, Size]) -> list[list[str]]:
    """Return the chains that `links` make, the longest first; only bends go on past a fork."""
    below = Counter(above for above, _ in ranked.links)
    above = Counter(below_ for _, below_ in ranked.links)
    following = {
        one: other
        for one, other in links
        if below[one] == 1 == above[other] or (one not in sizes and other not in sizes)
    }
    starts = following.keys() - following.values()
    chains = []
    for row in ranked.rows:
        for key in row:
            if key in starts:
                chain = [key]
                while chain[-1] in following:
                    chain.append(following[chain[-1]])
                chains.append(chain)
    return sorted(chains, key=len, reverse=True)


def _pulls(
    links: Sequence[Link], sizes: Mapping[str, Size], offsets: Mapping[tuple[Link, str], float]
) -> dict[tuple[str, int], list[tuple[str, float, float]]]:
    """Return, by key and side (0 from above, 1 from below): whom it is pulled to, how far beside, how hard."""
    pulls: dict[tuple[str, int], list[tuple[str, float, float]]] = {}
    for link in links:
        above, below = link
        shift = offsets.get((link, above), 0.0) - offsets.get((link, below), 0.0)
        force = _BEND_WEIGHT ** ((above not in sizes) + (below not in sizes))
        pulls.setdefault((below, 0), []).append((above, shift, force))
        pulls.setdefault((above, 1), []).append((below, -shift, force))
    return pulls


def _gaps(row: Sequence[str], sizes: Mapping[str, Size], spacing: Spacing) -> list[float]:
    """Return the least distance between the centres of neighbours."""
    return [(_width(one, sizes) + _width(other, sizes)) / 2 + spacing.beside for one, other in pairwise(row)]


def _fitted(wanted: Sequence[float], weights: Sequence[float], gaps: Sequence[float]) -> list[float]:
    """Return the positions nearest to `wanted`, by weighted squares, that keep at least `gaps` between them."""
    shifts = [0.0]
    for gap in gaps:
        shifts.append(shifts[-1] + gap)
    # Without the gaps the positions need only not fall: merge neighbours until they do not.
    pools: list[tuple[float, float, int]] = []
    for want, weight, shift in zip(wanted, weights, shifts, strict=False):
        mean, total, count = want - shift, weight, 1
        while pools and pools[-1][0] > mean:
            before, heavy, many = pools.pop()
            mean = (mean * total + before * heavy) / (total + heavy)
            total += heavy
            count += many
        pools.append((mean, total, count))
    flat = [mean for mean, _, count in pools for _ in range(count)]
    return [mean + shift for mean, shift in zip(flat, shifts, strict=False)]
