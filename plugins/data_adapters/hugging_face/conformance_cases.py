"""Sources for the conformance suite: datasets in several formats, streamed ones, and pipelines of Grain."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import datasets
import grain
import numpy as np
from PIL import Image

from polykeras import tree
from polykeras.conformance.adapters import AdapterCase
from polykeras.plugins import DataRequest

X = np.arange(10, dtype="float32").reshape(5, 2)
AGE = np.array([3, 1, 4, 1, 5])
LABEL = np.array([0, 1, 1, 0, 2])
WEIGHT = np.linspace(0.5, 1.5, 5, dtype="float32")
PIXELS = np.arange(60, dtype="uint8").reshape(5, 2, 2, 3)
ROWS = datasets.Dataset.from_dict({"x": X, "age": AGE, "label": LABEL, "name": list("abcde"), "weight": WEIGHT})
NUMBERS = ROWS.remove_columns("name")
IMAGES = datasets.Dataset.from_dict({"image": [Image.fromarray(pixels) for pixels in PIXELS], "label": LABEL})
MOVED = ROWS.select([4, 0, 1, 2, 3]).select([1, 2, 3, 4, 0])
OWN = NUMBERS.with_transform(lambda batch: {"half": np.array(batch["x"], "float32") / 2, "labels": batch["label"]})
STREAM = ROWS.to_iterable_dataset(num_shards=2)
SAMPLES = grain.MapDataset.source([{"x": X[row], "label": LABEL[row]} for row in range(5)])
PAIRS = grain.MapDataset.source([(X[row], LABEL[row]) for row in range(5)])


def _case(name: str, request: Callable[[], DataRequest], *parts: Any, **abilities: bool) -> AdapterCase:
    def cut(start: int) -> Any:
        return tree.map_structure(lambda array: array[start : start + 2], parts)

    return AdapterCase(name, request, [cut(start) for start in range(0, 5, 2)], **{"shuffles": True, **abilities})


def _given(x: Any, *beside: Any, names: tuple[str, ...] | None = None) -> Callable[[], DataRequest]:
    return lambda: DataRequest(x, *beside, batch_size=2, names=names)


def _loader() -> Any:
    sampler = grain.samplers.IndexSampler(5, grain.sharding.NoSharding(), shuffle=False, num_epochs=1)
    return grain.DataLoader(data_source=SAMPLES, sampler=sampler)


Y = LABEL[:, None]
A = AGE[:, None]
BY_NAME = ({"x": X, "age": A}, Y, WEIGHT)
PIPELINE = {"shuffles": False}
CASES = [
    _case("a column of labels", _given(ROWS.select_columns(["x", "label"])), X, Y),
    _case("several columns", _given(ROWS.select_columns(["x", "age", "label"])), {"x": X, "age": A}, Y),
    _case("by name", _given(ROWS, "label", "weight", names=("age", "x")), *BY_NAME),
    _case("rows that were moved", _given(MOVED, "label", "weight", names=("age", "x")), *BY_NAME),
    _case("arrays beside it", _given(ROWS.select_columns("x"), LABEL, WEIGHT), X, LABEL, WEIGHT),
    _case("its own columns beside it", _given(ROWS["age"], ROWS["label"]), A, Y),
    _case(
        "names of targets",
        _given(NUMBERS, {"a": "label", "b": ["age", "weight"]}),
        X,
        {"a": Y, "b": np.concatenate([A, WEIGHT[:, None]], axis=1)},
    ),
    _case("images", _given(IMAGES), PIXELS, Y),
    _case(
        "columns of its format",
        _given(ROWS.with_format("numpy", columns=["x", "label"], dtype=np.float64)),
        X.astype("float64"),
        Y.astype("float64"),
    ),
    _case("a transform", _given(OWN), X / 2, Y),
    _case("a stream", _given(STREAM, "label", "weight", names=("age", "x")), *BY_NAME, **PIPELINE),
    _case("samples of Grain", _given(SAMPLES), X, LABEL),
    _case("pairs of Grain", _given(PAIRS), X, LABEL),
    _case("batches of Grain", lambda: DataRequest(PAIRS.batch(2)), X, LABEL, **PIPELINE),
    _case("batches of Grain by name", lambda: DataRequest(SAMPLES.batch(2), names=("x",)), {"x": X}, LABEL, **PIPELINE),
    _case("a pipeline of Grain", lambda: DataRequest(PAIRS.to_iter_dataset().batch(2)), X, LABEL, **PIPELINE),
    _case("samples of a loader of Grain", _given(_loader()), X, LABEL, **PIPELINE),
]
if find_spec("torch") is not None:
    TORCH = NUMBERS.select_columns(["x", "label"]).with_format("torch")
    CASES.append(_case("tensors", _given(TORCH), X, Y))
FOREIGN = [DataRequest(x) for x in (ROWS.features, ROWS.info, datasets.Dataset, grain.MapDataset, grain.ReadOptions())]
