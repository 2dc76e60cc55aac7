"""What runs in a worker: batches made by index, in this process or in one that was started for it."""

from __future__ import annotations

import pickle
import shutil
import signal
import sys
import traceback
from multiprocessing import spawn
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple

from keras_data_py_dataset.shared_arrays import Packed, pack
from polykeras import tree
from polykeras.data import check_batch
from polykeras.data.batch_source import own_arrays
from polykeras.data.hosted import to_host


class Setting(NamedTuple):
    """What a worker is told first: its folder, and how to import the script that its dataset was defined in."""

    folder: str
    name: str
    main: dict[str, Any] | None


class Ask(NamedTuple):
    """A batch to be made: its place in the epoch, and its index in the dataset."""

    place: int
    number: int


class Made(NamedTuple):
    """A batch that was made."""

    place: int
    batch: Packed


class Failed(NamedTuple):
    """A batch that was not, or a dataset that could not be loaded: `place` is then ``None``."""

    place: int | None
    error: bytes | None
    told: str
    trace: str


class _State:
    """Whether this process is a worker."""

    is_worker = False


def is_worker() -> bool:
    """Return whether this process was started to make batches."""
    return _State.is_worker


def made(dataset: Any, number: int) -> Any:
    """Return batch `number` of `dataset` as a tuple of structures of arrays; errors say which batch it was."""
    try:
        return own_arrays(check_batch(dataset[number], "a PyDataset", number))
    except Exception as error:
        error.add_note(f"This was batch {number} of {type(dataset).__name__}.")
        raise


def main() -> None:
    """Serve the process that started this one until it closes the connection, the first argument's descriptor."""
    _State.is_worker = True
    # Ctrl-C reaches all processes of a terminal; the one that reads the batches says what becomes of the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    connection = Connection(int(sys.argv[1]))
    setting = Setting(*connection.recv())
    try:
        _serve(connection, setting)
    except (EOFError, ConnectionError):
        # The other side is gone, perhaps without having had the time to clean up.
        shutil.rmtree(setting.folder, ignore_errors=True)


def _serve(connection: Any, setting: Setting) -> None:
    dataset: Any = None
    written = 0
    if setting.main is not None:
        try:
            spawn.prepare(setting.main)
        except BaseException as error:  # noqa: BLE001 - told to the process that waits, which raises it
            connection.send(_failed(None, error))
            return
    while True:
        message = connection.recv()
        if isinstance(message, bytes):
            try:
                dataset = pickle.loads(message)  # noqa: S301 - from the process that started this one
            except Exception as error:  # noqa: BLE001 - as above
                connection.send(_failed(None, error))
            continue
        ask = Ask(*message)
        try:
            batch = tree.map_structure(_on_host, made(dataset, ask.number))
            written += 1
            answer: Made | Failed = Made(
                ask.place, pack(batch, str(Path(setting.folder) / f"{setting.name}-{written}"))
            )
        except BaseException as error:  # noqa: BLE001 - as above
            answer = _failed(ask.place, error)
        connection.send(answer)


def _on_host(leaf: Any) -> Any:
    return None if leaf is None else to_host(leaf)


def _failed(place: int | None, error: BaseException) -> Failed:
    trace = "".join(traceback.format_exception(error))
    try:
        whole = pickle.dumps(error)
        pickle.loads(whole)  # noqa: S301 - just made; some errors can be pickled and not be read again
    except Exception:  # noqa: BLE001 - whatever a stranger's error does, its text is told
        whole = None
    return Failed(place, whole, f"{type(error).__name__}: {error}", trace)
