"""Logs that are computed when somebody reads them.

Promises that making, passing and ignoring them costs no device synchronisation, and that they are computed at most
once. Refuses to be changed: a callback that wants to add to its logs gets a plain dict instead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any


class LazyLogs(Mapping[str, Any]):
    """A mapping whose values come from `compute` at the first access.

    Args:
        compute: Returns the logs; the device scalars in them become floats.

    >>> logs = LazyLogs(lambda: {"loss": 1})
    >>> logs["loss"]
    1.0
    """

    __slots__ = ("_compute", "_values")

    def __init__(self, compute: Callable[[], Mapping[str, Any]]) -> None:
        self._compute = compute
        self._values: dict[str, Any] | None = None

    @property
    def computed(self) -> bool:
        """Whether somebody has read them."""
        return self._values is not None

    def __call__(self) -> Mapping[str, Any]:
        """Return the values, computing them if need be."""
        if self._values is None:
            self._values = host_logs(self._compute())
        return self._values

    def __getitem__(self, key: str) -> Any:
        return self()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self())

    def __len__(self) -> int:
        return len(self())

    def __repr__(self) -> str:
        # Printing must not synchronise: debuggers print everything.
        return f"LazyLogs({self._values!r})" if self.computed else "LazyLogs(not computed)"


def host_logs(logs: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return `logs` as a plain dict in which every scalar is a Python float.

    Args:
        logs: Values by name: numbers, scalar tensors, or anything else, which stays as it is.
    """
    if logs is None:
        return {}
    return {name: _host_value(value) for name, value in logs.items()}


def _host_value(value: Any) -> Any:
    is_scalar = isinstance(value, (int, float)) or tuple(getattr(value, "shape", (0,))) == ()
    return float(value) if is_scalar else value
