"""`Embedding`: a table of vectors, looked up by index."""

from __future__ import annotations

from typing import Any

import numpy as np

from polykeras import constraints, initializers, ops, regularizers
from polykeras.initializers.constant import Constant
from polykeras.layers.checks import none_only, positive_int
from polykeras.layers.layer import Layer


class Embedding(Layer):
    """Give each index its vector.

    Args:
        input_dim: Number of vectors; indices are in [0, input_dim).
        output_dim: Size of a vector.
        embeddings_initializer: Initializer of the table, of shape ``(input_dim, output_dim)``.
        embeddings_regularizer: Regularizer of the table.
        embeddings_constraint: Constraint of the table.
        mask_zero: Whether index 0 stands for padding, which the layers behind leave out.
        weights: Values of the table, in place of `embeddings_initializer`.
        lora_rank: Not offered; ``None``.
        lora_alpha: Not offered; ``None``.
        quantization_config: Not offered; ``None``.
        **kwargs: Arguments of `Layer`.
    """

    def __init__(
        self,
        input_dim: int,
        output_dim: int,
        embeddings_initializer: Any = "uniform",
        embeddings_regularizer: Any = None,
        embeddings_constraint: Any = None,
        mask_zero: bool = False,
        weights: Any = None,
        lora_rank: int | None = None,
        lora_alpha: float | None = None,
        quantization_config: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        none_only("Embedding", lora_rank=lora_rank, lora_alpha=lora_alpha, quantization_config=quantization_config)
        self.input_dim = positive_int(input_dim, "input_dim", "Embedding")
        self.output_dim = positive_int(output_dim, "output_dim", "Embedding")
        self.embeddings_initializer = initializers.get(embeddings_initializer)
        self.embeddings_regularizer = regularizers.get(embeddings_regularizer)
        self.embeddings_constraint = constraints.get(embeddings_constraint)
        self.mask_zero = mask_zero
        self.supports_masking = self._makes_masks = mask_zero
        # Indices are not to be rounded by a narrow compute dtype.
        self.autocast = False
        self._given = None if weights is None else self._table(weights)

    def _table(self, weights: Any) -> np.ndarray:
        """Return the values of the table out of `weights`: they, or they alone in a list."""
        only = weights[0] if isinstance(weights, (list, tuple)) and len(weights) == 1 else weights
        table = np.asarray(only)
        if table.shape != (self.input_dim, self.output_dim):
            raise ValueError(
                f"Embedding {self.name!r} cannot have these weights.\nReceived: shape {table.shape}.\n"
                f"Allowed: shape {(self.input_dim, self.output_dim)}.\nCheck `input_dim` and `output_dim`."
            )
        return table

    def build(self, input_shape: Any = None) -> None:
        """Make the table; it does not depend on the inputs' shape."""
        self.embeddings = self.add_weight(
            name="embeddings",
            shape=(self.input_dim, self.output_dim),
            initializer=self.embeddings_initializer if self._given is None else Constant(self._given),
            regularizer=self.embeddings_regularizer,
            constraint=self.embeddings_constraint,
        )
        self.built = True

    def call(self, inputs: Any) -> Any:
        """Return a tensor of the inputs' shape with an axis of `output_dim` behind."""
        if "int" not in ops.dtype(inputs):
            inputs = ops.cast(inputs, "int32")
        y = ops.take(self.embeddings.value, inputs, axis=0)  # (..., output_dim)
        return y if self.compute_dtype == self.variable_dtype else ops.cast(y, self.compute_dtype)

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """Return where the index is not 0, if that stands for padding."""
        return ops.not_equal(inputs, 0) if self.mask_zero else None

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, ...]:
        """Return the inputs' shape with `output_dim` behind."""
        return (*input_shape, self.output_dim)

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, without the values of the table."""
        return {
            **super().get_config(),
            "input_dim": self.input_dim,
            "output_dim": self.output_dim,
            "embeddings_initializer": initializers.serialize(self.embeddings_initializer),
            "embeddings_regularizer": regularizers.serialize(self.embeddings_regularizer),
            "embeddings_constraint": constraints.serialize(self.embeddings_constraint),
            "activity_regularizer": regularizers.serialize(self.activity_regularizer),
            "mask_zero": self.mask_zero,
            "quantization_config": None,
        }
