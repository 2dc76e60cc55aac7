"""Pooling over windows by maximum and by average."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from polykeras import ops
from polykeras.layers.checks import data_format_of, int_tuple, one_of
from polykeras.layers.input_spec import InputSpec
from polykeras.layers.layer import Layer


class BasePooling(Layer):
    """What the pooling layers share; `pool` is the op, `rank` the number of spatial axes."""

    def __init__(
        self,
        rank: int,
        pool: Callable[..., Any],
        pool_size: Any,
        strides: Any = None,
        padding: str = "valid",
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        kind = type(self).__name__
        self._pool = pool
        self.pool_size = int_tuple(pool_size, rank, "pool_size", kind)
        self.strides = self.pool_size if strides is None else int_tuple(strides, rank, "strides", kind)
        self.padding = one_of(padding, ("valid", "same"), "padding", kind)
        self.data_format = data_format_of(data_format, kind)
        self.input_spec = InputSpec(ndim=rank + 2)

    def call(self, inputs: Any) -> Any:
        """Return the pooled windows."""
        return self._pool(inputs, self.pool_size, self.strides, self.padding, self.data_format)

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments."""
        return {
            **super().get_config(),
            "pool_size": self.pool_size,
            "strides": self.strides,
            "padding": self.padding,
            "data_format": self.data_format,
        }


class MaxPooling1D(BasePooling):
    """Maximum over windows of one axis.

    Args:
        pool_size: Size of the window.
        strides: Step of the window; its size for ``None``.
        padding: ``"valid"`` or ``"same"``.
        data_format: ``"channels_last"`` or ``"channels_first"``; the configured one for ``None``.
        name: Name of the layer.
        **kwargs: Arguments of `Layer`.
    """

    def __init__(
        self,
        pool_size: Any = 2,
        strides: Any = None,
        padding: str = "valid",
        data_format: str | None = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(1, ops.max_pool, pool_size, strides, padding, data_format, name=name, **kwargs)


class MaxPooling2D(BasePooling):
    """Maximum over windows of two spatial axes.

    Args:
        pool_size: Size of the window, per axis or for both.
        strides: Step of the window; its size for ``None``.
        padding: ``"valid"`` or ``"same"``.
        data_format: ``"channels_last"`` or ``"channels_first"``; the configured one for ``None``.
        name: Name of the layer.
        **kwargs: Arguments of `Layer`.
    """

    def __init__(
        self,
        pool_size: Any = (2, 2),
        strides: Any = None,
        padding: str = "valid",
        data_format: str | None = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(2, ops.max_pool, pool_size, strides, padding, data_format, name=name, **kwargs)


class MaxPooling3D(BasePooling):
    """Maximum over windows of three spatial axes.

    Args:
        pool_size: Size of the window, per axis or for all.
        strides: Step of the window; its size for ``None``.
        padding: ``"valid"`` or ``"same"``.
        data_format: ``"channels_last"`` or ``"channels_first"``; the configured one for ``None``.
        name: Name of the layer.
        **kwargs: Arguments of `Layer`.
    """

    def __init__(
        self,
        pool_size: Any = (2, 2, 2),
        strides: Any = None,
        padding: str = "valid",
        data_format: str | None = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(3, ops.max_pool, pool_size, strides, padding, data_format, name=name, **kwargs)


class AveragePooling1D(BasePooling):
    """Average over windows of one axis; padding does not count.

    Args:
        pool_size: Size of the window.
        strides: Step of the window; its size for ``None``.
        padding: ``"valid"`` or ``"same"``.
        data_format: ``"channels_last"`` or ``"channels_first"``; the configured one for ``None``.
        name: Name of the layer.
        **kwargs: Arguments of `Layer`.
    """

    def __init__(
        self,
        pool_size: Any,
        strides: Any = None,
        padding: str = "valid",
        data_format: str | None = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(1, ops.average_pool, pool_size, strides, padding, data_format, name=name, **kwargs)


class AveragePooling2D(BasePooling):
    """Average over windows of two spatial axes; padding does not count.

    Args:
        pool_size: Size of the window, per axis or for both.
        strides: Step of the window; its size for ``None``.
        padding: ``"valid"`` or ``"same"``.
        data_format: ``"channels_last"`` or ``"channels_first"``; the configured one for ``None``.
        name: Name of the layer.
        **kwargs: Arguments of `Layer`.
    """

    def __init__(
        self,
        pool_size: Any,
        strides: Any = None,
        padding: str = "valid",
        data_format: str | None = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(2, ops.average_pool, pool_size, strides, padding, data_format, name=name, **kwargs)


class AveragePooling3D(BasePooling):
    """Average over windows of three spatial axes; padding does not count.

    Args:
        pool_size: Size of the window, per axis or for all.
        strides: Step of the window; its size for ``None``.
        padding: ``"valid"`` or ``"same"``.
        data_format: ``"channels_last"`` or ``"channels_first"``; the configured one for ``None``.
        name: Name of the layer.
        **kwargs: Arguments of `Layer`.
    """

    def __init__(
        self,
        pool_size: Any,
        strides: Any = None,
        padding: str = "valid",
        data_format: str | None = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(3, ops.average_pool, pool_size, strides, padding, data_format, name=name, **kwargs)
