"""What a regularizer is: a function of a weight, added to the loss."""

from __future__ import annotations

from typing import Any, Self


class Regularizer:
    """A penalty on a weight or an output; subclass it and define ``__call__`` and ``get_config``.

    >>> class Nothing(Regularizer):
    ...     def __call__(self, x):
    ...         return 0.0
    >>> Nothing()([1.0])
    0.0
    """

    def __call__(self, x: Any) -> Any:
        """Return the penalty of `x`, a scalar; of this base class 0.

        Args:
            x: Tensor of any shape.
        """
        return 0.0

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of ``__init__``, by name, as JSON-able values."""
        raise NotImplementedError(
            f"{type(self).__name__} cannot be written down: it has no `get_config`.\n"
            f"It was asked for the config of {self!r}.\n"
            "Allowed: regularizers that define `get_config`.\n"
            "Define it, returning the arguments of `__init__` as a dictionary."
        )

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Return a regularizer made from what `get_config` returned."""
        return cls(**config)
