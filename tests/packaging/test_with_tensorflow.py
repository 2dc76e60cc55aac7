"""TensorFlow and its Keras work beside the alias, whichever comes first; skipped where TensorFlow is not installed."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(importlib.util.find_spec("tensorflow") is None, reason="TensorFlow is not installed")

INSTALL = "import polykeras; polykeras.install_as_keras(); import keras"
ORDERS = {
    "ours-first": f"{INSTALL}; import tensorflow as tf",
    # Imported by our own backend, whose name the real Keras does not know from the environment.
    "backend-first": f"""
import os, polykeras
with polykeras.use_backend("tensorflow"): polykeras.ops.ones((2,))
import tensorflow as tf
assert os.environ["KERAS_BACKEND"] == "a-stranger"
{INSTALL}""",
    "tensorflow-used-first": f"import keras as real; import tensorflow as tf; tf.keras.layers; {INSTALL}",
}
USES = """
import numpy as np
import keras.layers
from tensorflow.keras import layers as theirs
assert keras is polykeras and keras.layers is polykeras.layers
assert theirs.Dense.__module__.startswith("keras.src.") and tf.keras.backend.backend() == "tensorflow"
for name in ("keras.src", "keras._tf_keras"):
    try:
        __import__(name)
    except ModuleNotFoundError as error:
        assert len(str(error).splitlines()) == 4
    else:
        raise AssertionError(name)
model = tf.keras.Sequential([tf.keras.layers.Input((3,)), theirs.Dense(2, activation="relu"), theirs.Dense(1)])
model.compile(loss="mse", optimizer="adam")
model.fit(np.ones((4, 3)), np.ones((4, 1)), verbose=0)
model.save("model.keras")
again = tf.keras.models.load_model("model.keras")
np.testing.assert_array_equal(again.predict(np.ones((1, 3)), verbose=0), model.predict(np.ones((1, 3)), verbose=0))
model.export("exported", verbose=False)
tf.keras.models.clone_model(model)
assert tf.lite.TFLiteConverter.from_keras_model(model).convert()
polykeras.uninstall_as_keras()
import keras
assert isinstance(model, keras.Model) and keras is not polykeras
"""


@pytest.mark.parametrize("order", ORDERS)
def test_each_gets_its_own(order, tmp_path):
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}
    # Ours, and not known to the real one; only what comes first on its own may be told of it.
    environment |= {"KERAS_BACKEND": "a-stranger"} if order != "tensorflow-used-first" else {}
    done = subprocess.run(
        [sys.executable, "-c", f"{ORDERS[order]}\n{USES}"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
