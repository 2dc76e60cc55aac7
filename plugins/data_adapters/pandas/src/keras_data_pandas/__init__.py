"""Data adapter for pandas: frames and series."""

from __future__ import annotations

from polykeras.plugins import DataAdapter, DataAdapterPlugin, DataRequest


class PandasPlugin(DataAdapterPlugin):
    """Answers for `DataFrame` and `Series`."""

    def adapt(self, request: DataRequest) -> DataAdapter | None:
        """Return an adapter when `x` is a frame or a series."""
        # Only an object whose type has a base in pandas leads here, so importing pandas imports nothing new.
        from keras_data_pandas.adapter import claim

        return claim(request)


plugin = PandasPlugin()
