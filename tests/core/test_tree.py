"""`polykeras.tree` against what Keras documents of `keras.tree`; facts recorded by calling Keras 3.15.1."""

from __future__ import annotations

from collections import OrderedDict, defaultdict, deque, namedtuple
from types import MappingProxyType

import numpy as np
import pytest

from polykeras import tree

Point = namedtuple("Point", "x y")  # noqa: PYI024 - untyped on purpose
NESTED = {"b": 1, "a": [2, (3, None)]}
ORDERED = OrderedDict([("b", 1), ("a", 2)])
WITH_DEFAULT = defaultdict(list, {"b": 1, "a": 2})


class OwnList(list):
    """A list of a class of its own: a leaf."""


class OwnDict(dict):
    """A dict of a class of its own: a leaf."""


@pytest.mark.parametrize(
    ("structure", "paths", "leaves"),
    [
        (NESTED, [("a", 0), ("a", 1, 0), ("a", 1, 1), ("b",)], [2, 3, None, 1]),
        (ORDERED, [("b",), ("a",)], [1, 2]),
        (WITH_DEFAULT, [("a",), ("b",)], [2, 1]),
        ({3: 1, 1: 2}, [(1,), (3,)], [2, 1]),
        ({1: 2, "a": 3}, [(1,), ("a",)], [2, 3]),
        (Point(1, [2]), [(0,), (1, 0)], [1, 2]),
        (deque([1, 2]), [(0,), (1,)], [1, 2]),
        ([None, []], [(0,)], [None]),
        (None, [()], [None]),
        ("ab", [()], ["ab"]),
        (OwnList([1, 2]), [()], [OwnList([1, 2])]),
        (OwnDict(a=1), [()], [OwnDict(a=1)]),
        (MappingProxyType({"a": 1}), [()], [MappingProxyType({"a": 1})]),
        ([], [], []),
    ],
)
def test_leaves_and_paths(structure, paths, leaves):
    assert tree.flatten(structure) == leaves
    assert tree.flatten_with_path(structure) == list(zip(paths, leaves, strict=True))
    assert tree.is_nested(structure) == (paths != [()])
    packed = tree.pack_sequence_as(structure, leaves)
    assert packed == structure
    assert type(packed) is type(structure)
    assert tree.map_structure(lambda leaf: leaf, structure) == structure
    assert tree.traverse(lambda part: None, structure) == structure  # noqa: ARG005


@pytest.mark.parametrize("structure", [{"b": 1, "a": 2}, ORDERED, WITH_DEFAULT])
def test_dicts_keep_the_order_of_their_keys(structure):
    for rebuilt in (
        tree.map_structure(str, structure),
        tree.pack_sequence_as(structure, [0, 0]),
        tree.traverse(lambda part: part if isinstance(part, int) else None, structure),
    ):
        assert list(rebuilt) == ["b", "a"]
        assert type(rebuilt) is type(structure)


def pair(*leaves):
    return leaves


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (lambda: tree.map_structure(pair, [1, {"a": None}], [2, {"a": 3}]), [(1, 2), {"a": (None, 3)}]),
        (lambda: tree.map_structure(pair, {"b": 1, "a": 2}, ORDERED), {"b": (1, 1), "a": (2, 2)}),
        (lambda: tree.map_structure(pair, [1, None], none_is_leaf=False), [(1,), None]),
        (lambda: tree.map_structure_up_to([1, 1], pair, [[1, 2], (3,)], [5, 6]), [([1, 2], 5), ((3,), 6)]),
        (lambda: tree.map_structure_up_to(1, pair, [1, 2]), ([1, 2],)),
        (lambda: tree.lists_to_tuples([1, [2, {"a": [3]}], (4, [5])]), (1, (2, {"a": (3,)}), (4, (5,)))),
        (lambda: tree.lists_to_tuples(Point(1, [2])), Point(1, (2,))),
        (lambda: tree.lists_to_tuples(OwnList([1])), (1,)),
        (lambda: tree.traverse(lambda x: tuple(x) if isinstance(x, list) else None, [1, [2]]), (1, [2])),
        (lambda: tree.traverse(lambda x: tree.MAP_TO_NONE if x == 1 else None, [1, 2]), [None, 2]),
        (lambda: tree.traverse(lambda x: False if x == 1 else None, [1]), [False]),
        (lambda: tree.assert_same_structure(ORDERED, {"a": 1, "b": 2}), None),
        (lambda: tree.assert_same_structure([None], [1], check_types=True), None),
        (lambda: tree.assert_same_structure(5, 6), None),
        (lambda: tree.assert_same_paths([1, 2], (3, 4)), None),
        (lambda: tree.assert_same_paths({0: 1}, [1]), None),
        (lambda: tree.assert_same_paths(Point(1, 2), (1, 2)), None),
    ],
)
def test_answers(call, expected):
    assert call() == expected


@pytest.mark.parametrize("top_down", [True, False])
def test_traverse_sees_every_part_once(top_down):
    inner, seen = {"b": 3, "a": 4}, []
    tree.traverse(seen.append, [1, [2, inner]], top_down=top_down)
    down = [[1, [2, inner]], 1, [2, inner], 2, inner, 4, 3]
    up = [1, 2, 4, 3, inner, [2, inner], [1, [2, inner]]]
    assert seen == (down if top_down else up)


@pytest.mark.parametrize(
    ("structure", "expected"),
    [
        ([1, 2], "S"),
        ((), "S"),
        ([None], "S"),
        (None, "S"),
        (Point(1, 2), "S"),
        ([(1, 2), (None, 3)], ["S", "S"]),
        ([()], ["S"]),
        ({"a": None, "b": [None, 3]}, {"a": "S", "b": "S"}),
        (Point((1, 2), (3,)), Point("S", "S")),
    ],
)
def test_shapes_are_leaves(structure, expected):
    assert tree.map_shape_structure(lambda shape: "S", structure) == expected  # noqa: ARG005


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda: tree.map_structure(pair, [1, 2], (1, 2)), ValueError),
        (lambda: tree.map_structure(pair, [1, 2], [1, 2, 3]), ValueError),
        (lambda: tree.map_structure(pair, {"a": 1}, {"b": 1}), ValueError),
        (lambda: tree.map_structure(pair, [1, 2], [1, [2]]), ValueError),
        (lambda: tree.map_structure(pair, Point(1, 2), (1, 2)), ValueError),
        (lambda: tree.map_structure(pair, [1, None], [2, 5], none_is_leaf=False), ValueError),
        (lambda: tree.map_structure(pair), ValueError),
        (lambda: tree.map_structure(5, [1]), TypeError),
        (lambda: tree.traverse(5, [1]), TypeError),
        (lambda: tree.map_shape_structure(5, ()), TypeError),
        (lambda: tree.map_structure_up_to([1, [2]], pair, [1, 2]), ValueError),
        (lambda: tree.map_structure_up_to({"a": 1}, pair, {"a": 1, "b": 2}), ValueError),
        (lambda: tree.map_structure_up_to([1], pair), ValueError),
        (lambda: tree.assert_same_structure([1, 2], 3), ValueError),
        (lambda: tree.assert_same_structure(OwnList([1]), [1]), ValueError),
        (lambda: tree.assert_same_structure([[1]], [1]), ValueError),
        (lambda: tree.assert_same_paths([1, 2], [3]), ValueError),
        (lambda: tree.assert_same_paths(Point(1, 2), {"x": 1, "y": 2}), ValueError),
        (lambda: tree.pack_sequence_as([1, [2]], [1]), ValueError),
        (lambda: tree.pack_sequence_as([1, [2]], [1, 2, 3]), ValueError),
        (lambda: tree.pack_sequence_as(5, 6), TypeError),
    ],
)
def test_refusals_have_four_lines(call, error):
    with pytest.raises(error) as caught:
        call()
    lines = str(caught.value).splitlines()
    assert len(lines) == 4
    assert lines[1].startswith("Received: ")
    assert lines[2].startswith("Allowed: ")


def test_arrays_are_leaves():
    array = np.arange(3)
    assert tree.map_structure(lambda leaf: leaf, [array])[0] is array
