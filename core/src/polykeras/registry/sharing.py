"""Objects that stand in several places of one config: each place carries the same number.

Promises: while a config is written in a scope, an object met again gets a ``shared_object_id``, in its
first place too; while one is read, places of one number become one object.
Refuses: to share across scopes. Without a scope every place is an object of its own.
"""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Any, Self

KEY = "shared_object_id"


class _Scopes(threading.local):
    current: ObjectSharingScope | None = None


_scopes = _Scopes()


class ObjectSharingScope:
    """A ``with`` block in which configs are written or read as one whole; inner blocks join the outer one."""

    def __init__(self) -> None:
        self._written: dict[int, tuple[Any, dict[str, Any], int]] = {}
        self._read: dict[Any, Any] = {}
        self._outer: ObjectSharingScope | None = None

    def __enter__(self) -> Self:
        self._outer = _scopes.current
        if self._outer is None:
            _scopes.current = self
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        _scopes.current = self._outer

    def note_written(self, obj: Any, config: dict[str, Any]) -> None:
        """Remember the config of `obj`, or number both if it was written before."""
        earlier = self._written.get(id(obj))
        if earlier is None:
            # The object is kept, so that its identity is not given to another one meanwhile.
            self._written[id(obj)] = (obj, config, len(self._written) + 1)
        else:
            earlier[1][KEY] = config[KEY] = earlier[2]

    def read_before(self, number: Any) -> Any:
        """Return the object made for this number, or ``None``."""
        return self._read.get(number) if isinstance(number, int) else None

    def note_read(self, number: Any, obj: Any) -> None:
        """Remember the object made for this number."""
        if isinstance(number, int):
            self._read[number] = obj


def sharing() -> ObjectSharingScope | None:
    """Return the scope that this thread is in, or ``None``."""
    return _scopes.current
