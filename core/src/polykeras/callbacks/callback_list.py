"""`CallbackList`, which passes the events of a loop on to callbacks.

Promises that an event reaches only those callbacks that define its hook, found once at construction, in the order
given; that logs become floats only if a callback that needs floats gets them; that exceptions pass untouched.
Refuses to notice callbacks added, or hooks replaced, after construction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Literal, NamedTuple

from polykeras.callbacks.callback import Callback
from polykeras.callbacks.history import History
from polykeras.callbacks.lazy_logs import host_logs
from polykeras.callbacks.progbar_logger import ProgbarLogger

Phase = Literal["train", "test", "predict"]

_BATCH_HOOKS = tuple(
    f"on_{phase}_batch_{moment}" for phase in ("train", "test", "predict") for moment in ("begin", "end")
)
_OTHER_HOOKS = tuple(
    f"on_{span}_{moment}" for span in ("batch", "epoch", "train", "test", "predict") for moment in ("begin", "end")
)
# A callback that defines only the old name is reached through the base class's hook of the new name.
_OLD_NAMES = {"on_train_batch_begin": "on_batch_begin", "on_train_batch_end": "on_batch_end"}


class _Receiver(NamedTuple):
    hook: Callable[..., object]
    takes_lazy_logs: bool


class CallbackList(Callback):
    """Container of callbacks with their hooks.

    Args:
        callbacks: A callback, or a list of them, nested or not.
        add_history: Add a `History` unless there is one.
        add_progbar: Add a `ProgbarLogger` unless there is one.
        model: The model the loop runs.
        params: Parameters of the loop: `verbose`, `epochs`, `steps`.

    Raises:
        TypeError: Something in `callbacks` is no callback.

    >>> CallbackList([], add_history=True, epochs=2).params
    {'epochs': 2}
    """

    def __init__(
        self,
        callbacks: Any = None,
        add_history: bool = False,
        add_progbar: bool = False,
        model: Any = None,
        **params: Any,
    ) -> None:
        super().__init__()
        self.callbacks: list[Any] = list(_flattened(callbacks))
        self._history = self._found_or_added(History, add=add_history)
        self._progbar = self._found_or_added(ProgbarLogger, add=add_progbar)
        self._receivers = {hook: tuple(_receivers(self.callbacks, hook)) for hook in _BATCH_HOOKS + _OTHER_HOOKS}
        if model is not None:
            self.set_model(model)
        self.set_params(params)

    def _found_or_added(self, kind: type[Callback], *, add: bool) -> Callback | None:
        found = next((callback for callback in self.callbacks if isinstance(callback, kind)), None)
        if found is None and add:
            found = kind()
            self.callbacks.append(found)
        return found

    def batch_logs_wanted(self, phase: Phase) -> bool:
        """Return whether any callback reads logs after a batch, so that the loop must offer them.

        Args:
            phase: ``"train"``, ``"test"`` or ``"predict"``.
        """
        return bool(self._receivers[f"on_{phase}_batch_end"])

    def set_params(self, params: Mapping[str, Any] | None) -> None:
        """Give every callback the parameters of the loop."""
        self.params = params
        for callback in self.callbacks:
            callback.set_params(params)

    def set_model(self, model: Any) -> None:
        """Give every callback the model; the model gets the history at `model.history`."""
        super().set_model(model)
        if self._history is not None:
            model.history = self._history
        for callback in self.callbacks:
            callback.set_model(model)

    def on_batch_begin(self, batch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Call `on_batch_begin` of the callbacks."""
        self._pass_on("on_batch_begin", logs, batch)

    def on_batch_end(self, batch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Call `on_batch_end` of the callbacks."""
        self._pass_on("on_batch_end", logs, batch)

    def on_epoch_begin(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Call `on_epoch_begin` of the callbacks."""
        self._pass_on("on_epoch_begin", logs, epoch)

    def on_epoch_end(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Call `on_epoch_end` of the callbacks."""
        self._pass_on("on_epoch_end", logs, epoch)

    def on_train_batch_begin(self, batch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Call `on_train_batch_begin` of the callbacks."""
        self._pass_on("on_train_batch_begin", logs, batch)

    def on_train_batch_end(self, batch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Call `on_train_batch_end` of the callbacks."""
        self._pass_on("on_train_batch_end", logs, batch)

    def on_test_batch_begin(self, batch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Call `on_test_batch_begin` of the callbacks."""
        self._pass_on("on_test_batch_begin", logs, batch)

    def on_test_batch_end(self, batch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Call `on_test_batch_end` of the callbacks."""
        self._pass_on("on_test_batch_end", logs, batch)

    def on_predict_batch_begin(self, batch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Call `on_predict_batch_begin` of the callbacks."""
        self._pass_on("on_predict_batch_begin", logs, batch)

    def on_predict_batch_end(self, batch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Call `on_predict_batch_end` of the callbacks."""
        self._pass_on("on_predict_batch_end", logs, batch)

    def on_train_begin(self, logs: Mapping[str, Any] | None = None) -> None:
        """Call `on_train_begin` of the callbacks."""
        self._pass_on("on_train_begin", logs)

    def on_train_end(self, logs: Mapping[str, Any] | None = None) -> None:
        """Call `on_train_end` of the callbacks."""
        self._pass_on("on_train_end", logs)

    def on_test_begin(self, logs: Mapping[str, Any] | None = None) -> None:
        """Call `on_test_begin` of the callbacks."""
        self._pass_on("on_test_begin", logs)

    def on_test_end(self, logs: Mapping[str, Any] | None = None) -> None:
        """Call `on_test_end` of the callbacks."""
        self._pass_on("on_test_end", logs)

    def on_predict_begin(self, logs: Mapping[str, Any] | None = None) -> None:
        """Call `on_predict_begin` of the callbacks."""
        self._pass_on("on_predict_begin", logs)

    def on_predict_end(self, logs: Mapping[str, Any] | None = None) -> None:
        """Call `on_predict_end` of the callbacks."""
        self._pass_on("on_predict_end", logs)

    def _pass_on(self, event: str, logs: Mapping[str, Any] | None, *index: int) -> None:
        # One dict for all, made when the first callback needs it: what one callback adds to its logs (a learning
        # rate, say), those after it see.
        plain: dict[str, Any] | None = None
        for hook, takes_lazy_logs in self._receivers[event]:
            if takes_lazy_logs:
                hook(*index, logs if plain is None else plain)
                continue
            if plain is None:
                plain = host_logs(logs)
            hook(*index, plain)


def _flattened(callbacks: Any) -> Iterator[Any]:
    if callbacks is None:
        return
    if isinstance(callbacks, (list, tuple)):
        for item in callbacks:
            yield from _flattened(item)
        return
    if isinstance(callbacks, type) or not all(
        callable(getattr(callbacks, setter, None)) for setter in ("set_model", "set_params")
    ):
        raise TypeError(
            f"A callback list cannot take this as a callback.\n"
            f"Received: {callbacks!r} of type {type(callbacks).__name__}.\n"
            "Allowed: instances of polykeras.callbacks.Callback, or lists of them.\n"
            "Derive the class from Callback, and pass an instance of it."
        )
    yield callbacks


def _receivers(callbacks: Iterable[Any], event: str) -> Iterator[_Receiver]:
    for callback in callbacks:
        if _defines(callback, event) or _defines(callback, _OLD_NAMES.get(event, event)):
            lazy = event in _BATCH_HOOKS and getattr(callback, "lazy_logs", False)
            yield _Receiver(getattr(callback, event), lazy)


def _defines(callback: Any, event: str) -> bool:
    """Whether `callback` has a hook of its own: in its class, or set on the instance."""
    if event in getattr(callback, "__dict__", {}):
        return True
    own = getattr(type(callback), event, None)
    return own is not None and own is not getattr(Callback, event)
