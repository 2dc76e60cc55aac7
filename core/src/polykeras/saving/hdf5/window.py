"""Bytes of a file, read by address; nothing outside of them is ever touched."""

from __future__ import annotations

import numpy as np

from polykeras.plugins.errors import CorruptFileError, UnsafeFileError
from polykeras.saving import failures

UNDEFINED = 2**64 - 1


class Window:
    """A file's bytes with bounds.

    Args:
        data: The bytes, an array of uint8.
        source: The file's name, for messages.
    """

    def __init__(self, data: np.ndarray, source: str) -> None:
        self.data = data
        self.source = source
        self._view = data.data
        # Nothing that is counted takes fewer than eight bytes, so a sound file never uses this up.
        self._steps = len(self._view) // 8
        # Global heaps by address, with address and size of each text by its key; each heap is read once.
        self.heaps: dict[int, dict[int, tuple[int, int]]] = {}

    def __len__(self) -> int:
        return len(self._view)

    def span(self, at: int, size: int, member: str) -> memoryview:
        """Return `size` bytes from address `at`.

        Raises:
            CorruptFileError: If they do not all lie in the file.
        """
        if at < 0 or size < 0 or at + size > len(self._view):
            raise self.corrupt(member, f"{size} bytes at address {at} of a file of {len(self._view)} bytes")
        return self._view[at : at + size]

    def number(self, at: int, size: int, member: str) -> int:
        """Return the little-endian unsigned number of `size` bytes at address `at`."""
        return int.from_bytes(self.span(at, size, member), "little")

    def expect(self, at: int, wanted: bytes, member: str) -> None:
        """Check that `wanted` stands at address `at`."""
        found = bytes(self.span(at, len(wanted), member))
        if found != wanted:
            raise self.corrupt(member, f"{found!r} at address {at}, where {wanted!r} must stand")

    def step(self, member: str) -> None:
        """Count one thing read; more of them than fit side by side are read from bytes that overlap.

        Raises:
            CorruptFileError: If there were that many.
        """
        self._steps -= 1
        if self._steps < 0:
            raise self.corrupt(member, "more parts than the file has room for: they lie on one another")

    def corrupt(self, member: str, reason: str) -> CorruptFileError:
        """Return the error for damage at `member`."""
        return failures.corrupt(self.source, member, reason)

    def unsafe(self, member: str, reason: str, advice: str = "") -> UnsafeFileError:
        """Return the error for what `member` may not ask for."""
        return failures.unsafe(self.source, member, reason, advice)
