"""Symbolic tensors and the graph they remember.

A `KerasTensor` has a shape and a dtype and no values. Unknown sizes show as ``None`` in `shape`;
internally each is a `Dim`, so that ``ops.shape(x)[0] * 2`` can be computed with.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NoReturn

from polykeras import tree
from polykeras.backend import dtypes
from polykeras.backend.config import floatx
from polykeras.ops.dims import Dim, as_shape
from polykeras.ops.keras_names import class_name
from polykeras.ops.operators import ArrayOperators, call_op
from polykeras.ops.shape_rules import Spec
from polykeras.plugins.errors import SymbolicTensorError
from polykeras.registry.naming import unique_name
from polykeras.registry.values import add_value

TAG = "__keras_tensor__"
"""The tag that configs give to symbolic tensors."""


class Node:
    """One recorded call: the operation, its arguments and the symbolic tensors it gave."""

    __slots__ = ("_name", "args", "inputs", "kwargs", "operation", "outputs")

    def __init__(self, operation: Any, args: tuple[Any, ...], kwargs: dict[str, Any], outputs: Any) -> None:
        self.operation = operation
        self._name: str | None = None
        # Copies of lists and dicts: the caller may go on filling the list that a merge was given.
        self.args, self.kwargs = args, kwargs = tree.map_structure(lambda leaf: leaf, (args, kwargs))
        self.inputs: list[KerasTensor] = [
            leaf for leaf in tree.flatten((args, kwargs)) if isinstance(leaf, KerasTensor)
        ]
        self.outputs: list[KerasTensor] = [x for x in tree.flatten(outputs) if isinstance(x, KerasTensor)]

    @property
    def is_start(self) -> bool:
        """Return whether data enter here: nothing goes into the call, neither tensors nor sizes of tensors."""
        return not self.inputs and not _is_sized(self.args)

    @property
    def is_layer(self) -> bool:
        """Return whether a layer was called, rather than an op."""
        return getattr(type(self.operation), "_polykeras_layer", False)

    @property
    def is_named(self) -> bool:
        """Return whether the operation has a name and a config of its own: a layer, or one that a user derived."""
        return getattr(type(self.operation), "_polykeras_operation", False)

    @property
    def name(self) -> str:
        """Return the operation's name, or one for this call of an op, made when first asked for."""
        if self.is_named:
            return str(self.operation.name)
        if self._name is None:
            self._name = unique_name(class_name(self.operation.name))
        return self._name

    @name.setter
    def name(self, name: str) -> None:
        self._name = name


class KerasTensor(ArrayOperators):
    """A symbolic tensor.

    Args:
        shape: Sizes; ``None`` where unknown.
        dtype: Dtype name; floatx for ``None``.
        sparse: Whether values would be sparse.
        ragged: Not offered; must be false.
        record_history: Whether calls on this tensor join a graph.
        name: Name shown in messages.
    """

    def __init__(
        self,
        shape: Sequence[int | Dim | None],
        dtype: Any = "float32",
        sparse: bool = False,
        ragged: bool = False,
        record_history: bool = True,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        del kwargs
        if ragged:
            raise ValueError(
                "A KerasTensor cannot be ragged.\nReceived: ragged=True.\nAllowed: ragged=False.\n"
                "Pad the rows and pass a mask."
            )
        self.dims: tuple[int | Dim, ...] = tuple(
            Dim.fresh("d") if size is None else size if isinstance(size, Dim) else int(size) for size in shape
        )
        self.dtype = dtypes.standardize_dtype(dtype) if dtype is not None else floatx()
        self.sparse = sparse
        self.ragged = ragged
        self.record_history = record_history
        self._name = name
        self.node: Node | None = None
        self.index = 0

    @property
    def name(self) -> str:
        """Return the name, made when first asked for."""
        if self._name is None:
            self._name = unique_name("KerasTensor")
        return self._name

    @property
    def shape(self) -> tuple[int | None, ...]:
        """Return the sizes, ``None`` where unknown."""
        return as_shape(self.dims)

    @property
    def ndim(self) -> int:
        """Return the number of axes."""
        return len(self.dims)

    @property
    def ragged_rank(self) -> None:
        """Return ``None``: no tensor here is ragged."""

    @property
    def row_splits_dtype(self) -> None:
        """Return ``None``: no tensor here is ragged."""

    def reshape(self, newshape: Sequence[int]) -> Any:
        """Return ``ops.reshape(self, newshape)``."""
        return call_op("reshape", self, newshape)

    def squeeze(self, axis: int | Sequence[int] | None = None) -> Any:
        """Return ``ops.squeeze(self, axis)``."""
        return call_op("squeeze", self, axis)

    def __ne__(self, other: object) -> Any:
        return call_op("not_equal", self, other)

    # Identity, so that symbolic tensors can be keys; `==` on them is not recorded, as in Keras.
    __hash__ = object.__hash__

    def __eq__(self, other: object) -> Any:
        return self is other

    def __repr__(self) -> str:
        """Return shape and dtype."""
        return f"<KerasTensor shape={self.shape}, dtype={self.dtype}, sparse={self.sparse}, name={self.name}>"

    def __deepcopy__(self, memo: dict[int, Any]) -> KerasTensor:
        """Return this tensor: it has no values, and its identity is its place in the graph."""
        return self

    def _polykeras_encode(self) -> dict[str, Any]:
        """Return what configs write for a symbolic tensor: shape, dtype, and the call that it came from."""
        history = None
        if self.node is not None:
            calls = getattr(self.node.operation, "_nodes", ())
            number = next((i for i, (node, _) in enumerate(calls) if node is self.node), 0)
            history = [self.node.name, number, self.index]
        return encoded_tensor(self, history)

    def __iter__(self) -> Iterator[Any]:
        raise SymbolicTensorError(_refusal("iterated over", "Use `ops.unstack`, or index it."))

    def __bool__(self) -> bool:  # noqa: PLE0304 - it refuses
        self._refuse("used as a Python boolean", "Use `ops.where` or `ops.cond`.")

    def __int__(self) -> int:
        self._refuse("turned into a Python int", "Compute with `ops.cast` instead.")

    def __float__(self) -> float:
        self._refuse("turned into a Python float", "Compute with `ops.cast` instead.")

    def __index__(self) -> int:  # noqa: PLE0305 - it refuses
        self._refuse("used as an index", "Use `ops.take`.")

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        self._refuse("turned into a NumPy array", "Use `polykeras.ops` in place of NumPy functions.")

    def __jax_array__(self) -> Any:
        self._refuse("passed to a framework's function", "Use `polykeras.ops`, or wrap the call in a Layer.")

    def __tf_tensor__(self, dtype: Any = None, name: str | None = None) -> Any:
        self._refuse("passed to a framework's function", "Use `polykeras.ops`, or wrap the call in a Layer.")

    @classmethod
    def __torch_function__(cls, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        raise SymbolicTensorError(
            _refusal(
                f"passed to `{getattr(func, '__name__', func)}`",
                "Use `polykeras.ops`, or wrap the call in a Layer.",
            )
        )

    def _refuse(self, use: str, advice: str) -> NoReturn:
        raise SymbolicTensorError(f"{_refusal(use, advice)}\nThe tensor: shape {self.shape}, dtype {self.dtype}.")


def _refusal(use: str, advice: str) -> str:
    return (
        f"A symbolic tensor was {use}, but it has no values.\n"
        "Received: a KerasTensor, which stands for data that a model will get later.\n"
        f"Allowed: functions of `polykeras.ops`, layers, and operators.\n{advice}"
    )


def encoded_tensor(tensor: KerasTensor, history: list[Any] | None) -> dict[str, Any]:
    """Return the tagged form of a symbolic tensor.

    Args:
        tensor: The tensor.
        history: Name of the layer or op that gave it, number of the call, number of the output.
    """
    fields = {"shape": tensor.shape, "dtype": tensor.dtype, "keras_history": history}
    return {"class_name": TAG, "config": fields}


def _decoded(config: dict[str, Any]) -> KerasTensor:
    return KerasTensor(config["shape"], str(config["dtype"]))


add_value(TAG, _decoded)


def anonymous(spec: Spec) -> KerasTensor:
    """Return a symbolic tensor that belongs to no graph."""
    tensor = KerasTensor.__new__(KerasTensor)
    tensor.dims, tensor.dtype = spec
    tensor.sparse = tensor.ragged = False
    tensor.record_history = True
    tensor._name = None
    tensor.node = None
    tensor.index = 0
    return tensor


def _is_sized(args: tuple[Any, ...]) -> bool:
    return any(isinstance(leaf, Dim) for leaf in tree.flatten(args))


def record(operation: Any, args: tuple[Any, ...], kwargs: dict[str, Any], outputs: Any) -> Any:
    """Record a call as one node and return `outputs` as tensors of that node."""
    inputs = [leaf for leaf in tree.flatten((args, kwargs)) if isinstance(leaf, KerasTensor)]
    if not all(tensor.record_history for tensor in inputs) or not (inputs or _is_sized(args)):
        return outputs
    # An output that already has a node (an identity call) gets its own symbol here.
    fresh = tree.map_structure(
        lambda leaf: anonymous(Spec(leaf.dims, leaf.dtype)) if isinstance(leaf, KerasTensor) else leaf,
        outputs,
    )
    node = Node(operation, args, kwargs, fresh)
    for index, tensor in enumerate(node.outputs):
        tensor.node = node
        tensor.index = index
    return fresh
