"""What a constraint is: a function that a weight goes through after each update."""

from __future__ import annotations

from typing import Any, Self


class Constraint:
    """A rule that weights keep; subclass it and define ``__call__`` and ``get_config``.

    >>> class Free(Constraint):
    ...     def __call__(self, w):
    ...         return w
    >>> Free()(3.0)
    3.0
    """

    def __call__(self, w: Any) -> Any:
        """Return `w` made to keep the rule; this base class has none.

        Args:
            w: Tensor of any shape.
        """
        return w

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of ``__init__``, by name, as JSON-able values."""
        return {}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Return a constraint made from what `get_config` returned."""
        return cls(**config)
