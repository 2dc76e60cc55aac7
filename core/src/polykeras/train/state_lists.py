"""What a run of steps needs to know of a model, gathered once before it starts."""

from __future__ import annotations

from typing import Any, NamedTuple

from polykeras.state.variable import Variable


class Steadiness:
    """Whether a step of the user's own has run and built nothing, so that what it holds will not change any more."""

    __slots__ = ("reached",)

    def __init__(self) -> None:
        self.reached = False


class StepFacts(NamedTuple):
    """Facts that hold for every step of a run.

    Attributes:
        trainable: Variables that train, in order.
        regularized: Whether some weight has a regularizer.
        plain: Whether metrics are the compiled ones, so that their results can wait for a reader.
        variables: Every variable that a step may read or write.
        steadiness: What is found out about a step of the user's own as it runs.
    """

    trainable: list[Variable]
    regularized: bool
    plain: bool
    variables: list[Variable]
    steadiness: Steadiness


def gather(model: Any, *, plain: bool) -> StepFacts:
    """Return the facts of `model`, whose parts are all built."""
    trainable = model.trainable_variables
    optimizers = [*([] if model.optimizer is None else [model.optimizer]), *model.own_optimizers]
    optimizer = [variable for one in optimizers for variable in one.variables]
    metrics = [variable for metric in model.every_metric() for variable in metric.variables]
    every: dict[int, Variable] = {v.id: v for v in (*model.variables, *optimizer, *metrics)}
    return StepFacts(
        trainable,
        any(variable.regularizer is not None for variable in trainable),
        plain,
        list(every.values()),
        Steadiness(),
    )
