"""RMSprop: steps scaled by a running mean of the squared gradient."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from polykeras.ops.update import rmsprop_update
from polykeras.optimizers.arguments import checked_fraction
from polykeras.optimizers.list_optimizer import ListOptimizer, Update
from polykeras.state.variable import Variable


class RMSprop(ListOptimizer):
    """RMSprop (Tieleman and Hinton, Lecture 6.5 of "Neural Networks for Machine Learning", 2012).

    ``v = rho * v + (1 - rho) * g ** 2`` and ``step = learning_rate * g / sqrt(v + epsilon)``. With `centered`
    ``v - mean(g) ** 2`` takes the place of ``v`` under the root (Graves, "Generating Sequences With Recurrent
    Neural Networks", 2013). With momentum ``m = momentum * m + step`` takes the place of ``step``.

    Args:
        learning_rate: As in `Optimizer`.
        rho: Part of ``v`` that is kept, in [0, 1].
        momentum: Part of ``m`` that is kept, in [0, 1].
        epsilon: Added under the root.
        centered: Whether to divide by the estimated deviation instead of the second moment.
        weight_decay: As in `Optimizer`, and so are the rest.

    Raises:
        ValueError: If an argument is out of its range, or unknown.

    >>> weight = Variable(1.0)
    >>> RMSprop(0.1, rho=0.75).apply([3.0], [weight])
    >>> round(float(weight), 4)
    0.8
    """

    _op = rmsprop_update

    def __init__(
        self,
        learning_rate: Any = 0.001,
        rho: float = 0.9,
        momentum: float = 0.0,
        epsilon: float = 1e-07,
        centered: bool = False,
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
        super().__init__(
            learning_rate, weight_decay, clipnorm, clipvalue, global_clipnorm, use_ema, ema_momentum,
            ema_overwrite_frequency, loss_scale_factor, gradient_accumulation_steps, name, **kwargs,
        )  # fmt: skip
        self.rho = checked_fraction(type(self).__name__, "rho", rho)
        self.momentum = checked_fraction(type(self).__name__, "momentum", momentum)
        self.epsilon = epsilon
        self.centered = centered
        self._velocities: list[Variable] = []
        self._momentums: list[Variable] = []
        self._average_gradients: list[Variable] = []

    def build(self, var_list: Sequence[Variable]) -> None:
        """Make the running means that the arguments ask for."""
        if self.built:
            return
        super().build(var_list)
        self._velocities = self.add_optimizer_variables(var_list, "velocity")
        if self.momentum > 0:
            self._momentums = self.add_optimizer_variables(var_list, "momentum")
        if self.centered:
            self._average_gradients = self.add_optimizer_variables(var_list, "average_gradient")

    def _slots(self) -> tuple[list[Variable], ...]:
        return (self._velocities, self._momentums, self._average_gradients)

    def _call(
        self,
        update: Update,
        weights: Sequence[Any],
        gradients: Sequence[Any],
        slots: Sequence[Sequence[Any]],
        learning_rate: Any,
        iterations: Any,
    ) -> Any:
        velocities, momentums, means = slots
        return update(
            weights, gradients, velocities, learning_rate, self.rho, self.epsilon, self.momentum, momentums, means
        )

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of ``__init__``."""
        return {
            **super().get_config(),
            "rho": self.rho,
            "momentum": self.momentum,
            "epsilon": self.epsilon,
            "centered": self.centered,
        }
