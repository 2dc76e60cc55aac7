"""Traced control flow: pure functions of tensors and structures of tensors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax


def cond(pred: Any, true_fn: Callable[..., Any], false_fn: Callable[..., Any], operand: Any) -> Any:
    """Return ``true_fn(operand)`` or ``false_fn(operand)``."""
    return jax.lax.cond(pred, true_fn, false_fn, operand)


def while_loop(goes_on: Callable[..., Any], advance: Callable[..., Any], state: Any) -> Any:
    """Return the state for which `goes_on` is false."""
    return jax.lax.while_loop(goes_on, advance, state)


def scan(
    advance: Callable[..., Any], init: Any, xs: Any, length: int, reverse: bool, unroll: int | bool
) -> tuple[Any, Any]:
    """Return the last carry and the stacked outputs."""
    carry, ys = jax.lax.scan(advance, init, xs, length=length, reverse=reverse, unroll=unroll)
    return carry, ys


NATIVES: dict[str, Callable[..., Any]] = {"cond": cond, "scan": scan, "while_loop": while_loop}
