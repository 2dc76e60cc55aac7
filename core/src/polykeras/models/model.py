"""`Model`: a layer that trains, made from a graph of symbolic tensors or by subclassing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Self, cast

from polykeras import tree
from polykeras.layers.input_spec import InputSpec
from polykeras.layers.layer import Layer
from polykeras.layers.symbolic import from_shape
from polykeras.models.files import ModelFiles
from polykeras.models.graph import Graph
from polykeras.models.inputs import flat_inputs
from polykeras.models.model_config import ModelConfig
from polykeras.models.other_backend import on_backend
from polykeras.ops import abstract
from polykeras.ops.keras_tensor import KerasTensor
from polykeras.plugins.errors import NotBuiltError, did_you_mean
from polykeras.train.trainer import Trainer


class Model(ModelConfig, ModelFiles, Trainer, Layer):
    """A network that can be compiled, fitted, evaluated and used to predict.

    Either ``Model(inputs, outputs, name=None)`` over symbolic tensors, or a subclass that defines
    ``__init__`` and ``call``.

    Args:
        *args: `inputs` and `outputs`, structures of symbolic tensors; or nothing in a subclass.
        **kwargs: `inputs`, `outputs`, `name`, `trainable`, `dtype`.
    """

    def __new__(cls, *args: Any, **kwargs: Any) -> Self:
        """Make a `Functional` when a graph is passed to `Model` itself."""
        if cls is Model and _is_functional(args, kwargs):
            from polykeras.models.functional import Functional

            model: Any = super().__new__(Functional, *args, **kwargs)
            return cast("Self", model)
        return super().__new__(cls, *args, **kwargs)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        inputs, outputs, kwargs = _split(args, kwargs)
        super().__init__(**kwargs)
        self._start_trainer()
        self._graph: Graph | None = None
        self._graph_layers: list[Layer] = []
        if inputs is not None:
            self._set_graph(Graph(inputs, outputs))

    def _may_hold_layers(self) -> bool:
        return True

    def _set_graph(self, graph: Graph) -> None:
        self._graph = graph
        self._graph_layers = graph.layers()
        self.input_spec = _specs(graph)
        self.built = True

    def call(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
        """Run the graph on `inputs`; subclasses without a graph define their own."""
        if self._graph is None:
            return super().call(inputs)
        return self._graph.run(flat_inputs(self._graph, inputs, self.name))

    @property
    def has_call(self) -> bool:
        """Return whether the model has a graph or a `call` of its own; one with steps of its own may do without."""
        return self._graph is not None or type(self).call is not Model.call

    def check_inputs(self, inputs: Any) -> None:
        """Raise where inputs are not those of the graph: by key where they are a dict, then by shape.

        Raises:
            ValueError: If a key is missing or unknown.
            ShapeError: If a shape does not fit.
        """
        bound = inputs if self._graph is None else flat_inputs(self._graph, inputs, self.name)
        super().check_inputs(bound)

    def build(self, input_shape: Any) -> None:
        """Make the weights by calling the model on symbolic inputs of `input_shape`."""
        if self.built:
            return
        if not self.__dict__.get("_in_call"):
            inputs = from_shape(input_shape, self.compute_dtype)
            with abstract.abstract_scope():
                self(inputs)
        self.built = True

    def _build_once(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        if self.built:
            return
        # A call builds the model by itself; `build` need not make another one.
        self.__dict__["_in_call"] = True
        try:
            super()._build_once(args, kwargs)
        finally:
            del self.__dict__["_in_call"]

    @property
    def layers(self) -> list[Layer]:
        """Return the layers directly inside the model."""
        return [layer for layer in self._sublayers() if layer is not self]

    @property
    def inputs(self) -> list[KerasTensor]:
        """Return the symbolic inputs, flat."""
        return self._required_graph("inputs").flat_inputs

    @property
    def outputs(self) -> list[KerasTensor]:
        """Return the symbolic outputs, flat."""
        return self._required_graph("outputs").flat_outputs

    @property
    def input(self) -> Any:
        """Return the symbolic inputs, in their structure."""
        return self._required_graph("input").inputs

    @property
    def output(self) -> Any:
        """Return the symbolic outputs, in their structure."""
        return self._required_graph("output").outputs

    @property
    def input_shape(self) -> Any:
        """Return the shape of the input, or a structure of shapes."""
        return tree.map_structure(lambda tensor: tensor.shape, self.input)

    @property
    def output_shape(self) -> Any:
        """Return the shape of the output, or a structure of shapes."""
        return tree.map_structure(lambda tensor: tensor.shape, self.output)

    @property
    def output_names(self) -> list[str]:
        """Return a name per output, from the layers that give them."""
        if self._graph is None:
            return []
        names = [tensor.node.name if tensor.node else tensor.name for tensor in self._graph.flat_outputs]
        return [name if names.count(name) == 1 else f"{name}_{i}" for i, name in enumerate(names)]

    def _required_graph(self, wanted: str) -> Graph:
        if self._graph is None:
            raise AttributeError(
                f"The model {self.name!r} has no symbolic `{wanted}`.\n"
                "Received: a model that is not built from a graph.\n"
                "Allowed: Functional models, and Sequential models that know their input.\n"
                "Start it with `Input(...)`, or call it on data first."
            )
        return self._graph

    def layer_connections(self) -> Mapping[str, tuple[str, ...]]:
        """Return, by layer name, its inputs as ``"name[node][tensor]"``; empty without a graph."""
        return {} if self._graph is None else self._graph.connections()

    def get_layer(self, name: str | None = None, index: int | None = None) -> Layer:
        """Return a layer by name or by position.

        Raises:
            ValueError: If neither or both are given, or there is no such layer.
        """
        layers = self.layers
        if (name is None) == (index is None):
            raise ValueError(
                f"A layer is found by name or by index.\nReceived: name={name!r}, index={index!r}.\n"
                "Allowed: exactly one of them.\nPass one."
            )
        if index is not None:
            if -len(layers) <= index < len(layers):
                return layers[index]
            raise ValueError(
                f"The model {self.name!r} has no layer {index}.\nReceived: index={index}.\n"
                f"Allowed: 0 to {len(layers) - 1}.\nPass one of these."
            )
        for layer in layers:
            if layer.name == name:
                return layer
        names = [layer.name for layer in layers]
        raise ValueError(
            f"The model {self.name!r} has no layer called {name!r}.{did_you_mean(str(name), names)}\n"
            f"Allowed: {', '.join(names)}.\nPass one of these."
        )

    def to_backend(self, name: str) -> Self:
        """Return a copy of the model that the backend called `name` keeps; the model stays as it is.

        Weights, seeds, metrics and the optimizer's state go with it, so the copy trains on as the model would have.

        Raises:
            BackendNotFound: If no installed distribution offers `name`.
            NotBuiltError: If the model is not built.
            BackendMismatch: If a layer holds tensors of its framework besides variables.
        """
        return cast("Self", on_backend(self, name))

    def summary(
        self,
        line_length: int | None = None,
        positions: Any = None,
        print_fn: Callable[[str], Any] | None = None,
        expand_nested: bool = False,
        show_trainable: bool = False,
        layer_range: Any = None,
    ) -> None:
        """Print the layers, their output shapes and their numbers of parameters.

        Args:
            line_length: Width in characters.
            positions: Relative or absolute ends of the columns.
            print_fn: Takes the text instead of standard output.
            expand_nested: Whether to show the layers of models inside.
            show_trainable: Whether to show which layers train.
            layer_range: Names of the first and the last layer to show.
        """
        # rich is loaded only when somebody asks for a table.
        from polykeras.models.summary import print_summary

        print_summary(self, line_length, positions, print_fn, expand_nested, show_trainable, layer_range)

    def count_params(self) -> int:
        """Return the number of elements of the weights."""
        if not self.built:
            raise NotBuiltError(
                f"The weights of {self.name!r} cannot be counted.\nReceived: a model that is not built.\n"
                "Allowed: built models.\nCall it on data, fit it, or start it with `Input(...)`."
            )
        return super().count_params()


def _is_functional(args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> bool:
    return len(args) >= 2 or "outputs" in kwargs or "inputs" in kwargs


def _split(args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, Any, dict[str, Any]]:
    """Return inputs, outputs and the other arguments of a model's constructor."""
    kwargs = dict(kwargs)
    positional = dict(zip(("inputs", "outputs", "name"), args, strict=False))
    if len(args) > 3 or positional.keys() & kwargs.keys():
        raise TypeError(
            f"A model takes inputs, outputs and name.\nReceived: {len(args)} positional arguments and "
            f"{', '.join(kwargs)}.\nAllowed: each argument once.\nRemove the repetition."
        )
    kwargs.update(positional)
    inputs, outputs = kwargs.pop("inputs", None), kwargs.pop("outputs", None)
    if (inputs is None) != (outputs is None):
        raise ValueError(
            "A model over a graph needs both ends.\n"
            f"Received: inputs={inputs!r}, outputs={outputs!r}.\n"
            "Allowed: both, or neither in a subclass.\nPass both."
        )
    return inputs, outputs, kwargs


def _specs(graph: Graph) -> list[InputSpec]:
    return [
        InputSpec(shape=(None, *tensor.shape[1:]), allow_last_axis_squeeze=True, name=tensor.name)
        for tensor in graph.flat_inputs
    ]
