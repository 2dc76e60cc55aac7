"""A function of targets and predictions as a loss."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self

from polykeras.losses.alignment import same_rank
from polykeras.losses.conversion import as_tensor
from polykeras.losses.loss import Loss
from polykeras.registry import function_config, get_registered_object

FUNCTIONS: dict[str, Callable[..., Any]] = {}
"""Built-in functions of targets and predictions by name, losses and metrics alike."""


class LossFunctionWrapper(Loss):
    """A loss made of a function.

    Args:
        fn: Takes targets, predictions and `kwargs`; returns one value per sample.
        reduction: As in `Loss`.
        name: Name; that of the class for ``None``.
        dtype: As in `Loss`.
        kwargs: Passed on to `fn`.
    """

    def __init__(
        self,
        fn: Callable[..., Any],
        reduction: str | None = "sum_over_batch_size",
        name: str | None = None,
        dtype: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(name=name, reduction=reduction, dtype=dtype)
        self.fn = fn
        self._fn_kwargs = kwargs

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Return what the function makes of targets and predictions of one rank."""
        if isinstance(y_pred, (list, tuple)):
            y_true, y_pred = as_tensor(y_true), as_tensor(y_pred)
        if not isinstance(y_pred, dict) and not isinstance(y_true, dict):
            y_true, y_pred = same_rank(y_true, y_pred)
        return self.fn(y_true, y_pred, **self._fn_kwargs)

    def get_config(self) -> dict[str, Any]:
        """Return name and reduction, the function and its arguments."""
        return {**super().get_config(), "fn": function_config(self.fn), **self._fn_kwargs}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Return a loss made from what `get_config` returned."""
        if "fn" in config:
            config = {**config, "fn": function_from_config(config["fn"])}
        return cls(**config)

    def __repr__(self) -> str:
        name = getattr(self.fn, "__name__", repr(self.fn))
        return f"<{type(self).__name__}({name}, kwargs={self._fn_kwargs})>"


class BuiltInLoss(LossFunctionWrapper):
    """A wrapper whose function is implied by the class, so that its config names only arguments."""

    def get_config(self) -> dict[str, Any]:
        """Return name, reduction and the arguments of the function."""
        return {**Loss.get_config(self), **self._fn_kwargs}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Return a loss made from what `get_config` returned."""
        return cls(**config)


def function_from_config(config: Any) -> Callable[..., Any]:
    """Return the function that a config names, or `config` itself where that is a function.

    Raises:
        ValueError: If no function is known by that name.
    """
    if callable(config):
        return config  # type: ignore[no-any-return]
    name = config.get("config") if isinstance(config, dict) else config
    found = get_registered_object(name, None, FUNCTIONS) if isinstance(name, str) else None
    if found is None or not callable(found):
        raise ValueError(
            f"No function of targets and predictions is called {name!r}.\n"
            f"Received: {config!r}.\nAllowed: {', '.join(sorted(FUNCTIONS))}, and what this process registered.\n"
            "Decorate your own with `register_keras_serializable`, or pass it in `custom_objects`."
        )
    return found  # type: ignore[no-any-return]


def built_in(fn: Callable[..., Any]) -> Callable[..., Any]:
    """Note a built-in function under its name, and return it."""
    FUNCTIONS[fn.__name__] = fn
    return fn
