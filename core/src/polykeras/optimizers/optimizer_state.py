"""The state of an optimizer: variables that it makes beside the weights, saved and loaded by number."""

from __future__ import annotations

from collections.abc import MutableMapping, Sequence
from typing import Any

import numpy as np

from polykeras import initializers
from polykeras.backend import config
from polykeras.backend.dtypes import standardize_dtype
from polykeras.state.moving import move
from polykeras.state.variable import Variable


class OptimizerState:
    """Mixin of `Optimizer`: its variables."""

    name: str
    built: bool
    _variables: list[Variable]

    @property
    def variables(self) -> list[Variable]:
        """Return the state: the count of calls, the learning rate, then what `build` made."""
        return list(self._variables)

    def add_variable(
        self,
        shape: Any,
        initializer: Any = "zeros",
        dtype: Any = None,
        aggregation: str = "none",
        layout: Any = None,
        name: str | None = None,
    ) -> Variable:
        """Return a new variable of the state.

        Args:
            shape: Static shape.
            initializer: What `initializers.get` takes.
            dtype: Dtype; floatx for ``None``.
            aggregation: How replicas agree.
            layout: Distribution layout.
            name: Name.
        """
        name = name or "variable"
        variable = Variable(
            initializers.get(initializer),
            shape,
            config.floatx() if dtype is None else standardize_dtype(dtype),
            trainable=False,
            aggregation=aggregation,
            layout=layout,
            name=name,
            path=f"{self.name}/{name}",
        )
        self._variables.append(variable)
        return variable

    def add_variable_from_reference(
        self, reference_variable: Variable, name: str | None = None, initializer: Any = "zeros"
    ) -> Variable:
        """Return a new variable of the state in the shape and dtype of a weight.

        Args:
            reference_variable: The weight.
            name: What it is; the path of the weight comes before it: ``"dense_kernel_momentum"``.
            initializer: What `initializers.get` takes.
        """
        full = f"{reference_variable.path.replace('/', '_')}_{name or 'variable'}"
        made = self.add_variable(
            reference_variable.shape, initializer, reference_variable.dtype, layout=reference_variable.layout, name=full
        )
        move(made, reference_variable.backend_name)
        return made

    def add_optimizer_variables(
        self, trainable_variables: Sequence[Variable], name: Any, initializer: Any = "zeros"
    ) -> Any:
        """Return new variables of the state, one per weight.

        Args:
            trainable_variables: The weights.
            name: What they are, or a list of such names.
            initializer: What `initializers.get` takes, or a list of such.

        Returns:
            A list of variables, or one such list for each of several names.
        """
        if isinstance(name, str):
            return [self.add_variable_from_reference(v, name, initializer) for v in trainable_variables]
        rules = initializer if isinstance(initializer, (list, tuple)) else [initializer] * len(name)
        rows = [
            [self.add_variable_from_reference(v, own, rule) for own, rule in zip(name, rules, strict=True)]
            for v in trainable_variables
        ]
        return tuple([row[column] for row in rows] for column in range(len(name)))

    def assign(self, variable: Variable, value: Any) -> None:
        """Set a variable; for use in `update_step`."""
        variable.assign(value)

    def assign_add(self, variable: Variable, value: Any) -> None:
        """Add to a variable; for use in `update_step`."""
        variable.assign_add(value)

    def assign_sub(self, variable: Variable, value: Any) -> None:
        """Subtract from a variable; for use in `update_step`."""
        variable.assign_sub(value)

    def set_weights(self, weights: Sequence[Any]) -> None:
        """Set the state.

        Args:
            weights: Arrays in the order and shapes of `variables`.

        Raises:
            ValueError: If the optimizer is not built, or they do not fit.
        """
        self._require_built("set_weights")
        if len(weights) != len(self._variables):
            raise ValueError(
                f"The weights do not fit the optimizer {self.name!r}.\nReceived: {len(weights)} arrays.\n"
                f"Allowed: one for each of {len(self._variables)} variables: "
                f"{', '.join(variable.name for variable in self._variables)}.\n"
                "Pass the values of `optimizer.variables` of an optimizer of the same kind and model."
            )
        for variable, value in zip(self._variables, weights, strict=True):
            variable.assign(value)

    def save_own_variables(self, store: MutableMapping[str, Any]) -> None:
        """Write the state into `store`, under ``"0"``, ``"1"`` and so on."""
        for index, variable in enumerate(self._variables):
            store[str(index)] = variable.numpy()

    def load_own_variables(self, store: MutableMapping[str, Any]) -> None:
        """Set the state from what `save_own_variables` wrote.

        Raises:
            ValueError: If it holds more or fewer arrays than there are variables.
        """
        self.set_weights([np.asarray(store[str(index)]) for index in range(len(store.keys()))])

    def _require_built(self, method: str) -> None:
        if not self.built:
            raise ValueError(
                f"The optimizer {self.name!r} cannot `{method}` yet.\nReceived: an optimizer without state.\n"
                f"Allowed: `{method}` after `build`.\nCall `optimizer.build(trainable_variables)` first."
            )
