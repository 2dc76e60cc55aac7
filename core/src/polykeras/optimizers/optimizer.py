"""What an optimizer is: weights changed by gradients, with state beside them.

One call of `apply` clips the gradients, decays the weights, updates them, applies their constraints, moves
the averages and counts. All of it is written over ops and variables, so it runs eagerly, in a compiled
step and inside an overlay alike. State is made by `build`, never later.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Self

from polykeras import ops
from polykeras.backend import current
from polykeras.metrics.accumulate import accumulate
from polykeras.ops import abstract
from polykeras.optimizers import moving_average, schedules
from polykeras.optimizers.accumulation import accumulate_or_update
from polykeras.optimizers.arguments import checked_clipping, checked_count, checked_fraction, refuse_unknown
from polykeras.optimizers.gradient_clipping import clip_by_global_norm, clip_by_norm, clip_by_value
from polykeras.optimizers.learning_rate import Rule, as_rate, config_of_rate, rate_variable
from polykeras.optimizers.optimizer_state import OptimizerState
from polykeras.optimizers.plan import Plan, paired
from polykeras.optimizers.schedules.learning_rate_schedule import LearningRateSchedule
from polykeras.optimizers.weight_decay import Exclusions, decay
from polykeras.registry.naming import unique_name
from polykeras.state import overlay
from polykeras.state.binding import bound
from polykeras.state.moving import move
from polykeras.state.variable import Variable


class Optimizer(OptimizerState):
    """Base of all optimizers; subclass it and define `update_step`, and `build` where there is state.

    Args:
        learning_rate: A number, a `LearningRateSchedule`, or a function without arguments.
        weight_decay: Part of each weight that is subtracted, times the learning rate; ``None`` for none.
        clipnorm: Largest norm of each gradient.
        clipvalue: Largest absolute value of each element of a gradient.
        global_clipnorm: Largest norm of all gradients together. At most one of the three may be given.
        use_ema: Whether to keep a moving average of the weights.
        ema_momentum: Part of that average that is kept at each step, in [0, 1].
        ema_overwrite_frequency: Every so many steps the averages replace the weights.
        loss_scale_factor: Factor of the loss, by which gradients are divided again.
        gradient_accumulation_steps: Calls per update, from 2 up; gradients are averaged over them.
        name: Name; the class's own in snake case, made unique, for ``None``.

    Raises:
        ValueError: If an argument is out of its range, or unknown.

    >>> class Plain(Optimizer):
    ...     def update_step(self, gradient, variable, learning_rate):
    ...         self.assign_sub(variable, gradient * learning_rate)
    >>> weight = Variable(1.0)
    >>> Plain(0.5).apply([1.0], [weight])
    >>> float(weight)
    0.5
    """

    _polykeras_optimizer = True

    def __init__(
        self,
        learning_rate: Any,
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
        kind = type(self).__name__
        refuse_unknown(kind, kwargs)
        checked_clipping(kind, clipnorm=clipnorm, clipvalue=clipvalue, global_clipnorm=global_clipnorm)
        self.name = name or unique_name(kind)
        self.weight_decay = weight_decay
        self.clipnorm = clipnorm
        self.clipvalue = clipvalue
        self.global_clipnorm = global_clipnorm
        self.use_ema = use_ema
        self.ema_momentum = checked_fraction(kind, "ema_momentum", ema_momentum) if use_ema else ema_momentum
        self.ema_overwrite_frequency = checked_count(kind, "ema_overwrite_frequency", ema_overwrite_frequency, 1)
        self.loss_scale_factor = loss_scale_factor
        self.gradient_accumulation_steps = checked_count(
            kind, "gradient_accumulation_steps", gradient_accumulation_steps, 2
        )
        self.built = False
        self._trainable_variables: list[Variable] = []
        self._averages: list[Variable] = []
        self._accumulators: list[Variable] = []
        self._exclusions = Exclusions()
        self._plan: Plan | None = None
        self._positions: dict[int, int] | None = None
        self._iterations = Variable(
            0, dtype="int32", trainable=False, aggregation="only_first_replica", name="iteration",
            path=f"{self.name}/iteration", placement="host",
        )  # fmt: skip
        self._variables: list[Variable] = [self._iterations]
        # The number that the learning rate starts with: a config can be written before there is a value.
        self._first_rate: float | None = None
        self._learning_rate: Variable | Rule = self._taken_rate(as_rate(kind, learning_rate))

    @property
    def iterations(self) -> Any:
        """Return the number of updates so far."""
        if self.gradient_accumulation_steps:
            return ops.floor_divide(self._iterations, self.gradient_accumulation_steps)
        return self._iterations

    def build(self, variables: Sequence[Variable]) -> None:
        """Make the state for these variables; a second call does nothing.

        Args:
            variables: The variables to be updated. The state is kept by their backend.
        """
        if self.built:
            return
        self._trainable_variables = list(variables)
        if self._trainable_variables:
            name = self._trainable_variables[0].backend_name
            for variable in self._variables:
                move(variable, name)
        if self.use_ema:
            self._averages = self.add_optimizer_variables(variables, "average")
        if self.gradient_accumulation_steps:
            self._accumulators = self.add_optimizer_variables(variables, "gradient_accumulator")
        self.built = True

    # ------------------------------------------------------------------ learning rate

    @property
    def learning_rate(self) -> Any:
        """Return the learning rate: a variable, or the value that a schedule or a function gives now."""
        return self._get_current_learning_rate()

    @learning_rate.setter
    def learning_rate(self, learning_rate: Any) -> None:
        given = as_rate(type(self).__name__, learning_rate)
        if not isinstance(given, float):
            if isinstance(self._learning_rate, Variable):
                self._variables = [v for v in self._variables if v is not self._learning_rate]
            self._learning_rate = self._taken_rate(given)
        elif isinstance(self._learning_rate, Variable):
            self._learning_rate.assign(given)
        else:
            raise TypeError(
                f"The learning rate of {self.name!r} cannot be set to a number.\n"
                f"Received: learning_rate={learning_rate!r}, where {self._learning_rate!r} gives it.\n"
                "Allowed: another schedule or function.\n"
                "Make the optimizer with a number if it is to be set later."
            )

    def _taken_rate(self, given: float | Rule) -> Variable | Rule:
        if not isinstance(given, float):
            self._first_rate = None
            return given
        self._first_rate = given
        variable = rate_variable(self.name, given)
        self._variables.insert(1, variable)
        return variable

    def _get_current_learning_rate(self) -> Any:
        rate = self._learning_rate
        if isinstance(rate, Variable):
            return rate
        return rate(self.iterations) if isinstance(rate, LearningRateSchedule) else rate()

    # ------------------------------------------------------------------ applying gradients

    def apply_gradients(self, grads_and_vars: Iterable[tuple[Any, Variable]]) -> Variable:
        """Update variables by their gradients, given in pairs; return the count of calls."""
        pairs = list(grads_and_vars)
        self.apply([gradient for gradient, _ in pairs], [variable for _, variable in pairs])
        return self._iterations

    def apply(self, grads: Sequence[Any], trainable_variables: Sequence[Variable] | None = None) -> None:
        """Update variables by their gradients.

        Args:
            grads: One gradient per variable; a variable whose gradient is ``None`` stays as it is.
            trainable_variables: The variables; those of `build` for ``None``.

        Raises:
            ValueError: If gradients and variables do not fit, or the optimizer was built with others.
        """
        if trainable_variables is None:
            self._require_built("apply")
            trainable_variables = self._trainable_variables
        gradients, variables = paired(grads, trainable_variables)
        if not variables:
            return
        if not self.built:
            self.build(list(trainable_variables))
        if abstract.in_abstract_scope():
            return  # a step is being rehearsed, so that everything in it is built
        plan = self._planned(variables)
        if plan.backend is not current.current():
            with current.override(plan.backend):
                self._apply_scoped(gradients, plan)
        else:
            self._apply_scoped(gradients, plan)

    def _get_variable_index(self, variable: Variable) -> int:
        """Return the position of a variable among those of `build`; for use in `update_step`, as in Keras."""
        if self._positions is None:
            self._positions = {id(built): index for index, built in enumerate(self._trainable_variables)}
        return self._positions[id(variable)]

    def _planned(self, variables: Sequence[Variable]) -> Plan:
        plan = self._plan
        if plan is None or not plan.is_for(variables):
            plan = self._plan = Plan(variables, self._trainable_variables, self._exclusions)
        return plan

    def _apply_scoped(self, gradients: list[Any], plan: Plan) -> None:
        if plan.scoped:
            with plan.backend.precision_scope(plan.dtypes):
                self._apply(gradients, plan)
        else:
            self._apply(gradients, plan)

    def _apply(self, gradients: list[Any], plan: Plan) -> None:
        gradients = plan.tensors(gradients)
        if self.loss_scale_factor is not None:
            gradients = [ops.divide(gradient, self.loss_scale_factor) for gradient in gradients]
        steps = self.gradient_accumulation_steps
        if steps:
            totals = [self._accumulators[index] for index in plan.indices]
            accumulate_or_update(gradients, totals, steps, self._iterations, lambda means: self._update(means, plan))
        else:
            self._update(gradients, plan)
        accumulate(self._iterations, 1)

    def _update(self, gradients: list[Any], plan: Plan) -> None:
        """Do everything that one update is, but for counting it."""
        gradients = self._clipped(gradients)
        learning_rate = self._get_current_learning_rate()
        if self.weight_decay:
            decay(plan, learning_rate, self.weight_decay)
        self._update_weights(gradients, plan, learning_rate)
        for variable in plan.constrained:
            variable.assign(variable.constraint(variable.value))
        if self.use_ema:
            averages = [self._averages[index] for index in plan.indices]
            moving_average.update_averages(averages, plan.variables, self.ema_momentum, self.iterations)
            if self.ema_overwrite_frequency:
                moving_average.overwrite_every(self.ema_overwrite_frequency, averages, plan.variables, self.iterations)

    def _clipped(self, gradients: list[Any]) -> list[Any]:
        if self.clipnorm is not None:
            return clip_by_norm(gradients, self.clipnorm)
        if self.global_clipnorm is not None:
            return clip_by_global_norm(gradients, self.global_clipnorm)
        if self.clipvalue is not None:
            return clip_by_value(gradients, self.clipvalue)
        return gradients

    def _update_weights(self, gradients: list[Any], plan: Plan, learning_rate: Any) -> None:
        for gradient, variable in zip(gradients, plan.variables, strict=True):
            self.update_step(gradient, variable, learning_rate)

    def update_step(self, gradient: Any, variable: Variable, learning_rate: Any) -> None:
        """Update one variable; to be defined by subclasses.

        Args:
            gradient: Tensor in the shape and dtype of the variable.
            variable: The variable, to be assigned.
            learning_rate: Scalar: a variable, a tensor or a number.
        """
        raise NotImplementedError(
            f"The optimizer {type(self).__name__} cannot update anything: it has no `update_step`.\n"
            f"Received: an object of {type(self).__qualname__}.\n"
            "Allowed: subclasses of `Optimizer` that define `update_step(gradient, variable, learning_rate)`.\n"
            "Define it, assigning the new value to the variable."
        )

    def stateless_apply(
        self, optimizer_variables: Sequence[Any], grads: Sequence[Any], trainable_variables: Sequence[Any]
    ) -> tuple[list[Any], list[Any]]:
        """Return the values of weights and state after an update; the variables stay as they are.

        Args:
            optimizer_variables: Values of `variables`, in their order.
            grads: One gradient per variable that the optimizer was built with.
            trainable_variables: Values of those variables, in their order.

        Returns:
            New values of the weights, new values of the state.

        Raises:
            ValueError: If the optimizer is not built, or there are more or fewer values than variables.
        """
        self._require_built("stateless_apply")
        me = f"optimizer {self.name!r}"
        values = bound(me, "state", self._variables, optimizer_variables)
        values |= bound(me, "weights", self._trainable_variables, trainable_variables)
        with overlay.overlaid(overlay.Overlay(values)) as scope:
            self.apply(grads, self._trainable_variables)
        return (
            [scope.values[variable.id] for variable in self._trainable_variables],
            [scope.values[variable.id] for variable in self._variables],
        )

    def scale_loss(self, loss: Any) -> Any:
        """Return the loss times `loss_scale_factor`, whose gradients `apply` divides again."""
        return loss if self.loss_scale_factor is None else ops.multiply(loss, self.loss_scale_factor)

    def exclude_from_weight_decay(
        self, var_list: Sequence[Variable] | None = None, var_names: Sequence[str] | None = None
    ) -> None:
        """Leave variables out of the weight decay.

        Args:
            var_list: Variables.
            var_names: Regular expressions, found anywhere in a variable's name or path.
        """
        self._exclusions.add(var_list, var_names)
        self._plan = None

    def finalize_variable_values(self, var_list: Sequence[Variable]) -> None:
        """Replace variables by their moving averages where these are kept; call it after the training."""
        if self.use_ema and var_list:
            plan = Plan(var_list, self._trainable_variables, self._exclusions)
            moving_average.overwrite([self._averages[index] for index in plan.indices], plan.variables)

    # ------------------------------------------------------------------ configs

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of ``__init__``, by name, as JSON-able values."""
        return {
            "name": self.name,
            "learning_rate": config_of_rate(self._learning_rate, self._first_rate),
            "weight_decay": self.weight_decay,
            "clipnorm": self.clipnorm,
            "global_clipnorm": self.global_clipnorm,
            "clipvalue": self.clipvalue,
            "use_ema": self.use_ema,
            "ema_momentum": self.ema_momentum,
            "ema_overwrite_frequency": self.ema_overwrite_frequency,
            "loss_scale_factor": self.loss_scale_factor,
            "gradient_accumulation_steps": self.gradient_accumulation_steps,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> Self:
        """Return an optimizer made from what `get_config` returned.

        Args:
            config: Arguments by name.
            custom_objects: Names the caller vouches for, for a schedule.
        """
        rate = config.get("learning_rate")
        if isinstance(rate, dict):
            config = {**config, "learning_rate": schedules.deserialize(rate, custom_objects)}
        return cls(**config)

    def __getstate__(self) -> dict[str, Any]:
        """Return the attributes without what holds for this process only."""
        rate = config_of_rate(self._learning_rate, self._first_rate) if self._first_rate is not None else None
        return {**self.__dict__, "_plan": None, "_positions": None, "_first_rate": rate}

    def __repr__(self) -> str:
        return f"<{type(self).__name__} name={self.name}>"
