"""Choose the digits that the examples train on: 600 of each class to learn from, 100 to be tested with.

The choice is drawn from a fixed seed, class by class, so the same source gives the same file, byte for byte.

    python examples/data/make_digits.py path/to/mnist.npz
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

SEED = 20240613
TARGET = Path(__file__).with_name("digits.npz")


def choose(labels: np.ndarray, per_class: int, rng: np.random.Generator) -> np.ndarray:
    """Return indices of `per_class` examples of each label, in mixed order."""
    chosen = [rng.permutation(np.flatnonzero(labels == label))[:per_class] for label in range(10)]
    return rng.permutation(np.concatenate(chosen))


def main() -> None:
    """Read the source that is named on the command line and write ``digits.npz`` beside this script."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("source", type=Path, help="MNIST as one .npz of x_train, y_train, x_test and y_test, uint8")
    source = np.load(parser.parse_args().source)
    rng = np.random.Generator(np.random.Philox(SEED))
    train = choose(source["y_train"], 600, rng)
    test = choose(source["y_test"], 100, rng)
    np.savez_compressed(
        TARGET,
        x_train=source["x_train"][train],  # (6000, 28, 28)
        y_train=source["y_train"][train],
        x_test=source["x_test"][test],  # (1000, 28, 28)
        y_test=source["y_test"][test],
    )
    print(f"{TARGET}: {len(train)} + {len(test)} images, {TARGET.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
