"""Functions of symbolic tensors: a graph without weights or training of its own."""

from __future__ import annotations

from typing import Any

from polykeras import tree
from polykeras.models.graph import Graph
from polykeras.ops import abstract
from polykeras.ops.keras_tensor import KerasTensor
from polykeras.ops.operation import Operation


class Function(Operation):
    """The computation from some symbolic tensors to others, to be applied to new inputs.

    Args:
        inputs: Symbolic tensors, or a structure of them.
        outputs: Symbolic tensors that follow from `inputs`, or a structure of them.
        name: Name; made from the class's name for ``None``.

    Raises:
        ValueError: If an output does not follow from the inputs.

    >>> from polykeras import KerasTensor
    >>> x = KerasTensor((None, 2))
    >>> Function(x, x * 2 + 1)([[1.0, 2.0]]).tolist()
    [[3.0, 5.0]]
    """

    def __init__(self, inputs: Any, outputs: Any, name: str | None = None) -> None:
        super().__init__(name=name)
        self._graph = Graph(inputs, outputs)

    @property
    def inputs(self) -> list[KerasTensor]:
        """Return the symbolic inputs, flat."""
        return list(self._graph.flat_inputs)

    @property
    def outputs(self) -> list[KerasTensor]:
        """Return the symbolic outputs, flat."""
        return list(self._graph.flat_outputs)

    @property
    def operations(self) -> list[Any]:
        """Return the layers and ops that are called, in order."""
        return [step.operation for step in self._graph.steps]

    def call(self, inputs: Any) -> Any:
        """Return the outputs for `inputs`, in the structure of the function's.

        Raises:
            ValueError: If the structure or a shape is another.
        """
        values = self._checked(inputs)
        return self._graph.run(values)

    def compute_output_spec(self, inputs: Any) -> Any:
        """Return symbolic outputs for symbolic inputs."""
        values = self._checked(inputs)
        with abstract.abstract_scope():
            return self._graph.run(values)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the shapes of the outputs for shapes of the inputs, in their structures."""
        shapes = [input_shape] if len(self.inputs) == 1 and _is_shape(input_shape) else list(input_shape)
        symbols = [KerasTensor(shape, one.dtype) for shape, one in zip(shapes, self.inputs, strict=True)]
        return tree.map_structure(lambda one: one.shape, self.compute_output_spec(self._structured(symbols)))

    def get_config(self) -> dict[str, Any]:
        """Refuse: a function has no config.

        Raises:
            NotImplementedError: Always.
        """
        raise NotImplementedError(
            f"The function {self.name!r} cannot be written into a config.\nReceived: a Function.\n"
            "Allowed: models.\nMake a `Model(inputs, outputs)` of it."
        )

    def _structured(self, flat: list[Any]) -> Any:
        return tree.pack_sequence_as(self._graph.inputs, flat)

    def _checked(self, inputs: Any) -> list[Any]:
        """Return flat inputs, if their structure and shapes are those of the function."""
        if isinstance(self._graph.inputs, KerasTensor):
            flat = [inputs]
        else:
            flat = tree.flatten(inputs)
            if len(flat) != len(self.inputs):
                raise ValueError(
                    f"The function {self.name!r} cannot take these inputs.\nReceived: {len(flat)} tensors.\n"
                    f"Allowed: {len(self.inputs)}, in the structure of `inputs`.\nPass one for each."
                )
        for value, expected in zip(flat, self.inputs, strict=True):
            shape = abstract.symbol_of(value).shape
            fits = len(shape) == len(expected.shape) and all(
                own is None or known is None or own == known for own, known in zip(shape, expected.shape, strict=True)
            )
            if not fits:
                raise ValueError(
                    f"The function {self.name!r} cannot take these inputs.\n"
                    f"Received: for {expected.name!r}, shape {shape}.\nAllowed: {expected.shape}.\nReshape the input."
                )
        return flat


def _is_shape(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and all(size is None or isinstance(size, int) for size in value)
