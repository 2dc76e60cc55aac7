"""News of Reuters in 46 topics, as lists of word numbers: 11,228 in all.

No checksum of the file is published. It holds pickled lists: they are read as plain data, nothing in it is run, and
labels and numbers are held to their ranges.
"""

from __future__ import annotations

import os

import numpy as np

from polykeras.datasets.data_file import Facts, check, check_pairs, find, read_word_index
from polykeras.datasets.npz_reader import read_npz
from polykeras.datasets.splits import first_part, shuffled
from polykeras.datasets.word_sequences import Choice, limit_of, prepared, replaced

SAMPLES = 11_228
_TOPICS = (
    "cocoa", "grain", "veg-oil", "earn", "acq", "wheat", "copper", "housing", "money-supply", "coffee", "sugar",
    "trade", "reserves", "ship", "cotton", "carcass", "crude", "nat-gas", "cpi", "money-fx", "interest", "gnp",
    "meal-feed", "alum", "oilseed", "gold", "tin", "strategic-metal", "livestock", "retail", "ipi", "iron-steel",
    "rubber", "heat", "jobs", "lei", "bop", "zinc", "orange", "pet-chem", "dlr", "gas", "silver", "wpi", "hog", "lead",
)  # fmt: skip


def load_data(
    path: str | os.PathLike[str] = "reuters.npz",
    num_words: int | None = None,
    skip_top: int = 0,
    maxlen: int | None = None,
    test_split: float = 0.2,
    seed: int | None = 113,
    start_char: int | None = 1,
    oov_char: int | None = 2,
    index_from: int | None = 3,
) -> tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]:
    """Return the Reuters newswires (Reuters-21578).

    Words are numbered from 1 by how often they occur. With the defaults a number in a newswire is a word's number plus
    3; 1 stands at the start, 2 for a word that was left out, and 0 is free for padding.

    Args:
        path: Name in the cache (see `utils.get_file`), or an absolute path; a file there is used as it is.
        num_words: Numbers from this one on are replaced; by default the largest number of all.
        skip_top: Numbers below this one are replaced.
        maxlen: Newswires of this length or longer are left out.
        test_split: Part of the newswires to test with, in [0, 1].
        seed: Gives the order of the newswires.
        start_char: Put before each newswire; ``None`` puts nothing.
        oov_char: What replaces; ``None`` leaves the number out.
        index_from: Added to each word's number.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``: arrays of lists of numbers, and topics, ``int64`` of shape
        ``(samples,)`` from 0 to 45; `get_label_names` names them.

    Raises:
        ValueError: If `maxlen` leaves no newswire, or `test_split` is out of range.
        DownloadError: If the file is not there and cannot be fetched; the message says where to put it.
        CorruptFileError: If it does not hold these arrays.
        UnsafeFileError: If it asks for more than data.
    """
    if not 0 <= test_split <= 1:
        raise ValueError(
            f"Data cannot be split this way.\nReceived: test_split={test_split!r}.\nAllowed: from 0 to 1.\n"
            "Pass the part of the newswires to test with, such as 0.2."
        )
    choice = Choice(num_words, skip_top, maxlen, start_char, oov_char, index_from)
    file = find(path, "reuters.npz")
    facts = {"y": Facts("iu", SAMPLES, (), (0, len(_TOPICS) - 1))}
    data = read_npz(file, facts, ("x",))
    check(file, data, facts)
    check_pairs(file, (data["x"], data["y"]))
    (order,) = shuffled(seed, len(data["x"]))
    texts, y = prepared(data["x"], data["y"], order, choice)
    x = replaced(texts, limit_of(choice, texts), choice)
    end = first_part(len(x), test_split)
    return (x[:end], y[:end]), (x[end:], y[end:])


def get_word_index(path: str | os.PathLike[str] = "reuters_word_index.json") -> dict[str, int]:
    """Return the number of each word of the newswires; `load_data` adds `index_from` to it.

    Args:
        path: Name in the cache, or an absolute path; a file there is used as it is.

    Raises:
        DownloadError: If the file is not there and cannot be fetched; the message says where to put it.
        CorruptFileError: If it does not hold words and numbers.
    """
    return read_word_index(find(path, "reuters_word_index.json"))


def get_label_names() -> tuple[str, ...]:
    """Return the names of the topics, in the order of their numbers.

    >>> get_label_names()[3:5]
    ('earn', 'acq')
    """
    return _TOPICS
