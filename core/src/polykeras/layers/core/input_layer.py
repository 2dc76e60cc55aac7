"""`Input`: where a graph of symbolic tensors starts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from polykeras.backend import dtypes
from polykeras.backend.config import floatx
from polykeras.layers.layer import Layer
from polykeras.ops.keras_tensor import KerasTensor, Node


class InputLayer(Layer):
    """The node behind an `Input`.

    Args:
        shape: Shape without the batch axis.
        batch_size: Size of the batch axis; unknown for ``None``.
        dtype: Dtype; floatx for ``None``.
        sparse: Whether the tensor is sparse.
        ragged: Not offered; false or ``None``.
        batch_shape: Shape with the batch axis, in place of `shape` and `batch_size`.
        input_tensor: Symbolic tensor to take shape and dtype from.
        optional: Whether ``None`` may be passed.
        name: Name.
        **kwargs: Arguments of `Layer`.
    """

    def __init__(
        self,
        shape: Sequence[int | None] | None = None,
        batch_size: int | None = None,
        dtype: Any = None,
        sparse: bool | None = None,
        ragged: bool | None = None,
        batch_shape: Sequence[int | None] | None = None,
        input_tensor: Any = None,
        optional: bool = False,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(name=name, **kwargs)
        if input_tensor is not None:
            batch_shape, dtype = input_tensor.shape, dtype or input_tensor.dtype
        if (shape is None) == (batch_shape is None):
            raise ValueError(
                "An input needs one shape.\n"
                f"Received: shape={shape!r}, batch_shape={batch_shape!r}.\n"
                "Allowed: `shape`, without the batch axis, or `batch_shape`, with it.\nPass one of them."
            )
        sizes = (batch_size, *_sizes(shape)) if batch_shape is None else _sizes(batch_shape)
        self.batch_shape = sizes
        self._input_dtype = floatx() if dtype is None else dtypes.standardize_dtype(dtype)
        self.sparse = bool(sparse)
        self.optional = optional
        self.built = True
        tensor = KerasTensor(sizes, self._input_dtype, sparse=self.sparse, ragged=bool(ragged), name=self.name)
        tensor.node = Node(self, (), {}, tensor)
        self.note_call(tensor.node, tensor)

    def call(self) -> None:
        """Nothing is computed: the model passes its inputs in."""

    @property
    def dtype(self) -> str:
        """Return the dtype of the input."""
        return self._input_dtype

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments."""
        return {
            "batch_shape": self.batch_shape,
            "dtype": self._input_dtype,
            "sparse": self.sparse,
            "ragged": False,
            "name": self.name,
            "optional": self.optional,
        }


def _sizes(shape: Any) -> tuple[int | None, ...]:
    sizes = (shape,) if isinstance(shape, int) else tuple(shape)
    if any(size is not None and (not hasattr(size, "__index__") or int(size) < 0) for size in sizes):
        raise ValueError(
            f"An input cannot have this shape.\nReceived: {shape!r}.\n"
            "Allowed: integers from 0 up, and None for sizes that vary.\nPass such a shape."
        )
    return tuple(None if size is None else int(size) for size in sizes)


def Input(  # noqa: N802 - Keras' name
    shape: Sequence[int | None] | None = None,
    batch_size: int | None = None,
    dtype: Any = None,
    sparse: bool | None = None,
    ragged: bool | None = None,
    batch_shape: Sequence[int | None] | None = None,
    name: str | None = None,
    tensor: Any = None,
    optional: bool = False,
) -> Any:
    """Return a symbolic tensor that a graph starts from.

    Args:
        shape: Shape without the batch axis.
        batch_size: Size of the batch axis; unknown for ``None``.
        dtype: Dtype; floatx for ``None``.
        sparse: Whether the tensor is sparse.
        ragged: Not offered; false or ``None``.
        batch_shape: Shape with the batch axis, in place of `shape` and `batch_size`.
        name: Name of the input.
        tensor: Symbolic tensor to take shape and dtype from.
        optional: Whether ``None`` may be passed.

    >>> Input((28, 28, 1)).shape
    (None, 28, 28, 1)
    """
    return InputLayer(shape, batch_size, dtype, sparse, ragged, batch_shape, tensor, optional, name).output
