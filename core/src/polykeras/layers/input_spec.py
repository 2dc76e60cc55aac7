"""What a layer demands of its inputs, checked before anything is computed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from polykeras import tree
from polykeras.plugins.errors import ShapeError


class InputSpec:
    """Demands on one input.

    Args:
        dtype: Dtype name.
        shape: Exact shape, ``None`` where any size will do.
        ndim: Exact number of axes.
        max_ndim: Most axes.
        min_ndim: Fewest axes.
        axes: Axis to exact size.
        allow_last_axis_squeeze: Whether a last axis of size 1 may be missing or extra.
        name: Key of the input in a dict of inputs.
        optional: Whether ``None`` may be passed.
    """

    def __init__(
        self,
        dtype: str | None = None,
        shape: Sequence[int | None] | None = None,
        ndim: int | None = None,
        max_ndim: int | None = None,
        min_ndim: int | None = None,
        axes: Mapping[int, int | None] | None = None,
        allow_last_axis_squeeze: bool = False,
        name: str | None = None,
        optional: bool = False,
    ) -> None:
        self.dtype = dtype
        self.shape = None if shape is None else tuple(shape)
        self.ndim = len(self.shape) if self.shape is not None else ndim
        self.max_ndim = max_ndim
        self.min_ndim = min_ndim
        self.axes = {int(axis): size for axis, size in (axes or {}).items()}
        self.allow_last_axis_squeeze = allow_last_axis_squeeze
        self.name = name
        self.optional = optional

    def get_config(self) -> dict[str, Any]:
        """Return the demands as a dict."""
        return {
            "dtype": self.dtype,
            "shape": self.shape,
            "ndim": self.ndim,
            "max_ndim": self.max_ndim,
            "min_ndim": self.min_ndim,
            "axes": self.axes,
        }


def check_inputs(specs: Any, inputs: Any, layer_name: str) -> None:
    """Raise `ShapeError` where an input does not meet its spec."""
    if specs is None:
        return
    wanted = list(specs.values()) if isinstance(specs, dict) else tree.flatten(specs)
    given = tree.flatten(inputs)
    if isinstance(inputs, dict) and isinstance(specs, dict):
        given = [inputs.get(key) for key in specs]
    if len(wanted) != len(given):
        raise ShapeError(
            f"Layer {layer_name!r} was called with the wrong number of inputs.\n"
            f"Received: {len(given)} tensors.\nAllowed: {len(wanted)} tensors.\n"
            "Pass the inputs in one list, tuple or dict."
        )
    for spec, tensor in zip(wanted, given, strict=True):
        if tensor is None and spec.optional:
            continue
        if getattr(tensor, "shape", None) is None:
            continue
        shape = tuple(tensor.shape)
        problem = _problem(spec, shape)
        if problem is not None:
            raise ShapeError(
                f"Layer {layer_name!r} cannot take this input.\nReceived: shape {shape}.\n"
                f"Allowed: {problem}.\nCheck the data's shape, or the layer before this one."
            )


def _problem(spec: InputSpec, shape: tuple[Any, ...]) -> str | None:
    """Return what `shape` should have been, or ``None`` when it fits."""
    if spec.shape is not None and spec.allow_last_axis_squeeze:
        if shape and shape[-1] == 1 and len(shape) == len(spec.shape) + 1:
            shape = shape[:-1]
        elif spec.shape[-1:] == (1,) and len(shape) == len(spec.shape) - 1:
            shape = (*shape, 1)
    if spec.ndim is not None and len(shape) != spec.ndim:
        return f"{spec.ndim} axes" + (f", as in {spec.shape}" if spec.shape is not None else "")
    if spec.max_ndim is not None and len(shape) > spec.max_ndim:
        return f"at most {spec.max_ndim} axes"
    if spec.min_ndim is not None and len(shape) < spec.min_ndim:
        return f"at least {spec.min_ndim} axes"
    for axis, size in spec.axes.items():
        if size is not None and shape[axis] is not None and shape[axis] != size:
            return f"size {size} on axis {axis}"
    for own, wanted in zip(shape, spec.shape or (), strict=False):
        if own is not None and wanted is not None and own != wanted:
            return f"shape {spec.shape}"
    return None
