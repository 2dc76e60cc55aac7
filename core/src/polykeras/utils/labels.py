"""Labels of files: as they are given, and as losses want them.

Promises int32 for "int" (float32 where the labels given are floats), float32 of shape ``(n, 1)`` for "binary", and
one-hot rows of float32 for "categorical", which are made batch by batch. Refuses labels that their encoding has no
place for.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from polykeras.utils.sample_dataset import ArraySpec

MODES = ("int", "categorical", "binary", None)


class Labels:
    """Labels in an encoding, as targets of a `SampleDataset`.

    Args:
        values: Numbers of shape ``(n,)``.
        mode: ``"int"``, ``"categorical"`` or ``"binary"``.
        class_count: Number of classes.

    Raises:
        ValueError: A label has no place in the encoding.
    """

    def __init__(self, values: npt.NDArray[Any], mode: str, class_count: int) -> None:
        if mode == "binary" and class_count != 2:
            raise ValueError(
                f"Binary labels need two classes.\nReceived: label_mode='binary' and {class_count} classes.\n"
                'Allowed: exactly 2 classes.\nPass two `class_names`, or label_mode="int" or "categorical".'
            )
        whole = values.dtype.kind in "iub"
        fits = whole and bool(np.all((values >= 0) & (values < class_count)))
        if mode != "int" and not fits:
            raise ValueError(
                f"The labels cannot be encoded as {mode!r}.\n"
                f"Received: labels of dtype {values.dtype} from {values.min()} to {values.max()}, "
                f"of {class_count} different values.\n"
                f"Allowed: integers from 0 to {class_count - 1}.\nNumber the classes from 0, or pass label_mode='int'."
            )
        self._values = values.astype("int32" if whole else "float32")
        self._mode = mode
        self._count = class_count
        self.spec = self._spec()

    def _spec(self) -> ArraySpec:
        if self._mode == "int":
            return ArraySpec((), self._values.dtype)
        return ArraySpec((1 if self._mode == "binary" else self._count,), np.dtype("float32"))

    def __len__(self) -> int:
        return len(self._values)

    def take(self, numbers: npt.NDArray[np.int64], batch: int) -> npt.NDArray[Any]:
        """Return the labels of these numbers, encoded."""
        values: npt.NDArray[Any] = self._values[numbers]
        if self._mode == "int":
            return values
        if self._mode == "binary":
            return values.astype("float32")[:, None]
        hot: npt.NDArray[Any] = values[:, None] == np.arange(self._count)  # (n, classes)
        return hot.astype("float32")


def given_labels(labels: Any, file_count: int, directory: str) -> npt.NDArray[Any]:
    """Return labels that a user passed as an array.

    Args:
        labels: List, tuple or array of numbers.
        file_count: Number of files that they must be for.
        directory: Where those are, for errors.

    Raises:
        ValueError: They are no numbers, or another number of them.
    """
    values = np.asarray(labels) if isinstance(labels, (list, tuple, np.ndarray)) else np.asarray(None)
    if values.ndim != 1 or values.dtype.kind not in "iubf" or len(values) != file_count:
        told = f"{values.dtype} of shape {values.shape}" if values.ndim else repr(labels)
        raise ValueError(
            "The labels do not fit the files.\n"
            f"Received: labels={told}, for {file_count} files below {directory}.\n"
            'Allowed: one number per file, in the order of their paths; "inferred" for the names of folders; None.\n'
            "Leave out `labels` to see the order in `file_paths` with shuffle=False."
        )
    return values
