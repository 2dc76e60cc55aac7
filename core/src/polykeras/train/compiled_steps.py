"""The compiled steps of a model, kept for as long as they fit it.

Promises: a step is compiled once; it is compiled anew when the variables that it may touch, or those that
train, are no longer the ones it was compiled with. Nothing is walked while no structure has changed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from polykeras.backend import current
from polykeras.backend.resolved import Backend
from polykeras.layers.tracking import STRUCTURE
from polykeras.plugins.errors import BackendMismatch, UnknownVariables
from polykeras.train.state_lists import StepFacts, gather

Run = Callable[[Any], Any]


class CompiledSteps:
    """Steps by kind, and what was learnt of the model for them."""

    def __init__(self) -> None:
        self._runs: dict[str, Run] = {}
        self._signature: tuple[tuple[int, ...], tuple[int, ...]] | None = None
        self._version = -1
        self._home: tuple[int, Backend, frozenset[str]] | None = None

    def clear(self) -> None:
        """Forget every step."""
        self._runs.clear()
        self._signature = None
        self._home = None

    def home(self, model: Any) -> tuple[Backend, frozenset[str]]:
        """Return the backend of the model's weights and every dtype that its steps compute in.

        Without weights it is the current backend, which may change.
        """
        if self._home is not None and self._home[0] == STRUCTURE.version:
            return self._home[1:]
        variables = model.variables
        dtypes = frozenset({model.compute_dtype, *(variable.dtype for variable in variables)})
        if not variables:
            return current.current(), dtypes
        _check_one_backend(model.name, variables)
        self._home = STRUCTURE.version, variables[0].backend, dtypes
        return self._home[1:]

    def refresh(self, model: Any, *, plain: bool) -> StepFacts:
        """Drop the steps that were compiled for other variables, and return today's facts."""
        facts = gather(model, plain=plain)
        signature = (tuple(v.id for v in facts.variables), tuple(v.id for v in facts.trainable))
        if signature != self._signature:
            self._runs.clear()
            self._signature = signature
        self._version = STRUCTURE.version
        return facts

    def get(self, kind: str, make: Callable[[StepFacts], Run], model: Any, *, plain: bool, force: bool) -> Run:
        """Return the step of this kind, made with `make` unless one that fits is there.

        Args:
            kind: ``"train"``, ``"test"`` or ``"predict"``.
            make: Compiles the step for the given facts.
            model: Whose step it is.
            plain: Whether metric results may wait for a reader.
            force: Whether to make it anew in any case.
        """
        run = self._runs.get(kind)
        if run is not None and not force and self._version == STRUCTURE.version:
            return run
        facts = self.refresh(model, plain=plain)
        if force or kind not in self._runs:
            self._runs[kind] = make(facts)
        return self._runs[kind]

    def settling(
        self, kind: str, make: Callable[[StepFacts], Run], facts: StepFacts, model: Any, *, plain: bool
    ) -> Run:
        """Return a step of the user's own, which is made again if its first run makes variables.

        Optimizers and layers inside of such a step may build themselves when they are first used.

        Args:
            kind: ``"train"``, ``"test"`` or ``"predict"``.
            make: Compiles the step for the given facts.
            facts: Today's facts.
            model: Whose step it is.
            plain: Whether metric results may wait for a reader.
        """
        return _Settling(self, kind, make, facts, lambda: self.refresh(model, plain=plain))

    def keep(self, kind: str, run: Run) -> None:
        """Keep a step that fits the facts of the last `refresh`."""
        self._runs[kind] = run

    @property
    def signature(self) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
        """Return the ids of all and of the trainable variables of the last `refresh`."""
        return self._signature


class _Settling:
    """A step that learns in its first run which variables there are."""

    def __init__(
        self, steps: CompiledSteps, kind: str, make: Callable[[StepFacts], Run], facts: StepFacts,
        refresh: Callable[[], StepFacts],
    ) -> None:  # fmt: skip
        self._steps = steps
        self._kind = kind
        self._make = make
        self._facts = facts
        self._run = make(facts)
        self._refresh = refresh
        self._settled = False

    def __call__(self, batch: Any) -> Any:
        """Run one step and return its output."""
        if self._settled:
            return self._run(batch)
        before = self._steps.signature
        try:
            output = self._run(batch)
        except UnknownVariables:
            # Nothing was written. If the model holds more than it did, that is what was not known.
            self._facts = self._refresh()
            if self._steps.signature == before:
                raise
            self._run = self._make(self._facts)
            self._steps.keep(self._kind, self)
            return self(batch)
        # Where the backend needs no list of variables, the step goes on as it is.
        self._refresh()
        self._steps.keep(self._kind, self)
        self._settled = True
        self._facts.steadiness.reached = self._steps.signature == before
        return output


def _check_one_backend(name: str, variables: list[Any]) -> None:
    first: dict[str, str] = {}
    for variable in variables:
        first.setdefault(variable.backend_name, variable.path)
    if len(first) > 1:
        raise BackendMismatch(
            f"The model {name!r} has weights on several backends, and a step runs on one.\n"
            f"Received: {', '.join(f'{path!r} on {backend!r}' for backend, path in first.items())}.\n"
            "Allowed: weights on one backend.\n"
            "Make all layers under one `use_backend`, or bring parts together with `to_backend` or `set_weights`."
        )
