"""`LambdaCallback`, a callback made of functions.

Promises to call each function as the hook of its name, and to cost nothing for hooks that were not given. Refuses
names that no callback has, which would never be called.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from polykeras.callbacks.callback import Callback
from polykeras.plugins.errors import did_you_mean

_HOOKS = tuple(name for name in vars(Callback) if name.startswith(("on_", "set_")))


class LambdaCallback(Callback):
    """Call functions at the moments of a loop.

    Args:
        on_epoch_begin: Takes ``(epoch, logs)``.
        on_epoch_end: Takes ``(epoch, logs)``.
        on_train_begin: Takes ``(logs)``.
        on_train_end: Takes ``(logs)``.
        on_train_batch_begin: Takes ``(batch, logs)``.
        on_train_batch_end: Takes ``(batch, logs)``.
        **kwargs: Functions for other methods of `Callback`, by name.

    Raises:
        TypeError: A name is no method of `Callback`, or a value cannot be called.

    >>> seen = []
    >>> callback = LambdaCallback(on_epoch_end=lambda epoch, logs: seen.append(epoch))
    >>> callback.on_epoch_end(3, {})
    >>> seen
    [3]
    """

    def __init__(
        self,
        on_epoch_begin: Callable[..., Any] | None = None,
        on_epoch_end: Callable[..., Any] | None = None,
        on_train_begin: Callable[..., Any] | None = None,
        on_train_end: Callable[..., Any] | None = None,
        on_train_batch_begin: Callable[..., Any] | None = None,
        on_train_batch_end: Callable[..., Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__()
        functions = {
            "on_epoch_begin": on_epoch_begin,
            "on_epoch_end": on_epoch_end,
            "on_train_begin": on_train_begin,
            "on_train_end": on_train_end,
            "on_train_batch_begin": on_train_batch_begin,
            "on_train_batch_end": on_train_batch_end,
            **kwargs,
        }
        for name, function in functions.items():
            if function is not None:
                _check(name, function)
                setattr(self, name, function)


def _check(name: str, function: Any) -> None:
    if name not in _HOOKS:
        raise TypeError(
            f"LambdaCallback knows no hook {name!r}.{did_you_mean(name, _HOOKS)}\nReceived: {name}={function!r}.\n"
            f"Allowed: {', '.join(_HOOKS)}.\nUse one of these names."
        )
    if not callable(function):
        raise TypeError(
            f"The hook {name!r} of a LambdaCallback cannot be called.\n"
            f"Received: {function!r} of type {type(function).__name__}.\n"
            "Allowed: functions, or None for no hook.\nPass a function."
        )
