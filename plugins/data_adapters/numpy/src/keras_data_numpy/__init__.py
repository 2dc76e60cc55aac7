"""Data adapter for arrays: NumPy's, memory maps, lists, native tensors, HDF5 datasets, and structures of them."""

from __future__ import annotations

from keras_data_numpy.adapter import claim
from polykeras.plugins import DataAdapter, DataAdapterPlugin, DataRequest


class ArrayPlugin(DataAdapterPlugin):
    """Answers for arrays and structures of arrays."""

    def adapt(self, request: DataRequest) -> DataAdapter | None:
        """Return an adapter when every leaf of `x` is an array or a list of numbers."""
        return claim(request)


plugin = ArrayPlugin()
