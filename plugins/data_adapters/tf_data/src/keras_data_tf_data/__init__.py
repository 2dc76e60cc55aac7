"""Data adapter for tf.data: datasets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from polykeras.plugins import DataAdapter, DataAdapterPlugin, DataRequest


class TfDataPlugin(DataAdapterPlugin):
    """Answers for `tf.data.Dataset`."""

    def adapt(self, request: DataRequest) -> DataAdapter | None:
        """Return an adapter when `x` is a dataset."""
        # Only an object whose type has a base in TensorFlow leads here, so importing TensorFlow imports nothing new.
        from keras_data_tf_data.adapter import claim

        return claim(request)

    def formats(self) -> Mapping[str, Callable[[Any], Any]]:
        """Return what makes a `PyDataset` a dataset of tf.data, by both names that Keras has for it."""
        from keras_data_tf_data.made import tf_dataset

        return {"tf": tf_dataset, "tensorflow": tf_dataset}


plugin = TfDataPlugin()
