"""`Dense`: every output unit sees every input feature."""

from __future__ import annotations

from typing import Any

from polykeras import activations, constraints, initializers, regularizers
from polykeras.layers.checks import none_only, positive_int, size_of
from polykeras.layers.input_spec import InputSpec
from polykeras.layers.layer import Layer
from polykeras.ops.linear import dense


class Dense(Layer):
    """Compute ``activation(x @ kernel + bias)`` over the last axis.

    Args:
        units: Number of output features.
        activation: Identifier or function; none for ``None``.
        use_bias: Whether a bias is added.
        kernel_initializer: Initializer of the kernel, of shape ``(features, units)``.
        bias_initializer: Initializer of the bias, of shape ``(units,)``.
        kernel_regularizer: Regularizer of the kernel.
        bias_regularizer: Regularizer of the bias.
        activity_regularizer: Regularizer of the outputs.
        kernel_constraint: Constraint of the kernel.
        bias_constraint: Constraint of the bias.
        lora_rank: Not offered; ``None``.
        lora_alpha: Not offered; ``None``.
        quantization_config: Not offered; ``None``.
        **kwargs: Arguments of `Layer`.
    """

    def __init__(
        self,
        units: int,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        lora_rank: int | None = None,
        lora_alpha: float | None = None,
        quantization_config: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(activity_regularizer=activity_regularizer, **kwargs)
        none_only("Dense", lora_rank=lora_rank, lora_alpha=lora_alpha, quantization_config=quantization_config)
        self.units = positive_int(units, "units", "Dense")
        self.activation = activations.get(activation)
        self.use_bias = use_bias
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.bias_regularizer = regularizers.get(bias_regularizer)
        self.kernel_constraint = constraints.get(kernel_constraint)
        self.bias_constraint = constraints.get(bias_constraint)
        self.input_spec = InputSpec(min_ndim=2)
        self.supports_masking = True
        self._linear = self.activation is activations.linear

    def build(self, input_shape: Any) -> None:
        """Make kernel and bias for inputs of shape ``(..., features)``."""
        features = size_of(input_shape, -1, self.name)
        self.kernel = self.add_weight(
            name="kernel",
            shape=(features, self.units),
            initializer=self.kernel_initializer,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
        )
        self.bias = None
        if self.use_bias:
            self.bias = self.add_weight(
                name="bias",
                shape=(self.units,),
                initializer=self.bias_initializer,
                regularizer=self.bias_regularizer,
                constraint=self.bias_constraint,
            )
        self.input_spec = InputSpec(min_ndim=2, axes={-1: features})
        self.built = True

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        """Return a tensor of shape ``(..., units)``."""
        bias = None if self.bias is None else self.bias.value
        y = dense(inputs, self.kernel.value, bias)  # (..., units)
        return y if self._linear else self.activation(y)

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, ...]:
        """Return the shape with `units` in place of the last size."""
        return (*input_shape[:-1], self.units)

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments."""
        return {
            **super().get_config(),
            "units": self.units,
            "activation": activations.serialize(self.activation),
            "use_bias": self.use_bias,
            "kernel_initializer": initializers.serialize(self.kernel_initializer),
            "bias_initializer": initializers.serialize(self.bias_initializer),
            "kernel_regularizer": regularizers.serialize(self.kernel_regularizer),
            "bias_regularizer": regularizers.serialize(self.bias_regularizer),
            "kernel_constraint": constraints.serialize(self.kernel_constraint),
            "bias_constraint": constraints.serialize(self.bias_constraint),
            "quantization_config": None,
        }
