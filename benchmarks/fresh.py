"""What is measured in a fresh process: ``python -m benchmarks.fresh TASK`` prints CPU seconds.

Promises: nothing is loaded that the task does not load; a framework that slips in is an error, since
the budgets are about doing without one. CPU seconds and not elapsed ones: neither disk nor neighbours
belong to what an import or a build costs.
"""

from __future__ import annotations

import sys
import time
from typing import Any

from benchmarks import crowd

LAYERS = 100
WIDTH = 64
FRAMEWORKS = ("jax", "torch", "tensorflow", "keras")


def import_floor() -> float:
    """Return the CPU seconds of a process that imports NumPy and pluggy and nothing of ours."""
    import numpy  # noqa: ICN001, F401
    import pluggy  # noqa: F401

    return time.process_time()


def import_ours() -> float:
    """Return the CPU seconds of a process that imports Polykeras, NumPy and pluggy.

    All three, because Polykeras puts off the two others: that must not be counted as its merit.
    """
    import numpy  # noqa: ICN001, F401
    import pluggy  # noqa: F401

    import polykeras  # noqa: F401

    return time.process_time()


def chain(k: Any, layers: int) -> Any:
    """Return a Functional model of `layers` dense layers in a row."""
    inputs = k.Input(shape=(WIDTH,))
    x = inputs
    for _ in range(layers):
        x = k.layers.Dense(WIDTH, activation="relu")(x)
    return k.Model(inputs, x)


def build() -> float:
    """Return the CPU seconds of building 100 layers, once the modules it needs are imported."""
    import polykeras

    chain(polykeras, 1)
    start = time.process_time()
    chain(polykeras, LAYERS)
    return time.process_time() - start


def build_cold() -> float:
    """Return the CPU seconds of building 100 layers, the imports of layers and models included."""
    import polykeras

    start = time.process_time()
    chain(polykeras, LAYERS)
    return time.process_time() - start


def listing() -> float:
    """Return the CPU seconds of listing the backends among 300 distributions."""
    return crowd.seconds_of_listing_and_choice({})[0]


def choice_asked() -> float:
    """Return the CPU seconds, above listing, of choosing and loading the backend that is asked for."""
    return crowd.seconds_of_listing_and_choice({"POLYKERAS_BACKEND": crowd.NAME})[1]


def choice_ranked() -> float:
    """Return the CPU seconds, above listing, of choosing by priority: each backend's module is asked."""
    return crowd.seconds_of_listing_and_choice({})[1]


_ALL = (import_floor, import_ours, build, build_cold, listing, choice_asked, choice_ranked)
TASKS = {task.__name__: task for task in _ALL}


def main() -> int:
    """Run the task named on the command line and print its seconds."""
    seconds = TASKS[sys.argv[1]]()
    loaded = [name for name in FRAMEWORKS if name in sys.modules]
    if loaded:
        print(f"{sys.argv[1]} loaded {', '.join(loaded)}", file=sys.stderr)
        return 1
    print(seconds)
    return 0


if __name__ == "__main__":
    sys.exit(main())
