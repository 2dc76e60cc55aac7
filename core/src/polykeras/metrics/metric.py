"""What a metric is: state on the device, an update from a batch, a result when somebody asks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Self

import numpy as np

from polykeras import initializers
from polykeras.backend import config
from polykeras.losses.conversion import dtype_of_argument
from polykeras.registry.naming import unique_name
from polykeras.state import overlay
from polykeras.state.binding import bound
from polykeras.state.variable import Variable


class Metric:
    """Base of all metrics; subclass it and define `update_state` and `result`.

    Variables made by `add_variable`, assigned as attributes or held by other metrics that are attributes
    belong to the metric.

    Args:
        dtype: Dtype of the state and of the result; floatx for ``None``.
        name: Name; the class's own in snake case, made unique, for ``None``.

    >>> class Largest(Metric):
    ...     def __init__(self):
    ...         super().__init__(name="largest")
    ...         self.peak = self.add_variable((), "zeros", name="peak")
    ...
    ...     def update_state(self, values):
    ...         self.peak.assign(max(float(self.peak.numpy()), *values))
    ...
    ...     def result(self):
    ...         return self.peak.value
    >>> float(Largest()([1.0, 3.0, 2.0]))
    3.0
    """

    _polykeras_metric = True
    # Which way is better, "up" or "down", under the name that Keras' metrics have for it; callbacks ask.
    _direction: str | None = None

    def __init__(self, dtype: Any = None, name: str | None = None) -> None:
        self.name = name or unique_name(type(self).__name__)
        self._dtype = dtype_of_argument(dtype) or config.floatx()
        self._variables: list[Variable] = []

    @property
    def dtype(self) -> str:
        """Return the dtype of the state."""
        return self._dtype

    @property
    def variables(self) -> list[Variable]:
        """Return the state, in the order in which it was made."""
        return list({id(variable): variable for variable in _held(self.__dict__)}.values())

    def add_variable(
        self, shape: Any, initializer: Any, dtype: Any = None, aggregation: str = "sum", name: str | None = None
    ) -> Variable:
        """Return a new variable of the state.

        Args:
            shape: Static shape.
            initializer: What `initializers.get` takes.
            dtype: Dtype; that of the metric for ``None``.
            aggregation: How replicas agree.
            name: Name.
        """
        name = name or "variable"
        variable = Variable(
            initializers.get(initializer),
            shape,
            dtype_of_argument(dtype) or self._dtype,
            trainable=False,
            aggregation=aggregation,
            name=name,
            path=f"{self.name}/{name}",
        )
        self._variables.append(variable)
        return variable

    def add_weight(
        self, shape: Any = (), initializer: Any = None, dtype: Any = None, name: str | None = None
    ) -> Variable:
        """Return a new variable of the state, a scalar of zero unless said otherwise."""
        return self.add_variable(shape, "zeros" if initializer is None else initializer, dtype, name=name)

    def reset_state(self) -> None:
        """Set the state to zeros."""
        for variable in self.variables:
            variable.assign(np.zeros(variable.shape))

    def update_state(self, *args: Any, **kwargs: Any) -> Any:
        """Update the state from one batch; to be defined by subclasses."""
        raise NotImplementedError(self._incomplete("update_state", "Define it, adding to the variables of the state."))

    def result(self) -> Any:
        """Return the metric, a scalar tensor or a dict of them; to be defined by subclasses."""
        raise NotImplementedError(self._incomplete("result", "Define it, computing a value from the state."))

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Update the state and return the result."""
        self.update_state(*args, **kwargs)
        return self.result()

    def stateless_update_state(self, metric_variables: Sequence[Any], *args: Any, **kwargs: Any) -> list[Any]:
        """Return the state after an update; that of the metric stays as it is.

        Args:
            metric_variables: Values of `variables`, in their order.
            args: Those of `update_state`.
            kwargs: Those of `update_state`.

        Raises:
            ValueError: If there are more or fewer values than variables.
        """
        variables = self.variables
        scope = self._bound(metric_variables, variables)
        with overlay.overlaid(scope):
            self.update_state(*args, **kwargs)
        return [scope.values[variable.id] for variable in variables]

    def stateless_result(self, metric_variables: Sequence[Any]) -> Any:
        """Return the metric of a state given as values of `variables`, in their order.

        Raises:
            ValueError: If there are more or fewer values than variables.
        """
        with overlay.overlaid(self._bound(metric_variables, self.variables)):
            return self.result()

    def stateless_reset_state(self) -> list[Any]:
        """Return the state after a reset, as values of `variables`."""
        variables = self.variables
        scope = overlay.Overlay({})
        with overlay.overlaid(scope):
            self.reset_state()
            return [variable.value for variable in variables]

    def _bound(self, values: Sequence[Any], variables: list[Variable]) -> overlay.Overlay:
        return overlay.Overlay(bound(f"metric {self.name!r}", "state", variables, values))

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of ``__init__``, by name, as JSON-able values."""
        return {"name": self.name, "dtype": self.dtype}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Return a metric made from what `get_config` returned."""
        return cls(**config)

    def _incomplete(self, method: str, hint: str) -> str:
        return (
            f"The metric {type(self).__name__} cannot be computed: it has no `{method}`.\n"
            f"Received: an object of {type(self).__qualname__}.\n"
            f"Allowed: subclasses of `Metric` that define `update_state` and `result`.\n{hint}"
        )

    def __repr__(self) -> str:
        return f"<{type(self).__name__} name={self.name}>"


def _held(value: Any) -> Iterator[Variable]:
    """Yield the variables in attributes, in containers that are attributes, and in metrics among them."""
    if isinstance(value, Variable):
        yield value
    elif getattr(type(value), "_polykeras_metric", False):
        yield from value.variables
    elif isinstance(value, (list, tuple, dict)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _held(item)
