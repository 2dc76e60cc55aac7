"""Gradient descent, with momentum if asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from polykeras.ops.update import sgd_update
from polykeras.optimizers.arguments import checked_fraction
from polykeras.optimizers.list_optimizer import ListOptimizer, Update
from polykeras.state.variable import Variable


class SGD(ListOptimizer):
    """Gradient descent: ``w - learning_rate * g``.

    With momentum ``v = momentum * v - learning_rate * g`` and ``w + v``, or with `nesterov`
    ``w + momentum * v - learning_rate * g`` (Sutskever et al., "On the importance of initialization and
    momentum in deep learning", 2013).

    Args:
        learning_rate: As in `Optimizer`.
        momentum: Part of the velocity that is kept, in [0, 1].
        nesterov: Whether to look ahead by one step of the velocity.
        weight_decay: As in `Optimizer`, and so are the rest.

    Raises:
        ValueError: If an argument is out of its range, or unknown.

    >>> weight = Variable(1.0)
    >>> SGD(0.5).apply([1.0], [weight])
    >>> float(weight)
    0.5
    """

    _op = sgd_update

    def __init__(
        self,
        learning_rate: Any = 0.01,
        momentum: float = 0.0,
        nesterov: bool = False,
        weight_decay: float | None = None,
        clipnorm: float | None = None,
        clipvalue: float | None = None,
        global_clipnorm: float | None = None,
        use_ema: bool = False,
        ema_momentum: float = 0.99,
        ema_overwrite_frequency: int | None = None,
        loss_scale_factor: float | None = None,
        gradient_accumulation_steps: int | None = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        checked_fraction(type(self).__name__, "momentum", momentum)
        super().__init__(
            learning_rate, weight_decay, clipnorm, clipvalue, global_clipnorm, use_ema, ema_momentum,
            ema_overwrite_frequency, loss_scale_factor, gradient_accumulation_steps, name, **kwargs,
        )  # fmt: skip
        self.momentum = momentum
        self.nesterov = nesterov
        self.momentums: list[Variable] = []

    def build(self, variables: Sequence[Variable]) -> None:
        """Make the velocities, named ``momentum``, for these variables."""
        if self.built:
            return
        super().build(variables)
        if self.momentum != 0:
            self.momentums = self.add_optimizer_variables(variables, "momentum")

    def _slots(self) -> tuple[list[Variable], ...]:
        return (self.momentums,)

    def _call(
        self,
        update: Update,
        weights: Sequence[Any],
        gradients: Sequence[Any],
        slots: Sequence[Sequence[Any]],
        learning_rate: Any,
        iterations: Any,
    ) -> Any:
        return update(weights, gradients, slots[0], learning_rate, self.momentum, self.nesterov)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of ``__init__``."""
        return {**super().get_config(), "momentum": self.momentum, "nesterov": self.nesterov}
