"""`Concatenate`: join tensors along an axis."""

from __future__ import annotations

from functools import reduce
from typing import Any

from polykeras import ops
from polykeras.layers.layer import Layer
from polykeras.layers.merging.merge import check_inputs
from polykeras.plugins.errors import ShapeError


class Concatenate(Layer):
    """Join the inputs along an axis.

    Args:
        axis: Axis along which they are joined.
        **kwargs: Arguments of `Layer`.
    """

    def __init__(self, axis: int = -1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True
        self.axis = int(axis)

    def build(self, input_shape: Any) -> None:
        """Check that the inputs differ along `axis` only."""
        check_inputs(self, input_shape)
        ranks = {len(shape) for shape in input_shape}
        rank = min(ranks)
        if len(ranks) > 1 or not -rank <= self.axis < rank:
            raise self._misfit(input_shape, f"tensors of one number of axes, which has the axis {self.axis}")
        columns = list(zip(*input_shape, strict=True))
        del columns[self.axis]
        if any(len({size for size in column if size is not None}) > 1 for column in columns):
            raise self._misfit(input_shape, f"sizes that differ along the axis {self.axis} only")
        self.built = True

    def _misfit(self, shapes: Any, allowed: str) -> ShapeError:
        return ShapeError(
            f"{type(self).__name__} {self.name!r} cannot join these tensors.\nReceived: shapes {shapes}.\n"
            f"Allowed: {allowed}.\nReshape the inputs, or choose another `axis`."
        )

    def call(self, inputs: Any) -> Any:
        """Return the inputs, joined."""
        return ops.concatenate(inputs, axis=self.axis)

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """Return the masks joined along `axis`, or, behind their axes, where any input counts."""
        masks = list(mask) if isinstance(mask, (list, tuple)) else [mask]
        given = [one for one in masks if one is not None]
        if not given:
            return None
        axis = self.axis % len(inputs[0].shape)
        if axis < len(given[0].shape):
            return ops.concatenate([_mask_of(x, one, given[0]) for x, one in zip(inputs, masks, strict=True)], axis)
        # An input without a mask counts everywhere.
        return reduce(ops.logical_or, given) if len(given) == len(masks) else ops.ones_like(given[0])

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments."""
        return {**super().get_config(), "axis": self.axis}


def _mask_of(x: Any, mask: Any, like: Any) -> Any:
    """Return `mask`, or one with as many axes as `like` that lets all of `x` through."""
    return ops.ones(ops.shape(x)[: len(like.shape)], "bool") if mask is None else mask


def concatenate(inputs: Any, axis: int = -1, **kwargs: Any) -> Any:
    """Return `inputs`, joined along `axis`."""
    return Concatenate(axis=axis, **kwargs)(inputs)
