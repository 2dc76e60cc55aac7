"""Adam with decoupled weight decay."""

from __future__ import annotations

from typing import Any

from polykeras.optimizers.adam import Adam


class AdamW(Adam):
    """`Adam`, whose weights shrink by ``learning_rate * weight_decay`` of themselves at each step.

    Source: Loshchilov and Hutter, "Decoupled Weight Decay Regularization", 2017.

    Args:
        learning_rate: As in `Optimizer`.
        weight_decay: Part of each weight that is subtracted, times the learning rate.
        beta_1: As in `Adam`.
        beta_2: As in `Adam`.
        epsilon: As in `Adam`.
        amsgrad: As in `Adam`.
        clipnorm: As in `Optimizer`, and so are the rest.

    Raises:
        ValueError: If an argument is out of its range, unknown, or there is no weight decay.
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        weight_decay: float = 0.004,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-07,
        amsgrad: bool = False,
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
        if weight_decay is None:
            raise ValueError(
                "AdamW cannot do without a weight decay.\nReceived: weight_decay=None.\n"
                "Allowed: numbers.\nPass one, or use `Adam`."
            )
        super().__init__(
            learning_rate, beta_1, beta_2, epsilon, amsgrad, weight_decay, clipnorm, clipvalue, global_clipnorm,
            use_ema, ema_momentum, ema_overwrite_frequency, loss_scale_factor, gradient_accumulation_steps, name,
            **kwargs,
        )  # fmt: skip
