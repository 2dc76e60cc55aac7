"""Data adapter for Arrow: tables, record batches, arrays, datasets and streams, and the frames and series of polars."""

from __future__ import annotations

from polykeras.plugins import DataAdapter, DataAdapterPlugin, DataRequest


class ArrowPlugin(DataAdapterPlugin):
    """Answers for what holds columns in Arrow's layout."""

    def adapt(self, request: DataRequest) -> DataAdapter | None:
        """Return an adapter when `x` is a table, a column or a stream of record batches."""
        # A type of pyarrow or of polars leads here. Polars gives its data as Arrow, which pyarrow reads.
        from keras_data_arrow.sources import is_polars, require_pyarrow

        if is_polars(type(request.x)):
            require_pyarrow()
        from keras_data_arrow.adapter import claim

        return claim(request)


plugin = ArrowPlugin()
