"""What training leaves behind: memory and threads after many fits, and what a mapped file costs.

Promises: each question has a process of its own, whose resident memory is read from the system. A growth is one number
and has no interval: it is not noise but what was kept.
"""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import bars, machine
from benchmarks.method import LEAST_PAIRS, Estimate
from benchmarks.report import Row

FITS, SETTLED = 2000, 100
BATCH, WIDTH, ROWS = 32, 1024, 1 << 20
"""2**20 rows of 1024 float32: 4 GiB."""
STEPS = 50
MEGABYTE = 1e6


def resident() -> float:
    """Return the megabytes of this process that lie in memory, files that it maps included."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / MEGABYTE


def os_threads() -> int:
    """Return the number of threads that the system knows of."""
    return len(list(Path("/proc/self/task").iterdir()))


def _model(k: Any, width: int) -> Any:
    model = k.Sequential([k.Input((width,)), k.layers.Dense(1)])
    model.compile("sgd", "mse")
    return model


def fits() -> tuple[float, float]:
    """Return the megabytes and threads that 2,000 fits of one small batch leave, after the first hundred."""
    import polykeras as k

    model = _model(k, 8)
    x, y = np.ones((BATCH, 8), "float32"), np.ones((BATCH, 1), "float32")
    for _ in range(SETTLED):
        model.fit(x, y, verbose=0)
    gc.collect()
    memory, threads = resident(), os_threads() + threading.active_count()
    for _ in range(FITS - SETTLED):
        model.fit(x, y, verbose=0)
    gc.collect()
    return resident() - memory, float(os_threads() + threading.active_count() - threads)


def mapped() -> tuple[float, float]:
    """Return the megabytes by which memory grows over 50 shuffled steps on 4 GiB in a file, after the first step."""
    import polykeras as k

    seen: list[float] = []

    class Watch(k.callbacks.Callback):  # type: ignore[misc]
        """Reads the memory after each step."""

        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            """Read it."""
            del batch, logs
            seen.append(resident())

    with tempfile.NamedTemporaryFile() as file:
        x = np.memmap(file.name, "float32", "w+", shape=(ROWS, WIDTH))
        y = np.zeros((ROWS, 1), "float32")
        model = _model(k, WIDTH)
        model.fit(x, y, batch_size=BATCH, epochs=1, steps_per_epoch=STEPS, verbose=0, callbacks=[Watch()])
    assert len(seen) == STEPS
    return max(seen) - seen[0], 0.0


TASKS = {task.__name__: task for task in (fits, mapped)}


def asked(backend: str, task: str) -> tuple[float, float]:
    """Return what a task finds in a process of its own.

    Raises:
        CalledProcessError: If it fails; its own output says why.
    """
    command = [sys.executable, "-m", "benchmarks.memory", task]
    done = subprocess.run(command, env=machine.environment(backend), check=True, stdout=subprocess.PIPE, text=True)
    memory, threads = done.stdout.split()[-2:]
    return float(memory), float(threads)


def measure(backend: str) -> list[Row]:
    """Return the rows of one backend."""

    def row(name: str, unit: str, value: float, bar: Any) -> Row:
        return Row(f"{backend} memory", name, unit, Estimate(value, value, value, LEAST_PAIRS), bar, "")

    memory, threads = asked(backend, "fits")
    growth, _ = asked(backend, "mapped")
    return [
        row(f"growth over {FITS:,} fits", "MB", memory, bars.FITS_MEGABYTES),
        row(f"threads after {FITS:,} fits", "", threads, bars.FITS_THREADS),
        row(f"growth over {STEPS} steps on 4 GiB in a file", "MB", growth, bars.MAPPED_MEGABYTES),
    ]


if __name__ == "__main__":
    print(*TASKS[sys.argv[1]]())
