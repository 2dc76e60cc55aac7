"""What a schedule is: a learning rate for each step."""

from __future__ import annotations

from typing import Any, Self


class LearningRateSchedule:
    """Base of all schedules; subclass it and define ``__call__`` and ``get_config``.

    >>> class Halving(LearningRateSchedule):
    ...     def __call__(self, step):
    ...         return 0.5**step
    >>> Halving()(2)
    0.25
    """

    def __call__(self, step: Any) -> Any:
        """Return the learning rate of a step; to be defined by subclasses.

        Args:
            step: Number of updates so far, a scalar.
        """
        raise NotImplementedError(self._incomplete("__call__", "Define it, returning a number or a scalar tensor."))

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of ``__init__``, by name, as JSON-able values."""
        raise NotImplementedError(self._incomplete("get_config", "Define it, returning the arguments of `__init__`."))

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Return a schedule made from what `get_config` returned."""
        return cls(**config)

    def _incomplete(self, method: str, hint: str) -> str:
        return (
            f"The schedule {type(self).__name__} is incomplete: it has no `{method}`.\n"
            f"Received: an object of {type(self).__qualname__}.\n"
            f"Allowed: subclasses of `LearningRateSchedule` that define `__call__` and `get_config`.\n{hint}"
        )
