"""Training on arrays imports no library of other sources, and no framework but the backend's own."""

from __future__ import annotations

import os
import subprocess
import sys

from polykeras.plugins.discovery import backend_info, backend_names

LIBRARIES = {"pandas", "pyarrow", "polars", "datasets", "grain", "h5py", "keras", "PIL"}
SCRIPT = """
import sys
import numpy as np
import polykeras as keras
model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
x, y = np.ones((8, 3), "float32"), np.ones((8, 1), "float32")
model.fit({"x": x}["x"], y, validation_data=(x, y), verbose=0)
model.evaluate(x, y, verbose=0)
model.predict(x.tolist(), verbose=0)
print(*{name.partition(".")[0] for name in sys.modules})
"""


def test_arrays_bring_nothing_along(backend: str) -> None:
    environment = {**os.environ, "POLYKERAS_BACKEND": backend}
    run = [sys.executable, "-c", SCRIPT]
    done = subprocess.run(run, env=environment, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    loaded = set(done.stdout.split())
    frameworks = {str(backend_info(name).framework) for name in backend_names()} - {"numpy"}
    assert loaded & (LIBRARIES | frameworks) <= {backend_info(backend).framework}
    assert "keras_data_numpy" in loaded
