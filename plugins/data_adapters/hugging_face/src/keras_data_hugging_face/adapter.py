"""Which kind of source an object is, told by its class's name and module: neither package is imported to ask.

Refuses: dicts of several splits.
"""

from __future__ import annotations

from collections.abc import Callable

from keras_data_hugging_face import pipelines, rows, streams
from polykeras.plugins import DataAdapter, DataRequest


def claim(request: DataRequest) -> DataAdapter | None:
    """Return an adapter over a dataset or a pipeline, or ``None`` when `x` is neither.

    Raises:
        ValueError: `x` holds several splits, or what was passed beside it makes no sense.
    """
    for base in type(request.x).__mro__:
        # A package of the user's own may be called `datasets` too, so modules are compared whole.
        root = "grain" if base.__module__.partition(".")[0] == "grain" else base.__module__
        serve = _SERVED.get((root, base.__name__))
        if serve is not None:
            return serve(request)
    return None


def _refuse_splits(request: DataRequest) -> None:
    names = ", ".join(map(repr, request.x)) or "none"
    raise ValueError(
        "A dict of splits is not one source.\n"
        f"Received: a {type(request.x).__name__} with the splits {names}.\n"
        'Allowed: one of them.\nPass it, for example `dataset["train"]`, and another as `validation_data`.'
    )


_SERVED: dict[tuple[str, str], Callable[[DataRequest], DataAdapter | None]] = {
    ("datasets.arrow_dataset", "Dataset"): rows.over_dataset,
    ("datasets.arrow_dataset", "Column"): rows.over_column,
    ("datasets.iterable_dataset", "IterableDataset"): streams.over,
    ("datasets.dataset_dict", "DatasetDict"): _refuse_splits,
    ("datasets.dataset_dict", "IterableDatasetDict"): _refuse_splits,
    ("grain", "MapDataset"): pipelines.over_map,
    ("grain", "IterDataset"): pipelines.over_iterable,
    ("grain", "DataLoader"): pipelines.over_iterable,
}
