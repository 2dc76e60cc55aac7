"""Layered drawings: rows, places and routes keep their promises for models and for random graphs."""

from __future__ import annotations

import random
from itertools import combinations, pairwise

import pytest

from polykeras.utils.drawing.contents import Box, Contents, Group, Show, contents_of
from polykeras.utils.drawing.layout import laid_out
from polykeras.utils.drawing.placement import Size
from polykeras.utils.drawing.ranks import ranked
from tests.core.utils.drawn_models import MODELS


def random_graph(seed):
    """Return keys and arrows; some arrows lead back."""
    draw = random.Random(seed)  # noqa: S311 - a graph, not a secret
    keys = [f"n{i}" for i in range(draw.randint(1, 25))]
    arrows = [tuple(draw.sample(keys, 2)) for _ in range(2 * len(keys))] if len(keys) > 1 else []
    forward = [tuple(sorted(arrow, key=keys.index)) for arrow in arrows]
    return keys, forward[: len(keys)] + arrows[: draw.randint(0, 2)]


def random_contents(seed):
    """Return boxes in groups in groups, with arrows between any of them."""
    draw = random.Random(seed)  # noqa: S311 - a graph, not a secret
    keys, arrows = random_graph(seed)
    members = [Box(key, key, "") for key in keys]
    for number in range(draw.randint(0, 3)):
        start = draw.randrange(len(members))
        inside = tuple(members[start : start + draw.randint(1, 6)])
        members[start : start + len(inside)] = [Group(f"g{number}", "group", "", inside)]
    return Contents("random", tuple(members), tuple(dict.fromkeys(arrows)))


@pytest.mark.parametrize("seed", range(40))
def test_rows(seed):
    keys, arrows = random_graph(seed)
    found = ranked(keys, arrows)
    row = {key: index for index, keys in enumerate(found.rows) for key in keys}
    assert sorted(key for key in row if "@" not in key) == sorted(keys)
    assert all(found.rows)
    assert all(row[below] == row[above] + 1 for above, below in found.links)
    assert set(found.chains) == {arrow for arrow in arrows if arrow[0] != arrow[1]}
    for (start, end), chain in found.chains.items():
        assert (chain[0], chain[-1]) == (start, end)
        assert {abs(row[one] - row[other]) for one, other in pairwise(chain)} == {1}


def test_only_arrows_that_close_a_cycle_lead_up():
    found = ranked(["a", "b", "c"], [("a", "b"), ("b", "c"), ("c", "a"), ("b", "b")])
    assert [[key for key in row if "@" not in key] for row in found.rows] == [["a"], ["b"], ["c"]]
    assert found.chains["c", "a"][0] == "c"


def test_rows_are_ordered_without_crossings_where_that_is_possible():
    arrows = [(f"a{i}", f"b{7 * i % 10}") for i in range(10)]
    found = ranked([f"a{i}" for i in range(10)] + [f"b{i}" for i in range(10)], arrows)
    below = dict(found.links)
    assert [below[key] for key in found.rows[0]] == found.rows[1]


def test_what_starts_nothing_stands_just_above_its_use():
    found = ranked(["a", "b", "c", "late"], [("a", "b"), ("b", "c"), ("late", "c")])
    assert "late" in found.rows[1]


def test_first_and_last_rows():
    found = ranked(["in", "a", "b", "out"], [("in", "b"), ("a", "b"), ("a", "out")], ("in",), ("out",))
    assert found.rows[0] == ["in"]
    assert found.rows[-1] == ["out"]


def keys_of(members):
    for member in members:
        yield member.key
        if isinstance(member, Group):
            yield from keys_of(member.members)


def overlap(one, other):
    return (
        one.x < other.x + other.width - 1e-6
        and other.x < one.x + one.width - 1e-6
        and one.y < other.y + other.height - 1e-6
        and other.y < one.y + one.height - 1e-6
    )


def on_border(point, rect):
    across = min(abs(point.x - rect.x), abs(point.x - rect.x - rect.width))
    along = min(abs(point.y - rect.y), abs(point.y - rect.y - rect.height))
    inside = rect.x - 1e-6 <= point.x <= rect.x + rect.width + 1e-6
    return min(across, along) < 1e-6 and inside and rect.y - 1e-6 <= point.y <= rect.y + rect.height + 1e-6


def check(contents, *, sideways):
    draw = random.Random(0)  # noqa: S311 - a graph, not a secret
    sizes = {key: Size(draw.randint(40, 200), draw.randint(20, 90)) for key in keys_of(contents.members)}
    layout = laid_out(contents, sizes, sideways=sideways)
    assert all(tuple(rect[2:]) == sizes[key] for key, rect in layout.boxes.items())
    assert not [pair for pair in combinations(layout.boxes.values(), 2) if overlap(*pair)]
    for rect in (*layout.boxes.values(), *layout.frames.values()):
        assert rect.x >= -1e-6
        assert rect.y >= -1e-6
        assert rect.x + rect.width <= layout.size.width + 1e-6
        assert rect.y + rect.height <= layout.size.height + 1e-6
    check_frames(contents.members, layout)
    assert len(layout.routes) == len(contents.arrows)
    for (start, end), route in zip(contents.arrows, layout.routes, strict=True):
        assert on_border(route[0], layout.boxes[start])
        assert on_border(route[-1], layout.boxes[end])


def check_frames(members, layout):
    for group in members:
        if isinstance(group, Group):
            frame = layout.frames[group.key]
            inside = set(keys_of(group.members))
            for key, rect in (layout.boxes | layout.frames).items():
                if key in inside:
                    assert frame.x < rect.x
                    assert frame.y < rect.y
                    assert rect.x + rect.width < frame.x + frame.width
                    assert rect.y + rect.height < frame.y + frame.height
                elif key in layout.boxes:
                    assert not overlap(rect, frame)
            check_frames(group.members, layout)


@pytest.mark.parametrize("sideways", [False, True])
@pytest.mark.parametrize("name", MODELS)
def test_models(name, sideways):
    check(contents_of(MODELS[name](), Show(nested=True)), sideways=sideways)


@pytest.mark.parametrize("sideways", [False, True])
@pytest.mark.parametrize("seed", range(40))
def test_random_contents(seed, sideways):
    check(random_contents(seed), sideways=sideways)


def test_chains_are_straight():
    keys = [f"n{i}" for i in range(6)]
    arrows = (*pairwise(keys), ("n0", "n5"))
    layout = laid_out(
        Contents("ladder", tuple(Box(key, key, "") for key in keys), arrows),
        {key: Size(80 + 20 * (index % 2), 30) for index, key in enumerate(keys)},
    )
    middles = {round(layout.boxes[key].x + layout.boxes[key].width / 2, 6) for key in keys[1:5]}
    assert len(middles) == 1
    bends = {round(point.x, 6) for point in layout.routes[-1][1:-1]}
    assert len(bends) == 1
