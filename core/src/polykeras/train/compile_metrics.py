"""The metrics that `compile` describes, bound to the outputs on the first batch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from polykeras import metrics as metrics_module
from polykeras import tree
from polykeras.metrics.resolve import resolve_accuracy
from polykeras.train.compile_loss import aligned


class _Bound(NamedTuple):
    metric: Any
    output: int
    weighted: bool


class CompileMetrics:
    """Metrics and weighted metrics per output.

    Args:
        metrics: Identifiers, functions or `Metric`s: a list, or a list or dict of lists per output.
        weighted_metrics: The same, for metrics that see the sample weights.
        output_names: Names of the model's outputs, where it knows them.
    """

    def __init__(self, metrics: Any, weighted_metrics: Any, output_names: Sequence[str]) -> None:
        self._given = ((metrics, False), (weighted_metrics, True))
        self._names = list(output_names)
        self._bound: list[_Bound] = []
        self.built = False

    @property
    def metrics(self) -> list[Any]:
        """Return the metrics, in the order given."""
        return [bound.metric for bound in self._bound]

    def build(self, y_true: Any, y_pred: Any) -> None:
        """Resolve identifiers by the shapes of targets and outputs."""
        outputs = tree.flatten(y_pred)
        targets = aligned(y_true, y_pred, "targets")
        names = sorted(y_pred) if isinstance(y_pred, dict) else self._output_names(len(outputs))
        for given, weighted in self._given:
            for output, items in enumerate(_per_output(given, names)):
                prefix = names[output] if len(outputs) > 1 else None
                for item in items:
                    metric = _resolve(item, targets[output], outputs[output], prefix)
                    self._bound.append(_Bound(metric, output, weighted))
        self.built = True

    def _output_names(self, count: int) -> list[str]:
        return self._names if len(self._names) == count else [f"output_{i + 1}" for i in range(count)]

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Update every metric from one batch."""
        if not self.built:
            self.build(y_true, y_pred)
        if not self._bound:
            return
        predictions = tree.flatten(y_pred)
        targets = aligned(y_true, y_pred, "targets")
        weights = aligned(sample_weight, y_pred, "sample weights", shared=True)
        for metric, output, weighted in self._bound:
            if weighted and weights[output] is not None:
                metric.update_state(targets[output], predictions[output], sample_weight=weights[output])
            else:
                metric.update_state(targets[output], predictions[output])


def _per_output(given: Any, names: list[str]) -> Iterator[list[Any]]:
    """Yield the list of metrics of each output."""
    if isinstance(given, dict):
        unknown = [key for key in given if key not in names]
        if unknown:
            raise ValueError(
                f"`metrics` names outputs that the model does not have.\nReceived: {', '.join(map(repr, unknown))}.\n"
                f"Allowed: {', '.join(map(repr, names))}.\nUse the outputs' names."
            )
        for name in names:
            yield _listed(given.get(name))
        return
    items = _listed(given)
    nested = any(isinstance(item, (list, tuple)) for item in items)
    if len(names) > 1 and items and (nested or len(items) == len(names)):
        if len(items) != len(names):
            raise ValueError(
                f"`metrics` has the wrong length.\nReceived: {len(items)} items.\n"
                f"Allowed: one for each of the {len(names)} outputs.\nUse a dict by output name."
            )
        for item in items:
            yield _listed(item)
        return
    for _ in names:
        yield items


def _listed(given: Any) -> list[Any]:
    if given is None:
        return []
    return list(given) if isinstance(given, (list, tuple)) else [given]


def _resolve(item: Any, target: Any, output: Any, prefix: str | None) -> Any:
    """Return the metric that `item` means for this output."""
    # What is asked for as "mae" stands as "mae" in the logs, as in Keras.
    name = item if isinstance(item, str) else None
    if name in ("accuracy", "acc", "crossentropy", "ce"):
        item = resolve_accuracy(target, output, crossentropy=item in ("crossentropy", "ce"))
    metric: Any = metrics_module.get(item)
    if not getattr(type(metric), "_polykeras_metric", False):
        label = name or getattr(metric, "__name__", type(metric).__name__)
        metric = metrics_module.MeanMetricWrapper(metric, name=label)
    elif name is not None:
        metric.name = name
    if prefix is not None and not str(metric.name).startswith(f"{prefix}_"):
        metric.name = f"{prefix}_{metric.name}"
    return metric
