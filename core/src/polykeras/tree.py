"""Nested structures of lists, tuples, named tuples and dicts, through optree.

``None`` is a leaf here, since an absent target or weight is a fact, not an empty structure.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import optree


def leaves(structure: Any) -> list[Any]:
    """Return the leaves of `structure`, dict entries in order of their sorted keys."""
    return optree.tree_leaves(structure, none_is_leaf=True)


def map_leaves(function: Callable[..., Any], structure: Any, *rest: Any) -> Any:
    """Return `structure` with `function` applied to each leaf, beside those of `rest`."""
    return optree.tree_map(function, structure, *rest, none_is_leaf=True)


def flatten(structure: Any) -> tuple[list[Any], Any]:
    """Return the leaves and what `unflatten` needs."""
    return optree.tree_flatten(structure, none_is_leaf=True)


def unflatten(treedef: Any, flat: list[Any]) -> Any:
    """Return the structure that `flatten` took apart, with other leaves."""
    return optree.tree_unflatten(treedef, flat)


def is_nested(structure: Any) -> bool:
    """Return whether `structure` is a list, tuple or dict."""
    return isinstance(structure, (list, tuple, dict))
