"""Rearrangements of axes, and how NumPy says each; `rearrange` takes sizes by name, so its table is its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from polykeras.conformance.case import Numbers

_X = Numbers("rearrange").real(4, 6, 2)


class Rearrangement(NamedTuple):
    """One call of `rearrange`, and NumPy's way to the same."""

    pattern: str
    sizes: dict[str, int]
    oracle: Callable[[np.ndarray], np.ndarray]
    x: np.ndarray = _X


REARRANGEMENTS = [
    Rearrangement("a b c -> c a b", {}, lambda x: x.transpose(2, 0, 1)),
    Rearrangement("a b c -> (b a) c", {}, lambda x: x.transpose(1, 0, 2).reshape(24, 2)),
    Rearrangement(
        "(h p) (w q) c -> h w (p q c)",
        {"p": 2, "q": 3},
        lambda x: x.reshape(2, 2, 2, 3, 2).transpose(0, 2, 1, 3, 4).reshape(2, 2, 12),
    ),
    Rearrangement("... c -> c ...", {}, lambda x: np.moveaxis(x, -1, 0)),
    Rearrangement("a ... c -> c (a ...)", {"c": 2}, lambda x: np.moveaxis(x, -1, 0).reshape(2, 24)),
    Rearrangement("a b ... -> a 1 b () (...)", {}, lambda x: x.reshape(4, 1, 6, 1, 2)),
    Rearrangement("1 a () -> a", {}, lambda x: x[0, :, 0], _X[:1, :, :1]),
    Rearrangement("a b c -> (a b c)", {}, np.ravel, np.zeros((0, 3, 2), "float32")),
    Rearrangement("... -> (...)", {}, np.ravel, np.ones((), "float32")),
    Rearrangement("row column -> column row", {}, np.transpose, _X[0] > 0),
]
REFUSED: dict[str, tuple[str, tuple[int, ...], dict[str, int]]] = {
    "no arrow": ("a b", (2, 3), {}),
    "two arrows": ("a -> a -> a", (2,), {}),
    "one side only": ("a b -> a", (2, 3), {}),
    "twice": ("a a -> a", (2, 2), {}),
    "too few axes": ("a b -> b a", (2,), {}),
    "too many axes": ("a b -> b a", (2, 3, 4), {}),
    "too few for dots": ("a b ... -> b a ...", (2,), {}),
    "parentheses": ("(a b -> a b", (6,), {"a": 2}),
    "two deep": ("((a b) c) -> a b c", (6,), {"a": 2, "b": 1}),
    "dots in parentheses": ("(a ...) -> a ...", (6,), {"a": 2}),
    "not divisible": ("(a b) -> a b", (7,), {"a": 2}),
    "other size": ("a b -> b a", (2, 3), {"b": 4}),
    "not of size 1": ("1 a -> a", (2, 3), {}),
    "two unknown": ("(a b c) -> a b c", (6,), {"a": 2}),
    "no such name": ("a b -> b a", (2, 3), {"c": 2}),
    "zero": ("(a b) -> a b", (0,), {"a": 0}),
    "negative": ("(a b) -> a b", (6,), {"a": -2}),
    "strange": ("a, b -> a b", (2, 3), {}),
}
"""What `rearrange` refuses: pattern, shape, sizes by name."""
