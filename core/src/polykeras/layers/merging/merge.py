"""Layers that combine several tensors of one shape, element by element, or join them along an axis."""

from __future__ import annotations

from functools import reduce
from typing import Any, ClassVar

from polykeras import ops
from polykeras.layers.layer import Layer
from polykeras.plugins.errors import ShapeError


class Merge(Layer):
    """What the layers over a list of tensors share; `combine` joins two of them."""

    combine: ClassVar[staticmethod[[Any, Any], Any]]

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True

    def build(self, input_shape: Any) -> None:
        """Check that there are at least two inputs."""
        _check_inputs(self, input_shape)
        self.built = True

    def call(self, inputs: Any) -> Any:
        """Return the combination of the inputs, which broadcast."""
        return reduce(type(self).combine, inputs)

    def compute_mask(self, inputs: Any, previous_mask: Any) -> Any:
        """Return the conjunction of the masks there are."""
        given = previous_mask if isinstance(previous_mask, list) else [previous_mask]
        masks = [mask for mask in given if mask is not None]
        return reduce(ops.logical_and, masks) if masks else None


class Add(Merge):
    """Sum of the inputs."""

    combine = staticmethod(ops.add)


class Subtract(Merge):
    """First input minus the second."""

    combine = staticmethod(ops.subtract)

    def build(self, input_shape: Any) -> None:
        """Check that there are two inputs."""
        _check_inputs(self, input_shape, most=2)
        self.built = True


class Multiply(Merge):
    """Product of the inputs."""

    combine = staticmethod(ops.multiply)


class Maximum(Merge):
    """Largest of the inputs."""

    combine = staticmethod(ops.maximum)


class Minimum(Merge):
    """Smallest of the inputs."""

    combine = staticmethod(ops.minimum)


class Average(Merge):
    """Mean of the inputs."""

    combine = staticmethod(ops.add)

    def call(self, inputs: Any) -> Any:
        """Return the mean of the inputs."""
        return super().call(inputs) / len(inputs)


class Concatenate(Merge):
    """Join the inputs along an axis.

    Args:
        axis: Axis along which they are joined.
        **kwargs: Arguments of `Layer`.
    """

    def __init__(self, axis: int = -1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.axis = int(axis)

    def call(self, inputs: Any) -> Any:
        """Return the inputs, joined."""
        return ops.concatenate(inputs, axis=self.axis)

    def compute_mask(self, inputs: Any, previous_mask: Any) -> Any:
        """Return the masks joined where the axis is masked, else their conjunction."""
        masks = previous_mask if isinstance(previous_mask, list) else [previous_mask]
        if all(mask is None for mask in masks):
            return None
        axis = self.axis % len(inputs[0].shape)
        full = [
            ops.ones(tuple(x.shape[: max(axis + 1, 2)]), "bool") if mask is None else mask
            for x, mask in zip(inputs, masks, strict=True)
        ]
        if axis < len(full[0].shape):
            return ops.concatenate(full, axis=axis)
        return reduce(ops.logical_and, full)

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments."""
        return {**super().get_config(), "axis": self.axis}


def _check_inputs(layer: Layer, shapes: Any, most: int | None = None) -> None:
    count = len(shapes) if isinstance(shapes, (list, tuple)) and isinstance(shapes[0], (list, tuple)) else 1
    if count < 2 or (most is not None and count > most):
        raise ShapeError(
            f"{type(layer).__name__} {layer.name!r} combines several tensors.\nReceived: {count} with shapes "
            f"{shapes}.\nAllowed: {'two' if most else 'a list of two or more'}.\nPass them in one list."
        )


def add(inputs: Any, **kwargs: Any) -> Any:
    """Return the sum of `inputs`."""
    return Add(**kwargs)(inputs)


def subtract(inputs: Any, **kwargs: Any) -> Any:
    """Return the first of `inputs` minus the second."""
    return Subtract(**kwargs)(inputs)


def multiply(inputs: Any, **kwargs: Any) -> Any:
    """Return the product of `inputs`."""
    return Multiply(**kwargs)(inputs)


def maximum(inputs: Any, **kwargs: Any) -> Any:
    """Return the largest of `inputs`."""
    return Maximum(**kwargs)(inputs)


def minimum(inputs: Any, **kwargs: Any) -> Any:
    """Return the smallest of `inputs`."""
    return Minimum(**kwargs)(inputs)


def average(inputs: Any, **kwargs: Any) -> Any:
    """Return the mean of `inputs`."""
    return Average(**kwargs)(inputs)


def concatenate(inputs: Any, axis: int = -1, **kwargs: Any) -> Any:
    """Return `inputs`, joined along `axis`."""
    return Concatenate(axis=axis, **kwargs)(inputs)
