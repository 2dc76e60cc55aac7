"""Common ops against the framework's own functions: called eagerly and compiled, on small and on large tensors.

Promises: both sides are lambdas over the same tensors, so that the cost of a lambda is on both; they agree before
anything is timed. Eagerly the figure is the time above the bare call, and the bar is for the median op; compiled it is
the ratio of two compiled functions that hold this one op, with a bar for each. PyTorch's graphs are captured and run
op by op (``aot_eager``): its code generator would compile for minutes, and gets the same graph from either side.
"""

from __future__ import annotations

import importlib
import statistics
from collections.abc import Callable, Sequence
from itertools import repeat
from typing import Any

import numpy as np

from benchmarks import bars
from benchmarks.contestants import OURS
from benchmarks.fits import share_threads
from benchmarks.method import Block, alternate, estimate, ratio, repeats_for
from benchmarks.op_tables import COMMON, NEURAL
from benchmarks.overheads import MICROSECONDS, WITH, WITHOUT
from benchmarks.report import Row

BLOCK_SECONDS = 0.01
"""Shorter than elsewhere: there are hundreds of figures, and their intervals tell when that is too short."""

MODULES = {
    "jax": {"jax": "jax", "jnp": "jax.numpy", "lax": "jax.lax"},
    "torch": {"torch": "torch", "F": "torch.nn.functional"},
    "tensorflow": {"tf": "tensorflow"},
}
"""The names that texts of each framework use."""


def function(text: str, names: Sequence[str], namespace: dict[str, Any]) -> Callable[..., Any]:
    """Return a text as a function of the tensors that it names."""
    made: Callable[..., Any] = eval(f"lambda {', '.join(names)}: {text}", namespace)  # noqa: S307 - texts of our tables
    return made


def compiler(backend: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return what compiles a function on one framework."""
    framework = importlib.import_module(backend)
    if backend == "jax":
        return framework.jit  # type: ignore[no-any-return]
    if backend == "torch":
        return lambda f: framework.compile(f, fullgraph=True, backend="aot_eager")  # type: ignore[no-any-return]
    return lambda f: framework.function(f, jit_compile=True, autograph=False)  # type: ignore[no-any-return]


def waited(result: Any) -> None:
    """Wait for a result, where the framework goes on before it is there."""
    for one in result if isinstance(result, (list, tuple)) else [result]:
        wait = getattr(one, "block_until_ready", None)
        if wait is not None:
            wait()


def block(call: Callable[..., Any], arguments: tuple[Any, ...], repeats: int) -> Block:
    """Return a block that calls `repeats` times and waits for the last result."""

    def run() -> None:
        result = None
        for _ in repeat(None, repeats):
            result = call(*arguments)
        waited(result)

    return run


def timed(
    ours: Callable[..., Any], bare: Callable[..., Any], arguments: tuple[Any, ...], pairs: int
) -> tuple[list[float], list[float]]:
    """Return the microseconds per call of both, one value of each per round."""
    mine, theirs = ours(*arguments), bare(*arguments)
    for one, other in zip(_listed(mine), _listed(theirs), strict=True):
        np.testing.assert_allclose(np.asarray(one), np.asarray(other), rtol=1e-4, atol=1e-5)
    repeats = repeats_for(block(bare, arguments, 1), BLOCK_SECONDS)
    times = alternate({WITH: block(ours, arguments, repeats), WITHOUT: block(bare, arguments, repeats)}, pairs)
    scale = MICROSECONDS / repeats
    return [scale * t for t in times[WITH]], [scale * t for t in times[WITHOUT]]


def _listed(result: Any) -> list[Any]:
    return list(result) if isinstance(result, (list, tuple)) else [result]


def measure(backend: str, pairs: int) -> list[Row]:
    """Return the figures of one backend, in a process whose environment names it."""
    share_threads(backend)
    k = importlib.import_module(OURS)
    namespace = {name: importlib.import_module(module) for name, module in MODULES[backend].items()}
    rng = np.random.default_rng(0)
    rows = []
    for table in (COMMON, NEURAL):
        for size, numbers in table.sizes.items():
            arguments = tuple(k.ops.convert_to_tensor(one) for one in table.tensors(rng, numbers))
            overheads = []
            for texts in table.texts:
                ours = function(texts[0], table.names, {"ops": k.ops})
                bare = function(texts[1 + list(MODULES).index(backend)], table.names, namespace)
                of_op, overhead = _rows_of(
                    backend, f"{size} {texts[0].removeprefix('ops.')}", ours, bare, arguments, pairs
                )
                rows += of_op
                overheads.append(overhead)
            middle = [statistics.median(of_round) for of_round in zip(*overheads, strict=True)]
            name = f"eager {size}, the median of {len(table.texts)} {table.name}"
            bar = bars.EAGER_OP_MICROSECONDS if table is COMMON else None
            rows.append(Row(f"{backend} ops", name, "us", estimate(middle), bar))
    return rows


def _rows_of(
    backend: str,
    name: str,
    ours: Callable[..., Any],
    bare: Callable[..., Any],
    arguments: tuple[Any, ...],
    pairs: int,
) -> tuple[list[Row], list[float]]:
    """Return the rows of one op, eager and compiled, and the time above the bare call in each round."""
    mine, theirs = timed(ours, bare, arguments, pairs)
    overhead = [one - other for one, other in zip(mine, theirs, strict=True)]
    eager = Row(f"{backend} ops", f"eager {name}", "us", estimate(overhead), None, f"bare {min(theirs):.3g} us")
    compiled = compiler(backend)
    mine, theirs = timed(compiled(ours), compiled(bare), arguments, pairs)
    times, note = ratio(mine, theirs), f"bare {min(theirs):.3g} us"
    return [eager, Row(f"{backend} ops", f"compiled {name}", "", times, bars.COMPILED_OP_TIMES, note)], overhead
