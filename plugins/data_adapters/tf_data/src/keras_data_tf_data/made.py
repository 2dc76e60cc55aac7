"""A `PyDataset` as a dataset of tf.data.

Promises as many elements as the dataset has, and that each pass over it is an epoch of the `PyDataset`, with the
order of that. Python makes the elements: they are as fast as it is, and stay in this process.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np

from polykeras import tree

_VARIABLE = "KERAS_BACKEND"


def tf_dataset(dataset: Any) -> Any:
    """Return a `tf.data.Dataset` whose elements are those of `dataset`.

    Args:
        dataset: A `PyDataset` with an end, whose `element_spec` has an object with `shape` and `dtype` in place of each
            array. Its `class_names` and `file_paths` become the result's.

    Raises:
        ImportError: TensorFlow is not installed.
    """
    tf = _tensorflow()

    def spec(leaf: Any) -> Any:
        return tf.TensorSpec(leaf.shape, tf.string if leaf.dtype == np.dtype(object) else leaf.dtype)

    def epoch() -> Iterator[Any]:
        return (_tuples(element) for element in dataset)

    signature = _tuples(tree.map_structure(spec, dataset.element_spec))
    made = tf.data.Dataset.from_generator(epoch, output_signature=signature)
    made = made.apply(tf.data.experimental.assert_cardinality(len(dataset))).prefetch(tf.data.AUTOTUNE)
    for name in ("class_names", "file_paths"):
        if hasattr(dataset, name):
            setattr(made, name, getattr(dataset, name))
    return made


def _tuples(structure: Any) -> Any:
    """Return a structure with tuples for its lists, which tf.data would take for tensors."""
    if isinstance(structure, dict):
        return {key: _tuples(value) for key, value in structure.items()}
    if isinstance(structure, (list, tuple)):
        return tuple(_tuples(item) for item in structure)
    return structure


def _tensorflow() -> Any:
    if "tensorflow" in sys.modules:
        return sys.modules["tensorflow"]
    if importlib.util.find_spec("tensorflow") is None:
        raise ImportError(
            "Datasets of tf.data need TensorFlow.\nReceived: a Python without the package `tensorflow`.\n"
            "Allowed: any release from 2.16 on.\nInstall it with `pip install tensorflow`, or leave out the format."
        )
    # TensorFlow imports the real Keras, which must not look for the backend that this program uses.
    before = os.environ.get(_VARIABLE)
    os.environ[_VARIABLE] = "tensorflow"
    try:
        tf: Any = importlib.import_module("tensorflow")
    finally:
        if before is None:
            del os.environ[_VARIABLE]
        else:
            os.environ[_VARIABLE] = before
    tf.config.set_visible_devices([], "GPU")  # here it only reads data; the memory belongs to the backend
    return tf
