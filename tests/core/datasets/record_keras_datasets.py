"""Record what Keras makes of small data files, into keras_datasets.json beside this file.

Run it where Keras is installed: ``KERAS_BACKEND=jax python -m tests.core.datasets.record_keras_datasets``. Keras is
called, never read; its download is replaced, so that it takes the files made here.
"""

from __future__ import annotations

import importlib
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from tests.core.datasets import upstream_files as files

TEXT_OPTIONS: list[dict[str, Any]] = [
    {},
    {"start_char": None},
    {"start_char": 0},
    {"start_char": 9, "oov_char": 0, "num_words": 8},
    {"index_from": 0},
    {"start_char": None, "index_from": None},
    {"start_char": None, "index_from": 0, "num_words": 5},
    {"start_char": None, "index_from": 5},
    {"num_words": 8},
    {"num_words": 0},
    {"num_words": 8, "oov_char": None},
    {"skip_top": 6},
    {"skip_top": 6, "num_words": 12, "oov_char": None},
    {"maxlen": 4},
    {"maxlen": 3},
    {"maxlen": 5, "num_words": 8, "oov_char": None},
    {"seed": 7},
]
CASES: dict[str, list[dict[str, Any]]] = {
    "imdb": TEXT_OPTIONS,
    "reuters": [*TEXT_OPTIONS, {"test_split": 0.5, "seed": 3}, {"test_split": 0.0}, {"test_split": 1.0}],
    "boston_housing": [{}, {"test_split": 0.35, "seed": 1}, {"test_split": 0.0}],
    "california_housing": [{}, {"version": "small"}, {"version": "large", "test_split": 0.35, "seed": 1}],
}
FILES = {
    "imdb": files.imdb(),
    "reuters": files.reuters(),
    "boston_housing": files.housing(20, 13),
    "california_housing": files.housing(610, 8),
}


def plain(part: tuple[np.ndarray, np.ndarray]) -> dict[str, Any]:
    """Return samples and labels for JSON; of tables, the first column stands for the row."""
    x, y = part
    rows = [[int(number) for number in row] for row in x] if x.dtype == object else [int(row[0]) for row in x]
    return {"x": rows, "y": [int(label) for label in y], "dtypes": [x.dtype.name, y.dtype.name]}


def record() -> None:
    """Write the file."""
    with tempfile.TemporaryDirectory() as folder:
        recorded = []
        for name, options in CASES.items():
            path = Path(folder) / f"{name}.npz"
            path.write_bytes(FILES[name])
            module = importlib.import_module(f"keras.src.datasets.{name}")
            module.get_file = lambda *_, path=path, **__: str(path)
            recorded += [
                {"name": name, "options": chosen, "parts": [plain(part) for part in module.load_data(**chosen)]}
                for chosen in options
            ]
    lines = ",\n".join(json.dumps(case) for case in recorded)
    Path(__file__).with_name("keras_datasets.json").write_text(f"[\n{lines}\n]\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(record())
