"""`timeseries_dataset_from_array`: batches of windows that slide over a series.

Promises that a window is read when its batch is made, so that a memory map of any size can be windowed. Refuses
settings that give no window, where Keras gives an empty data set.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from polykeras.data import arrays_of
from polykeras.utils.dataset_formats import in_format
from polykeras.utils.sample_dataset import ArraySpec, SampleDataset


class Windows:
    """Rows of an array at fixed distances from where windows start, as samples of a `SampleDataset`.

    Args:
        rows: Array, or rows that are read later, the first axis of which is time.
        starts: Where windows start.
        offsets: Rows of a window, counted from its start; a row itself, without an axis of time, for ``None``.
    """

    def __init__(self, rows: Any, starts: npt.NDArray[np.int64], offsets: npt.NDArray[np.int64] | None) -> None:
        self._rows = rows
        self._starts = starts
        self._offsets = offsets
        axis = () if offsets is None else (len(offsets),)
        self.spec = ArraySpec((*axis, *rows.shape[1:]), np.dtype(rows.dtype))

    def __len__(self) -> int:
        return len(self._starts)

    def take(self, numbers: npt.NDArray[np.int64], batch: int) -> npt.NDArray[Any]:
        """Return the windows of these numbers."""
        starts = self._starts[numbers]
        if self._offsets is None:
            return np.asarray(self._rows[starts])
        wanted = starts[:, None] + self._offsets  # (n, time)
        rows = np.asarray(self._rows[wanted.reshape(-1)])
        return rows.reshape(*wanted.shape, *rows.shape[1:])


def timeseries_dataset_from_array(
    data: Any,
    targets: Any,
    sequence_length: int,
    sequence_stride: int = 1,
    sampling_rate: int = 1,
    batch_size: int | None = 128,
    shuffle: bool = False,
    seed: int | None = None,
    start_index: int | None = None,
    end_index: int | None = None,
    format: str | None = None,
) -> Any:
    """Return batches of windows over a series: ``(windows, targets)``, or windows alone.

    The result is a `PyDataset`. Window number i starts at row ``start_index + i * sequence_stride``, has
    `sequence_length` rows, `sampling_rate` apart, and the target of the row that it starts at.

    Args:
        data: Array of shape ``(time, ...)``.
        targets: Array whose row s is the target of the window that starts at row s, or ``None``. Windows that start
            behind its end are left out.
        sequence_length: Rows of a window.
        sequence_stride: Rows from the start of a window to that of the next.
        sampling_rate: Rows from one row of a window to the next.
        batch_size: Windows per batch; ``None`` for single windows.
        shuffle: Whether the windows of each epoch come in another order.
        seed: Integer in [0, 2**32) that orders come from.
        start_index: First row that is used.
        end_index: Row before which windows end; the length for ``None``.
        format: ``None`` for a `PyDataset`; or a format that an installed data adapter makes, such as ``"tf"`` for a
            `tf.data.Dataset` and ``"grain"`` for a `grain.IterDataset`.

    Raises:
        ValueError: Arguments are not usable, or there is no window.
        ImportError: The library of the format is not installed.

    >>> dataset = timeseries_dataset_from_array([1, 2, 3, 4, 5], [4, 5], sequence_length=3)
    >>> dataset[0]
    (array([[1, 2, 3],
           [2, 3, 4]]), array([4, 5]))
    """
    counts = {"sequence_length": sequence_length, "sequence_stride": sequence_stride, "sampling_rate": sampling_rate}
    for name, count in counts.items():
        if isinstance(count, bool) or not isinstance(count, (int, np.integer)) or count < 1:
            raise ValueError(
                f"`{name}` is not usable.\nReceived: {name}={count!r}.\n"
                "Allowed: integers from 1 up, in rows.\nPass one."
            )
    rows = _series("data", data)
    values = None if targets is None else _series("targets", targets)
    start, end = _range(start_index, end_index, len(rows))
    last = end - (sequence_length - 1) * sampling_rate
    starts = np.arange(start, max(start, last if values is None else min(last, len(values))), sequence_stride)
    if not len(starts):
        beside = "" if values is None else f", of {len(values)} targets"
        raise ValueError(
            "There is no window.\n"
            f"Received: sequence_length={sequence_length} and sampling_rate={sampling_rate} "
            f"for rows {start} to {end - 1} of {len(rows)}{beside}.\n"
            "Allowed: windows that end within the rows and start within the targets.\n"
            "Shorten the windows, or widen `start_index` and `end_index`."
        )
    dataset = SampleDataset(
        Windows(rows, starts, np.arange(sequence_length) * sampling_rate),
        None if values is None else Windows(values, starts, None),
        batch_size=batch_size,
        shuffle=shuffle,
        seed=seed,
    )
    return in_format(dataset, format)


def _series(name: str, value: Any) -> Any:
    rows = arrays_of(value)
    if not hasattr(rows, "shape") or not rows.shape:
        raise ValueError(
            f"`{name}` is no series.\nReceived: a {type(value).__name__}.\n"
            "Allowed: one array, or a list of numbers, whose first axis is time.\n"
            "Stack several series along a last axis."
        )
    return rows


def _range(start: int | None, end: int | None, length: int) -> tuple[int, int]:
    first = 0 if start is None else int(start)
    stop = length if end is None else int(end)
    if not 0 <= first < stop <= length:
        raise ValueError(
            "The rows to use are not within the series.\n"
            f"Received: start_index={start} and end_index={end} for {length} rows.\n"
            f"Allowed: 0 <= start_index < end_index <= {length}.\n"
            "Pass indices from the front; negative ones do not count."
        )
    return first, stop
