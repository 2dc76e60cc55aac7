"""Data adapter for Hugging Face datasets, by rows and streamed, and for Grain pipelines."""

from __future__ import annotations

from polykeras.plugins import DataAdapter, DataAdapterPlugin, DataRequest


class HuggingFacePlugin(DataAdapterPlugin):
    """Answers for datasets of `datasets` and pipelines of `grain`."""

    def adapt(self, request: DataRequest) -> DataAdapter | None:
        """Return an adapter when `x` is a dataset or a pipeline."""
        from keras_data_hugging_face.adapter import claim

        return claim(request)


plugin = HuggingFacePlugin()
