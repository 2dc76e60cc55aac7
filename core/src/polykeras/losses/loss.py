"""What a loss is: values per sample from targets and predictions, then weighted and reduced."""

from __future__ import annotations

from typing import Any, Self

from polykeras import ops, tree
from polykeras.backend import config
from polykeras.losses.conversion import as_tensors, compute_dtype, dtype_of_argument
from polykeras.losses.reduction import checked_reduction, mask_of, reduced
from polykeras.registry.naming import snake_case


class Loss:
    """Base of all losses; subclass it and define `call`.

    Args:
        name: Name; the class's own in snake case for ``None``.
        reduction: ``"sum_over_batch_size"`` and ``"mean"``: mean of the weighted values. ``"sum"``: their sum.
            ``"mean_with_sample_weight"``: their sum divided by that of the weights. ``"none"`` or ``None``:
            the weighted values.
        dtype: Dtype to compute in; for ``None`` floatx, or that of the predictions where it is wider.

    Raises:
        ValueError: If there is no such reduction.

    >>> class Absolute(Loss):
    ...     def call(self, y_true, y_pred):
    ...         return abs(y_true - y_pred)
    >>> float(Absolute()([1.0, 2.0], [1.0, 4.0]))
    1.0
    """

    # Whether targets are converted to the dtype of the loss; labels of classes are not.
    _converts_targets = True

    def __init__(
        self, name: str | None = None, reduction: str | None = "sum_over_batch_size", dtype: Any = None
    ) -> None:
        self.name = name or snake_case(type(self).__name__)
        self.reduction = checked_reduction(reduction)
        self._dtype = dtype_of_argument(dtype)

    @property
    def dtype(self) -> str:
        """Return the dtype asked for, or floatx."""
        return self._dtype or config.floatx()

    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        """Return the loss.

        Args:
            y_true: Targets: a tensor, or the structure of them that `call` takes.
            y_pred: Predictions, likewise.
            sample_weight: A number, a weight per sample, or weights for more of the first axes of the values.

        Returns:
            A scalar, or one value per sample without a reduction.

        Raises:
            ShapeError: If the weights do not fit.
        """
        mask = mask_of(y_pred)
        prediction = tree.flatten(y_pred)[0] if isinstance(y_pred, (list, tuple, dict)) else y_pred
        dtype = compute_dtype(prediction, self._dtype)
        y_pred = as_tensors(y_pred, dtype)
        y_true = as_tensors(y_true, dtype if self._converts_targets else None)
        values, own_mask = self._values(y_true, y_pred)
        if own_mask is not None:
            mask = own_mask if mask is None else ops.logical_and(mask, own_mask)
        return reduced(values, sample_weight, mask, self.reduction, dtype)

    def _values(self, y_true: Any, y_pred: Any) -> tuple[Any, Any]:
        """Return the values, and a mask of those that count where the loss knows one."""
        values = self.call(y_true, y_pred)
        return values, mask_of(values)

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Return one value per sample, before weights; to be defined by subclasses.

        Args:
            y_true: Tensor of targets, or a structure of them.
            y_pred: Tensor of predictions, or a structure of them.
        """
        raise NotImplementedError(
            f"The loss {type(self).__name__} cannot be computed: it has no `call`.\n"
            f"Received: an object of {type(self).__qualname__}.\n"
            "Allowed: subclasses of `Loss` that define `call(y_true, y_pred)`.\n"
            "Define it, returning one value per sample."
        )

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of ``__init__``, by name, as JSON-able values."""
        config = {"name": self.name, "reduction": self.reduction}
        return config if self._dtype is None else {**config, "dtype": self._dtype}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Return a loss made from what `get_config` returned."""
        return cls(**config)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} name={self.name}>"
