"""Layers that combine several tensors, element by element."""

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
        """Check that the inputs come in a list."""
        check_inputs(self, input_shape)
        self.built = True

    def call(self, inputs: Any) -> Any:
        """Return the combination of the inputs, which broadcast behind their batch axis."""
        if len({len(x.shape) for x in inputs}) > 1:
            inputs = _of_one_rank(inputs)
        return reduce(type(self).combine, inputs)

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """Return where any input counts; ``None`` if one of them has no mask, since all of it counts."""
        masks = list(mask) if isinstance(mask, (list, tuple)) else [mask]
        return None if any(one is None for one in masks) else reduce(ops.logical_or, masks)


class Add(Merge):
    """Sum of the inputs."""

    combine = staticmethod(ops.add)


class Subtract(Merge):
    """First input minus the second."""

    combine = staticmethod(ops.subtract)

    def build(self, input_shape: Any) -> None:
        """Check that there are two inputs."""
        check_inputs(self, input_shape, exactly=2)
        super().build(input_shape)


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


def _of_one_rank(inputs: Any) -> list[Any]:
    """Give inputs of fewer axes more behind the batch axis, so that the batches meet."""
    rank = max(len(x.shape) for x in inputs)
    missing = [tuple(range(1, 1 + rank - len(x.shape))) for x in inputs]
    return [ops.expand_dims(x, axes) if axes else x for x, axes in zip(inputs, missing, strict=True)]


def check_inputs(layer: Layer, shapes: Any, exactly: int | None = None) -> None:
    """Raise `ShapeError` unless `shapes` are those of a list of tensors, of so many if that matters."""
    listed = isinstance(shapes, (list, tuple)) and bool(shapes) and isinstance(shapes[0], (list, tuple))
    if not listed or (exactly is not None and len(shapes) != exactly):
        raise ShapeError(
            f"{type(layer).__name__} {layer.name!r} combines several tensors.\nReceived: shapes {shapes}.\n"
            f"Allowed: a list of {exactly or 'one or more'} tensors.\nPass the inputs in one list."
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
