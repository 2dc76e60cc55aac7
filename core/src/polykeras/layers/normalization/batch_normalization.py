"""`BatchNormalization`."""

from __future__ import annotations

from typing import Any

from polykeras import constraints, initializers, ops, regularizers
from polykeras.layers.checks import fraction, size_of
from polykeras.layers.input_spec import InputSpec
from polykeras.layers.layer import Layer

_NARROW = ("float16", "bfloat16")


class BatchNormalization(Layer):
    """Bring each channel to mean 0 and variance 1 over the batch, then scale and shift.

    In training the batch's own statistics are used and the moving ones follow them; otherwise, or when
    the layer is not trainable, the moving ones are used. Ioffe and Szegedy, "Batch Normalization", 2015.

    Args:
        axis: Axis of the channels.
        momentum: Part of the moving statistics that is kept at each step, in [0, 1].
        epsilon: Added to the variance.
        center: Whether `beta` is added.
        scale: Whether `gamma` is multiplied.
        beta_initializer: Initializer of `beta`.
        gamma_initializer: Initializer of `gamma`.
        moving_mean_initializer: Initializer of the moving mean.
        moving_variance_initializer: Initializer of the moving variance.
        beta_regularizer: Regularizer of `beta`.
        gamma_regularizer: Regularizer of `gamma`.
        beta_constraint: Constraint of `beta`.
        gamma_constraint: Constraint of `gamma`.
        renorm: Not offered; false.
        renorm_clipping: Not offered; ``None``.
        renorm_momentum: Without effect while `renorm` is false.
        synchronized: Whether the statistics are taken over all replicas.
        **kwargs: Arguments of `Layer`.
    """

    def __init__(
        self,
        axis: int = -1,
        momentum: float = 0.99,
        epsilon: float = 0.001,
        center: bool = True,
        scale: bool = True,
        beta_initializer: Any = "zeros",
        gamma_initializer: Any = "ones",
        moving_mean_initializer: Any = "zeros",
        moving_variance_initializer: Any = "ones",
        beta_regularizer: Any = None,
        gamma_regularizer: Any = None,
        beta_constraint: Any = None,
        gamma_constraint: Any = None,
        renorm: bool = False,
        renorm_clipping: Any = None,
        renorm_momentum: float = 0.99,
        synchronized: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if renorm or renorm_clipping is not None:
            raise ValueError(
                f"BatchNormalization does not offer renormalisation.\nReceived: renorm={renorm!r}, "
                f"renorm_clipping={renorm_clipping!r}.\nAllowed: False and None.\nLeave the arguments out."
            )
        self.axis = int(axis)
        self.momentum = fraction(momentum, "momentum", "BatchNormalization")
        self.epsilon = float(epsilon)
        self.center = center
        self.scale = scale
        self.renorm = renorm
        self.renorm_momentum = renorm_momentum
        self.synchronized = synchronized
        self.beta_initializer = initializers.get(beta_initializer)
        self.gamma_initializer = initializers.get(gamma_initializer)
        self.moving_mean_initializer = initializers.get(moving_mean_initializer)
        self.moving_variance_initializer = initializers.get(moving_variance_initializer)
        self.beta_regularizer = regularizers.get(beta_regularizer)
        self.gamma_regularizer = regularizers.get(gamma_regularizer)
        self.beta_constraint = constraints.get(beta_constraint)
        self.gamma_constraint = constraints.get(gamma_constraint)
        self.supports_masking = True

    def build(self, input_shape: Any) -> None:
        """Make scale, shift and the moving statistics, one number per channel each."""
        shape = (size_of(input_shape, self.axis, self.name),)
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
        self.moving_mean = self.add_weight(
            name="moving_mean", shape=shape, initializer=self.moving_mean_initializer, trainable=False
        )
        self.moving_variance = self.add_weight(
            name="moving_variance", shape=shape, initializer=self.moving_variance_initializer, trainable=False
        )
        self.input_spec = InputSpec(ndim=len(input_shape), axes={self.axis: shape[0]})
        self._axes = tuple(i for i in range(len(input_shape)) if i != self.axis % len(input_shape))
        self.built = True

    def call(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
        """Return the normalised inputs; what `mask` leaves out does not count in the statistics."""
        narrow = self.compute_dtype in _NARROW
        x = ops.cast(inputs, "float32") if narrow else inputs
        if training and self.trainable:
            mean, variance = ops.moments(x, self._axes) if mask is None else self._masked_moments(x, mask)
            self._follow(self.moving_mean, mean)
            self._follow(self.moving_variance, variance)
        else:
            mean, variance = self.moving_mean.value, self.moving_variance.value
        gamma = None if self.gamma is None else self.gamma.value
        beta = None if self.beta is None else self.beta.value
        y = ops.batch_normalization(x, mean, variance, self.axis, beta, gamma, self.epsilon)
        return ops.cast(y, self.compute_dtype) if narrow else y

    def _follow(self, moving: Any, batch: Any) -> None:
        batch = ops.cast(ops.stop_gradient(batch), moving.dtype)
        moving.assign(moving.value * self.momentum + batch * (1.0 - self.momentum))

    def _masked_moments(self, x: Any, mask: Any) -> tuple[Any, Any]:
        weight = ops.cast(mask, x.dtype)
        for _ in range(len(x.shape) - len(mask.shape)):
            weight = ops.expand_dims(weight, -1)
        weight = ops.broadcast_to(weight, ops.shape(x))
        total = ops.maximum(ops.sum(weight, self._axes, keepdims=True), 1e-9)
        mean = ops.sum(x * weight, self._axes, keepdims=True) / total
        variance = ops.sum(ops.square(x - mean) * weight, self._axes, keepdims=True) / total
        return ops.squeeze(mean, self._axes), ops.squeeze(variance, self._axes)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the inputs' shape."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments."""
        return {
            **super().get_config(),
            "axis": self.axis,
            "momentum": self.momentum,
            "epsilon": self.epsilon,
            "center": self.center,
            "scale": self.scale,
            "beta_initializer": initializers.serialize(self.beta_initializer),
            "gamma_initializer": initializers.serialize(self.gamma_initializer),
            "moving_mean_initializer": initializers.serialize(self.moving_mean_initializer),
            "moving_variance_initializer": initializers.serialize(self.moving_variance_initializer),
            "beta_regularizer": regularizers.serialize(self.beta_regularizer),
            "gamma_regularizer": regularizers.serialize(self.gamma_regularizer),
            "beta_constraint": constraints.serialize(self.beta_constraint),
            "gamma_constraint": constraints.serialize(self.gamma_constraint),
            "synchronized": self.synchronized,
            "renorm": False,
            "renorm_clipping": None,
            "renorm_momentum": self.renorm_momentum,
        }
