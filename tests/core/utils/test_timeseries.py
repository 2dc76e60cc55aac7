"""Windows over series, against what Keras 3.15.1 gives for 20 rows."""

from __future__ import annotations

import numpy as np
import pytest

from polykeras import utils

ROWS = np.arange(20)


def windows(targets=None, data=ROWS, **options):
    return utils.timeseries_dataset_from_array(data, targets, **options)


@pytest.mark.parametrize(
    ("options", "first", "last", "count"),
    [
        ({"sequence_length": 5}, [0, 1, 2, 3, 4], [15, 16, 17, 18, 19], 16),
        ({"sequence_length": 5, "sequence_stride": 3, "sampling_rate": 2}, [0, 2, 4, 6, 8], [9, 11, 13, 15, 17], 4),
        ({"sequence_length": 20}, [*range(20)], [*range(20)], 1),
        ({"sequence_length": 5, "start_index": 3, "end_index": 12}, [3, 4, 5, 6, 7], [7, 8, 9, 10, 11], 5),
        ({"sequence_length": 2, "sampling_rate": 19}, [0, 19], [0, 19], 1),
        ({"sequence_length": 1}, [0], [19], 20),
        ({"sequence_length": 5, "sampling_rate": 2, "start_index": 2, "end_index": 14},
         [2, 4, 6, 8, 10], [5, 7, 9, 11, 13], 4),
    ],
)  # fmt: skip
def test_windows_are_those_of_keras(options, first, last, count):
    (batch,) = windows(**options)
    assert (batch[0].tolist(), batch[-1].tolist(), len(batch)) == (first, last, count)


@pytest.mark.parametrize(
    ("options", "targets", "starts", "expected"),
    [
        ({}, ROWS * 10, range(16), range(0, 160, 10)),
        ({}, ROWS[:3] * 10, range(3), [0, 10, 20]),
        ({}, ROWS[4:], range(16), range(4, 20)),
        ({"sequence_stride": 3, "sampling_rate": 2}, ROWS[4:], [0, 3, 6, 9], [4, 7, 10, 13]),
        ({"start_index": 3, "end_index": 12}, ROWS * 10, range(3, 8), [30, 40, 50, 60, 70]),
    ],
)
def test_a_target_is_that_of_the_row_where_its_window_starts(options, targets, starts, expected):
    ((batch, found),) = windows(targets, sequence_length=5, **options)
    assert (batch[:, 0].tolist(), found.tolist()) == (list(starts), list(expected))


def test_batches_and_dtypes():
    data, targets = np.zeros((20, 3), "float16"), np.zeros((20, 2), "int8")
    batches = list(windows(targets, data, sequence_length=5, batch_size=6))
    assert [batch.shape for batch, _ in batches] == [(6, 5, 3), (6, 5, 3), (4, 5, 3)]
    assert {(batch.dtype, target.dtype, target.shape[1]) for batch, target in batches} == {
        (np.dtype("float16"), np.dtype("int8"), 2)
    }


def test_a_memory_map_is_read_by_windows(tmp_path):
    mapped = np.memmap(tmp_path / "rows", dtype="float32", mode="w+", shape=(50, 2))
    mapped[:] = np.arange(100).reshape(50, 2)
    dataset = windows(data=mapped, sequence_length=3, sequence_stride=10)
    mapped[10] = -1
    np.testing.assert_array_equal(dataset[0][1], [[-1, -1], [22, 23], [24, 25]])


def test_shuffling_keeps_targets_with_their_windows():
    dataset = windows(ROWS * 10, sequence_length=4, shuffle=True, seed=1, batch_size=5)
    batches = [*dataset, *dataset]
    assert all((batch[:, 0] * 10 == target).all() for batch, target in batches)
    assert sorted(int(start) for batch, _ in batches for start in batch[:, 0]) == sorted([*range(17)] * 2)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"sequence_length": 0}, "sequence_length=0"),
        ({"sequence_length": 2.5}, "sequence_length=2.5"),
        ({"sampling_rate": 0}, "sampling_rate=0"),
        ({"sequence_stride": -1}, "sequence_stride=-1"),
        ({"batch_size": 0}, "batch_size=0"),
        ({"sequence_length": 21}, "no window"),
        ({"end_index": 7, "start_index": 3}, "rows 3 to 6"),
        ({"targets": ROWS[:3], "start_index": 3}, "of 3 targets"),
        ({"start_index": -1}, "start_index=-1"),
        ({"start_index": 20}, "start_index=20"),
        ({"end_index": 21}, "end_index=21"),
        ({"start_index": 3, "end_index": 3}, "start_index=3 and end_index=3"),
        ({"data": {"a": ROWS}}, "no series"),
        ({"data": np.array(3)}, "no series"),
        ({"format": "parquet"}, "format='parquet'"),
    ],
)
def test_refusals(options, message):
    with pytest.raises(ValueError, match=message):
        windows(**{"sequence_length": 5, **options})
