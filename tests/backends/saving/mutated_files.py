"""Load mutations of sound files; each must load or raise one of two errors, in little memory.

    python -m tests.backends.saving.mutated_files FOLDER COUNT

Run as a process of its own: a crash, a hang or memory without bound then shows, and harms nobody. The last line
printed is a JSON object with the number of each outcome and the most memory that loads took beyond a sound one.
"""

from __future__ import annotations

import faulthandler
import json
import random
import resource
import sys
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np

import polykeras as keras
from polykeras.plugins.errors import CorruptFileError, UnsafeFileError

SECONDS = 60
"""A single load that takes longer is a hang: the process is ended with a traceback of where it was."""

Mutation = Callable[[bytearray, random.Random], None]


def flip(data: bytearray, generator: random.Random) -> None:
    """Flip one to eight bits, anywhere."""
    for _ in range(generator.randint(1, 8)):
        data[generator.randrange(len(data))] ^= 1 << generator.randrange(8)


def flip_near_the_start(data: bytearray, generator: random.Random) -> None:
    """Flip bits in the first part, where headers lie."""
    for _ in range(generator.randint(1, 8)):
        data[generator.randrange(max(1, len(data) // 4))] ^= 1 << generator.randrange(8)


def truncate(data: bytearray, generator: random.Random) -> None:
    """Cut the end off."""
    del data[generator.randrange(len(data)) :]


def insert(data: bytearray, generator: random.Random) -> None:
    """Insert a block of anything."""
    at = generator.randrange(len(data))
    data[at:at] = generator.randbytes(generator.randint(1, 4096))


def delete(data: bytearray, generator: random.Random) -> None:
    """Take a block out."""
    at = generator.randrange(len(data))
    del data[at : at + generator.randint(1, 4096)]


def repeat(data: bytearray, generator: random.Random) -> None:
    """Write a block over another one."""
    source, target, size = generator.randrange(len(data)), generator.randrange(len(data)), generator.randint(1, 4096)
    data[target : target + size] = data[source : source + size]


def number(data: bytearray, generator: random.Random) -> None:
    """Put a number that means trouble where a size or an address may stand."""
    at = generator.randrange(max(1, len(data) - 8)) & ~1
    value = generator.choice(
        [0, 2**64 - 1, 2**63, 2**50, 2**40, 2**32 - 1, 2**31, len(data), generator.randrange(len(data))]
    )
    data[at : at + 8] = value.to_bytes(8, "little")


def repack(data: bytearray, generator: random.Random) -> None:
    """Pack the members again: compressed, one of them twice or left out, or with changed bytes."""
    source = Path(sys.argv[1]) / "repacked"
    source.write_bytes(data)
    with zipfile.ZipFile(source) as archive:
        members = [(name, bytearray(archive.read(name))) for name in archive.namelist()]
    how = generator.randrange(4)
    if how == 0:
        members.append(generator.choice(members))
    elif how == 1:
        members.pop(generator.randrange(len(members)))
    elif how == 2:
        generator.choice(MUTATIONS)(generator.choice(members)[1], generator)
    with zipfile.ZipFile(source, "w", generator.choice([zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED])) as archive:
        names = set()
        for name, raw in members:
            # `zipfile` warns of a name given twice; one of the same length takes its place.
            archive.writestr(name if name not in names else "?" * len(name), bytes(raw))
            names.add(name)
    data[:] = source.read_bytes()
    for name in names:
        if b"?" * len(name) in data:
            data[:] = data.replace(b"?" * len(name), name.encode())


MUTATIONS: tuple[Mutation, ...] = (flip, flip_near_the_start, truncate, insert, delete, repeat, number)


def model() -> keras.Model:
    """Return a small model, compiled."""
    layers = keras.layers
    own = keras.Sequential([
        keras.Input((16,)), layers.Dense(64, activation="relu"), layers.Dropout(0.5), layers.BatchNormalization(),
        layers.Dense(64), layers.Dense(2),
    ])  # fmt: skip
    own.compile("adam", "mse")
    return own


def most_memory() -> int:
    """Return the most bytes that this process has held so far."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


def main(folder: Path, count: int) -> None:
    """Save a model, then load it from `count` mutations of each of three files."""
    sound = model()
    sound.fit(np.ones((8, 16), "float32"), np.ones((8, 2), "float32"), verbose=0)
    sound.save(folder / "sound.keras")
    sound.save_weights(folder / "sound.weights.h5")
    sound.save_weights(folder / "sound.weights.safetensors")
    outcomes: Counter[str] = Counter()
    keras.saving.load_model(folder / "sound.keras")
    before, largest = most_memory(), 0
    target = model()
    for ending in (".keras", ".weights.h5", ".weights.safetensors"):
        original = (folder / f"sound{ending}").read_bytes()
        mutations = (*MUTATIONS, repack, repack) if ending == ".keras" else MUTATIONS
        for seed in range(count):
            generator = random.Random(f"{ending} {seed}")  # noqa: S311 - the same mutations each time
            data = bytearray(original)
            generator.choice(mutations)(data, generator)
            path = folder / f"mutated{ending}"
            path.write_bytes(data)
            largest = max(largest, len(data))
            faulthandler.dump_traceback_later(SECONDS, exit=True)
            try:
                if ending == ".keras":
                    keras.saving.load_model(path)
                else:
                    target.load_weights(path)
            except CorruptFileError:
                outcomes["corrupt"] += 1
            except UnsafeFileError:
                outcomes["unsafe"] += 1
            except ValueError as error:
                # Safetensors have no checksum: it was read as a sound file of other weights, which did not fit.
                if ending != ".weights.safetensors" or "do not fit" not in str(error):
                    raise
                outcomes["misfit"] += 1
            else:
                outcomes["loaded"] += 1
            finally:
                faulthandler.cancel_dump_traceback_later()
    report = {"outcomes": outcomes, "memory": most_memory() - before, "largest": largest}
    sys.stdout.write(f"{json.dumps(report)}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
