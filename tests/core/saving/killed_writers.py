"""Kill writers of a weights file at random moments; after each the file must be whole.

    python killed_writers.py FILE KILLS

A writer saves generation after generation over the same name; all arrays of one hold its number.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import numpy as np

from polykeras.saving import hdf5
from polykeras.saving.atomic import replacing
from polykeras.saving.weights import Entry, Value
from polykeras.saving.weights_file import as_hdf5, opened, pieces, stores_of, whole

ARRAYS = 40
LENGTH = 20_000


def write(path: Path, generation: int) -> None:
    """Write one generation, as `save_weights` writes."""
    array = np.full(LENGTH, generation, "f4")
    entries = [
        Entry(f"layers/dense_{i}/vars", f"dense_{i}", {"0": Value(array.shape, array.dtype, lambda: array)})
        for i in range(ARRAYS)
    ]
    plan, values = as_hdf5(entries)
    with replacing(path) as stream:
        for piece in pieces(plan, values):
            stream.write(piece)


def generation_of(path: Path) -> int:
    """Read the file whole and return its generation."""
    with opened(path) as stream:
        stores = stores_of(hdf5.read(whole(stream), str(path)))
    found = {float(value) for arrays in stores.values() for value in np.unique(arrays["0"])}
    if len(stores) != ARRAYS or len(found) != 1:
        raise SystemExit(f"{len(stores)} arrays with the generations {found}")
    return int(found.pop())


def main(path: Path, kills: int) -> None:
    """Kill that many writers and look at what each left."""
    generator = np.random.default_rng(7)
    start = time.perf_counter()
    write(path, 0)
    # A writer lives for up to three times what one file takes, so that kills fall everywhere into the writing.
    longest = 3 * max(time.perf_counter() - start, 0.005)
    before, interrupted = 0, 0
    for _ in range(kills):
        child = os.fork()
        if not child:
            generation = before
            while True:
                generation += 1
                write(path, generation)
        time.sleep(generator.uniform(0.0, longest))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        after = generation_of(path)
        if after < before:
            raise SystemExit(f"generation {after} after {before}")
        before = after
        left = [file for file in path.parent.iterdir() if file != path]
        interrupted += len(left)
        for file in left:
            if not (file.name.startswith(f".{path.name}.") and file.name.endswith(".tmp")):
                raise SystemExit(f"left behind: {file.name}")
            file.unlink()
    if not before or not interrupted:
        raise SystemExit(f"{before} generations written and {interrupted} interrupted: the kills proved nothing")
    sys.stdout.write(f"{kills} kills, every file whole\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
