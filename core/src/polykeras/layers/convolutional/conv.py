"""Convolutions of one, two and three spatial axes."""

from __future__ import annotations

from typing import Any

from polykeras import activations, constraints, initializers, regularizers
from polykeras.backend.config import standardize_data_format
from polykeras.layers.checks import int_tuple, one_of, positive_int
from polykeras.layers.input_spec import InputSpec
from polykeras.layers.layer import Layer
from polykeras.ops.convolution import conv_with_bias


class BaseConv(Layer):
    """What `Conv1D`, `Conv2D` and `Conv3D` share; `rank` is the number of spatial axes."""

    def __init__(
        self,
        rank: int,
        filters: int,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: Any = 1,
        groups: int = 1,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(activity_regularizer=activity_regularizer, **kwargs)
        kind = type(self).__name__
        self.rank = rank
        self.filters = positive_int(filters, "filters", kind)
        self.groups = positive_int(groups, "groups", kind)
        self.kernel_size = int_tuple(kernel_size, rank, "kernel_size", kind)
        self.strides = int_tuple(strides, rank, "strides", kind)
        self.dilation_rate = int_tuple(dilation_rate, rank, "dilation_rate", kind)
        allowed = ("valid", "same", "causal") if rank == 1 else ("valid", "same")
        self.padding = one_of(padding, allowed, "padding", kind)
        self.data_format = standardize_data_format(data_format)
        self.activation = activations.get(activation)
        self.use_bias = use_bias
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.bias_regularizer = regularizers.get(bias_regularizer)
        self.kernel_constraint = constraints.get(kernel_constraint)
        self.bias_constraint = constraints.get(bias_constraint)
        self.input_spec = InputSpec(min_ndim=rank + 2)
        self._linear = self.activation is activations.linear
        self._check_groups()

    def _check_groups(self) -> None:
        if self.filters % self.groups:
            raise ValueError(
                f"{type(self).__name__} cannot have these groups.\n"
                f"Received: filters={self.filters}, groups={self.groups}.\n"
                "Allowed: a number of filters that the groups divide.\nChange one of them."
            )
        if max(self.strides) > 1 and max(self.dilation_rate) > 1:
            raise ValueError(
                f"{type(self).__name__} cannot stride and dilate at once.\n"
                f"Received: strides={self.strides}, dilation_rate={self.dilation_rate}.\n"
                "Allowed: at most one of them above 1.\nSet the other to 1."
            )

    def build(self, input_shape: Any) -> None:
        """Make the kernel, of shape ``(*kernel_size, channels // groups, filters)``, and the bias."""
        axis = -1 if self.data_format == "channels_last" else 1
        channels = input_shape[axis]
        if channels is None or channels % self.groups:
            raise ValueError(
                f"{type(self).__name__} {self.name!r} cannot be built.\n"
                f"Received: {channels} channels and groups={self.groups}, from the input shape {input_shape}.\n"
                "Allowed: a known number of channels that the groups divide.\nCheck `data_format` and `groups`."
            )
        self.kernel = self.add_weight(
            name="kernel",
            shape=(*self.kernel_size, channels // self.groups, self.filters),
            initializer=self.kernel_initializer,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
        )
        self.bias = None
        if self.use_bias:
            self.bias = self.add_weight(
                name="bias",
                shape=(self.filters,),
                initializer=self.bias_initializer,
                regularizer=self.bias_regularizer,
                constraint=self.bias_constraint,
            )
        self.input_spec = InputSpec(min_ndim=self.rank + 2, axes={axis: channels})
        self.built = True

    def call(self, inputs: Any) -> Any:
        """Return a tensor of shape ``(batch, *positions, filters)``, or with its filters first."""
        y = conv_with_bias(
            inputs,
            self.kernel.value,
            None if self.bias is None else self.bias.value,
            self.strides,
            self.padding,
            self.data_format,
            self.dilation_rate,
        )
        return y if self._linear else self.activation(y)

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments."""
        return {
            **super().get_config(),
            "filters": self.filters,
            "kernel_size": self.kernel_size,
            "strides": self.strides,
            "padding": self.padding,
            "data_format": self.data_format,
            "dilation_rate": self.dilation_rate,
            "groups": self.groups,
            "activation": activations.serialize(self.activation),
            "use_bias": self.use_bias,
            "kernel_initializer": initializers.serialize(self.kernel_initializer),
            "bias_initializer": initializers.serialize(self.bias_initializer),
            "kernel_regularizer": regularizers.serialize(self.kernel_regularizer),
            "bias_regularizer": regularizers.serialize(self.bias_regularizer),
            "kernel_constraint": constraints.serialize(self.kernel_constraint),
            "bias_constraint": constraints.serialize(self.bias_constraint),
        }


class Conv2D(BaseConv):
    """Convolution over two spatial axes.

    Args:
        filters: Number of output channels.
        kernel_size: Size of the window, per axis or for both.
        strides: Step of the window.
        padding: ``"valid"`` or ``"same"``.
        data_format: ``"channels_last"`` or ``"channels_first"``; the configured one for ``None``.
        dilation_rate: Distance between the taps of the window.
        groups: Number of groups of channels that do not see each other.
        activation: Identifier or function; none for ``None``.
        use_bias: Whether a bias per filter is added.
        kernel_initializer: Initializer of the kernel.
        bias_initializer: Initializer of the bias.
        kernel_regularizer: Regularizer of the kernel.
        bias_regularizer: Regularizer of the bias.
        activity_regularizer: Regularizer of the outputs.
        kernel_constraint: Constraint of the kernel.
        bias_constraint: Constraint of the bias.
        **kwargs: Arguments of `Layer`.
    """

    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        strides: Any = (1, 1),
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: Any = (1, 1),
        groups: int = 1,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            2, filters, kernel_size, strides, padding, data_format, dilation_rate, groups, activation, use_bias,
            kernel_initializer, bias_initializer, kernel_regularizer, bias_regularizer, activity_regularizer,
            kernel_constraint, bias_constraint, **kwargs,
        )  # fmt: skip
