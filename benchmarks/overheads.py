"""What Polykeras itself costs: import, build, dispatch of an op, call of a layer, predict of one row.

Each figure is a difference or a ratio between blocks that run in turn: the same work with Polykeras
and without it. A block repeats its call, the same number of times in the same loop on either side.
"""

from __future__ import annotations

import importlib
import subprocess
import sys
import time
from itertools import repeat
from typing import Any

import numpy as np

from benchmarks import bars
from benchmarks.contestants import LOOP, OURS, make_contestants
from benchmarks.fits import share_threads
from benchmarks.method import Bar, Block, alternate, difference, estimate, orders, ratio, repeats_for
from benchmarks.report import Row

MICROSECONDS = 1e6
MILLISECONDS = 1e3
SIDE = 8
WITH, WITHOUT = "with", "without"
NATIVE_MODULES = {"jax": "jax.numpy", "torch": "torch", "tensorflow": "tensorflow"}
# Ops that every framework has under the same name, so that its own call is beyond dispute.
OPS = ("add", "matmul", "exp")
# What a program does between two predictions. In an empty loop a framework's worker thread has no time to fall
# asleep, and the bare call looks several times cheaper than it is anywhere else.
PAUSE_SECONDS = 50e-6


def block(call: Block, repeats: int) -> Block:
    """Return a block that runs `call` `repeats` times."""

    def run() -> None:
        for _ in repeat(None, repeats):
            call()

    return run


def timed(ours: Block, bare: Block, pairs: int) -> tuple[list[float], list[float]]:
    """Return the microseconds per call of `ours` and of `bare`, one value of each per round.

    The block of `ours` decides how often both are called: as often as a bare call needs to fill a
    block, the other one would take a minute.
    """
    ours()
    bare()
    repeats = repeats_for(ours)
    times = alternate({WITH: block(ours, repeats), WITHOUT: block(bare, repeats)}, pairs)
    scale = MICROSECONDS / repeats
    return [scale * t for t in times[WITH]], [scale * t for t in times[WITHOUT]]


def after_pause(call: Block, seconds: float = PAUSE_SECONDS) -> Block:
    """Return `call` after other work of the calling thread, for blocks whose pauses are taken off again."""
    clock = time.perf_counter

    def run() -> None:
        end = clock() + seconds
        while clock() < end:
            pass
        call()

    return run


def above(group: str, name: str, ours: Block, bare: Block, bar: Bar, pairs: int) -> Row:
    """Return the row that says what `ours` costs above `bare`, in microseconds."""
    with_us, without = timed(ours, bare, pairs)
    return Row(group, name, "us", difference(with_us, without), bar, f"bare {min(without):.3g} us")


def lookup(backend: str, ops: Any, op_table: Any, x: Any, pairs: int) -> Row:
    """Return what finding the native function costs, with a native function that does nothing."""
    add, real = ops.add, op_table.add

    def nothing(x1: Any, x2: Any) -> Any:  # noqa: ARG001 - the signature of the op
        return x1

    op_table.add = nothing
    try:
        bar = bars.LOOKUP_MICROSECONDS[backend]
        return above(backend, "op lookup", lambda: add(x, x), lambda: nothing(x, x), bar, pairs)
    finally:
        op_table.add = real


def op_calls(backend: str, ops: Any, x: Any, pairs: int) -> list[Row]:
    """Return what whole eager ops cost above the framework's own functions of the same names."""
    native = importlib.import_module(NATIVE_MODULES[backend])
    rows = []
    for name in OPS:
        arguments = (x,) if name == "exp" else (x, x)
        ours, bare = getattr(ops, name), getattr(native, name)
        rows.append(
            above(
                backend,
                f"eager {name}",
                lambda ours=ours, arguments=arguments: ours(*arguments),  # type: ignore[misc]
                lambda bare=bare, arguments=arguments: bare(*arguments),  # type: ignore[misc]
                bars.EAGER_OP_MICROSECONDS,
                pairs,
            )
        )
    return rows


def layer_calls(backend: str, k: Any, x: Any, pairs: int) -> list[Row]:
    """Return what `layer(x)` costs above `layer.call(x)`, plain and with masks and structures."""

    class Same(k.layers.Layer):  # type: ignore[misc]
        """Has a weight, as layers do, and returns its input."""

        def build(self, input_shape: Any) -> None:
            """Add the weight."""
            self.scale = self.add_weight(shape=(SIDE,), initializer="ones", name="scale")

        def call(self, inputs: Any) -> Any:
            """Return `inputs`."""
            return inputs

    class First(k.layers.Layer):  # type: ignore[misc]
        """Takes a structure, its masks and the training flag, and returns one entry."""

        def __init__(self) -> None:
            super().__init__()
            self.supports_masking = True

        def call(self, inputs: Any, training: bool = False, mask: Any = None) -> Any:
            """Return the first entry of `inputs`."""
            return inputs["first"]

        def compute_mask(self, inputs: Any, previous_mask: Any) -> Any:
            """Return the mask of the first entry."""
            return previous_mask["first"]

    same, first = Same(), First()
    pair = {"first": x, "second": x}
    mask = k.ops.ones((SIDE,), dtype="bool")
    masks = {"first": mask, "second": mask}
    same(x)
    first(pair, training=False, mask=masks)
    return [
        above(backend, "layer call", lambda: same(x), lambda: same.call(x), bars.LAYER_MICROSECONDS, pairs),
        above(
            backend,
            "layer call, masks and structures",
            lambda: first(pair, training=False, mask=masks),
            lambda: first.call(pair, training=False, mask=masks),
            bars.MASKED_LAYER_MICROSECONDS,
            pairs,
        ),
    ]


def predict_row(backend: str, pairs: int) -> Row:
    """Return how many times the bare compiled call `predict` of one row takes, each after other work."""
    made = make_contestants(backend, "mlp", (LOOP, OURS), steps=1)
    row = np.ones((1, 64), np.float32)
    ours, bare = made[OURS].predictor(), made[LOOP].predictor()
    paused_ours, paused_bare = timed(after_pause(lambda: ours(row)), after_pause(lambda: bare(row)), pairs)
    pause = PAUSE_SECONDS * MICROSECONDS
    with_us, without = [t - pause for t in paused_ours], [t - pause for t in paused_bare]
    note = f"bare {min(without):.3g} us"
    return Row(backend, "predict of one row / bare call", "", ratio(with_us, without), bars.PREDICT_ROW_TIMES, note)


def measure(backend: str, pairs: int) -> list[Row]:
    """Return the overheads on one backend, in a process whose environment names it."""
    share_threads(backend)
    k = importlib.import_module(OURS)
    from polykeras.backend.current import current

    x = k.ops.ones((SIDE, SIDE))
    return [
        lookup(backend, k.ops, current().op, x, pairs),
        *op_calls(backend, k.ops, x, pairs),
        *layer_calls(backend, k, x, pairs),
        predict_row(backend, pairs),
    ]


def fresh_seconds(task: str) -> float:
    """Return the CPU seconds that `task` of `benchmarks.fresh` prints in a new process."""
    command = [sys.executable, "-m", "benchmarks.fresh", task]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def fresh_rounds(tasks: tuple[str, ...], pairs: int) -> dict[str, list[float]]:
    """Return the seconds of every task, one value per round; the first round, uncached, is dropped."""
    seconds: dict[str, list[float]] = {task: [] for task in tasks}
    for order in orders(tasks, pairs + 1):
        for task in order:
            seconds[task].append(fresh_seconds(task))
    return {task: values[1:] for task, values in seconds.items()}


def adapter_choice(pairs: int) -> Row:
    """Return what choosing an adapter for a NumPy array costs, its type having been seen before."""
    from polykeras.data.choice import plugins_for

    return above(
        "shared",
        "adapter choice, cached",
        lambda: plugins_for(np.ndarray),
        lambda: None,
        bars.ADAPTER_MICROSECONDS,
        pairs,
    )


def measure_shared(pairs: int) -> list[Row]:
    """Return the overheads that belong to no backend."""
    seconds = fresh_rounds(("import_floor", "import_ours", "build", "build_cold"), pairs)
    choices = fresh_rounds(("listing", "choice_asked", "choice_ranked"), pairs)
    in_ms = {task: estimate([MILLISECONDS * value for value in values]) for task, values in choices.items()}
    imported = difference(seconds["import_ours"], seconds["import_floor"])
    return [
        Row("shared", "import above numpy and pluggy", "s", imported, bars.IMPORT_SECONDS),
        Row("shared", "build of 100 layers", "s", estimate(seconds["build"]), bars.BUILD_SECONDS),
        Row("shared", "the same with its imports", "s", estimate(seconds["build_cold"])),
        Row("shared", "listing of 300 distributions", "ms", in_ms["listing"]),
        Row("shared", "choice among them, asked for", "ms", in_ms["choice_asked"], bars.CHOICE_MILLISECONDS),
        Row("shared", "choice among them, by priority", "ms", in_ms["choice_ranked"], bars.CHOICE_MILLISECONDS),
        adapter_choice(pairs),
    ]
