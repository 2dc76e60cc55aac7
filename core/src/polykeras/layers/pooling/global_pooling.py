"""Pooling over whole spatial axes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from polykeras import ops
from polykeras.layers.checks import data_format_of
from polykeras.layers.input_spec import InputSpec
from polykeras.layers.layer import Layer


class BaseGlobalPooling(Layer):
    """What the global pooling layers share; `reduce` is the op, `rank` the number of spatial axes."""

    def __init__(
        self, rank: int, reduce: Callable[..., Any], data_format: str | None, keepdims: bool, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self._reduce = reduce
        self.data_format = data_format_of(data_format, type(self).__name__)
        self.keepdims = keepdims
        first = 1 if self.data_format == "channels_last" else 2
        self._axes = tuple(range(first, first + rank))
        self.input_spec = InputSpec(ndim=rank + 2)

    def call(self, inputs: Any) -> Any:
        """Return a tensor of shape ``(batch, channels)``, or with axes of size 1 in between."""
        return self._reduce(inputs, self._axes, self.keepdims)

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments."""
        return {**super().get_config(), "data_format": self.data_format, "keepdims": self.keepdims}


class GlobalAveragePooling1D(BaseGlobalPooling):
    """Average over one axis, such as time; what a mask leaves out does not count.

    Args:
        data_format: ``"channels_last"`` or ``"channels_first"``; the configured one for ``None``.
        keepdims: Whether the pooled axis stays with size 1.
        **kwargs: Arguments of `Layer`.
    """

    def __init__(self, data_format: str | None = None, keepdims: bool = False, **kwargs: Any) -> None:
        super().__init__(1, ops.mean, data_format, keepdims, **kwargs)
        self.supports_masking = True

    def call(self, inputs: Any, mask: Any = None) -> Any:
        """Return a tensor of shape ``(batch, channels)``, or with an axis of size 1 in between."""
        if mask is None:
            return super().call(inputs)
        weight = ops.expand_dims(ops.cast(mask, inputs.dtype), 2 if self.data_format == "channels_last" else 1)
        total = ops.sum(inputs * weight, self._axes, keepdims=self.keepdims)
        return total / ops.sum(weight, self._axes, keepdims=self.keepdims)

    def compute_mask(self, inputs: Any, mask: Any = None) -> None:
        """Return ``None``: the masked axis is gone."""


class GlobalAveragePooling2D(BaseGlobalPooling):
    """Average over two spatial axes.

    Args:
        data_format: ``"channels_last"`` or ``"channels_first"``; the configured one for ``None``.
        keepdims: Whether the pooled axes stay with size 1.
        **kwargs: Arguments of `Layer`.
    """

    def __init__(self, data_format: str | None = None, keepdims: bool = False, **kwargs: Any) -> None:
        super().__init__(2, ops.mean, data_format, keepdims, **kwargs)


class GlobalAveragePooling3D(BaseGlobalPooling):
    """Average over three spatial axes.

    Args:
        data_format: ``"channels_last"`` or ``"channels_first"``; the configured one for ``None``.
        keepdims: Whether the pooled axes stay with size 1.
        **kwargs: Arguments of `Layer`.
    """

    def __init__(self, data_format: str | None = None, keepdims: bool = False, **kwargs: Any) -> None:
        super().__init__(3, ops.mean, data_format, keepdims, **kwargs)


class GlobalMaxPooling1D(BaseGlobalPooling):
    """Maximum over one axis, such as time.

    Args:
        data_format: ``"channels_last"`` or ``"channels_first"``; the configured one for ``None``.
        keepdims: Whether the pooled axis stays with size 1.
        **kwargs: Arguments of `Layer`.
    """

    def __init__(self, data_format: str | None = None, keepdims: bool = False, **kwargs: Any) -> None:
        super().__init__(1, ops.max, data_format, keepdims, **kwargs)


class GlobalMaxPooling2D(BaseGlobalPooling):
    """Maximum over two spatial axes.

    Args:
        data_format: ``"channels_last"`` or ``"channels_first"``; the configured one for ``None``.
        keepdims: Whether the pooled axes stay with size 1.
        **kwargs: Arguments of `Layer`.
    """

    def __init__(self, data_format: str | None = None, keepdims: bool = False, **kwargs: Any) -> None:
        super().__init__(2, ops.max, data_format, keepdims, **kwargs)


class GlobalMaxPooling3D(BaseGlobalPooling):
    """Maximum over three spatial axes.

    Args:
        data_format: ``"channels_last"`` or ``"channels_first"``; the configured one for ``None``.
        keepdims: Whether the pooled axes stay with size 1.
        **kwargs: Arguments of `Layer`.
    """

    def __init__(self, data_format: str | None = None, keepdims: bool = False, **kwargs: Any) -> None:
        super().__init__(3, ops.max, data_format, keepdims, **kwargs)
