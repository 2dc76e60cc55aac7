"""Reviews of films, good and bad, as lists of word numbers: 25,000 to train on and as many to test with.

No checksum of the file is published. It holds pickled lists: they are read as plain data, nothing in it is run, and
labels and numbers are held to their ranges.
"""

from __future__ import annotations

import os
import warnings
from typing import Any

import numpy as np

from polykeras.datasets.data_file import Facts, check, check_pairs, find, read_word_index
from polykeras.datasets.npz_reader import read_npz
from polykeras.datasets.splits import shuffled
from polykeras.datasets.word_sequences import Choice, limit_of, prepared, replaced

SAMPLES = 25_000


def load_data(
    path: str | os.PathLike[str] = "imdb.npz",
    num_words: int | None = None,
    skip_top: int = 0,
    maxlen: int | None = None,
    seed: int | None = 113,
    start_char: int | None = 1,
    oov_char: int | None = 2,
    index_from: int | None = 3,
    **kwargs: Any,
) -> tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]:
    """Return the IMDB reviews (Maas et al., 2011).

    Words are numbered from 1 by how often they occur. With the defaults a number in a review is a word's number plus
    3; 1 stands at the start, 2 for a word that was left out, and 0 is free for padding.

    Args:
        path: Name in the cache (see `utils.get_file`), or an absolute path; a file there is used as it is.
        num_words: Numbers from this one on are replaced; by default the largest number of all.
        skip_top: Numbers below this one are replaced.
        maxlen: Reviews of this length or longer are left out.
        seed: Gives the order of the reviews.
        start_char: Put before each review; ``None`` puts nothing.
        oov_char: What replaces; ``None`` leaves the number out.
        index_from: Added to each word's number.
        **kwargs: Nothing else has a meaning; a warning says so.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``: arrays of lists of numbers, and labels, ``int64`` of shape
        ``(samples,)``: 0 for bad, 1 for good.

    Raises:
        ValueError: If `maxlen` leaves no review.
        DownloadError: If the file is not there and cannot be fetched; the message says where to put it.
        CorruptFileError: If it does not hold these arrays.
        UnsafeFileError: If it asks for more than data.
    """
    if kwargs:
        warnings.warn(f"`imdb.load_data` takes no {', '.join(sorted(kwargs))}: ignored.", stacklevel=2)
    choice = Choice(num_words, skip_top, maxlen, start_char, oov_char, index_from)
    file = find(path, "imdb.npz")
    facts = {f"y_{part}": Facts("iu", SAMPLES, (), (0, 1)) for part in ("train", "test")}
    data = read_npz(file, facts, ("x_train", "x_test"))
    check(file, data, facts)
    check_pairs(file, (data["x_train"], data["y_train"]), (data["x_test"], data["y_test"]))
    orders = shuffled(seed, len(data["x_train"]), len(data["x_test"]))
    train, test = (
        prepared(data[f"x_{part}"], data[f"y_{part}"], order, choice)
        for part, order in zip(("train", "test"), orders, strict=True)
    )
    limit = limit_of(choice, train[0], test[0])
    return (replaced(train[0], limit, choice), train[1]), (replaced(test[0], limit, choice), test[1])


def get_word_index(path: str | os.PathLike[str] = "imdb_word_index.json") -> dict[str, int]:
    """Return the number of each word of the IMDB reviews; `load_data` adds `index_from` to it.

    Args:
        path: Name in the cache, or an absolute path; a file there is used as it is.

    Raises:
        DownloadError: If the file is not there and cannot be fetched; the message says where to put it.
        CorruptFileError: If it does not hold words and numbers.
    """
    return read_word_index(find(path, "imdb_word_index.json"))
