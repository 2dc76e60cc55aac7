"""Batches made by threads, in the order in which they are asked for.

Promises: at most so many are made ahead; an error is raised when its batch is due. The threads are daemons: one that a
dataset never returns from keeps neither the loop nor the interpreter from ending.
"""

from __future__ import annotations

import itertools
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from queue import SimpleQueue
from typing import Any, TypeAlias

_Task: TypeAlias = "tuple[int, Future[Any]]"


def made_by_threads(make: Callable[[int], Any], numbers: Iterable[int], workers: int, most: int) -> Iterator[Any]:
    """Yield ``make(number)`` for each of `numbers`.

    Args:
        make: Makes a batch; called in several threads at once.
        numbers: Which, in order.
        workers: Number of threads.
        most: Batches that may be made ahead.
    """
    tasks: SimpleQueue[_Task | None] = SimpleQueue()
    threads = [threading.Thread(target=_serve, args=(tasks, make), daemon=True) for _ in range(workers)]
    for thread in threads:
        thread.start()
    waiting: deque[Future[Any]] = deque()
    left = iter(numbers)
    try:
        while True:
            for number in itertools.islice(left, max(most, workers) - len(waiting)):
                waiting.append(Future())
                tasks.put((number, waiting[-1]))
            if not waiting:
                break
            yield waiting.popleft().result()
    finally:
        for future in waiting:
            future.cancel()
        for _ in threads:
            tasks.put(None)
    for thread in threads:
        thread.join()


def _serve(tasks: SimpleQueue[_Task | None], make: Callable[[int], Any]) -> None:
    while (task := tasks.get()) is not None:
        number, future = task
        if not future.set_running_or_notify_cancel():
            continue
        try:
            future.set_result(make(number))
        except BaseException as error:  # noqa: BLE001 - raised again in the thread that waits for the batch
            future.set_exception(error)
        del task, future  # a batch is its reader's alone
