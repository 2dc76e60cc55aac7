"""Shape rules against real shapes: equal when all sizes are known, never wrong when some are not."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from polykeras.ops.dims import Dim, known
from polykeras.ops.shape_rules import RuleError, Spec
from tests.core.ops.shape_cases import CASES, Call, Sizes


class Unknowns:
    """Makes some sizes unknown and remembers what they are.

    Args:
        draw: Draws whether the next size becomes unknown.
        shared: Whether equal sizes become one unknown, as in a model where they are the same axis.
        ones_known: Whether sizes of 1 stay.
    """

    def __init__(self, draw: Any, *, shared: bool, ones_known: bool = False) -> None:
        self.draw = draw
        self.shared = shared
        self.ones_known = ones_known
        self.sizes: dict[Dim, int] = {}
        self.symbol = functools.cache(self._fresh)

    def _fresh(self, size: int) -> Dim:
        dim = Dim.fresh(f"d{len(self.sizes)}")
        self.sizes[dim] = size
        return dim

    def hide(self, sizes: tuple[int, ...]) -> tuple[int | Dim, ...]:
        return tuple(map(self._hidden, sizes))

    def _hidden(self, size: int) -> int | Dim:
        if size == -1 or (size == 1 and self.ones_known) or not self.draw(st.booleans()):
            return size
        return self.symbol(size) if self.shared else self._fresh(size)


def as_rule_sees(value: Any, hide: Any = tuple) -> Any:
    """Turn arrays into specs and hide sizes, in nested arguments too."""
    if isinstance(value, np.ndarray):
        return Spec(hide(value.shape), str(value.dtype))
    if isinstance(value, Sizes):
        return hide(value)
    if isinstance(value, (list, tuple)):
        return type(value)(as_rule_sees(item, hide) for item in value)
    return value


def specs_of(result: Any) -> list[Spec]:
    return [result] if isinstance(result, Spec) else list(result)


def real_shapes(call: Call) -> list[tuple[int, ...]] | None:
    """Return the shapes of the real result, or ``None`` where the real op refuses."""
    try:
        result = call.real(*call.args, **call.kwargs)
    except (ValueError, IndexError, ZeroDivisionError):
        return None
    return [np.shape(item) for item in (result if isinstance(result, (list, tuple)) else [result])]


@pytest.mark.parametrize("name", CASES)
@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_known_sizes_give_the_real_shape(name, data):
    call = data.draw(CASES[name])
    real = real_shapes(call)
    args = as_rule_sees(call.args)
    if real is None:
        assume(call.exact)
        with pytest.raises(RuleError):
            call.rule(*args, **call.kwargs)
        return
    result = [spec.dims for spec in specs_of(call.rule(*args, **call.kwargs))]
    if call.exact:
        assert result == real
    else:
        agree_where_known(result, real)


@pytest.mark.parametrize("name", CASES)
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])  # refused calls
@given(data=st.data(), shared=st.booleans())
def test_unknown_sizes_are_never_answered_wrongly(name, data, shared):
    call = data.draw(CASES[name])
    real = real_shapes(call)
    assume(real is not None)
    unknowns = Unknowns(data.draw, shared=shared, ones_known=call.ones_known)
    args = as_rule_sees(call.args, unknowns.hide)
    result = [spec.dims for spec in specs_of(call.rule(*args, **call.kwargs))]
    agree_where_known([[at_run_time(size, unknowns.sizes) for size in dims] for dims in result], real)


def at_run_time(size: int | Dim, sizes: dict[Dim, int]) -> int | Dim:
    """Return a size with the hidden ones put back; it stays unknown where a rule introduced one."""
    return size.substitute(sizes) if isinstance(size, Dim) else size


def agree_where_known(result: list[Any], real: list[tuple[int, ...]]) -> None:
    assert [len(dims) for dims in result] == [len(shape) for shape in real]
    for dims, shape in zip(result, real, strict=True):
        assert [real if not known(size) else size for size, real in zip(dims, shape, strict=True)] == list(shape)
