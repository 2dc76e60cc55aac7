"""The loss that `compile` describes: one function per output, weights, and a total."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from polykeras import losses, ops, tree
from polykeras.metrics import Mean
from polykeras.plugins.errors import did_you_mean


class CompileLoss:
    """Losses bound to the outputs of a model on its first batch.

    Args:
        loss: Identifier, function, `Loss`, or a list or dict of them.
        loss_weights: Number, list or dict of numbers, or ``None``.
        output_names: Names of the model's outputs, where it knows them.
    """

    def __init__(self, loss: Any, loss_weights: Any, output_names: Sequence[str]) -> None:
        self.given = loss
        self._weights_given = loss_weights
        self._names = list(output_names)
        self._functions: list[Any] = []
        self._weights: list[Any] = []
        self.single: Any = None
        self.trackers: list[Mean] = []
        self.output_shape: tuple[int | None, ...] | None = None
        self.built = False

    def check(self) -> None:
        """Refuse identifiers that name no loss, when `compile` is called.

        Raises:
            ValueError: If one of them is unknown.
        """
        for item in tree.flatten(self.given):
            if isinstance(item, str) and not isinstance(self.given, dict):
                losses.get(item)

    def build(self, y_pred: Any) -> None:
        """Bind the losses to the structure of `y_pred`.

        Raises:
            ValueError: If there are losses for other outputs than the model's.
        """
        outputs = tree.flatten(y_pred)
        keys = list(y_pred) if isinstance(y_pred, dict) else None
        names = sorted(keys) if keys is not None else self._named(len(outputs))
        chosen = _per_output(self.given, names, "loss", shared=True)
        self._weights = _per_output(self._weights_given, names, "loss_weights", shared=False)
        self._functions = [None if item is None else losses.as_loss(item) for item in chosen]
        if len(outputs) == 1 and self._functions[0] is not None and self._weights[0] is None:
            self.single = self._functions[0]
            self.output_shape = tuple(outputs[0].shape)
        elif len(outputs) > 1:
            self.trackers = [Mean(name=f"{name}_loss") for name in names]
        self.built = True

    def _named(self, count: int) -> list[str]:
        if len(self._names) == count:
            return self._names
        return [f"output_{index + 1}" for index in range(count)] if count > 1 else ["output"]

    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        """Return the weighted total over the outputs, a scalar."""
        if not self.built:
            self.build(y_pred)
        if self.single is not None and not isinstance(y_pred, (list, tuple, dict)):
            target = y_true
            while isinstance(target, (list, tuple)) and len(target) == 1:
                target = target[0]
            return self.single(target, y_pred, sample_weight)
        return self._total(y_true, y_pred, sample_weight)

    def _total(self, y_true: Any, y_pred: Any, sample_weight: Any) -> Any:
        predictions = tree.flatten(y_pred)
        targets = aligned(y_true, y_pred, "targets")
        weights = aligned(sample_weight, y_pred, "sample weights", shared=True)
        total = None
        trackers: list[Mean | None] = list(self.trackers) or [None] * len(predictions)
        rows = zip(self._functions, targets, predictions, weights, self._weights, trackers, strict=True)
        for function, target, prediction, weight, factor, tracker in rows:
            if function is None:
                continue
            value = function(target, prediction, weight)
            if tracker is not None:
                tracker.update_state(value, sample_weight=int(prediction.shape[0] or 1))
            if factor is not None:
                value = ops.multiply(value, factor)
            total = value if total is None else ops.add(total, value)
        return total


def aligned(values: Any, y_pred: Any, what: str, *, shared: bool = False) -> list[Any]:
    """Return the leaves of `values` in the order of the outputs; dicts bind by key.

    Args:
        values: Targets or weights.
        y_pred: The model's outputs.
        what: What the values are, for messages.
        shared: Whether one value serves all outputs.
    """
    predictions = tree.flatten(y_pred)
    if values is None:
        return [None] * len(predictions)
    if isinstance(y_pred, dict) and isinstance(values, dict):
        missing = [key for key in y_pred if key not in values]
        if missing:
            raise ValueError(
                f"The {what} do not fit the outputs.\nReceived: keys {', '.join(map(repr, values))}.\n"
                f"Allowed: {', '.join(map(repr, y_pred))}.\nAdd {', '.join(map(repr, missing))}."
            )
        return tree.flatten({key: values[key] for key in y_pred})
    flat = tree.flatten(values)
    if len(flat) == len(predictions):
        return flat
    if shared and len(flat) == 1:
        return flat * len(predictions)
    raise ValueError(
        f"The {what} do not fit the outputs.\nReceived: {len(flat)} {what}.\n"
        f"Allowed: one for each of the {len(predictions)} outputs.\nPass them in the outputs' structure."
    )


def _per_output(given: Any, names: list[str], what: str, *, shared: bool) -> list[Any]:
    """Return an item per output from a dict, a list or a single item."""
    if isinstance(given, dict) and "class_name" not in given:
        unknown = [key for key in given if key not in names]
        if unknown:
            raise ValueError(
                f"`{what}` names outputs that the model does not have.{did_you_mean(unknown[0], names)}\n"
                f"Received: {', '.join(map(repr, given))}.\nAllowed: {', '.join(map(repr, names))}.\n"
                "Use the outputs' names."
            )
        return [given.get(name) for name in names]
    if isinstance(given, (list, tuple)):
        if len(given) != len(names):
            raise ValueError(
                f"`{what}` has the wrong length.\nReceived: {len(given)} items.\n"
                f"Allowed: one for each of the {len(names)} outputs.\nUse None where an output has none."
            )
        return list(given)
    if given is None or shared or len(names) == 1:
        return [given] * len(names)
    raise ValueError(
        f"`{what}` must say which output it is for.\nReceived: {given!r} for {len(names)} outputs.\n"
        "Allowed: a list or a dict by output name.\nPass one of these."
    )
