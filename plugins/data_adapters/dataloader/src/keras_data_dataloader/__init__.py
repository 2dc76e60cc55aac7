"""Data adapter for PyTorch's `DataLoader`."""

from __future__ import annotations

from polykeras.plugins import DataAdapter, DataAdapterPlugin, DataRequest


class DataLoaderPlugin(DataAdapterPlugin):
    """Answers for `torch.utils.data.DataLoader`."""

    def adapt(self, request: DataRequest) -> DataAdapter | None:
        """Return an adapter when `x` is a loader."""
        # Only an object whose type has a base in PyTorch leads here, so importing PyTorch imports nothing new.
        from keras_data_dataloader.adapter import claim

        return claim(request)


plugin = DataLoaderPlugin()
