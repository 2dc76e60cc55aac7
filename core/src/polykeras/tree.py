"""Nested structures of lists, tuples, named tuples, deques and dicts, through optree, under Keras' names.

``None`` is a leaf here unless `map_structure` is told otherwise, since an absent target or weight is a fact, not an
empty structure. Dict entries go in order of their sorted keys, those of an ``OrderedDict`` in its own order. Instances
of subclasses of list, tuple and dict are leaves, named tuples excepted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import optree

__all__ = [
    "MAP_TO_NONE",
    "assert_same_paths",
    "assert_same_structure",
    "flatten",
    "flatten_with_path",
    "flatten_with_spec",
    "is_nested",
    "lists_to_tuples",
    "map_shape_structure",
    "map_structure",
    "map_structure_up_to",
    "pack_sequence_as",
    "traverse",
    "unflatten",
]


class MAP_TO_NONE:  # noqa: N801 - Keras' name
    """What a function returns to `traverse` for a part that shall become ``None``: the class itself."""


def is_nested(structure: Any) -> bool:
    """Return whether `structure` is a list, tuple, dict or the like, empty or not, and no leaf.

    >>> is_nested([]), is_nested(None), is_nested("text")
    (True, False, False)
    """
    return not optree.tree_is_leaf(structure, none_is_leaf=True)


def flatten(structure: Any) -> list[Any]:
    """Return the leaves of `structure`.

    >>> flatten({"b": 1, "a": [2, (None,)]})
    [2, None, 1]
    """
    return optree.tree_leaves(structure, none_is_leaf=True)


def flatten_with_path(structure: Any) -> list[tuple[tuple[Any, ...], Any]]:
    """Return the leaves of `structure`, each after its path: the keys and positions that lead to it.

    >>> flatten_with_path({"a": [5, 6]})
    [(('a', 0), 5), (('a', 1), 6)]
    """
    paths, leaves, _ = optree.tree_flatten_with_path(structure, none_is_leaf=True)
    return list(zip(paths, leaves, strict=True))


def flatten_with_spec(structure: Any) -> tuple[list[Any], Any]:
    """Return the leaves and what `unflatten` needs."""
    return optree.tree_flatten(structure, none_is_leaf=True)


def unflatten(spec: Any, leaves: Iterable[Any]) -> Any:
    """Return the structure that `flatten_with_spec` took apart, with other leaves."""
    return optree.tree_unflatten(spec, leaves)


def pack_sequence_as(structure: Any, flat_sequence: Iterable[Any]) -> Any:
    """Return a structure like `structure` whose leaves are those of `flat_sequence`.

    Args:
        structure: Structure; its own leaves do not matter.
        flat_sequence: As many leaves, in the order of `flatten`.

    Raises:
        TypeError: If `flat_sequence` is no sequence.
        ValueError: If it has more or fewer elements than `structure` has leaves.

    >>> pack_sequence_as({"b": 0, "a": [0, 0]}, [1, 2, 3])
    {'b': 3, 'a': [1, 2]}
    """
    spec = optree.tree_structure(structure, none_is_leaf=True)
    leaves = list(flat_sequence) if isinstance(flat_sequence, Iterable) else None
    if leaves is not None and len(leaves) == spec.num_leaves:
        return unflatten(spec, leaves)
    received = repr(flat_sequence) if leaves is None else f"{len(leaves)} leaves"
    raise (TypeError if leaves is None else ValueError)(
        "This sequence cannot be packed as the structure.\n"
        f"Received: {received} for {structure!r}.\n"
        f"Allowed: a sequence of {spec.num_leaves} leaves.\n"
        "Count the structure's leaves with `len(tree.flatten(structure))`."
    )


def map_structure(func: Callable[..., Any], *structures: Any, none_is_leaf: bool = True) -> Any:
    """Return the first structure with `func` applied to each leaf, beside the same leaves of the others.

    Args:
        func: Takes one leaf of each structure.
        structures: At least one; all of the same structure.
        none_is_leaf: Whether `func` gets ``None`` too; otherwise it stays as it is, and must be ``None`` in all.

    Raises:
        ValueError: If there is no structure, or they differ.

    >>> map_structure(lambda x, y: x + y, [1, (2,)], [10, (20,)])
    [11, (22,)]
    """
    _check(func, structures)
    for other in structures[1:]:
        _match(structures[0], other, none_is_leaf=none_is_leaf)
    return optree.tree_map(func, *structures, none_is_leaf=none_is_leaf)


def map_structure_up_to(shallow_structure: Any, func: Callable[..., Any], *structures: Any) -> Any:
    """Return `shallow_structure` with `func` of what the structures have at the place of each of its leaves.

    Args:
        shallow_structure: Says how deep to go.
        func: Takes a part of each structure.
        structures: At least one; each is like `shallow_structure` down to its leaves, with anything below.

    Raises:
        ValueError: If there is no structure, or one differs.

    >>> map_structure_up_to([0, 0], len, [[1, 2], [3]])
    [2, 1]
    """
    _check(func, structures)
    spec = optree.tree_structure(shallow_structure, none_is_leaf=True)
    parts = [_flatten_up_to(spec, structure, shallow_structure) for structure in structures]
    return unflatten(spec, [func(*beside) for beside in zip(*parts, strict=True)])


def assert_same_structure(a: Any, b: Any, check_types: bool | None = None) -> None:
    """Refuse two structures that differ in more than their leaves; dicts of all kinds are alike.

    Args:
        a: Structure.
        b: Structure.
        check_types: Accepted for Keras' sake, where it does nothing either.

    Raises:
        ValueError: If they differ.
    """
    del check_types
    _match(a, b, none_is_leaf=True)


def assert_same_paths(a: Any, b: Any) -> None:
    """Refuse two structures whose leaves have other paths; a list may stand for a tuple.

    Raises:
        ValueError: If they differ.
    """
    ours, theirs = ({path for path, _ in flatten_with_path(structure)} for structure in (a, b))
    if ours == theirs:
        return
    raise ValueError(
        "`a` and `b` don't have the same paths.\n"
        f"Received: paths in `a` missing in `b`: {sorted(ours - theirs, key=repr)}; "
        f"paths in `b` missing in `a`: {sorted(theirs - ours, key=repr)}.\n"
        "Allowed: leaves at the same keys and positions in both.\nAdd what is missing, or remove it from the other."
    )


def traverse(func: Callable[[Any], Any], structure: Any, top_down: bool = True) -> Any:
    """Return `structure` with each part replaced by what `func` gives for it, leaves and nested parts alike.

    Args:
        func: Takes a part; gives what replaces it, ``None`` to keep it, `MAP_TO_NONE` to make it ``None``.
        structure: Structure.
        top_down: Whether a part is seen before those in it, which then go with it if it is replaced; otherwise after.

    >>> traverse(lambda part: tuple(part) if isinstance(part, list) else None, [1, [2]], top_down=False)
    (1, (2,))
    """
    _check(func, (structure,))
    if top_down:
        replaced = func(structure)
        return _inside(func, structure, top_down=True) if replaced is None else _kept(replaced)
    rebuilt = _inside(func, structure, top_down=False)
    replaced = func(rebuilt)
    return rebuilt if replaced is None else _kept(replaced)


def lists_to_tuples(structure: Any) -> Any:
    """Return `structure` with tuples in place of lists.

    >>> lists_to_tuples([1, {"a": [2]}])
    (1, {'a': (2,)})
    """
    return traverse(lambda part: tuple(part) if isinstance(part, list) else None, structure, top_down=False)


def map_shape_structure(func: Callable[[Any], Any], structure: Any) -> Any:
    """Return `structure` with `func` applied to each shape in it.

    Args:
        func: Takes a shape.
        structure: Structure of shapes. A list or tuple of sizes, integers or ``None``, is a shape, also an empty one.

    >>> map_shape_structure(len, {"a": (None, 3), "b": [1, 2, 3]})
    {'a': 2, 'b': 3}
    """
    _check(func, (structure,))
    return optree.tree_map(func, structure, is_leaf=_is_shape, none_is_leaf=True)


def _is_shape(part: Any) -> bool:
    return isinstance(part, (list, tuple)) and all(size is None or isinstance(size, int) for size in part)


def _inside(func: Callable[[Any], Any], structure: Any, *, top_down: bool) -> Any:
    """Return `structure` with what is in it traversed, and itself not."""
    if not is_nested(structure):
        return structure
    level = optree.tree_flatten_one_level(structure, none_is_leaf=True)
    return level.unflatten_func(level.metadata, [traverse(func, part, top_down) for part in level.children])


def _kept(replaced: Any) -> Any:
    return None if replaced is MAP_TO_NONE else replaced


def _match(a: Any, b: Any, *, none_is_leaf: bool) -> None:
    spec = optree.tree_structure(a, none_is_leaf=none_is_leaf)
    for part in _flatten_up_to(spec, b, a):
        if not optree.tree_is_leaf(part, none_is_leaf=none_is_leaf):
            raise ValueError(_difference(a, b, f"{part!r} is where the first has a leaf"))


def _flatten_up_to(spec: Any, structure: Any, like: Any) -> list[Any]:
    try:
        parts: list[Any] = spec.flatten_up_to(structure)
    except ValueError as error:
        raise ValueError(_difference(like, structure, str(error).rstrip("."))) from error
    return parts


def _difference(a: Any, b: Any, reason: str) -> str:
    return (
        "Structures don't have the same nested structure.\n"
        f"Received: {a!r} and {b!r}: {reason}.\n"
        "Allowed: lists, tuples and dicts nested alike, of the same lengths and with the same keys.\n"
        "Compare them with `tree.flatten_with_path`, and make them alike."
    )


def _check(func: Any, structures: tuple[Any, ...]) -> None:
    if callable(func) and structures:
        return
    received = "no structure" if callable(func) else repr(func)
    raise (ValueError if callable(func) else TypeError)(
        f"Must provide a function and at least one structure.\nReceived: {received}.\n"
        "Allowed: a function of leaves, then structures.\nPass the function first and a structure after it."
    )
