"""The step, written once: what happens to one batch in training, testing and prediction.

Every method here may be overridden with `polykeras` alone and then runs, compiled, on every backend.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from polykeras import ops
from polykeras.plugins.errors import NotCompiledError
from polykeras.state import overlay
from polykeras.state.gradient import value_and_grad
from polykeras.train.unpack import batch_size_of, unpack_x_y_sample_weight

if TYPE_CHECKING:
    from polykeras.train.state_lists import StepFacts


class Steps:
    """Mixin of `Model`: the overridable parts of a step."""

    optimizer: Any
    _compile_loss: Any
    _compile_metrics: Any
    _loss_tracker: Any
    _step_facts: StepFacts | None

    def train_step(self, data: Any) -> Any:
        """Train on one batch: loss, gradients, the writes of the loss, optimizer, metrics.

        Args:
            data: ``(x,)``, ``(x, y)`` or ``(x, y, sample_weight)`` of tensors.

        Returns:
            Metric results by name, or ``None`` when they can be computed later from the metrics.
        """
        x, y, sample_weight = unpack_x_y_sample_weight(data)

        def forward() -> tuple[Any, Any]:
            y_pred = self(x, training=True)  # type: ignore[operator]
            loss = self._loss_of(x, y, y_pred, sample_weight, training=True)
            return loss, y_pred

        trainable = self._trainable_now()
        (loss, y_pred), gradients = value_and_grad(forward, trainable, has_aux=True)()
        self._loss_tracker.update_state(loss, sample_weight=batch_size_of(x))
        if trainable:
            self.optimizer.apply(gradients, trainable)
        return self.compute_metrics(x, y, y_pred, sample_weight=sample_weight)

    def test_step(self, data: Any) -> Any:
        """Evaluate one batch; takes and returns what `train_step` does."""
        x, y, sample_weight = unpack_x_y_sample_weight(data)
        y_pred = self(x, training=False)  # type: ignore[operator]
        if self._compile_loss is not None:
            loss = self._loss_of(x, y, y_pred, sample_weight, training=False)
            self._loss_tracker.update_state(loss, sample_weight=batch_size_of(x))
        return self.compute_metrics(x, y, y_pred, sample_weight=sample_weight)

    def predict_step(self, data: Any) -> Any:
        """Return the outputs for one batch."""
        x, _, _ = unpack_x_y_sample_weight(data)
        return self(x, training=False)  # type: ignore[operator]

    def compute_loss(
        self, x: Any = None, y: Any = None, y_pred: Any = None, sample_weight: Any = None, training: bool = True
    ) -> Any:
        """Return the compiled loss plus what layers and regularizers add, a scalar."""
        del x, training
        total = None
        if self._compile_loss is not None:
            total = self._compile_loss(y, y_pred, sample_weight)
        for extra in self._extra_losses():
            total = extra if total is None else ops.add(total, extra)
        if total is None:
            raise NotCompiledError(
                f"The model {self.name!r} has nothing to minimise.\n"  # type: ignore[attr-defined]
                "Received: no `loss`, and no layer that adds one.\n"
                "Allowed: `compile(loss=...)`, or `add_loss` in a layer.\nPass a loss to `compile`."
            )
        return total

    def _loss_of(self, x: Any, y: Any, y_pred: Any, sample_weight: Any, *, training: bool) -> Any:
        """Call `compute_loss`; one of a user's own may have no `training`."""
        own = type(self).compute_loss
        if own is not Steps.compute_loss and not _takes_training(own):
            return self.compute_loss(x=x, y=y, y_pred=y_pred, sample_weight=sample_weight)
        return self.compute_loss(x=x, y=y, y_pred=y_pred, sample_weight=sample_weight, training=training)

    def _extra_losses(self) -> list[Any]:
        """Return the added losses, walking the layers only when there is something to find."""
        facts = self._step_facts
        top = overlay.top()
        if facts is not None and not facts.regularized and top is not None and not top.losses:
            return []
        extra: list[Any] = self.losses  # type: ignore[attr-defined]
        return extra

    def _trainable_now(self) -> list[Any]:
        if self._step_facts is not None:
            return self._step_facts.trainable
        variables: list[Any] = self.trainable_variables  # type: ignore[attr-defined]
        return variables

    def compute_metrics(self, x: Any, y: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        """Update the compiled metrics and return the results by name.

        During a run of the model's own steps the results are left to be computed when somebody reads
        them, and ``None`` is returned.
        """
        del x
        if self._compile_metrics is not None:
            self._compile_metrics.update_state(y, y_pred, sample_weight)
        if self._step_facts is not None and self._step_facts.plain:
            return None
        return self.get_metrics_result()

    def get_metrics_result(self) -> dict[str, Any]:
        """Return the results of all metrics by name, as tensors."""
        results: dict[str, Any] = {}
        for metric in self.metrics:  # type: ignore[attr-defined]
            value = metric.result()
            if isinstance(value, dict):
                results.update(value)
            else:
                results[metric.name] = value
        return results


@functools.cache
def _takes_training(method: Callable[..., Any]) -> bool:
    parameters = inspect.signature(method).parameters
    return "training" in parameters or any(p.kind is inspect.Parameter.VAR_KEYWORD for p in parameters.values())
