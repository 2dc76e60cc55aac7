"""Texts as lists of word numbers: how IMDB and Reuters are cut to size.

Promises what Keras does with the same arguments, number by number. That includes one surprise: without `num_words` the
largest number in the data is the limit, so the word that has it is replaced too. Unlike there, texts that happen to be
of equal length are still an array of lists.
"""

from __future__ import annotations

from itertools import chain, pairwise
from typing import NamedTuple

import numpy as np


class Choice(NamedTuple):
    """The arguments that say what is kept of the texts.

    Attributes:
        num_words: Numbers from this one on are replaced; none, or 0, stands for the largest number.
        skip_top: Numbers below this one are replaced.
        maxlen: Texts of this length or longer are left out.
        start_char: Put before each text, unless ``None``.
        oov_char: What replaces; ``None`` leaves the number out.
        index_from: Added to each number.
    """

    num_words: int | None
    skip_top: int
    maxlen: int | None
    start_char: int | None
    oov_char: int | None
    index_from: int | None


class Texts(NamedTuple):
    """Texts, one after the other.

    Attributes:
        words: All numbers, ``int64``.
        lengths: How many of them each text has.
    """

    words: np.ndarray
    lengths: np.ndarray


def prepared(rows: list[list[int]], labels: np.ndarray, order: np.ndarray, choice: Choice) -> tuple[Texts, np.ndarray]:
    """Return texts in another order, started, renumbered and without the long ones, and their labels.

    Args:
        rows: The numbers of each text.
        labels: As many.
        order: Positions of the texts to return.
        choice: Of it `start_char`, `index_from` and `maxlen`.

    Raises:
        ValueError: If all texts are too long.
    """
    start = [] if choice.start_char is None else [choice.start_char]
    longest = None if choice.maxlen is None else choice.maxlen - len(start)
    kept = [at for at in order.tolist() if longest is None or len(rows[at]) < longest]
    if not kept and len(order):
        raise ValueError(
            f"No text is short enough.\nReceived: maxlen={choice.maxlen}.\n"
            f"Allowed: more than {min(len(row) for row in rows) + len(start)}, the length of the shortest text.\n"
            "Increase `maxlen`; texts of that length or longer are left out."
        )
    lengths = np.array([len(rows[at]) for at in kept], np.int64)
    words = np.fromiter(chain.from_iterable(rows[at] for at in kept), np.int64, int(lengths.sum()))
    words += choice.index_from or 0
    if start:
        words = np.insert(words, np.cumsum(lengths) - lengths, start[0])
        lengths = lengths + 1
    return Texts(words, lengths), labels[np.array(kept, np.int64)]


def limit_of(choice: Choice, *parts: Texts) -> int:
    """Return the number from which on numbers are replaced, for all parts of a data set."""
    return choice.num_words or max((int(part.words.max()) for part in parts if part.words.size), default=0)


def replaced(texts: Texts, limit: int, choice: Choice) -> np.ndarray:
    """Return an array of lists in which frequent and rare words are replaced.

    Args:
        texts: What `prepared` returned.
        limit: What `limit_of` returned.
        choice: Of it `skip_top` and `oov_char`.
    """
    words, lengths = texts
    kept = (words >= choice.skip_top) & (words < limit)
    ends = np.cumsum(lengths)
    if choice.oov_char is None:
        ends = np.concatenate([[0], np.cumsum(kept)])[ends]
        words = words[kept]
    else:
        words = np.where(kept, words, choice.oov_char)
    numbers = words.tolist()
    rows = np.empty(len(lengths), object)
    for at, (begin, end) in enumerate(pairwise([0, *ends.tolist()])):
        rows[at] = numbers[begin:end]
    return rows
