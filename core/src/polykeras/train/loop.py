"""The loops: epochs of steps, with callbacks, validation and logs, for any backend.

Metrics stay on the device while an epoch runs; they are read at its end, or when a callback that
wants batch logs reads them.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any, NamedTuple

import numpy as np

from polykeras import tree
from polykeras.backend import current
from polykeras.backend.resolved import Backend
from polykeras.callbacks import CallbackList
from polykeras.callbacks.lazy_logs import LazyLogs, host_logs
from polykeras.train.batches import Batches

_LARGEST_GROUP = 8
_HERE = contextlib.nullcontext()


class FitPlan(NamedTuple):
    """What `fit` does besides stepping."""

    epochs: int
    initial_epoch: int
    validation: Batches | None
    validation_freq: Any


def on_backend(backend: Backend, dtypes: frozenset[str]) -> AbstractContextManager[None]:
    """Return a context that runs a loop on the model's own backend and in its precision."""
    if backend is current.current() and not backend.needs_scope(dtypes):
        return _HERE
    return _elsewhere(backend, dtypes)


@contextlib.contextmanager
def _elsewhere(backend: Backend, dtypes: frozenset[str]) -> Iterator[None]:
    with contextlib.ExitStack() as stack:
        if backend is not current.current():
            stack.enter_context(current.override(backend))
        stack.enter_context(backend.precision_scope(dtypes))
        yield


def groups(batches: Iterator[Any], size: int) -> Iterator[list[Any]]:
    """Yield lists of `size` batches, the last one shorter if need be."""
    group: list[Any] = []
    for batch in batches:
        group.append(batch)
        if len(group) == size:
            yield group
            group = []
    if group:
        yield group


def run_group(run: Callable[[Any], Any], group: list[Any]) -> Any:
    """Run the batches of one execution, at most eight fused into one compiled call."""
    output = None
    if len(group) == 1:
        return run(group[0])
    for start in range(0, len(group), _LARGEST_GROUP):
        output = run(group[start : start + _LARGEST_GROUP])
    return output


def fit(model: Any, batches: Batches, plan: FitPlan, callbacks: CallbackList) -> None:
    """Run the epochs of a training."""
    model.stop_training = False
    callbacks.on_train_begin()
    logs: dict[str, Any] = {}
    for epoch in range(plan.initial_epoch, plan.epochs):
        model.reset_metrics()
        callbacks.on_epoch_begin(epoch)
        logs = _train_epoch(model, batches, epoch, callbacks)
        if plan.validation is not None and _validates(epoch + 1, plan.validation_freq):
            results = evaluate(model, plan.validation, callbacks)
            logs.update({f"val_{name}": value for name, value in results.items()})
        callbacks.on_epoch_end(epoch, logs)
        if model.stop_training:
            break
    callbacks.on_train_end(logs)


def _train_epoch(model: Any, batches: Batches, epoch: int, callbacks: CallbackList) -> dict[str, Any]:
    run = model.make_train_function()
    backend = model.loop_backend()
    wanted = callbacks.batch_logs_wanted("train")
    step, output = 0, None
    for group in groups(batches.epoch(epoch, backend), model.steps_per_execution):
        callbacks.on_train_batch_begin(step)
        output = run_group(run, group)
        step += len(group)
        callbacks.on_train_batch_end(step - 1, _lazy(model, output) if wanted else None)
        if model.stop_training:
            break
    return host_logs(_results(model, output))


def _lazy(model: Any, output: Any) -> LazyLogs:
    return LazyLogs(lambda: _results(model, output))


def _results(model: Any, output: Any) -> dict[str, Any]:
    """Return what the last step returned, or the metrics' results when it returned nothing."""
    if isinstance(output, list):
        output = output[-1]
    results: dict[str, Any] = model.get_metrics_result() if output is None else dict(output)
    return results


def _validates(epoch: int, frequency: Any) -> bool:
    if isinstance(frequency, (list, tuple, set, frozenset, range)):
        return epoch in frequency
    return epoch % int(frequency) == 0


def evaluate(model: Any, batches: Batches, callbacks: CallbackList) -> dict[str, Any]:
    """Run a pass of test steps and return the results as floats."""
    run = model.make_test_function()
    backend = model.loop_backend()
    wanted = callbacks.batch_logs_wanted("test")
    model.reset_metrics()
    callbacks.on_test_begin()
    step, output = 0, None
    for group in groups(batches.epoch(0, backend), model.steps_per_execution):
        callbacks.on_test_batch_begin(step)
        output = run_group(run, group)
        step += len(group)
        callbacks.on_test_batch_end(step - 1, _lazy(model, output) if wanted else None)
        if getattr(model, "stop_evaluating", False):
            break
    logs = host_logs(_results(model, output))
    callbacks.on_test_end(logs)
    return logs


def predict(model: Any, batches: Batches, callbacks: CallbackList) -> Any:
    """Run a pass of predict steps and return the outputs joined along the first axis, on the host."""
    run = model.make_predict_function()
    backend = model.loop_backend()
    to_host = backend.tensors.to_host
    callbacks.on_predict_begin()
    done: list[list[np.ndarray]] = []
    pending: Any = None
    structure: Any = None
    for step, batch in enumerate(batches.epoch(0, backend)):
        callbacks.on_predict_batch_begin(step)
        output = run(batch)
        # Reading the output before last leaves the device busy with the last one.
        if pending is not None:
            done.append([to_host(leaf) for leaf in pending])
        pending, structure = tree.flatten_with_spec(output)
        callbacks.on_predict_batch_end(step, {"outputs": output})
    if pending is not None:
        done.append([to_host(leaf) for leaf in pending])
    callbacks.on_predict_end()
    joined = [leaves[0] if len(done) == 1 else np.concatenate(leaves) for leaves in zip(*done, strict=True)]
    return tree.unflatten(structure, [np.array(leaf) for leaf in joined])
