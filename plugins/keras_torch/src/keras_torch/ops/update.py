"""Updates on PyTorch that write into parameters and state.

The functional updates are core's own bodies. In place, Adam runs as PyTorch's fused kernel where it has
one for the weights, and as a few calls over lists elsewhere: under `torch.compile`, for half precision,
for weights of several dtypes or devices.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import torch

from keras_torch.capture import in_graph

_FUSED = (torch.float32, torch.float64)


def sgd_update_in_place(
    weights: Sequence[torch.Tensor],
    gradients: Sequence[torch.Tensor],
    velocities: Sequence[torch.Tensor],
    learning_rate: Any,
    momentum: float = 0.0,
    nesterov: bool = False,
) -> None:
    """Take one step of gradient descent."""
    if not weights:
        return
    if torch.is_grad_enabled():
        with torch.no_grad():
            sgd_update_in_place(weights, gradients, velocities, learning_rate, momentum, nesterov)
        return
    rate = _on_host(learning_rate)
    if isinstance(rate, torch.Tensor):
        gradients, rate = torch._foreach_mul(gradients, rate), 1.0
    if not velocities:
        torch._foreach_add_(weights, gradients, alpha=-rate)
        return
    torch._foreach_mul_(velocities, momentum)
    torch._foreach_add_(velocities, gradients, alpha=-rate)
    if nesterov:
        torch._foreach_add_(weights, velocities, alpha=momentum)
        torch._foreach_add_(weights, gradients, alpha=-rate)
    else:
        torch._foreach_add_(weights, velocities)


def adam_update_in_place(
    weights: Sequence[torch.Tensor],
    gradients: Sequence[torch.Tensor],
    momentums: Sequence[torch.Tensor],
    velocities: Sequence[torch.Tensor],
    learning_rate: Any,
    iterations: Any,
    beta_1: float = 0.9,
    beta_2: float = 0.999,
    epsilon: float = 1e-7,
    maximums: Sequence[torch.Tensor] = (),
) -> None:
    """Take one step of Adam."""
    if not weights:
        return
    if torch.is_grad_enabled():
        with torch.no_grad():
            adam_update_in_place(
                weights, gradients, momentums, velocities, learning_rate, iterations, beta_1, beta_2, epsilon, maximums
            )
        return
    step = _on_host(iterations) + 1
    rate = _on_host(learning_rate)
    if type(step) is not int or not _fusible(weights):
        _adam_over_lists(weights, gradients, momentums, velocities, rate, step, beta_1, beta_2, epsilon, maximums)
        return
    count = torch.full((), step, dtype=torch.float32, device=weights[0].device)
    # With c = 1 - beta_2 ** t the kernel divides by sqrt(v) / sqrt(c) + eps, which is
    # (sqrt(v) + eps * sqrt(c)) / sqrt(c): for epsilon beside sqrt(v) it must be given epsilon / sqrt(c).
    torch._fused_adam_(
        weights,
        # The kernel walks through memory and looks at no strides; gradients of permuted views have others.
        [gradient if gradient.is_contiguous() else gradient.contiguous() for gradient in gradients],
        momentums,
        velocities,
        maximums,
        [count] * len(weights),
        lr=rate,
        beta1=beta_1,
        beta2=beta_2,
        weight_decay=0.0,
        eps=epsilon / math.sqrt(1.0 - beta_2**step),
        amsgrad=len(maximums) > 0,
        maximize=False,
    )


def _adam_over_lists(
    weights: Sequence[torch.Tensor],
    gradients: Sequence[torch.Tensor],
    momentums: Sequence[torch.Tensor],
    velocities: Sequence[torch.Tensor],
    rate: Any,
    step: Any,
    beta_1: float,
    beta_2: float,
    epsilon: float,
    maximums: Sequence[torch.Tensor],
) -> None:
    alpha = rate * (1.0 - beta_2**step) ** 0.5 / (1.0 - beta_1**step)
    torch._foreach_lerp_(momentums, gradients, 1.0 - beta_1)
    torch._foreach_mul_(velocities, beta_2)
    torch._foreach_addcmul_(velocities, gradients, gradients, 1.0 - beta_2)
    largest = velocities
    if maximums:
        torch._foreach_maximum_(maximums, velocities)
        largest = maximums
    divisors = torch._foreach_sqrt(largest)
    torch._foreach_add_(divisors, epsilon)
    changes = torch._foreach_div(momentums, divisors)
    torch._foreach_mul_(changes, alpha)
    torch._foreach_sub_(weights, changes)


def rmsprop_update_in_place(
    weights: Sequence[torch.Tensor],
    gradients: Sequence[torch.Tensor],
    velocities: Sequence[torch.Tensor],
    learning_rate: Any,
    rho: float = 0.9,
    epsilon: float = 1e-7,
    momentum: float = 0.0,
    momentums: Sequence[torch.Tensor] = (),
    means: Sequence[torch.Tensor] = (),
) -> None:
    """Take one step of RMSprop."""
    if not weights:
        return
    if torch.is_grad_enabled():
        with torch.no_grad():
            rmsprop_update_in_place(
                weights, gradients, velocities, learning_rate, rho, epsilon, momentum, momentums, means
            )
        return
    rate = _on_host(learning_rate)
    torch._foreach_mul_(velocities, rho)
    torch._foreach_addcmul_(velocities, gradients, gradients, 1.0 - rho)
    if means:
        torch._foreach_lerp_(means, gradients, 1.0 - rho)
        divisors = torch._foreach_addcmul(velocities, means, means, -1.0)
        torch._foreach_add_(divisors, epsilon)
    else:
        divisors = torch._foreach_add(velocities, epsilon)
    torch._foreach_sqrt_(divisors)
    if not momentums and not isinstance(rate, torch.Tensor):
        torch._foreach_addcdiv_(weights, gradients, divisors, -rate)
        return
    steps = torch._foreach_div(gradients, divisors)
    torch._foreach_mul_(steps, rate)
    if momentums:
        torch._foreach_mul_(momentums, momentum)
        torch._foreach_add_(momentums, steps)
        steps = momentums
    torch._foreach_sub_(weights, steps)


def decay_update_in_place(weights: Sequence[torch.Tensor], learning_rate: Any, rate: float) -> None:
    """Take ``learning_rate * rate`` of the weights from them."""
    if not weights:
        return
    with torch.no_grad():
        torch._foreach_mul_(weights, 1.0 - _on_host(learning_rate) * rate)


def _on_host(value: Any) -> Any:
    """Return a scalar as a number where that costs no wait: tensors on the CPU, outside of a compiled graph."""
    if not isinstance(value, torch.Tensor):
        return value
    if value.is_cpu and not in_graph():
        return value.item()
    return value if value.is_floating_point() else value.to(torch.float32)


def _fusible(weights: Sequence[torch.Tensor]) -> bool:
    """Return whether PyTorch has one fused kernel for all weights and their memory lies as it assumes."""
    kind = weights[0].dtype
    if kind not in _FUSED:
        return False
    if weights[0].is_cpu:
        return all(one.is_cpu and one.dtype is kind and one.is_contiguous() for one in weights)
    device = weights[0].device
    alike = all(one.device == device and one.dtype is kind and one.is_contiguous() for one in weights)
    return alike and device.type == "cuda"


def add_in_place(target: torch.Tensor, value: Any, factor: float = 1) -> None:
    """Add ``value * factor`` to a tensor that records no gradient."""
    if isinstance(value, torch.Tensor):
        target.add_(value.detach() if value.requires_grad else value, alpha=factor)
    else:
        target.add_(value * factor)


def global_norm(tensors: Sequence[torch.Tensor]) -> torch.Tensor:
    """Return the root of the sum of squares of all elements."""
    return torch.linalg.vector_norm(torch.stack(torch._foreach_norm(tensors)))


NATIVES: dict[str, Callable[..., Any]] = {
    "add_in_place": add_in_place,
    "adam_update_in_place": adam_update_in_place,
    "decay_update_in_place": decay_update_in_place,
    "global_norm": global_norm,
    "rmsprop_update_in_place": rmsprop_update_in_place,
    "sgd_update_in_place": sgd_update_in_place,
}
