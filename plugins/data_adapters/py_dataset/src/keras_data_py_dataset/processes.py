"""Batches made by processes, in the order in which they are asked for.

Promises: the processes are spawned, so they hold no lock and no device of this one, and import the dataset's own module
only, or the script that it was defined in; they end with an error, with Ctrl-C, with the loop, and with this process
however it ends; one that dies is named with its signal and its batch. Refuses: datasets that cannot be pickled, systems
without descriptors to inherit.
"""

from __future__ import annotations

import contextlib
import json
import os
import pickle
import shutil
import signal
import subprocess
import sys
import weakref
from collections.abc import Iterable, Iterator
from multiprocessing import Pipe, spawn
from multiprocessing.connection import wait
from typing import Any, NamedTuple

from keras_data_py_dataset.shared_arrays import new_folder, unpack
from keras_data_py_dataset.worker import Ask, Failed, Made, Setting, is_worker

_START = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[2]); from keras_data_py_dataset.worker import main; main()"
)
_ASKED_AT_ONCE = 2
"""Batches that a worker is asked for before it has made the first of them, so that it never waits for this process."""
_SECONDS_TO_END = 2.0


class WorkerDied(RuntimeError):  # noqa: N818 - the name says what happened, as those of polykeras' own errors do
    """A worker process ended without being told to."""


class _Worker:
    """A process, the connection to it, and the batches that it was asked for."""

    def __init__(self, process: subprocess.Popen[bytes], connection: Any) -> None:
        self.process = process
        self.connection = connection
        self.asked: list[Ask] = []


class _Lost(NamedTuple):
    """A batch that a worker died over."""

    place: int
    error: WorkerDied


class Processes:
    """Workers over copies of one dataset; they start with the first batch and serve every epoch.

    Args:
        dataset: What makes batches by index.
        count: Number of processes.
    """

    def __init__(self, dataset: Any, count: int) -> None:
        self._dataset = dataset
        self._count = count
        self._running: _Running | None = None
        self._stale = False

    def renew(self) -> None:
        """Have the workers get the dataset as it is now before the next epoch."""
        self._stale = True

    def batches(self, numbers: Iterable[int], most: int) -> Iterator[Any]:
        """Yield the batches of these numbers, at most `most` of them made ahead.

        Raises:
            WorkerDied: A process ended.
            Exception: What the dataset raised, with the worker's own traceback as a note.
        """
        running = self._started()
        whole = False
        try:
            yield from _in_order(running, numbers, max(most, self._count))
            whole = True
        finally:
            if not whole:  # batches that nobody will read are still being made
                running.close()
                self._running = None

    def _started(self) -> _Running:
        busy = self._running is not None and self._running.busy
        if self._running is None or busy:
            started = _Running(_pickled(self._dataset), self._count)
            if busy:  # another epoch is under way; it keeps its own
                return started
            weakref.finalize(self, started.close)
            self._running = started
        elif self._stale:
            self._running.send(_pickled(self._dataset))
        self._stale = False
        return self._running


def _pickled(dataset: Any) -> bytes:
    try:
        return pickle.dumps(dataset, protocol=pickle.HIGHEST_PROTOCOL)
    except (pickle.PicklingError, TypeError, AttributeError) as error:
        raise ValueError(
            "The dataset cannot be sent to other processes.\n"
            f"Received: {type(dataset).__module__}.{type(dataset).__qualname__}, of which pickle says: {error}\n"
            "Allowed: datasets of a class at the top of a module, whose attributes can be pickled.\n"
            "Open files and the like in `__getitem__`, or pass `use_multiprocessing=False` for threads."
        ) from error


class _Running:
    """Processes that are running.

    Args:
        payload: The dataset, pickled.
        count: Number of processes.
    """

    def __init__(self, payload: bytes, count: int) -> None:
        _check_process()
        self.folder = new_folder()
        self.workers: list[_Worker] = []
        self.dead: list[_Worker] = []
        self.busy = False
        try:
            for index in range(count):
                self.workers.append(_spawned())
                setting = Setting(self.folder, str(index), _main(payload))
                self._tell(self.workers[-1], tuple(setting))
            self.send(payload)
        except BaseException:
            self.close()
            raise

    def send(self, payload: bytes) -> None:
        """Give every worker the dataset; none is making a batch."""
        for worker in self.workers:
            self._tell(worker, payload)

    def ask(self, worker: _Worker, ask: Ask) -> None:
        """Ask for a batch."""
        worker.asked.append(ask)
        # One that has died may have answered before it did: that it has is found out behind its last answer.
        with contextlib.suppress(ConnectionError):
            worker.connection.send(tuple(ask))

    def _tell(self, worker: _Worker, message: Any) -> None:
        try:
            worker.connection.send(message)
        except ConnectionError:
            raise _died(worker) from None

    def answers(self) -> Iterator[Made | Failed | _Lost]:
        """Wait until a worker answers or dies, and yield what there is."""
        busy = {worker.connection: worker for worker in self.workers if worker.asked}
        for connection in wait(list(busy)):
            worker = busy[connection]
            try:
                answer = worker.connection.recv()
            except (EOFError, ConnectionError):
                self.dead.append(worker)
                self.workers.remove(worker)
                error = _died(worker)
                yield from [_Lost(ask.place, error) for ask in worker.asked]
                continue
            if answer.place is not None:
                worker.asked = [ask for ask in worker.asked if ask.place != answer.place]
            yield answer

    def close(self) -> None:
        """End the processes; what they are doing is lost."""
        every = self.workers + self.dead
        for worker in every:
            worker.connection.close()
            worker.process.terminate()
        for worker in every:
            try:
                worker.process.wait(_SECONDS_TO_END)
            except subprocess.TimeoutExpired:
                worker.process.kill()
                worker.process.wait()
        self.workers, self.dead = [], []
        shutil.rmtree(self.folder, ignore_errors=True)


def _in_order(running: _Running, numbers: Iterable[int], most: int) -> Iterator[Any]:
    asks = (Ask(place, number) for place, number in enumerate(numbers))
    answers: dict[int, Made | Failed | _Lost] = {}
    due, asked, left = 0, 0, True
    running.busy = True
    while True:
        while left and running.workers and asked - due < most:
            free = min(running.workers, key=lambda worker: len(worker.asked))
            ask = next(asks, None) if len(free.asked) < _ASKED_AT_ONCE else None
            if ask is None:
                left = len(free.asked) >= _ASKED_AT_ONCE
                break
            running.ask(free, ask)
            asked += 1
        if due in answers:
            yield _batch(answers.pop(due))
            due += 1
        elif due < asked:
            for answer in running.answers():
                if answer.place is None:
                    _batch(answer)
                else:
                    answers[answer.place] = answer
        else:
            break
    running.busy = False


def _batch(answer: Made | Failed | _Lost) -> Any:
    """Return the batch, or raise what the worker raised, or what became of it."""
    if isinstance(answer, Made):
        return unpack(answer.batch)
    if isinstance(answer, _Lost):
        raise answer.error
    if answer.error is not None:
        error = pickle.loads(answer.error)  # noqa: S301 - from a process that this one started
        error.add_note(f"In a worker process:\n{answer.trace}")
        raise error
    raise RuntimeError(
        "A batch could not be made in a worker process.\n"
        f"Received: {answer.told}, an error that cannot be sent to another process.\n"
        f"Allowed: batches as tuples of arrays.\nMend the dataset; the worker's traceback:\n{answer.trace}"
    )


def _spawned() -> _Worker:
    ours, theirs = Pipe()
    with theirs:
        descriptor = theirs.fileno()
        command = [sys.executable, "-c", _START, str(descriptor), json.dumps([str(folder) for folder in sys.path])]
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, pass_fds=[descriptor])  # noqa: S603 - this Python
    return _Worker(process, ours)


def _main(payload: bytes) -> dict[str, Any] | None:
    """Return how to import the script that is running, if the dataset was defined in it."""
    if b"__main__" not in payload:
        return None
    whole = spawn.get_preparation_data("worker")
    needed = ("init_main_from_name", "init_main_from_path", "sys_argv", "dir", "orig_dir")
    return {name: whole[name] for name in needed if name in whole}


def _check_process() -> None:
    if is_worker():
        raise RuntimeError(
            "A worker process cannot start workers.\n"
            "Received: a script that fits or iterates while a worker imports it for the class of its dataset.\n"
            "Allowed: scripts whose work stands under `if __name__ == '__main__':`.\n"
            "Put it there, or the dataset's class into a module of its own."
        )
    if os.name != "posix":
        raise RuntimeError(
            "Workers cannot be processes on this system.\n"
            f"Received: use_multiprocessing=True on {sys.platform}.\n"
            "Allowed: systems of the POSIX family, whose processes inherit descriptors.\n"
            "Pass `use_multiprocessing=False` for threads."
        )


def _died(worker: _Worker) -> WorkerDied:
    try:
        status = worker.process.wait(_SECONDS_TO_END)
    except subprocess.TimeoutExpired:
        status = 0
    how = f"exit status {status}"
    if status < 0:
        how = f"signal {-status} ({signal.Signals(-status).name})"
    doing = f"while it was to make batch {worker.asked[0].number}" if worker.asked else "while it started"
    return WorkerDied(
        "A worker process of the dataset died.\n"
        f"Received: {how} {doing}.\n"
        "Allowed: workers that live until the last batch is read.\n"
        "A worker that is killed has often run out of memory: use fewer workers, or smaller batches."
    )
