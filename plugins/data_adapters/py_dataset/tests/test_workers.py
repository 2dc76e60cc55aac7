"""Threads and processes that make batches: order, memory, imports, and how they end."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from plugins.data_adapters.py_dataset.tests import worker_datasets as datasets

from keras_data_py_dataset.processes import WorkerDied
from polykeras.data.choice import adapter_for
from polykeras.plugins import DataRequest

HERE = Path(__file__).resolve().parent
WORKERS = [
    pytest.param({}, id="here"),
    pytest.param({"workers": 3, "max_queue_size": 1}, id="threads"),
    pytest.param({"workers": 1, "use_multiprocessing": True}, id="a process"),
    pytest.param({"workers": 3, "use_multiprocessing": True, "max_queue_size": 4}, id="processes"),
]
PROCESSES = {"workers": 2, "use_multiprocessing": True}


def _adapter(dataset: Any, *, shuffle: bool = False) -> Any:
    return adapter_for(DataRequest(dataset, shuffle=shuffle))


def _children() -> set[int]:
    found = set()
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except OSError:  # it has ended
            continue
        if int(fields[1]) == os.getpid() and fields[0] != "Z":
            found.add(int(status.parent.name))
    return found


def _shared_folders() -> set[str]:
    return {path.name for path in Path("/dev/shm").glob("polykeras-*")}  # noqa: S108 - looked at, not written to


@pytest.fixture(autouse=True)
def _nothing_stays() -> Any:
    children, folders, threads = _children(), _shared_folders(), threading.active_count()
    yield
    gc.collect()
    deadline = time.monotonic() + 5.0
    while (_children() - children or threading.active_count() > threads) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert _children() <= children
    assert _shared_folders() <= folders
    assert threading.active_count() <= threads


@pytest.mark.parametrize("kind", [datasets.Rows, datasets.Small])
@pytest.mark.parametrize("options", WORKERS)
def test_the_order_is_that_of_one_worker(options: dict[str, Any], kind: Any) -> None:
    adapter = _adapter(kind(**options), shuffle=True)
    for seed in (None, 3):
        alone = [int(x[0, 0]) for x, _ in _adapter(datasets.Small(), shuffle=True).epoch(seed)]
        batches = list(adapter.epoch(seed))
        assert [int(x[0, 0]) for x, _ in batches] == alone
        assert all((x == x[0, 0]).all() for x, _ in batches)
        assert sorted(alone) == list(range(datasets.COUNT))
        assert (alone == sorted(alone)) == (seed is None)


def test_processes_are_others_and_stay_for_the_next_epoch() -> None:
    adapter = _adapter(datasets.Rows(**PROCESSES))
    makers = [{int(who[0]) for _, who in adapter.epoch(None)} for _ in range(2)]
    assert os.getpid() not in makers[0]
    assert len(makers[0] | makers[1]) == PROCESSES["workers"]


def test_batches_of_processes_can_be_written_to() -> None:
    batches = [x for x, _ in _adapter(datasets.Rows(**PROCESSES)).epoch(None)]
    for x in batches:
        np.add(x, 1.0, out=x)
    assert [int(x[0, 0]) for x in batches] == list(range(1, datasets.COUNT + 1))


@pytest.mark.parametrize("options", WORKERS)
def test_the_dataset_is_told_of_epochs(options: dict[str, Any]) -> None:
    adapter = _adapter(datasets.Shuffled(**options))
    seen = []
    for _ in range(2):
        adapter.begin_epoch()
        seen.append([int(x[0, 0]) for x, _ in adapter.epoch(None)])
        adapter.end_epoch()
    assert seen[1] == [index + 100 for index in seen[0]] == list(range(100, 100 + datasets.COUNT))


def test_processes_import_no_framework() -> None:
    ((imported, _),) = list(_adapter(datasets.Modules(**PROCESSES)).epoch(None))
    assert dict(zip(datasets.FRAMEWORKS, imported[0], strict=True)) == dict.fromkeys(datasets.FRAMEWORKS, False)


@pytest.mark.parametrize("options", WORKERS)
def test_an_endless_dataset_can_be_left(options: dict[str, Any]) -> None:
    adapter = _adapter(datasets.Endless(**options))
    assert adapter.num_batches is None
    assert adapter.endless
    batches = adapter.epoch(None)
    assert [int(next(batches)[0][0, 0]) for _ in range(5)] == list(range(5))
    batches.close()


@pytest.mark.parametrize("options", WORKERS)
def test_parts_and_later_starts(options: dict[str, Any]) -> None:
    adapter = _adapter(datasets.Small(**options))
    parts = [[int(x[0, 0]) for x, _ in adapter.shard(index, 3).epoch(None)] for index in range(3)]
    assert parts == [list(range(index, datasets.COUNT, 3)) for index in range(3)]
    assert [int(x[0, 0]) for x, _ in adapter.epoch(None, 9)] == [9, 10, 11]


def test_an_error_that_cannot_be_sent_is_told() -> None:
    with pytest.raises(RuntimeError, match=r"(?s)OSError: strange.*__getitem__"):
        list(_adapter(datasets.Strange(**PROCESSES)).epoch(None))


def test_a_process_that_exits_is_named() -> None:
    with pytest.raises(WorkerDied, match=r"(?s)exit status 3 while it was to make batch [01]"):
        list(_adapter(datasets.Exits(**PROCESSES)).epoch(None))


def test_a_dataset_that_cannot_be_sent_is_refused() -> None:
    with pytest.raises(ValueError, match=r"(?s)cannot be sent to other processes.*Unsendable"):
        list(_adapter(datasets.Unsendable(**PROCESSES)).epoch(None))
    assert len(list(_adapter(datasets.Unsendable(workers=2)).epoch(None))) == datasets.COUNT


@pytest.mark.parametrize("processes", [False, True])
def test_ctrl_c_ends_a_wait_for_workers(processes: bool, tmp_path: Path) -> None:
    script = tmp_path / "waits.py"
    script.write_text(
        "import signal\n"
        "from worker_datasets import Slow\n"
        "from polykeras.data.choice import adapter_for\n"
        "from polykeras.plugins import DataRequest\n"
        "if __name__ == '__main__':\n"
        "    signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # a shell's background jobs ignore it
        f"    adapter = adapter_for(DataRequest(Slow(workers=2, use_multiprocessing={processes})))\n"
        "    print('waits', flush=True)\n"
        "    next(adapter.epoch(None))\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(HERE), *filter(None, sys.path)])}
    process = subprocess.Popen(
        [sys.executable, script], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "waits\n"
        time.sleep(1.0)
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does, to every process of it
        _, errors = process.communicate(timeout=30)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        raise
    assert "KeyboardInterrupt" in errors
    assert "Traceback" not in errors.replace("Traceback", "", 1)  # that of this process, and no worker's
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)


def test_a_script_without_a_guard_is_told(tmp_path: Path) -> None:
    script = tmp_path / "unguarded.py"
    script.write_text(
        "import numpy as np\n"
        "from polykeras.data import PyDataset\n"
        "from polykeras.data.choice import adapter_for\n"
        "from polykeras.plugins import DataRequest\n"
        "class Own(PyDataset):\n"
        "    def __len__(self): return 1\n"
        "    def __getitem__(self, index): return np.zeros((1, 1)), np.zeros(1)\n"
        "print(len(list(adapter_for(DataRequest(Own(workers=1, use_multiprocessing=True))).epoch(None))))\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    run = [sys.executable, script]
    done = subprocess.run(run, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode != 0
    assert "if __name__ == '__main__':" in done.stderr
    text = script.read_text()
    script.write_text(text.replace("print(", "if __name__ == '__main__':\n    print("))
    done = subprocess.run(run, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (0, "1\n"), done.stderr


def test_batches_are_made_ahead_but_not_more_than_asked() -> None:
    made: list[int] = []

    class Counts(datasets.Small):
        def __getitem__(self, index: int) -> Any:
            made.append(index)
            return np.zeros((1, 1)), np.zeros(1)

    batches = _adapter(Counts(workers=2, max_queue_size=4)).epoch(None)
    next(batches)
    deadline = time.monotonic() + 5.0
    while len(made) < 4 and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(0.05)
    assert len(made) in {4, 5}
    batches.close()
