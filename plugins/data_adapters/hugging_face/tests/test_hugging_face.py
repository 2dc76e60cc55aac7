"""Datasets and pipelines: what columns are for, what is refused, and what is written and loaded."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import datasets
import grain
import numpy as np
import pytest
from PIL import Image

from polykeras.data.choice import adapter_for
from polykeras.plugins import DataRequest

ROWS = datasets.Dataset.from_dict(
    {"a": [1, 2, 3], "b": [0.5, None, 2.5], "label": [0, 1, 1], "text": ["u", "v", "w"], "v": [[1.0, 2.0]] * 3}
)
MIXED = datasets.Dataset.from_dict({"v": [[1], [2, 3]], "n": [1, None], "l": [[1.0], None], "i": [[[1, 2], [3]]] * 2})
SIZES = datasets.Dataset.from_dict({"image": [Image.new("L", (2, 2)), Image.new("L", (3, 2))]})


def _batches(x: Any, *beside: Any, size: int | None = 2, seed: int | None = None, **given: Any) -> list[Any]:
    return list(adapter_for(DataRequest(x, *beside, batch_size=size, **given)).epoch(seed))


def test_a_label_is_the_target_only_beside_others_and_where_none_is_named() -> None:
    assert len(_batches(ROWS.select_columns("label"))[0]) == 1
    assert len(_batches(ROWS.select_columns(["a", "label"]))[0]) == 2
    both = ROWS.select_columns(["a", "label"]).add_column("labels", [5, 6, 7])
    (x,) = _batches(both)[0]
    assert list(x) == ["a", "label", "labels"]
    x, y = _batches(both, "labels")[0]
    assert list(x) == ["a", "label"]
    np.testing.assert_array_equal(y, [[5], [6]])


def test_columns_that_are_not_needed_are_not_read() -> None:
    bad = {"label": [0, 1], "file": [{"path": "nowhere.png", "bytes": None}] * 2}
    source = datasets.Dataset.from_dict({"a": [1.0, 2.0], **bad}).cast_column("file", datasets.Image())
    for one in (source, source.to_iterable_dataset()):
        (x, _), *_ = _batches(one, names=("a",))
        np.testing.assert_array_equal(x["a"], [[1.0], [2.0]])


def test_missing_floats_are_nan() -> None:
    np.testing.assert_array_equal(_batches(ROWS["b"], size=3)[0][0], [[0.5], [np.nan], [2.5]])


def test_a_transform_is_called_once_for_each_batch() -> None:
    calls = []

    def transform(batch: dict[str, list[Any]]) -> dict[str, Any]:
        calls.append(len(batch["a"]))
        return {"x": [Image.new("RGB", (2, 3))] * len(batch["a"]), "label": batch["label"]}

    adapter = adapter_for(DataRequest(ROWS.with_transform(transform), batch_size=2))
    calls.clear()
    batches = list(adapter.epoch(None))
    assert calls == [2, 1]
    assert [(x.shape, x.dtype, y.tolist()) for x, y in batches] == [
        ((2, 3, 2, 3), "uint8", [[0], [1]]),
        ((1, 3, 2, 3), "uint8", [[1]]),
    ]


def test_tensors_stay_tensors() -> None:
    torch = pytest.importorskip("torch")
    (x, y), *_ = _batches(ROWS.select_columns(["v", "label"]).with_format("torch"))
    assert type(x) is type(y) is torch.Tensor
    assert (tuple(x.shape), tuple(y.shape)) == ((2, 2), (2, 1))


def test_a_stream_of_unknown_columns() -> None:
    def rows() -> Any:
        yield from ({"x": np.array([i, i + 1.0], "float32"), "label": i} for i in range(3))

    batches = _batches(datasets.IterableDataset.from_generator(rows))
    np.testing.assert_array_equal(np.concatenate([x for x, _ in batches]), [[0, 1], [1, 2], [2, 3]])
    np.testing.assert_array_equal(np.concatenate([y for _, y in batches]), [[0], [1], [2]])


def test_a_seed_orders_a_stream_that_shuffles() -> None:
    source = ROWS.select_columns("a").to_iterable_dataset(num_shards=3).shuffle(seed=1, buffer_size=8)

    def order(seed: int | None, *, shuffle: bool = True) -> list[int]:
        return [int(a) for (x,) in _batches(source, seed=seed, shuffle=shuffle) for a in x[:, 0]]

    orders = [order(seed) for seed in range(6)]
    assert orders == [order(seed) for seed in range(6)]
    assert len({tuple(one) for one in orders}) > 1
    assert order(5, shuffle=False) == order(None)


def test_parts_of_a_stream_are_its_shards() -> None:
    adapter = adapter_for(DataRequest(ROWS.select_columns("a").to_iterable_dataset(num_shards=3), batch_size=1))
    parts = [[int(x[0, 0]) for (x,) in adapter.shard(index, 3).epoch(None)] for index in range(3)]
    assert parts == [[1], [2], [3]]


def test_a_pipeline_that_repeats_for_ever_is_known_to() -> None:
    source = grain.MapDataset.source(np.arange(3.0)).repeat(None)
    adapter: Any = adapter_for(DataRequest(source, batch_size=2, shuffle=True))
    assert (adapter.endless, adapter.num_batches) == (True, None)
    stream = adapter.epoch(1)
    assert [next(stream)[0].tolist() for _ in range(3)] == [[0.0, 1.0], [2.0, 0.0], [1.0, 2.0]]


def test_an_order_of_samples_is_that_of_arrays() -> None:
    x = np.arange(10.0)
    ours = _batches(grain.MapDataset.source(x), seed=3, shuffle=True, size=4)
    theirs = _batches(datasets.Dataset.from_dict({"x": x}), seed=3, shuffle=True, size=4)
    for (mine,), (other,), (array,) in zip(ours, theirs, _batches(x, seed=3, shuffle=True, size=4), strict=True):
        np.testing.assert_array_equal(mine, array)
        np.testing.assert_array_equal(other[:, 0], array)


NONE_LEFT = grain.MapDataset.source([1, 2, 3]).filter(lambda value: value != 2)
REFUSED: dict[str, tuple[Callable[[], Any], dict[str, Any], str]] = {
    "text": (lambda: ROWS.select_columns("text"), {}, r"'text' does not hold numbers.\nReceived: values of dtype <U1"),
    "text that is streamed": (
        lambda: ROWS.select_columns("text").to_iterable_dataset(),
        {},
        "'text' does not hold numbers",
    ),
    "several lengths": (
        lambda: MIXED.select_columns("v"),
        {},
        r"'v' cannot be one array.\nReceived: rows of the shapes \(1,\), ",
    ),
    "lengths within a row": (lambda: MIXED.select_columns("i"), {}, "'i' cannot be one array"),
    "several sizes": (
        lambda: SIZES,
        {},
        r"'image' cannot be one array.\nReceived: rows of the shapes \(2, 2\), \(2, 3\)",
    ),
    "missing integers": (lambda: MIXED.select_columns("n"), {}, r"'n' has missing values.\nReceived: 1 of 2"),
    "missing lists": (lambda: MIXED.select_columns("l"), {}, "'l' has missing values"),
    "no column of an input": (lambda: ROWS, {"names": ("a", "c")}, r"input 'c' has no column.*\nReceived: .* 'a', 'b'"),
    "no column of targets": (lambda: ROWS, {"y": "lable"}, "the column 'lable'. Did you mean 'label'"),
    "splits": (
        lambda: datasets.DatasetDict({"train": ROWS}),
        {},
        r"not one source.\nReceived: a DatasetDict .* 'train'",
    ),
    "arrays beside a stream": (ROWS.to_iterable_dataset, {"y": np.zeros(3)}, "cannot go beside"),
    "arrays beside a pipeline": (lambda: NONE_LEFT, {"y": np.zeros(3)}, "brings its own targets"),
    "batch size": (ROWS.to_iterable_dataset, {"batch_size": 0}, "batch size is not usable"),
    "other lengths": (lambda: ROWS["a"], {"y": np.zeros(4)}, "different numbers of samples"),
    "no rows": (lambda: ROWS.select([]).select_columns("a"), {}, "arrays are empty"),
    "filtered": (lambda: NONE_LEFT, {"batch_size": 2}, "element 1 of 3"),
    "several structures": (
        lambda: grain.MapDataset.source([{"a": 1}, {"b": 1}]),
        {"batch_size": 2},
        "samples of several structures",
    ),
    "several shapes": (lambda: grain.MapDataset.source([np.zeros(1), np.zeros(2)]), {"batch_size": 2}, "one array"),
    "text of Grain": (lambda: grain.MapDataset.source(["u", "v"]), {"batch_size": 2}, "does not hold numbers"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_refused(what: str) -> None:
    make, given, match = REFUSED[what]
    with pytest.raises(ValueError, match=match) as caught:
        list(adapter_for(DataRequest(make(), **given)).epoch(None))
    lines = str(caught.value).split("\n")
    assert len(lines) == 4, lines
    assert lines[1].startswith("Received: ")
    assert lines[2].startswith("Allowed: ")


LOADED = """
import json, sys
import numpy as np
from polykeras.data.choice import adapter_for
from polykeras.plugins import DataRequest
list(adapter_for(DataRequest(np.zeros((4, 2)), np.zeros(4))).epoch(None))
list(adapter_for(DataRequest([[1.0], [2.0]])).epoch(None))
print(json.dumps([n for n in ("datasets", "grain", "pyarrow", "keras_data_hugging_face") if n in sys.modules]))
"""


def test_arrays_load_neither_package() -> None:
    done = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == []


def test_no_file_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("HOME", "HF_HOME", "XDG_CACHE_HOME", "TMPDIR"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")
    numbers = ROWS.remove_columns("text")
    for source in (numbers, numbers.to_iterable_dataset(), numbers.with_format("numpy")):
        adapter = adapter_for(DataRequest(source, "label", batch_size=2, shuffle=True, names=("a",)))
        assert len(list(adapter.epoch(1))) == 2
    assert list(tmp_path.rglob("*")) == []
