"""Traced control flow: pure functions of tensors and structures of tensors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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


def vectorized_map(function: Callable[[Any], Any], elements: Any) -> Any:
    """Return what `function` gives for each row, all rows at once."""
    return jax.vmap(function)(elements)


def custom_gradient(forward: Callable[..., Any], inputs: Sequence[Any]) -> list[Any]:
    """Return the outputs of ``outputs, pull = forward(*inputs)``, whose gradients are what `pull` makes of theirs."""

    def run(*tensors: Any) -> Any:
        outputs, pull = forward(*tensors)

        def pulled(upstream: Any) -> Any:
            gradients = pull(*upstream)
            return gradients[0] if len(gradients) == 1 else gradients

        return outputs, pulled

    outputs: list[Any] = jax.custom_gradient(run)(*inputs)
    return outputs


def remat(function: Callable[..., Any], inputs: Sequence[Any]) -> Any:
    """Return ``function(*inputs)``, whose intermediate results are computed again for gradients."""
    return jax.checkpoint(function)(*inputs)


NATIVES: dict[str, Callable[..., Any]] = {
    "cond": cond,
    "custom_gradient": custom_gradient,
    "remat": remat,
    "scan": scan,
    "vectorized_map": vectorized_map,
    "while_loop": while_loop,
}
