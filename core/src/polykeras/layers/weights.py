"""The weights of a layer: making, finding, reading, setting, and using them without side effects."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from polykeras import constraints, initializers, regularizers
from polykeras.layers.call_context import HERE
from polykeras.layers.tracking import STRUCTURE, held, kept, trackable, unique
from polykeras.plugins.errors import NotBuiltError, PolykerasError, ShapeError
from polykeras.random.seed import SeedGenerator
from polykeras.registry.naming import current_path
from polykeras.state import overlay
from polykeras.state.binding import bound
from polykeras.state.variable import Variable


class LayerWeights:
    """The part of `Layer` that holds state; found by walking what the attributes hold."""

    name: str
    built: bool
    _trainable: bool

    def _start_tracking(self) -> None:
        object.__setattr__(self, "_tracked", {})
        object.__setattr__(self, "_losses", [])

    def __setattr__(self, name: str, value: Any) -> None:
        """Set an attribute, noting it when it holds state."""
        tracked = self.__dict__.get("_tracked")
        if tracked is None:
            if trackable(value) and not isinstance(value, (list, tuple, dict)):
                raise PolykerasError(
                    f"The attribute {name!r} of a {type(self).__name__} was set too early.\n"
                    "Received: a layer or variable before `Layer.__init__` ran.\n"
                    "Allowed: such attributes after `super().__init__()`.\nMove that call up."
                )
        elif name not in _OWN:
            if trackable(value):
                tracked[name] = value
                STRUCTURE.changed()
            elif name in tracked:
                del tracked[name]
                STRUCTURE.changed()
        object.__setattr__(self, name, value)

    def __delattr__(self, name: str) -> None:
        """Delete an attribute and forget what it held."""
        self._tracked.pop(name, None)
        STRUCTURE.changed()
        object.__delattr__(self, name)

    _tracked: dict[str, Any]
    _losses: list[Any]

    def _place(self) -> str:
        """Return the path of this layer where it is built: inside of its own scope, or by hand in another one."""
        path = current_path()
        if path.rpartition("/")[2] == self.name:
            return path
        return f"{path}/{self.name}".lstrip("/")

    def add_weight(
        self,
        shape: Any = None,
        initializer: Any = None,
        dtype: Any = None,
        trainable: bool = True,
        autocast: bool = True,
        regularizer: Any = None,
        constraint: Any = None,
        aggregation: str = "none",
        overwrite_with_gradient: bool = False,
        name: str | None = None,
        **kwargs: Any,
    ) -> Variable:
        """Make a variable that belongs to this layer.

        Args:
            shape: Static shape; ``()`` for ``None``.
            initializer: Identifier, initializer or callable; Glorot's uniform rule for floats and
                zeros otherwise when ``None``.
            dtype: Dtype; the layer's variable dtype for ``None``.
            trainable: Whether it trains.
            autocast: Whether the compute dtype applies on reading.
            regularizer: Regularizer whose penalty joins the loss.
            constraint: Constraint applied after each update.
            aggregation: How replicas agree.
            overwrite_with_gradient: Whether its gradient replaces it.
            name: Name within the layer.
            **kwargs: Further arguments of `Variable`.
        """
        self._check_started()
        chosen = dtype if dtype is not None else self.variable_dtype  # type: ignore[attr-defined]
        if initializer is None:
            initializer = "glorot_uniform" if "float" in str(chosen) else "zeros"
        label = name or "variable"
        variable = Variable(
            initializers.get(initializer),
            shape=() if shape is None else shape,
            dtype=chosen,
            trainable=trainable,
            autocast=autocast,
            aggregation=aggregation,
            name=label,
            path=f"{self._place()}/{label}",
            **kwargs,
        )
        variable.regularizer = regularizers.get(regularizer)
        variable.constraint = constraints.get(constraint)
        variable.overwrite_with_gradient = overwrite_with_gradient
        # Beside the attributes, in the order in which they came: the order of weights, and of files. No attribute
        # has a blank in its name.
        self._tracked[f"weight {variable.id}"] = variable
        STRUCTURE.changed()
        return variable

    def add_variable(self, shape: Any, initializer: Any, dtype: Any = None, **kwargs: Any) -> Variable:
        """Make a variable; another name of `add_weight`."""
        return self.add_weight(shape=shape, initializer=initializer, dtype=dtype, **kwargs)

    def _check_started(self) -> None:
        if "_tracked" not in self.__dict__:
            raise PolykerasError(
                f"A {type(self).__name__} made a weight before it was initialised.\n"
                "Received: `add_weight` before `Layer.__init__` ran.\n"
                "Allowed: weights made in `build`, or after `super().__init__()`.\nMove that call up."
            )

    # ------------------------------------------------------------------ finding

    def _held(self) -> Iterator[Any]:
        return held(self._tracked)

    def _may_hold_layers(self) -> bool:
        return False

    def _sublayers(self) -> list[Any]:
        return [item for item in self._held() if getattr(type(item), "_polykeras_layer", False)]

    def _flatten_layers(self) -> list[Any]:
        """Return this layer and every layer inside it, each once."""
        return kept(self, "layers", lambda: list(self._walk_layers()))

    def _walk_layers(self) -> Iterator[Any]:
        seen: set[int] = set()
        stack: list[Any] = [self]
        while stack:
            layer = stack.pop()
            if id(layer) not in seen:
                seen.add(id(layer))
                yield layer
                stack.extend(reversed(layer._sublayers()))

    def _first_variable(self) -> Variable | None:
        """Return some variable of this layer or of one inside it, looking no further than needed."""
        return next(
            (v for layer in self._walk_layers() for v in (*layer._own_variables(), *layer._seed_states())), None
        )

    def _own_variables(self) -> list[Variable]:
        own: list[Variable] = [item for item in self._held() if getattr(type(item), "_polykeras_variable", False)]
        return [v for v in own if v.trainable] + [v for v in own if not v.trainable]

    def _seed_states(self) -> list[Variable]:
        return [item.state for item in self._held() if isinstance(item, SeedGenerator)]

    @property
    def weights(self) -> list[Variable]:
        """Return the weights: this layer's own, then those of its sublayers; no seeds, no metrics."""
        return kept(
            self, "weights", lambda: unique(v for layer in self._flatten_layers() for v in layer._own_variables())
        )

    @property
    def variables(self) -> list[Variable]:
        """Return the weights and the states of seed generators."""
        return kept(
            self,
            "variables",
            lambda: unique(
                v for layer in self._flatten_layers() for v in (*layer._own_variables(), *layer._seed_states())
            ),
        )

    @property
    def metrics(self) -> list[Any]:
        """Return the metrics that this layer and its sublayers hold."""
        return kept(
            self,
            "metrics",
            lambda: unique(
                item
                for layer in self._flatten_layers()
                for item in layer._held()
                if getattr(type(item), "_polykeras_metric", False)
            ),
        )

    @property
    def metrics_variables(self) -> list[Variable]:
        """Return the variables of the metrics."""
        return unique(variable for metric in self.metrics for variable in metric.variables)

    def _trains(self) -> set[int]:
        """Return the ids of the variables that train: trainable ones outside frozen layers."""
        answer: set[int] = set()
        stack: list[Any] = [self]
        seen: set[int] = set()
        while stack:
            layer = stack.pop()
            if id(layer) in seen or not layer._trainable:
                continue
            seen.add(id(layer))
            answer.update(v.id for v in layer._own_variables() if v.trainable)
            stack.extend(layer._sublayers())
        return answer

    def _that_train(self, variables: list[Variable], wanted: bool) -> list[Variable]:
        ids = self._trains()
        return [variable for variable in variables if (variable.id in ids) is wanted]

    @property
    def trainable_variables(self) -> list[Variable]:
        """Return the variables that train."""
        return kept(self, "trainable_variables", lambda: self._that_train(self.variables, True))

    @property
    def non_trainable_variables(self) -> list[Variable]:
        """Return the variables that do not train, seeds included."""
        return kept(self, "non_trainable_variables", lambda: self._that_train(self.variables, False))

    @property
    def trainable_weights(self) -> list[Variable]:
        """Return the weights that train."""
        return kept(self, "trainable_weights", lambda: self._that_train(self.weights, True))

    @property
    def non_trainable_weights(self) -> list[Variable]:
        """Return the weights that do not train."""
        return kept(self, "non_trainable_weights", lambda: self._that_train(self.weights, False))

    @property
    def trainable(self) -> bool:
        """Return whether the layer trains; setting it reaches the layers inside."""
        return self._trainable

    @trainable.setter
    def trainable(self, value: bool) -> None:
        for layer in self._flatten_layers():
            object.__setattr__(layer, "_trainable", bool(value))
        STRUCTURE.changed()

    # ------------------------------------------------------------------ values

    def count_params(self) -> int:
        """Return the number of elements of the weights.

        Raises:
            NotBuiltError: If the layer has no weights yet because it was not built.
        """
        if not self.built:
            raise NotBuiltError(
                f"The weights of {self.name!r} cannot be counted.\nReceived: a layer that is not built.\n"
                "Allowed: built layers.\nCall it on data, or `build` it with an input shape."
            )
        return sum(int(np.prod(variable.shape)) for variable in self.weights)

    def get_weights(self) -> list[np.ndarray]:
        """Return the values of `weights`."""
        return [variable.numpy() for variable in self.weights]

    def set_weights(self, weights: Sequence[Any]) -> None:
        """Set the values of `weights`, all or none.

        Raises:
            ShapeError: If the number of arrays or a shape differs.
        """
        own = self.weights
        if len(own) != len(weights):
            raise ShapeError(
                f"The weights of {self.name!r} cannot be set.\nReceived: {len(weights)} arrays.\n"
                f"Allowed: {len(own)} arrays, in the order of `weights`.\nBuild the layer first if it has none."
            )
        for variable, value in zip(own, weights, strict=True):
            if tuple(np.shape(value)) != variable.shape:
                raise ShapeError(
                    f"The weight {variable.path!r} cannot be set.\nReceived: shape {np.shape(value)}.\n"
                    f"Allowed: shape {variable.shape}.\nPass the arrays in the order of `weights`."
                )
        for variable, value in zip(own, weights, strict=True):
            variable.assign(value)

    # ------------------------------------------------------------------ losses

    def _note_loss(self, value: Any) -> None:
        top = overlay.top()
        if top is not None:
            top.losses.append((id(self), value))
            return
        self._losses.append(value)
        root = self if HERE.context is None else HERE.context.root
        object.__setattr__(root, "_losses_noted", True)

    def _clear_losses(self) -> None:
        """Forget what the last outermost call of this layer added."""
        top = overlay.top()
        if top is not None and top.losses:
            ids = {id(layer) for layer in self._flatten_layers()}
            top.losses[:] = [item for item in top.losses if item[0] not in ids]
        elif top is None and self._losses_noted:
            for layer in self._flatten_layers():
                layer._losses.clear()
            object.__setattr__(self, "_losses_noted", False)

    _losses_noted: bool

    @property
    def losses(self) -> list[Any]:
        """Return what `add_loss` and the regularizers add to the loss."""
        layers = self._flatten_layers()
        top = overlay.top()
        if top is not None:
            ids = {id(layer) for layer in layers}
            added = [value for owner, value in top.losses if owner in ids]
        else:
            added = [value for layer in layers for value in layer._losses]
        penalties = [v.regularizer(v) for v in self.trainable_weights if v.regularizer is not None]
        return added + penalties

    # ------------------------------------------------------------------ without side effects

    def stateless_call(
        self,
        trainable_variables: Sequence[Any],
        non_trainable_variables: Sequence[Any],
        *args: Any,
        return_losses: bool = False,
        **kwargs: Any,
    ) -> tuple[Any, ...]:
        """Call the layer on values for its variables, changing none of them.

        Args:
            trainable_variables: Values for `trainable_variables`.
            non_trainable_variables: Values for `non_trainable_variables`.
            *args: Arguments of the call.
            return_losses: Whether to return the losses too.
            **kwargs: Arguments of the call.

        Returns:
            ``(outputs, non_trainable_variables)``, or with `return_losses` the losses besides.
        """
        self._check_built_for_stateless()
        me = f"layer {self.name!r}"
        scope = overlay.Overlay(
            bound(me, "trainable variables", self.trainable_variables, trainable_variables)
            | bound(me, "other variables", self.non_trainable_variables, non_trainable_variables)
        )
        with overlay.overlaid(scope):
            outputs = self(*args, **kwargs)  # type: ignore[operator]
            losses = self.losses if return_losses else []
        updated = [scope.values[variable.id] for variable in self.non_trainable_variables]
        return (outputs, updated, losses) if return_losses else (outputs, updated)

    def _check_built_for_stateless(self) -> None:
        if not self.built:
            raise NotBuiltError(
                f"The layer {self.name!r} cannot be called without state yet.\n"
                "Received: a layer that is not built.\nAllowed: built layers.\n"
                "Call it on data first, or `build` it with an input shape."
            )

    def save_own_variables(self, store: Any) -> None:
        """Write the layer's own variables into `store`, by position."""
        for index, variable in enumerate(self._own_variables()):
            store[str(index)] = variable.numpy()

    def load_own_variables(self, store: Any) -> None:
        """Read the layer's own variables from `store`, all or none.

        Raises:
            ShapeError: If their number or a shape differs.
        """
        own = self._own_variables()
        if len(store.keys()) != len(own):
            raise ShapeError(
                f"The variables of {self.name!r} cannot be loaded.\nReceived: {len(store.keys())} arrays.\n"
                f"Allowed: {len(own)} arrays.\nLoad into a model built like the one that was saved."
            )
        for index, variable in enumerate(own):
            variable.assign(np.asarray(store[str(index)]))


_OWN = frozenset({"_build_shapes", "_facts", "_losses", "_nodes", "_tracked"})
