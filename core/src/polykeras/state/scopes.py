"""Scopes under Keras' names: in which variables keep their values, shapes are inferred, a device is chosen."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any, Self

from polykeras.backend import current
from polykeras.ops import abstract, convert
from polykeras.state import overlay
from polykeras.state.variable import Variable

if TYPE_CHECKING:
    from collections.abc import Iterator


class StatelessScope:
    """A block in which no variable changes: reads see given values, and writes are collected.

    Args:
        state_mapping: Pairs of a variable and the value that it has in the block.
        collect_losses: Whether losses that layers add in the block are kept in `losses`; `add_loss` keeps its own.
        initialize_variables: Whether variables made in the block get their values there, or when they are first read.

    Raises:
        ValueError: If a pair is none of a variable and a value of its shape.

    >>> import polykeras as keras
    >>> count = keras.Variable(1.0)
    >>> with StatelessScope([(count, 5.0)]) as scope:
    ...     _ = count.assign_add(2.0)
    >>> float(scope.get_current_value(count)), float(count)
    (7.0, 1.0)
    """

    def __init__(
        self,
        state_mapping: Iterable[tuple[Variable, Any]] | None = None,
        collect_losses: bool = False,
        initialize_variables: bool = True,
    ) -> None:
        self.collect_losses = collect_losses
        self.initialize_variables = initialize_variables
        self.losses: list[Any] = []
        self.original_scope: Any = None
        self._overlay = overlay.Overlay({})
        for pair in state_mapping or ():
            variable, value = _pair(pair)
            self._overlay.values[variable.id] = _fitting(variable, value)
        self._open: Any = None

    @property
    def state_mapping(self) -> dict[int, Any]:
        """Return the values of the block, by the ids of the variables."""
        return self._overlay.values

    def __enter__(self) -> Self:
        """Open the block."""
        self.original_scope = overlay.top()
        self._open = overlay.overlaid(self._overlay)
        self._open.__enter__()
        return self

    def __exit__(self, *args: object, **kwargs: Any) -> None:
        """Close the block; no variable has changed."""
        self._open.__exit__(*args, **kwargs)
        if self.collect_losses:
            self.losses += [loss for _, loss in self._overlay.losses]

    def add_loss(self, loss: Any) -> None:
        """Keep a loss."""
        self.losses.append(loss)

    def add_update(self, update: tuple[Variable, Any]) -> None:
        """Give a variable another value in the block: a pair of both."""
        variable, value = _pair(update)
        self._overlay.values[variable.id] = _fitting(variable, value)
        self._overlay.written[variable.id] = variable

    def get_current_value(self, variable: Variable) -> Any:
        """Return the value of a variable in the block, or ``None`` where it was neither given nor written."""
        return self._overlay.values.get(variable.id)


def _pair(pair: Any) -> tuple[Variable, Any]:
    try:
        variable, value = pair
    except (TypeError, ValueError):
        variable, value = None, None
    if isinstance(variable, Variable):
        return variable, value
    raise ValueError(
        f"A scope without state needs values of variables.\nReceived: {pair!r}.\n"
        "Allowed: pairs of a Variable and a value.\nPass `[(variable, value), ...]`."
    )


def _fitting(variable: Variable, value: Any) -> Any:
    tensor = convert.to_native(variable.backend, value, variable.dtype, "StatelessScope")
    if tuple(tensor.shape) == tuple(variable.shape):
        return tensor
    raise ValueError(
        f"The variable {variable.path!r} cannot have this value in a scope.\n"
        f"Received: a value of shape {tuple(tensor.shape)}.\nAllowed: {tuple(variable.shape)}.\nReshape the value."
    )


class SymbolicScope:
    """A block in which ops infer shapes and dtypes, and compute nothing.

    >>> from polykeras import KerasTensor, ops
    >>> with SymbolicScope():
    ...     ops.matmul(KerasTensor((2, 3)), KerasTensor((3, 4))).shape
    (2, 4)
    """

    def __init__(self) -> None:
        self.original_scope: Any = None
        self._open: Any = None

    def __enter__(self) -> Self:
        """Open the block."""
        self._open = abstract.abstract_scope()
        self._open.__enter__()
        return self

    def __exit__(self, *args: object, **kwargs: Any) -> None:
        """Close the block."""
        self._open.__exit__(*args, **kwargs)


@contextmanager
def device(device_name: str) -> Iterator[None]:
    """Place the tensors and variables that are made in this block on a device.

    Args:
        device_name: Kind and number, such as ``"cpu:0"`` or ``"gpu:1"``; without a number the first.

    Raises:
        ValueError: If this backend sees no such device.
    """
    tensors = current.current().tensors
    placed = getattr(tensors, "on_device", None)
    seen = [one.name for one in tensors.devices()] if hasattr(tensors, "devices") else ["cpu:0"]
    name = device_name if isinstance(device_name, str) and ":" in device_name else f"{device_name}:0"
    if name.lower() not in {one.lower() for one in seen}:
        raise ValueError(
            f"The backend {current.current_name()!r} sees no such device.\nReceived: device_name={device_name!r}.\n"
            f"Allowed: {', '.join(seen)}.\nChoose one of these."
        )
    if placed is None:  # the one device there is
        yield
        return
    scope: AbstractContextManager[Any] = placed(name.lower())
    with scope:
        yield
