"""Data adapter for `PyDataset`, generators and any iterable of batches."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from polykeras.plugins import DataAdapter, DataAdapterPlugin, DataRequest


class PyDatasetPlugin(DataAdapterPlugin):
    """Answers for datasets by index, and for what yields batches."""

    def adapt(self, request: DataRequest) -> DataAdapter | None:
        """Return an adapter when `x` makes batches by index or one after the other."""
        from keras_data_py_dataset import adapter, iterables

        return adapter.claim(request) or iterables.claim(request)

    def formats(self) -> Mapping[str, Callable[[Any], Any]]:
        """Return what makes a `PyDataset` a dataset of Grain."""
        from keras_data_py_dataset.grain_form import grain_dataset

        return {"grain": grain_dataset}


plugin = PyDatasetPlugin()
