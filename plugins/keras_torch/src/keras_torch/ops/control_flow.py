"""Loops and branches run in Python here, and unroll under `torch.compile`; gradients and vectorising are native."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch.utils.checkpoint import checkpoint


def vectorized_map(function: Callable[[Any], Any], elements: Any) -> Any:
    """Return what `function` gives for each row, all rows at once; a random number is drawn for each."""
    return torch.vmap(function, randomness="different")(elements)


class _OwnGradient(torch.autograd.Function):  # type: ignore[misc]  # torch has no types for it
    """Calls ``outputs, pull = forward(*inputs)``; going back, `pull` says what the gradients are."""

    @staticmethod
    def forward(ctx: Any, forward: Callable[..., Any], *inputs: Any) -> Any:
        """Return the outputs and keep what going back needs."""
        outputs, ctx.pull = forward(*inputs)
        ctx.again = forward
        ctx.save_for_backward(*inputs)
        return tuple(outputs)

    @staticmethod
    def backward(ctx: Any, *upstream: Any) -> Any:
        """Return the gradients of the inputs."""
        pull = ctx.pull
        if torch.is_grad_enabled():  # it is differentiated once more: what `pull` has kept must know the inputs
            _, pull = ctx.again(*ctx.saved_tensors)
        return (None, *pull(*upstream))


def custom_gradient(forward: Callable[..., Any], inputs: Sequence[Any]) -> Sequence[Any]:
    """Return the outputs of ``outputs, pull = forward(*inputs)``, whose gradients are what `pull` makes of theirs."""
    outputs: Sequence[Any] = _OwnGradient.apply(forward, *inputs)
    return outputs


def remat(function: Callable[..., Any], inputs: Sequence[Any]) -> Any:
    """Return ``function(*inputs)``, whose intermediate results are computed again for gradients."""
    return checkpoint(function, *inputs, use_reentrant=False)


NATIVES: dict[str, Callable[..., Any]] = {
    "custom_gradient": custom_gradient,
    "remat": remat,
    "vectorized_map": vectorized_map,
}
