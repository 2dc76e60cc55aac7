"""Dim: exact arithmetic on unknown sizes, equality by structure, and refusals where a value would be needed."""

from __future__ import annotations

import copy
import math
import operator
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polykeras.ops.dims import Dim, agree, as_shape, known, product, unify
from polykeras.ops.rule_error import RuleError
from polykeras.plugins.errors import SymbolicTensorError

N, M, H, W = (Dim.fresh(name) for name in "nmhw")

IDENTITIES = {
    "product commutes": (H * W, W * H),
    "sum commutes": (H + W, W + H),
    "distributes": ((H + 1) * (W + 2), H * W + 2 * H + W + 2),
    "multiple divides out": ((2 * N) // 2, N),
    "difference vanishes": (N - N, 0),
    "constant remains": ((N + 3) - N, 3),
    "product divides out": ((H * W * 3) // (H * W), 3),
    "polynomial divides out": (((H + 1) * (W + 2) * 4) // (H + 1), 4 * W + 8),
    "square divides out": ((N * N + 2 * N + 1) // (N + 1), N + 1),
    "whole part leaves the fraction": ((3 * N + 5) // 2, N + 2 + (N + 1) // 2),
    "common factor": ((4 * N + 2) // 6, (2 * N + 1) // 3),
    "common factor drops what cannot count": ((2 * N + 1) // 4, N // 2),
    "nested quotients": ((N // 2) // 2, N // 4),
    "nested windows": (((N + 1) // 2 + 1) // 2, (N + 3) // 4),
    "negative divisor": (N // -2, (-N) // 2),
    "remainder of a multiple": ((6 * N) % 3, 0),
    "remainder of a remainder": ((N % 2) % 2, N % 2),
    "quotient and remainder": ((N // 3) * 3 + N % 3, N),
    "from the left": (7 - N + N, 7),
    "numpy ints are ints": ((N * np.int64(4)) // np.int32(4), N),
    "power": (N**2, N * N),
    "math.prod": (math.prod((2, N, 3)), 6 * N),
    "sum()": (sum([N, 2, N]), 2 * N + 2),
}


@pytest.mark.parametrize(("left", "right"), IDENTITIES.values(), ids=IDENTITIES)
def test_normal_form(left, right):
    assert left == right
    assert hash(left) == hash(right)
    assert type(left) is type(right)


@pytest.mark.parametrize(("left", "right"), [(N, M), (N, N + 1), (N, 3), (N // 2, N), (N, "n"), (N, None)])
def test_different_expressions_are_not_equal(left, right):
    assert (left == right) is False
    assert (left != right) is True


def test_names_do_not_make_unknowns_equal():
    assert Dim.fresh("n") != Dim.fresh("n")


TEXTS = {
    "n": N,
    "2*n": 2 * N,
    "n - 2*(n//2)": N % 2,
    "7//n": 7 // N,
    "n**2": N * N,
    "(2*n)//3": (2 * N) // 3,
    "m//n": M // N,
}


@pytest.mark.parametrize(("text", "dim"), TEXTS.items())
def test_text(text, dim):
    assert str(dim) == text
    assert repr(dim) == f"Dim({text})"


REFUSED = {
    "<": lambda: N < 3,
    "<=": lambda: N <= M,
    ">": lambda: N > 0,
    ">=": lambda: N >= 1,
    "reflected <": lambda: N > 3,
    "bool": lambda: bool(N),
    "not": lambda: not N,
    "int": lambda: int(N),
    "index": lambda: operator.index(N),
    "range": lambda: range(N),
    "list index": lambda: [1, 2][N],
    "float": lambda: float(N),
    "/": lambda: N / 2,
    "reflected /": lambda: 2 / N,
    "max": lambda: max(N, 1),
}


@pytest.mark.parametrize("use", REFUSED.values(), ids=REFUSED)
def test_values_are_refused_in_four_parts(use):
    with pytest.raises(SymbolicTensorError) as caught:
        use()
    problem, received, allowed, advice = str(caught.value).split("\n")
    assert "unknown size n" in problem
    assert received.startswith("Received: Dim(n)")
    assert allowed.startswith("Allowed: ")
    assert "Input" in advice


@pytest.mark.parametrize("operand", [1.5, True, [2], None])
@pytest.mark.parametrize("operation", [operator.add, operator.sub, operator.mul, operator.floordiv, operator.mod])
def test_only_ints_take_part(operation, operand):
    with pytest.raises(TypeError):
        operation(N, operand)
    with pytest.raises(TypeError):
        operation(operand, N)


@pytest.mark.parametrize("operation", [operator.floordiv, operator.mod])
def test_division_by_zero(operation):
    with pytest.raises(ZeroDivisionError, match="cannot be divided by zero"):
        operation(N, 0)


def test_immutable():
    with pytest.raises(AttributeError, match="cannot be changed"):
        N.name = "m"


def test_copies_are_the_same_unknown():
    assert copy.copy(N) == copy.deepcopy(N) == N
    assert copy.deepcopy([N * 2 + M]) == [N * 2 + M]


def test_pickles_keep_what_is_shared_and_are_new_unknowns():
    # A size from another process must not be taken for one of this process.
    first, second, third = pickle.loads(pickle.dumps((N, N * 2, M)))
    assert second == 2 * first
    assert third != first
    assert first not in {N, M}


def test_known_and_product_and_as_shape():
    assert known(3)
    assert not known(N)
    assert product(()) == 1
    assert product((2, N, 5)) == 10 * N
    assert as_shape((N, 3, N + 1)) == (None, 3, None)


@pytest.mark.parametrize(
    ("a", "b", "result"),
    [(3, 3, 3), (1, 3, 3), (3, 1, 3), (1, N, N), (N, 1, N), (N, 3, 3), (3, N, 3), (N, N, N), (0, 1, 0), (1, 1, 1)],
)
def test_unify(a, b, result):
    assert unify(a, b) == result


def test_unify_of_two_unknowns_is_a_third():
    # Either may be 1 at run time, so neither is the answer.
    assert unify(N, M) not in {N, M}
    assert not known(unify(N, M))


@pytest.mark.parametrize(("a", "b", "result"), [(3, 3, 3), (N, 3, 3), (3, N, 3), (N, N, N), (N, M, N)])
def test_agree(a, b, result):
    assert agree(a, b) == result


@pytest.mark.parametrize(
    ("join", "a", "b"), [(unify, 2, 3), (unify, 0, 2), (agree, 2, 3), (agree, 1, 3), (agree, N, N + 1)]
)
def test_sizes_that_cannot_meet(join, a, b):
    with pytest.raises(RuleError, match="Received: sizes"):
        join(a, b)


SYMBOLS = {N: "n", M: "m"}
LEAVES = st.one_of(st.integers(-4, 9), st.sampled_from([N, M]))
OPERATIONS = {"+": operator.add, "-": operator.sub, "*": operator.mul, "//": operator.floordiv, "%": operator.mod}
TREES = st.recursive(LEAVES, lambda inner: st.tuples(st.sampled_from(sorted(OPERATIONS)), inner, inner), max_leaves=8)


def compute(tree, sizes):
    """Evaluate a tree of operations, with unknowns replaced by `sizes`."""
    if not isinstance(tree, tuple):
        return sizes.get(tree, tree)
    name, left, right = tree
    return OPERATIONS[name](compute(left, sizes), compute(right, sizes))


@settings(max_examples=400, deadline=None)
@given(TREES, st.integers(0, 12), st.integers(0, 12))
def test_arithmetic_is_that_of_ints(tree, n, m):
    """Simplify, then substitute: what plain ints give, or a division by zero that one of both sees."""
    sizes = {N: n, M: m}
    try:
        expected = compute(tree, sizes)
        expression = compute(tree, {})
    except ZeroDivisionError:
        return
    result = expression.substitute(sizes) if isinstance(expression, Dim) else expression
    assert result == expected
    assert known(result)


@settings(max_examples=150, deadline=None)
@given(TREES, st.integers(0, 12), st.integers(0, 12))
def test_substitution_by_steps(tree, n, m):
    try:
        expected = compute(tree, {N: n, M: m})
        halfway = compute(tree, {})
        for symbol, size in ((N, n), (M, m)):
            halfway = halfway.substitute({symbol: size}) if isinstance(halfway, Dim) else halfway
    except ZeroDivisionError:
        return
    assert halfway == expected
