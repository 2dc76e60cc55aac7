"""Steps that a user wrote: which they are, and how those run that take the state as an argument.

``train_step(self, data)`` reads and writes variables as it likes. ``train_step(self, state, data)`` is given the
values of all variables, changes none, and returns what it would have written: the form that JAX's transforms ask for.
It runs on every backend.


| step | state | returns |
| --- | --- | --- |
| `train_step` | trainable, non-trainable, optimizer and metrics variables | ``(logs, state)`` |
| `test_step` | trainable, non-trainable and metrics variables | ``(logs, state)`` |
| `predict_step` | trainable and non-trainable variables | ``(outputs, non_trainable_variables)`` |
"""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Callable
from typing import Any

from polykeras import ops, tree
from polykeras.backend import dtypes
from polykeras.layers.tracking import STRUCTURE
from polykeras.ops import abstract
from polykeras.train.steps import Steps

_POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


def is_own(model: Any, kind: str) -> bool:
    """Return whether somebody overrode the step of this kind: ``"train"``, ``"test"`` or ``"predict"``."""
    name = f"{kind}_step"
    return getattr(type(model), name) is not getattr(Steps, name)


def takes_state(model: Any, step: Callable[..., Any]) -> bool:
    """Return whether a step is called with ``(state, data)``; ``*args`` takes what is usual on the backend."""
    parameters = inspect.signature(step).parameters.values()
    if any(one.kind is inspect.Parameter.VAR_POSITIONAL for one in parameters):
        return bool(getattr(model.loop_backend().training, "steps_take_state", False))
    return sum(one.kind in _POSITIONAL and one.default is inspect.Parameter.empty for one in parameters) == 2


def given(model: Any, batch: Any) -> Any:
    """Return a batch as a user's step gets it.

    Inputs without targets come bare, unless they are a list or tuple. Floats have the dtype of the model's weights,
    so that the framework's own operators may combine them.
    """
    if isinstance(batch, tuple) and len(batch) == 1 and not isinstance(batch[0], (list, tuple)):
        batch = batch[0]
    dtype = model.dtype
    return tree.map_structure(lambda leaf: leaf if leaf is None else _as_float(leaf, dtype), batch)


def _as_float(tensor: Any, dtype: str) -> Any:
    own = ops.dtype(tensor)
    return ops.cast(tensor, dtype) if own != dtype and dtypes.is_float(own) and dtypes.is_float(dtype) else tensor


def prepared(model: Any, kind: str, step: Callable[..., Any]) -> Callable[[Any], Any]:
    """Return a user's step as a function of a whole batch that reads and writes the variables."""
    run = _with_state(model, kind, step) if takes_state(model, step) else step
    types = model.loop_backend().types
    # The framework's own dtypes of tensors that came through `given` unchanged: those need no second look.
    fine: set[Any] = set()

    def with_batch(batch: Any) -> Any:
        if type(batch) is tuple and len(batch) > 1:
            for leaf in batch:
                if type(leaf) not in types or leaf.dtype not in fine:
                    break
            else:
                return run(batch)
        looked_at = given(model, batch)
        for leaf, before in zip(tree.flatten(looked_at), tree.flatten(batch), strict=True):
            if leaf is before and type(leaf) in types:
                fine.add(leaf.dtype)
        return run(looked_at)

    return with_batch


def _with_state(model: Any, kind: str, step: Callable[..., Any]) -> Callable[[Any], Any]:
    """Return a step that takes the state as one that takes a batch only, reading and writing the variables itself."""

    def run(batch: Any) -> Any:
        lists = _state(model, kind)
        values = tuple([variable.value for variable in variables] for variables in lists)
        output, after = step(values, batch)
        if kind == "predict":
            lists, after = lists[1:], (after,)
        if [len(part) for part in after] != [len(part) for part in lists]:
            raise ValueError(
                f"The `{kind}_step` of {model.name!r} returned a state that does not fit.\n"
                f"Received: lists of {', '.join(str(len(part)) for part in after)} values.\n"
                f"Allowed: lists of {', '.join(str(len(part)) for part in lists)} values, as it was given.\n"
                "Return the whole state, in the order in which it came."
            )
        for variables, new in zip(lists, after, strict=True):
            for variable, value in zip(variables, new, strict=True):
                variable.assign(value)
        return output

    return run


def _state(model: Any, kind: str) -> tuple[list[Any], ...]:
    weights = (model.trainable_variables, model.non_trainable_variables)
    if kind == "predict":
        return weights
    if kind == "test":
        return (*weights, model.metrics_variables)
    return (*weights, list(model.optimizer.variables), model.metrics_variables)


def rehearse(model: Any, kind: str, batch: Any) -> None:
    """Run a user's step on symbolic tensors, so that the layers and optimizers that only it knows of are built.

    A step that takes the state, or works on the framework's own tensors, cannot be rehearsed; it builds what it
    needs itself. What else fails fails again when the step runs, and is told then.
    """
    step = getattr(model, f"{kind}_step")
    if takes_state(model, step):
        return
    # What a step asks of a layer before it calls it, its list of variables say, is there in a later attempt.
    built = -1
    while built != STRUCTURE.version:
        built = STRUCTURE.version
        with contextlib.suppress(Exception), abstract.abstract_scope():
            step(given(model, batch))
            return
