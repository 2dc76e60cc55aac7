"""`Trainer`: compile, fit, evaluate, predict, and their single-batch forms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any

import numpy as np

from polykeras import optimizers, tree
from polykeras.backend.resolved import Backend
from polykeras.backend.run_limits import limited_epochs
from polykeras.callbacks import CallbackList
from polykeras.callbacks.lazy_logs import host_logs
from polykeras.layers.tracking import STEADY, unique
from polykeras.metrics import Mean
from polykeras.plugins.errors import NotCompiledError
from polykeras.train import loop, own_steps, prepare
from polykeras.train.batches import Batches, batches_of, split_batches
from polykeras.train.compile_config import CompileConfig
from polykeras.train.compile_loss import CompileLoss
from polykeras.train.compile_metrics import CompileMetrics
from polykeras.train.compiled_steps import CompiledSteps
from polykeras.train.state_lists import StepFacts
from polykeras.train.steps import Steps
from polykeras.train.unpack import unpack_x_y_sample_weight

# Shared by the loops that nobody watches: it has no callbacks, so it has no state.
_NOBODY = CallbackList()


class Trainer(CompileConfig, Steps):
    """Mixin of `Model`: the training API of Keras."""

    name: str
    _steps: CompiledSteps

    def _start_trainer(self) -> None:
        start: dict[str, Any] = {
            "optimizer": None,
            "stop_training": False,
            "compiled": False,
            "_compiled_with": {},
            "run_eagerly": False,
            "jit_compile": "auto",
            "steps_per_execution": 1,
            "_compile_loss": None,
            "_compile_metrics": None,
            "_loss_tracker": None,
            "_step_facts": None,
            "_steps": CompiledSteps(),
        }
        for attribute, value in start.items():
            object.__setattr__(self, attribute, value)

    def __getstate__(self) -> dict[str, Any]:
        """Return the attributes without what is compiled for this process."""
        state: dict[str, Any] = dict(super().__getstate__())  # type: ignore[call-overload]
        return {**state, "_steps": CompiledSteps(), "_step_facts": None}

    # ------------------------------------------------------------------ compile

    def compile(
        self,
        optimizer: Any = "rmsprop",
        loss: Any = None,
        loss_weights: Any = None,
        metrics: Any = None,
        weighted_metrics: Any = None,
        run_eagerly: bool = False,
        steps_per_execution: int = 1,
        jit_compile: bool | str = "auto",
        auto_scale_loss: bool = True,
    ) -> None:
        """Say how the model is trained.

        Args:
            optimizer: Identifier or `Optimizer`.
            loss: Identifier, function or `Loss`; a list or dict for several outputs.
            loss_weights: Factors of the losses, by output.
            metrics: Identifiers, functions or `Metric`s; a list or dict for several outputs.
            weighted_metrics: Metrics that see the sample weights.
            run_eagerly: Whether steps run without compilation.
            steps_per_execution: Batches per compiled call.
            jit_compile: ``True``, ``False``, or ``"auto"`` for the backend's own choice.
            auto_scale_loss: Whether a half-precision policy gets a scaled loss.
        """
        if jit_compile not in (True, False, "auto"):
            raise ValueError(
                f"`jit_compile` is not usable.\nReceived: {jit_compile!r}.\n"
                'Allowed: True, False or "auto".\nPass one of these.'
            )
        if isinstance(steps_per_execution, bool) or not isinstance(steps_per_execution, int) or steps_per_execution < 1:
            raise ValueError(
                f"`steps_per_execution` is not usable.\nReceived: {steps_per_execution!r}.\n"
                "Allowed: integers from 1 up.\nPass one of these."
            )
        names = self.output_names  # type: ignore[attr-defined]
        compile_loss = None if loss is None else CompileLoss(loss, loss_weights, names)
        if compile_loss is not None:
            compile_loss.check()
        values: dict[str, Any] = {
            "optimizer": optimizers.get(optimizer),
            "_compile_loss": compile_loss,
            "_compile_metrics": CompileMetrics(metrics, weighted_metrics, names),
            "_loss_tracker": Mean(name="loss"),
            "run_eagerly": run_eagerly,
            "jit_compile": jit_compile,
            "steps_per_execution": steps_per_execution,
            "auto_scale_loss": auto_scale_loss,
            "compiled": True,
            "_compiled_with": {
                "loss": loss,
                "loss_weights": loss_weights,
                "metrics": metrics,
                "weighted_metrics": weighted_metrics,
                "run_eagerly": run_eagerly,
                "steps_per_execution": steps_per_execution,
                "jit_compile": jit_compile,
            },
            "_steps": CompiledSteps(),
            "_step_facts": None,
        }
        for attribute, value in values.items():
            object.__setattr__(self, attribute, value)

    def _require_compiled(self, method: str) -> None:
        if not self.compiled:
            raise NotCompiledError(
                f"The model {self.name!r} cannot `{method}` yet.\nReceived: a model that was not compiled.\n"
                f"Allowed: `{method}` after `compile`.\n"
                "Call `model.compile(optimizer=..., loss=...)` first."
            )

    compiled: bool
    steps_per_execution: int
    stop_training: bool
    run_eagerly: bool
    jit_compile: bool | str

    @property
    def compiled_loss(self) -> CompileLoss | None:
        """Return the loss that `compile` was given, bound to the outputs."""
        answer: CompileLoss | None = self._compile_loss
        return answer

    @property
    def compiled_metrics(self) -> CompileMetrics | None:
        """Return the metrics that `compile` was given, bound to the outputs."""
        answer: CompileMetrics | None = self._compile_metrics
        return answer

    @property
    def loss(self) -> Any:
        """Return what `compile` was given as loss."""
        return None if self._compile_loss is None else self._compile_loss.given

    @property
    def metrics(self) -> list[Any]:
        """Return the loss's own metric, the compiled ones and those of the layers."""
        return unique(iter((*self.built_in_metrics(), *super().metrics)))  # type: ignore[misc]

    def built_in_metrics(self) -> list[Any]:
        """Return what the built-in steps update: the loss's own metric and the compiled ones."""
        own: list[Any] = []
        if self._loss_tracker is not None and (self._compile_loss is not None or self.optimizer is not None):
            own.append(self._loss_tracker)
        if self._compile_loss is not None:
            own.extend(self._compile_loss.trackers)
        if self._compile_metrics is not None:
            own.extend(self._compile_metrics.metrics)
        return own

    def every_metric(self) -> list[Any]:
        """Return `metrics` and the built-in ones, which a `metrics` of the user's own need not list."""
        return unique(iter((*self.metrics, *self.built_in_metrics())))

    @property
    def metrics_names(self) -> list[str]:
        """Return the names of the metrics, in the order of `evaluate`'s list."""
        return [metric.name for metric in self.metrics]

    def reset_metrics(self) -> None:
        """Set every metric back to its start."""
        for metric in self.every_metric():
            metric.reset_state()

    # ------------------------------------------------------------------ compiled steps

    def loop_backend(self) -> Backend:
        """Return the backend of the model's weights, or the current one when it has none."""
        return self._steps.home(self)[0]

    def _at_home(self) -> AbstractContextManager[None]:
        """Return a context on the model's own backend and in its precision."""
        return loop.on_backend(*self._steps.home(self))

    def make_train_function(self, force: bool = False) -> Callable[[Any], Any]:
        """Return the compiled training step, made once; again with `force`."""
        return self._made("train", self.train_step, force=force)

    def make_test_function(self, force: bool = False) -> Callable[[Any], Any]:
        """Return the compiled test step, made once; again with `force`."""
        return self._made("test", self.test_step, force=force)

    def make_predict_function(self, force: bool = False) -> Callable[[Any], Any]:
        """Return the compiled predict step, made once; again with `force`."""
        return self._made("predict", self.predict_step, force=force)

    def _made(self, kind: str, step: Callable[[Any], Any], *, force: bool) -> Callable[[Any], Any]:
        own = own_steps.is_own(self, kind)
        if own:
            step = own_steps.prepared(self, kind, step)

        def make(facts: StepFacts) -> Callable[[Any], Any]:
            jit = None if self.jit_compile == "auto" else bool(self.jit_compile)

            def run(batch: Any) -> Any:
                object.__setattr__(self, "_step_facts", facts)
                outer, STEADY.token = STEADY.token, facts.steadiness if facts.steadiness.reached else None
                try:
                    # Several batches of one execution come as a list; one batch never does.
                    return [step(item) for item in batch] if isinstance(batch, list) else step(batch)
                finally:
                    STEADY.token = outer
                    object.__setattr__(self, "_step_facts", None)

            training = self.loop_backend().training
            own_gradients = own and kind == "train"
            return training.compile_step(
                run, facts.variables, jit=jit, eager=bool(self.run_eagerly), own_gradients=own_gradients
            )

        plain = self._plain_metrics()

        def make_settling(facts: StepFacts) -> Callable[[Any], Any]:
            return self._steps.settling(kind, make, facts, self, plain=plain)

        return self._steps.get(kind, make_settling if own else make, self, plain=plain, force=force)

    @property
    def own_optimizers(self) -> list[Any]:
        """Return the optimizers that are attributes of the model, beside the one of `compile`."""
        return [item for item in self._held() if getattr(type(item), "_polykeras_optimizer", False)]  # type: ignore[attr-defined]

    @property
    def has_call(self) -> bool:
        """Return whether the model can be called at all."""
        return True

    def _plain_metrics(self) -> bool:
        """Return whether results may wait: nobody overrode what a step returns."""
        kind = type(self)
        return all(
            getattr(kind, name) is getattr(Steps, name) for name in ("train_step", "test_step", "compute_metrics")
        )

    def _prepare(self, batches: Batches, *, training: bool) -> None:
        """Build what is not built, drop compiled steps that no longer fit, and check the labels."""
        first = batches.first(self.loop_backend())
        prepare.build_all(self, first, training=training)
        self._steps.refresh(self, plain=self._plain_metrics())
        prepare.check_targets(self, batches, first)

    def _dict_inputs(self) -> tuple[str, ...] | None:
        """Return the keys of the inputs where they are a dict, for data whose columns have names."""
        graph = getattr(self, "_graph", None)
        return tuple(graph.inputs) if graph is not None and isinstance(graph.inputs, dict) else None

    # ------------------------------------------------------------------ loops

    def fit(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        epochs: int = 1,
        verbose: Any = "auto",
        callbacks: Any = None,
        validation_split: float = 0.0,
        validation_data: Any = None,
        shuffle: bool = True,
        class_weight: Mapping[int, float] | None = None,
        sample_weight: Any = None,
        initial_epoch: int = 0,
        steps_per_epoch: int | None = None,
        validation_steps: int | None = None,
        validation_batch_size: int | None = None,
        validation_freq: Any = 1,
    ) -> Any:
        """Train the model and return the `History` of the epochs.

        Args:
            x: Inputs, or a source of batches.
            y: Targets.
            batch_size: Samples per batch; 32 for arrays when ``None``.
            epochs: Number of the epoch to stop before.
            verbose: 0 silent, 1 progress line, 2 one line per epoch, ``"auto"``.
            callbacks: Callbacks, or a `CallbackList`.
            validation_split: Fraction of the last samples to hold out.
            validation_data: ``(x, y)``, ``(x, y, sample_weight)`` or a source of batches.
            shuffle: Whether to permute the samples in each epoch.
            class_weight: Class index to weight.
            sample_weight: Weights per sample.
            initial_epoch: Number of the first epoch.
            steps_per_epoch: Steps per epoch; one pass for ``None``.
            validation_steps: Steps per validation.
            validation_batch_size: Samples per batch of validation; `batch_size` for ``None``.
            validation_freq: Validate every so many epochs, or after the listed ones.
        """
        self._require_compiled("fit")
        epochs = limited_epochs(epochs)
        batches = batches_of(
            x, y, sample_weight,
            batch_size=batch_size, shuffle=shuffle, steps=steps_per_epoch, class_weight=class_weight,
            names=self._dict_inputs(), start=initial_epoch, steps_name="steps_per_epoch",
        )  # fmt: skip
        validation = None
        if validation_data is not None:
            parts = unpack_x_y_sample_weight(validation_data)
            size = validation_batch_size or batch_size
            validation = batches_of(
                *parts,
                batch_size=size, steps=validation_steps, names=self._dict_inputs(), anew=True,
                steps_name="validation_steps",
            )  # fmt: skip
        elif validation_split:
            batches, validation = split_batches(batches, validation_split)
        with self._at_home():
            self._prepare(batches, training=True)
            events = self._callbacks(callbacks, add_history=True, verbose=verbose, epochs=epochs, steps=batches.steps)
            plan = loop.FitPlan(epochs, initial_epoch, validation, validation_freq)
            loop.fit(self, batches, plan, events)
        return self.history

    history: Any

    def evaluate(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        verbose: Any = "auto",
        sample_weight: Any = None,
        steps: int | None = None,
        callbacks: Any = None,
        return_dict: bool = False,
        **kwargs: Any,
    ) -> Any:
        """Return loss and metrics over the data: a list in the order of `metrics_names`, or a dict.

        Args:
            x: Inputs, or a source of batches.
            y: Targets.
            batch_size: Samples per batch; 32 for arrays when ``None``.
            verbose: 0 silent, 1 progress line, 2 one line, ``"auto"``.
            sample_weight: Weights per sample.
            steps: Number of batches; one pass for ``None``.
            callbacks: Callbacks, or a `CallbackList`.
            return_dict: Whether to return a dict by name.
            **kwargs: Nothing else; refused by name.
        """
        _refuse_extra("evaluate", kwargs)
        self._require_compiled("evaluate")
        names = self._dict_inputs()
        batches = batches_of(x, y, sample_weight, batch_size=batch_size, steps=steps, names=names)
        with self._at_home():
            self._prepare(batches, training=False)
            events = self._callbacks(callbacks, verbose=verbose, epochs=1, steps=batches.steps)
            logs = loop.evaluate(self, batches, events)
        return logs if return_dict else _listed(logs)

    def predict(
        self, x: Any, batch_size: int | None = None, verbose: Any = "auto", steps: int | None = None,
        callbacks: Any = None,
    ) -> Any:  # fmt: skip
        """Return the outputs for `x` as NumPy arrays, in the outputs' structure.

        Args:
            x: Inputs, or a source of batches.
            batch_size: Samples per batch; 32 for arrays when ``None``.
            verbose: 0 silent, 1 progress line, 2 one line, ``"auto"``.
            steps: Number of batches; one pass for ``None``.
            callbacks: Callbacks, or a `CallbackList`.
        """
        batches = batches_of(x, None, None, batch_size=batch_size, steps=steps, names=self._dict_inputs())
        with self._at_home():
            if not self.built:
                prepare.build_to_predict(self, batches.first(self.loop_backend()))
            events = self._callbacks(callbacks, verbose=verbose, epochs=1, steps=batches.steps)
            return loop.predict(self, batches, events)

    built: bool

    def _callbacks(self, callbacks: Any, *, add_history: bool = False, verbose: Any, **params: Any) -> CallbackList:
        if isinstance(callbacks, CallbackList):
            return callbacks
        if not callbacks and not add_history and verbose in (0, False):
            return _NOBODY
        return CallbackList(
            callbacks, add_history=add_history, add_progbar=verbose not in (0, False), model=self,
            verbose=verbose, **params,
        )  # fmt: skip

    # ------------------------------------------------------------------ single batches

    def train_on_batch(
        self, x: Any, y: Any = None, sample_weight: Any = None, class_weight: Any = None, return_dict: bool = False
    ) -> Any:
        """Train on one batch and return loss and metrics so far."""
        self._require_compiled("train_on_batch")
        return self._on_batch("train", x, y, sample_weight, class_weight, return_dict=return_dict)

    def test_on_batch(self, x: Any, y: Any = None, sample_weight: Any = None, return_dict: bool = False) -> Any:
        """Evaluate one batch and return loss and metrics so far."""
        self._require_compiled("test_on_batch")
        return self._on_batch("test", x, y, sample_weight, None, return_dict=return_dict)

    def _on_batch(self, kind: str, x: Any, y: Any, sample_weight: Any, class_weight: Any, *, return_dict: bool) -> Any:
        size = max(1, _length(x))
        batches = batches_of(x, y, sample_weight, batch_size=size, class_weight=class_weight, names=self._dict_inputs())
        with self._at_home():
            self._prepare(batches, training=kind == "train")
            run = self.make_train_function() if kind == "train" else self.make_test_function()
            output = run(next(batches.epoch(0, self.loop_backend())))
            logs = host_logs(self.get_metrics_result() if output is None else output)
        return logs if return_dict else _listed(logs)

    def predict_on_batch(self, x: Any) -> Any:
        """Return the outputs for one batch as NumPy arrays."""
        batches = batches_of(x, None, None, batch_size=max(1, _length(x)), names=self._dict_inputs())
        backend = self.loop_backend()
        with self._at_home():
            batch = batches.first(self.loop_backend())
            if not self.built:
                prepare.build_to_predict(self, batch)
            output = self.make_predict_function()(next(batches.epoch(0, backend)))
            return tree.map_structure(lambda leaf: np.array(backend.tensors.to_host(leaf)), output)


def _length(x: Any) -> int:
    return next((len(leaf) for leaf in tree.flatten(x) if np.ndim(leaf) > 0), 1)


def _listed(logs: Mapping[str, Any]) -> Any:
    values = list(logs.values())
    return values[0] if len(values) == 1 else values


def _refuse_extra(method: str, kwargs: Mapping[str, Any]) -> None:
    if kwargs:
        raise ValueError(
            f"`{method}` got arguments that it does not have.\nReceived: {', '.join(kwargs)}.\n"
            "Allowed: x, y, batch_size, verbose, sample_weight, steps, callbacks, return_dict.\nRemove them."
        )
