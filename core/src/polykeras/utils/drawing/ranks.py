"""In which row each item of a layered drawing stands, and in which order within the row.

After K. Sugiyama, S. Tagawa and M. Toda, "Methods for visual understanding of hierarchical system structures", 1981:
arrows that close a cycle are turned round, rows follow the longest path, arrows over several rows get a bend in each
(one for all that come from the same item),
and rows are ordered by the barycentres of their neighbours, keeping the order with the fewest crossings.
Refuses coordinates: `placement` gives them.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

_SWEEPS = 12

Link = tuple[str, str]


class Ranked(NamedTuple):
    """Rows of items and bends.

    Attributes:
        rows: Keys row by row, each in order; bends have keys of their own.
        chains: Per arrow as it was given, the keys it passes from its start to its end.
        links: Every pair of neighbours in rows next to each other, from the upper to the lower.
    """

    rows: list[list[str]]
    chains: dict[Link, list[str]]
    links: list[Link]


def ranked(items: Sequence[str], arrows: Sequence[Link], first: Sequence[str] = (), last: Sequence[str] = ()) -> Ranked:
    """Return rows for `items`, given in the order they should stand in where nothing else decides.

    Args:
        items: Keys.
        arrows: Pairs of keys; those that lead from an item to itself are left out.
        first: Items that have the first row for themselves; no arrow may lead to them.
        last: Items that have the last row for themselves; no arrow may start from them.
    """
    known = set(items)
    arrows = [arrow for arrow in dict.fromkeys(arrows) if arrow[0] != arrow[1] and known.issuperset(arrow)]
    turned = _closing_cycles(items, arrows)
    downward = list(dict.fromkeys(arrow[::-1] if arrow in turned else arrow for arrow in arrows))
    rank = _longest_paths(items, downward)
    if first:
        rank = {item: 0 if item in first else row + 1 for item, row in rank.items()}
    lowest = max((row for item, row in rank.items() if item not in last), default=-1) + 1
    rank.update(dict.fromkeys(last, lowest))
    rows: list[list[str]] = [[] for _ in range(max(rank.values(), default=-1) + 1)]
    for item in items:
        rows[rank[item]].append(item)
    chains: dict[Link, list[str]] = {}
    placed: set[str] = set()
    for start, end in downward:
        # Arrows from one item share their bends: they run together and part where each has to.
        bends = [f"{start}@{row}" for row in range(rank[start] + 1, rank[end])]
        for row, bend in enumerate(bends, rank[start] + 1):
            if bend not in placed:
                placed.add(bend)
                rows[row].append(bend)
        chains[start, end] = [start, *bends, end]
    links = list(dict.fromkeys(link for chain in chains.values() for link in pairwise(chain)))
    rows = _ordered(rows, links)
    return Ranked(rows, {arrow: chains.get(arrow) or chains[arrow[::-1]][::-1] for arrow in arrows}, links)


def _neighbours(links: Sequence[Link], side: int) -> dict[str, list[str]]:
    """Return, by key, the other ends of the links that have it at `side`."""
    found: dict[str, list[str]] = {}
    for link in links:
        found.setdefault(link[side], []).append(link[1 - side])
    return found


def _closing_cycles(items: Sequence[str], arrows: Sequence[Link]) -> set[Link]:
    """Return the arrows that lead back to an item on the path by which a depth-first search came."""
    after = _neighbours(arrows, 0)
    on_path: set[str] = set()
    done: set[str] = set()
    closing: set[Link] = set()
    for root in items:
        stack = [(root, iter(after.get(root, ())))] if root not in done else []
        on_path.update(key for key, _ in stack)
        while stack:
            key, rest = stack[-1]
            follower = next(rest, None)
            if follower is None:
                stack.pop()
                on_path.discard(key)
                done.add(key)
            elif follower in on_path:
                closing.add((key, follower))
            elif follower not in done:
                on_path.add(follower)
                stack.append((follower, iter(after.get(follower, ()))))
    return closing


def _longest_paths(items: Sequence[str], arrows: Sequence[Link]) -> dict[str, int]:
    """Return the row of each item: below all it comes from; what comes from nothing stands just above its use."""
    before, after = _neighbours(arrows, 1), _neighbours(arrows, 0)
    rank: dict[str, int] = {}
    waiting = {item: len(before.get(item, ())) for item in items}
    ready = [item for item in items if not waiting[item]]
    for item in ready:  # grows while it is read
        rank[item] = max((rank[source] + 1 for source in before.get(item, ())), default=0)
        for follower in after.get(item, ()):
            waiting[follower] -= 1
            if not waiting[follower]:
                ready.append(follower)
    for item in items:
        if item in after and item not in before:
            rank[item] = min(rank[follower] for follower in after[item]) - 1
    return rank


def _ordered(rows: list[list[str]], links: Sequence[Link]) -> list[list[str]]:
    upper, lower = _neighbours(links, 1), _neighbours(links, 0)
    best, fewest = rows, _crossings(rows, lower)
    current = rows
    for sweep in range(_SWEEPS):
        if not fewest:
            break
        downward = sweep % 2 == 0
        current = _swept(current, upper if downward else lower, downward=downward)
        crossings = _crossings(current, lower)
        if crossings < fewest:
            best, fewest = current, crossings
    return best


def _swept(rows: list[list[str]], neighbours: Mapping[str, Sequence[str]], *, downward: bool) -> list[list[str]]:
    """Order each row by the mean position of its neighbours in the row passed before it."""
    result: list[list[str]] = []
    position: dict[str, int] = {}
    for row in rows if downward else reversed(rows):
        wanted = {}
        for index, key in enumerate(row):
            beside = [position[other] for other in neighbours.get(key, ())]
            wanted[key] = sum(beside) / len(beside) if beside else float(index)
        row = sorted(row, key=wanted.__getitem__)  # noqa: PLW2901 - stable: ties keep their order
        position.update((key, index) for index, key in enumerate(row))
        result.append(row)
    return result if downward else result[::-1]


def _crossings(rows: list[list[str]], lower: Mapping[str, Sequence[str]]) -> int:
    """Count the pairs of links that cross between neighbouring rows."""
    total = 0
    for above, below in pairwise(rows):
        position = {key: index for index, key in enumerate(below)}
        ends: list[int] = []
        for key in above:
            own = sorted(position[other] for other in lower.get(key, ()))
            total += sum(len(ends) - bisect_left(ends, end + 1) for end in own)
            for end in own:
                insort(ends, end)
    return total
