"""Optimizer updates over lists of weights, one op for all weights of a model.

Promises: functional; the arguments stay as they are and the new values are returned in lists. State has
the dtype of its weight, in which its update is computed.

A backend whose variables are written in place may offer, besides its natives for these names,
``sgd_update_in_place``, ``adam_update_in_place``, ``rmsprop_update_in_place`` and ``decay_update_in_place``:
the same parameters, native tensors only, no gradient recording; they write the new values into `weights` and
state and return ``None``. An optimizer calls them straight from the backend's table when no overlay is active.
Counters and totals of metrics look there for ``add_in_place(target, value, factor)``, which adds a tensor or
number times a number to one tensor.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from polykeras.ops.arithmetic import maximum, power, square
from polykeras.ops.casting import cast as cast_to
from polykeras.ops.conversion import convert_to_tensor, dtype
from polykeras.ops.dispatch import derived
from polykeras.ops.exponential import sqrt
from polykeras.ops.reduce import sum as sum_of
from polykeras.ops.types import Tensor, TensorLike


@derived(promote=())
def sgd_update(
    weights: Sequence[Tensor],
    gradients: Sequence[Tensor],
    velocities: Sequence[Tensor],
    learning_rate: Any,
    momentum: float = 0.0,
    nesterov: bool = False,
) -> tuple[list[Tensor], list[Tensor]]:
    """Return weights and velocities after one step of gradient descent.

    Without momentum ``w - learning_rate * g``. With it, ``v' = momentum * v - learning_rate * g`` and
    ``w + v'``, or ``w + momentum * v' - learning_rate * g`` after Nesterov (Sutskever et al., "On the
    importance of initialization and momentum in deep learning", 2013).

    Args:
        weights: Tensors.
        gradients: One per weight, in its shape and dtype.
        velocities: One per weight; empty without momentum.
        learning_rate: Scalar tensor or number.
        momentum: Part of the velocity that is kept, in [0, 1].
        nesterov: Look ahead by one step of the velocity.

    Returns:
        New weights, new velocities.
    """
    new_weights: list[Tensor] = []
    new_velocities: list[Tensor] = []
    for index, (weight, gradient) in enumerate(zip(weights, gradients, strict=True)):
        # Not `cast`: a Python number would pass through floatx on its way to float64.
        step = gradient * convert_to_tensor(learning_rate, dtype(weight))
        if not velocities:
            new_weights.append(weight - step)
            continue
        velocity = velocities[index] * momentum - step
        new_velocities.append(velocity)
        new_weights.append(weight + velocity * momentum - step if nesterov else weight + velocity)
    return new_weights, new_velocities


@derived(promote=())
def adam_update(
    weights: Sequence[Tensor],
    gradients: Sequence[Tensor],
    momentums: Sequence[Tensor],
    velocities: Sequence[Tensor],
    learning_rate: Any,
    iterations: Any,
    beta_1: float = 0.9,
    beta_2: float = 0.999,
    epsilon: float = 1e-7,
    maximums: Sequence[Tensor] = (),
) -> tuple[list[Tensor], list[Tensor], list[Tensor], list[Tensor]]:
    """Return weights and moments after one step of Adam.

    With ``t = iterations + 1`` and ``a = learning_rate * sqrt(1 - beta_2 ** t) / (1 - beta_1 ** t)``:
    ``m' = m + (g - m) * (1 - beta_1)``, ``v' = v + (g ** 2 - v) * (1 - beta_2)``,
    ``w - a * m' / (sqrt(v') + epsilon)`` (Kingma and Ba, "Adam: A Method for Stochastic Optimization", 2014,
    end of section 2, where `epsilon` stands so). With `maximums`, ``max(maximum, v')`` takes the place of
    ``v'`` under the root (Reddi et al., "On the Convergence of Adam and Beyond", 2018).

    Args:
        weights: Tensors.
        gradients: One per weight, in its shape and dtype.
        momentums: Running mean of the gradient, one per weight.
        velocities: Running mean of its square, one per weight.
        learning_rate: Scalar tensor or number.
        iterations: Steps done before this one: 0 at the first. Integer scalar tensor or number.
        beta_1: Part of the momentum that is kept, in [0, 1).
        beta_2: Part of the velocity that is kept, in [0, 1).
        epsilon: Added to the root of the velocity.
        maximums: Largest velocities so far, one per weight, for AMSGrad; empty without.

    Returns:
        New weights, new momentums, new velocities, new maximums.
    """
    results: tuple[list[Tensor], ...] = ([], [], [], [])
    rates: dict[str, Tensor] = {}
    for index, (weight, gradient) in enumerate(zip(weights, gradients, strict=True)):
        kind = dtype(weight)
        if kind not in rates:
            rates[kind] = _adam_rate(learning_rate, iterations, beta_1, beta_2, kind)
        momentum = momentums[index] + (gradient - momentums[index]) * (1.0 - beta_1)
        velocity = velocities[index] + (square(gradient) - velocities[index]) * (1.0 - beta_2)
        largest = velocity
        if maximums:
            largest = maximum(maximums[index], velocity)
            results[3].append(largest)
        results[0].append(weight - momentum * rates[kind] / (sqrt(largest) + epsilon))
        results[1].append(momentum)
        results[2].append(velocity)
    return results[0], results[1], results[2], results[3]


def _adam_rate(learning_rate: Any, iterations: Any, beta_1: float, beta_2: float, kind: str) -> Tensor:
    """Return the learning rate corrected for moments that started at zero, in the dtype `kind`."""
    # Narrow dtypes cannot count the steps, nor hold 1 - 0.999.
    wide = "float64" if kind == "float64" else "float32"
    step = convert_to_tensor(iterations, wide) + 1.0
    correction = sqrt(1.0 - power(beta_2, step)) / (1.0 - power(beta_1, step))
    return cast_to(convert_to_tensor(learning_rate, wide) * correction, kind)


@derived(promote=())
def rmsprop_update(
    weights: Sequence[Tensor],
    gradients: Sequence[Tensor],
    velocities: Sequence[Tensor],
    learning_rate: Any,
    rho: float = 0.9,
    epsilon: float = 1e-7,
    momentum: float = 0.0,
    momentums: Sequence[Tensor] = (),
    means: Sequence[Tensor] = (),
) -> tuple[list[Tensor], list[Tensor], list[Tensor], list[Tensor]]:
    """Return weights and state after one step of RMSprop.

    With ``v' = rho * v + (1 - rho) * g ** 2``: ``w - learning_rate * g / sqrt(v' + epsilon)`` (Tieleman and
    Hinton, "Neural Networks for Machine Learning", lecture 6.5, 2012). With `means`,
    ``a' = rho * a + (1 - rho) * g`` and ``v' - a' ** 2`` takes the place of ``v'`` under the root (Graves,
    "Generating Sequences With Recurrent Neural Networks", 2013). With `momentums`, ``m' = momentum * m + step``
    is subtracted in place of the step.

    Args:
        weights: Tensors.
        gradients: One per weight, in its shape and dtype.
        velocities: Running mean of the squared gradient, one per weight.
        learning_rate: Scalar tensor or number.
        rho: Part of the running means that is kept, in [0, 1].
        epsilon: Added under the root.
        momentum: Part of the momentum that is kept, in [0, 1].
        momentums: One per weight; empty without momentum.
        means: Running mean of the gradient, one per weight; empty where not centred.

    Returns:
        New weights, new velocities, new momentums, new means.
    """
    results: tuple[list[Tensor], ...] = ([], [], [], [])
    for index, (weight, gradient) in enumerate(zip(weights, gradients, strict=True)):
        velocity = velocities[index] * rho + square(gradient) * (1.0 - rho)
        results[1].append(velocity)
        if means:
            mean = means[index] * rho + gradient * (1.0 - rho)
            results[3].append(mean)
            velocity = velocity - square(mean)
        step = gradient * convert_to_tensor(learning_rate, dtype(weight)) / sqrt(velocity + epsilon)
        if momentums:
            step = momentums[index] * momentum + step
            results[2].append(step)
        results[0].append(weight - step)
    return results[0], results[1], results[2], results[3]


@derived(promote=())
def decay_update(weights: Sequence[Tensor], learning_rate: Any, rate: float) -> list[Tensor]:
    """Return weights that have lost ``learning_rate * rate`` of themselves.

    Source: Loshchilov and Hutter, "Decoupled Weight Decay Regularization", 2017.

    Args:
        weights: Tensors.
        learning_rate: Scalar tensor or number.
        rate: Part to lose at a learning rate of 1.

    Returns:
        New weights.
    """
    return [weight - weight * (convert_to_tensor(learning_rate, dtype(weight)) * rate) for weight in weights]


@derived()
def global_norm(tensors: Sequence[TensorLike]) -> Tensor:
    """Return the root of the sum of squares of all elements of all tensors.

    Args:
        tensors: Tensors of any shapes, at least one.

    Returns:
        Scalar.
    """
    first, *rest = (sum_of(square(tensor)) for tensor in tensors)
    total = first
    for squares in rest:
        total = total + squares
    return sqrt(total)
