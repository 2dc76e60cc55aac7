"""Operations: what a graph calls, and what users derive their own from."""

from __future__ import annotations

import inspect
from typing import Any, Self

from polykeras import tree
from polykeras.ops import abstract, keras_tensor
from polykeras.ops.keras_tensor import KerasTensor
from polykeras.ops.shape_rules import Spec
from polykeras.registry.naming import checked_name, unique_name


class Operation:
    """A callable that a graph records: subclass it and compute in ``call``. Layers are operations with weights.

    Args:
        name: Name; made from the class's name for ``None``.
    """

    _polykeras_operation = True
    name: str

    def __new__(cls, *args: Any, **kwargs: Any) -> Self:
        """Remember the constructor's arguments, from which `get_config` is made by default."""
        operation = super().__new__(cls)
        object.__setattr__(operation, "_constructed_with", (args, kwargs))
        return operation

    def __init__(self, name: str | None = None) -> None:
        self.name = unique_name(type(self).__name__) if name is None else checked_name(name, type(self).__name__)
        self._nodes: list[Any] = []

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Compute, or record the call where a tensor is symbolic."""
        if abstract.in_abstract_scope() or any(isinstance(leaf, KerasTensor) for leaf in tree.flatten((args, kwargs))):
            return self.symbolic_call(*args, **kwargs)
        return self.call(*args, **kwargs)

    def call(self, *args: Any, **kwargs: Any) -> Any:
        """Return what the operation computes.

        Raises:
            NotImplementedError: If a subclass does not define it.
        """
        raise NotImplementedError(
            f"{type(self).__name__} does not say what it computes.\nReceived: a call of it.\n"
            "Allowed: subclasses that define `call`.\nDefine `call(self, ...)`."
        )

    def compute_output_spec(self, *args: Any, **kwargs: Any) -> Any:
        """Return symbolic outputs for symbolic inputs: by default, those of ``call``."""
        with abstract.abstract_scope():
            return tree.map_structure(_as_symbolic, self.call(*args, **kwargs))

    def symbolic_call(self, *args: Any, **kwargs: Any) -> Any:
        """Return symbolic outputs that remember this call."""
        outputs = self.compute_output_spec(*args, **kwargs)
        if abstract.in_abstract_scope():
            return outputs
        recorded = keras_tensor.record(self, args, kwargs, outputs)
        first = next((leaf for leaf in tree.flatten(recorded) if isinstance(leaf, KerasTensor)), None)
        if first is not None and first.node is not None:
            self.note_call(first.node, recorded)
        return recorded

    def note_call(self, node: Any, outputs: Any) -> None:
        """Remember a recorded call, for `input` and `output`."""
        self._nodes.append((node, outputs))

    @property
    def input(self) -> Any:
        """Return the symbolic input of the first recorded call."""
        node, _ = self._first_call("input")
        return node.args[0] if node.args else node.inputs

    @property
    def output(self) -> Any:
        """Return the symbolic output of the first recorded call."""
        return self._first_call("output")[1]

    def _first_call(self, side: str) -> Any:
        if self._nodes:
            return self._nodes[0]
        raise AttributeError(
            f"The operation {self.name!r} has no symbolic {side}.\nReceived: one that was never called on a symbolic "
            "tensor.\nAllowed: operations of a graph.\nCall it on `Input(...)` first."
        )

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that the constructor was given, and the name where it takes one."""
        args, kwargs = self._constructed_with  # type: ignore[attr-defined]
        parameters = inspect.signature(type(self).__init__).parameters
        bound = inspect.signature(type(self).__init__).bind_partial(self, *args, **kwargs).arguments
        bound.pop(next(iter(parameters)))
        for name, parameter in parameters.items():
            if parameter.kind is inspect.Parameter.VAR_KEYWORD:
                bound.update(bound.pop(name, {}))
                bound["name"] = self.name
        return {**bound, "name": self.name} if "name" in parameters else dict(bound)

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Return an operation made from `get_config`'s answer."""
        return cls(**config)

    def __repr__(self) -> str:
        """Return class and name."""
        return f"<{type(self).__name__} name={self.name}>"


def _as_symbolic(leaf: Any) -> Any:
    if leaf is None or isinstance(leaf, KerasTensor):
        return leaf
    spec = abstract.spec_of(leaf, "call")
    return keras_tensor.anonymous(Spec(spec.dims, spec.dtype))
