"""Batches that are on their way to the device before the step that uses them.

Promises: two batches are placed ahead of the one in use; an error in the source is raised when its batch is due,
after the steps on those before it; the source is closed when the loop leaves it. There is no thread: placing only
starts a transfer.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

DEPTH = 2


def ahead(
    batches: Iterator[Any], place: Callable[[Any], Any], end: Callable[[], None] | None = None, depth: int = DEPTH
) -> Iterator[Any]:
    """Yield the placed batches.

    Args:
        batches: Where they come from.
        place: Starts the transfer of one.
        end: Called when the one who reads asks for more than there is.
        depth: How many are placed before they are asked for.
    """
    waiting: deque[Any] = deque()
    try:
        for batch in batches:
            waiting.append(place(batch))
            if len(waiting) > depth:
                yield waiting.popleft()
    except Exception:
        # What came before the batch that failed is whole, and its steps belong to the training.
        while waiting:
            yield waiting.popleft()
        raise
    finally:
        close = getattr(batches, "close", None)
        if close is not None:
            close()
    while waiting:
        yield waiting.popleft()
    if end is not None:
        end()
