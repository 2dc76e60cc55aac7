"""What convolutions of one, two and three spatial axes share."""

from __future__ import annotations

from typing import Any

from polykeras import activations, constraints, initializers, ops, regularizers
from polykeras.layers.checks import data_format_of, int_tuple, one_of, positive_int
from polykeras.layers.input_spec import InputSpec
from polykeras.layers.layer import Layer
from polykeras.ops.convolution import conv_with_bias
from polykeras.ops.keras_tensor import KerasTensor
from polykeras.plugins.errors import ShapeError


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
        self.data_format = data_format_of(data_format, kind)
        self.activation = activations.get(activation)
        self.use_bias = use_bias
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.bias_regularizer = regularizers.get(bias_regularizer)
        self.kernel_constraint = constraints.get(kernel_constraint)
        self.bias_constraint = constraints.get(bias_constraint)
        self.input_spec = InputSpec(ndim=rank + 2)
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
        self.kernel = self.add_weight(
            name="kernel",
            shape=self._kernel_shape(input_shape),
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
        self.input_spec = InputSpec(ndim=self.rank + 2, axes={axis: input_shape[axis]})
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

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, ...]:
        """Return the outputs' shape, also before the layer is built."""
        kernel = KerasTensor(self._kernel_shape(input_shape))
        y = ops.conv(KerasTensor(input_shape), kernel, self.strides, self.padding, self.data_format, self.dilation_rate)
        return tuple(y.shape)

    def _kernel_shape(self, input_shape: Any) -> tuple[int, ...]:
        channels = input_shape[-1 if self.data_format == "channels_last" else 1]
        if channels is None or channels % self.groups:
            raise ShapeError(
                f"{type(self).__name__} {self.name!r} cannot be built.\n"
                f"Received: {channels} channels and groups={self.groups}, from the input shape {tuple(input_shape)}.\n"
                "Allowed: a known number of channels that the groups divide.\nCheck `data_format` and `groups`."
            )
        return (*self.kernel_size, channels // self.groups, self.filters)

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
            "activity_regularizer": regularizers.serialize(self.activity_regularizer),
            "kernel_constraint": constraints.serialize(self.kernel_constraint),
            "bias_constraint": constraints.serialize(self.bias_constraint),
        }
