"""All bars: of the comparisons, by backend and model, and of the overheads.

`IN_KERAS` is what Keras 3.15.1 cost over the loop where the bars were set, 2 cores, the median of two
runs: a yardstick far from it is another yardstick.
"""

from __future__ import annotations

from benchmarks.contestants import KERAS, LOOP, OURS
from benchmarks.method import Bar

BACKENDS = ("jax", "torch", "tensorflow")
PAIRINGS = ((OURS, LOOP), (OURS, KERAS), (KERAS, LOOP))

OVER_LOOP = {"jax": Bar(1.15), "torch": Bar(1.25), "tensorflow": Bar(1.15)}
OVER_KERAS = {
    "jax": {"mlp": Bar(0.9), "residual": Bar(1.02), "convnet": Bar(0.65)},
    "torch": {"mlp": Bar(0.3), "residual": Bar(0.3), "convnet": Bar(1.0)},
    "tensorflow": {"mlp": Bar(0.8), "residual": Bar(0.8), "convnet": Bar(1.0)},
}
IN_KERAS = {
    "jax": {"mlp": 1.54, "residual": 1.06, "convnet": 0.93},
    "torch": {"mlp": 5.9, "residual": 6.1, "convnet": 1.14},
    "tensorflow": {"mlp": 1.64, "residual": 1.58, "convnet": 1.03},
}


def bar_for(backend: str, case: str, pairing: tuple[str, str]) -> Bar | None:
    """Return the bar of one ratio, or ``None`` where it is only told."""
    if pairing == (OURS, LOOP):
        return OVER_LOOP[backend]
    if pairing == (OURS, KERAS):
        return OVER_KERAS[backend][case]
    return None


# Overheads, in the unit that each name ends with.
IMPORT_SECONDS = Bar(0.1)
BUILD_SECONDS = Bar(0.25)
CHOICE_MILLISECONDS = Bar(20.0)
ADAPTER_MICROSECONDS = Bar(2.0)
# TensorFlow tells the dtype of a tensor through a property written in Python, which is asked twice.
LOOKUP_MICROSECONDS = {"jax": Bar(0.25), "torch": Bar(0.25), "tensorflow": Bar(0.4)}
EAGER_OP_MICROSECONDS = Bar(1.5)
# Two compiled functions of one op: ours, and the framework's own.
COMPILED_OP_TIMES = Bar(1.1)
LAYER_MICROSECONDS = Bar(8.0)
MASKED_LAYER_MICROSECONDS = Bar(30.0)
PREDICT_ROW_TIMES = Bar(3.0)

# A `train_step` of one's own over the built-in one, and Adam over PyTorch's fused one.
OWN_STEP = Bar(1.05)
FUSED_ADAM = Bar(1.3)

# An epoch over a source of data, over Keras with the same source.
SOURCES = {
    "numpy": Bar(1.0),
    "pandas": Bar(1.0),
    "tf_data": Bar(1.0),
    "dataloader": Bar(0.7),
    "py_dataset": Bar(0.7),
}
FITS_MEGABYTES = Bar(20.0)
FITS_THREADS = Bar(0.0)
MAPPED_MEGABYTES = Bar(300.0)

# Saving and loading 100 MB, over Keras.
FILES = Bar(1.0)
