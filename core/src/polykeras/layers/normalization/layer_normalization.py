"""`LayerNormalization`."""

from __future__ import annotations

from typing import Any

from polykeras import constraints, initializers, ops, regularizers
from polykeras.layers.checks import size_of
from polykeras.layers.layer import Layer


class LayerNormalization(Layer):
    """Bring each sample to mean 0 and variance 1 over `axis`, then scale and shift.

    Ba, Kiros and Hinton, "Layer Normalization", 2016.

    Args:
        axis: Axis or axes over which one set of statistics is taken.
        epsilon: Added to the variance.
        center: Whether `beta` is added.
        scale: Whether `gamma` is multiplied.
        beta_initializer: Initializer of `beta`.
        gamma_initializer: Initializer of `gamma`.
        beta_regularizer: Regularizer of `beta`.
        gamma_regularizer: Regularizer of `gamma`.
        beta_constraint: Constraint of `beta`.
        gamma_constraint: Constraint of `gamma`.
        **kwargs: Arguments of `Layer`.
    """

    def __init__(
        self,
        axis: Any = -1,
        epsilon: float = 0.001,
        center: bool = True,
        scale: bool = True,
        beta_initializer: Any = "zeros",
        gamma_initializer: Any = "ones",
        beta_regularizer: Any = None,
        gamma_regularizer: Any = None,
        beta_constraint: Any = None,
        gamma_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        # Keras writes it into every config.
        if kwargs.pop("rms_scaling", False):
            raise ValueError(
                "LayerNormalization does not scale by the root mean square.\nReceived: rms_scaling=True.\n"
                "Allowed: False.\nUse `ops.rms_normalization` for that."
            )
        super().__init__(**kwargs)
        self.axis = list(axis) if isinstance(axis, (list, tuple)) else axis
        self.epsilon = float(epsilon)
        self.center = center
        self.scale = scale
        self.beta_initializer = initializers.get(beta_initializer)
        self.gamma_initializer = initializers.get(gamma_initializer)
        self.beta_regularizer = regularizers.get(beta_regularizer)
        self.gamma_regularizer = regularizers.get(gamma_regularizer)
        self.beta_constraint = constraints.get(beta_constraint)
        self.gamma_constraint = constraints.get(gamma_constraint)
        self.supports_masking = True

    def build(self, input_shape: Any) -> None:
        """Make `gamma` and `beta`, of the sizes of `axis`."""
        axes = self.axis if isinstance(self.axis, list) else [self.axis]
        shape = tuple(size_of(input_shape, axis, self.name) for axis in axes)
        self.gamma = self.beta = None
        if self.scale:
            self.gamma = self.add_weight(
                name="gamma",
                shape=shape,
                initializer=self.gamma_initializer,
                regularizer=self.gamma_regularizer,
                constraint=self.gamma_constraint,
            )
        if self.center:
            self.beta = self.add_weight(
                name="beta",
                shape=shape,
                initializer=self.beta_initializer,
                regularizer=self.beta_regularizer,
                constraint=self.beta_constraint,
            )
        self.built = True

    def call(self, inputs: Any) -> Any:
        """Return the normalised inputs."""
        gamma = None if self.gamma is None else self.gamma.value
        beta = None if self.beta is None else self.beta.value
        return ops.layer_normalization(inputs, gamma, beta, self.axis, self.epsilon)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the inputs' shape."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments."""
        return {
            **super().get_config(),
            "axis": self.axis,
            "epsilon": self.epsilon,
            "center": self.center,
            "scale": self.scale,
            "rms_scaling": False,
            "beta_initializer": initializers.serialize(self.beta_initializer),
            "gamma_initializer": initializers.serialize(self.gamma_initializer),
            "beta_regularizer": regularizers.serialize(self.beta_regularizer),
            "gamma_regularizer": regularizers.serialize(self.gamma_regularizer),
            "beta_constraint": constraints.serialize(self.beta_constraint),
            "gamma_constraint": constraints.serialize(self.gamma_constraint),
        }
