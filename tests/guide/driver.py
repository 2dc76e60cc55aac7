"""Run the guide's Python blocks: ``polykeras run driver.py GUIDE BACKEND DIGITS FACTS``.

Blocks run one after the other in one namespace, with the changes that `README.md` beside this file lists.
What is to be checked is written to FACTS, as JSON.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

SAMPLES = 512
EPOCHS = 2
LOADS = "load_model("
OTHER_SOURCES = "import torch"
TF_DATA = "import tensorflow"
# What training on arrays has no use for: libraries of other sources, and other frameworks.
LIBRARIES = {"jax", "torch", "tensorflow", "pandas", "pyarrow", "polars", "datasets", "grain", "h5py"}


def blocks(guide: Path, backend: str) -> Iterator[tuple[int, str]]:
    """Yield the line number and the text of each block, the backend's name replaced."""
    text = guide.read_text(encoding="utf-8")
    for found in re.finditer(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        line = text.count("\n", 0, found.start(1))
        yield line, found[1].replace('["KERAS_BACKEND"] = "jax"', f'["KERAS_BACKEND"] = "{backend}"')


def shorten(keras, digits: Path) -> None:
    """Make the data set 512 samples, from `digits`, and each training two epochs at most."""
    load_data, fit = keras.datasets.mnist.load_data, keras.Model.fit

    def load_some():
        return tuple((x[:SAMPLES], y[:SAMPLES]) for x, y in load_data(path=str(digits)))

    def fit_briefly(self, *args, epochs=1, **kwargs):
        return fit(self, *args, epochs=min(epochs, EPOCHS), **kwargs)

    keras.datasets.mnist.load_data = load_some
    keras.Model.fit = fit_briefly


def libraries() -> set[str]:
    """Return those of `LIBRARIES` that this process has imported."""
    return LIBRARIES & {name.partition(".")[0] for name in sys.modules}


def main(guide: Path, backend: str, digits: Path, facts: Path) -> None:
    """Run the blocks and write down what came of them."""
    names: dict = {"__name__": "__main__"}
    run, unsaved, loaded, brought = 0, None, None, set()
    for line, text in blocks(guide, backend):
        if text.startswith(TF_DATA) and backend != "tensorflow":
            continue  # run for all backends in one process, by tests/cross/test_guide_last_chapter.py
        if loaded is None and text.startswith(OTHER_SOURCES):
            loaded = sorted(libraries() - brought)
        if LOADS in text:
            unsaved = names["model"].predict(names["x_test"], verbose=0)
        # As many empty lines as there are above, so that a traceback shows the guide's own line numbers.
        exec(compile("\n" * line + text, str(guide), "exec"), names)  # noqa: S102 - to run it is the test
        run += 1
        if run == 1:
            names["keras"].ops.convert_to_tensor(0.0)
            brought = libraries()  # TensorFlow imports pandas and others by itself
            shorten(names["keras"], digits)
    keras, predictions = names["keras"], names["predictions"]
    facts.write_text(
        json.dumps(
            {
                "keras": keras.__name__,
                "backend": keras.config.backend(),
                "blocks": run,
                "shapes": [list(names[name].shape) for name in ("x_train", "x_test", "predictions")],
                "same_when_loaded": bool((predictions == unsaved).all()),
                "epochs": list(names["model"].history.epoch),
                "trained": type(names["model"]).__name__,
                "loaded_for_arrays": loaded,
                "sources": [
                    type(names[name]).__name__ for name in ("train_dataloader", "train_dataset") if name in names
                ],
            }
        )
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4]))
