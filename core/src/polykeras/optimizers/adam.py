"""Adam: steps scaled by running means of the gradient and of its square."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from polykeras.ops.update import adam_update
from polykeras.optimizers.list_optimizer import ListOptimizer, Update
from polykeras.state.variable import Variable


class Adam(ListOptimizer):
    """Adam (Kingma and Ba, "Adam: A Method for Stochastic Optimization", 2014).

    ``m = beta_1 * m + (1 - beta_1) * g``, ``v = beta_2 * v + (1 - beta_2) * g ** 2``,
    ``w - learning_rate * sqrt(1 - beta_2 ** t) / (1 - beta_1 ** t) * m / (sqrt(v) + epsilon)`` at step t.

    Args:
        learning_rate: As in `Optimizer`.
        beta_1: Part of ``m`` that is kept, in [0, 1).
        beta_2: Part of ``v`` that is kept, in [0, 1).
        epsilon: Added to the root of ``v``.
        amsgrad: Whether the largest ``v`` so far takes its place (Reddi et al., "On the Convergence of Adam
            and Beyond", 2018).
        weight_decay: As in `Optimizer`, and so are the rest.

    Raises:
        ValueError: If an argument is out of its range, or unknown.

    >>> weight = Variable(1.0)
    >>> Adam(0.5).apply([3.0], [weight])
    >>> round(float(weight), 4)
    0.5
    """

    _op = adam_update

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-07,
        amsgrad: bool = False,
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
        self.beta_1 = checked_beta(type(self).__name__, "beta_1", beta_1)
        self.beta_2 = checked_beta(type(self).__name__, "beta_2", beta_2)
        self.epsilon = epsilon
        self.amsgrad = amsgrad
        self._momentums: list[Variable] = []
        self._velocities: list[Variable] = []
        self._velocity_hats: list[Variable] = []

    def build(self, var_list: Sequence[Variable]) -> None:
        """Make the two running means, and with `amsgrad` the largest one, for these variables."""
        if self.built:
            return
        super().build(var_list)
        self._momentums, self._velocities = self.add_optimizer_variables(var_list, ["momentum", "velocity"])
        if self.amsgrad:
            self._velocity_hats = self.add_optimizer_variables(var_list, "velocity_hat")

    def _slots(self) -> tuple[list[Variable], ...]:
        return (self._momentums, self._velocities, self._velocity_hats)

    def _call(
        self,
        update: Update,
        weights: Sequence[Any],
        gradients: Sequence[Any],
        slots: Sequence[Sequence[Any]],
        learning_rate: Any,
        iterations: Any,
    ) -> Any:
        momentums, velocities, maximums = slots
        return update(
            weights, gradients, momentums, velocities, learning_rate, iterations,
            self.beta_1, self.beta_2, self.epsilon, maximums,
        )  # fmt: skip

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of ``__init__``."""
        return {
            **super().get_config(),
            "beta_1": self.beta_1,
            "beta_2": self.beta_2,
            "epsilon": self.epsilon,
            "amsgrad": self.amsgrad,
        }


def checked_beta(kind: str, name: str, value: float) -> float:
    """Return a number of [0, 1).

    Raises:
        ValueError: If it is something else.
    """
    if isinstance(value, (int, float)) and 0 <= value < 1:
        return value
    raise ValueError(
        f"{kind} cannot use this `{name}`.\nReceived: {name}={value!r}.\n"
        "Allowed: numbers from 0 to below 1.\nPass one of these."
    )
