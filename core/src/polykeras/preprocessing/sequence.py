"""Sequences of different lengths as one array, under the name of `keras.preprocessing.sequence`."""

from polykeras.utils.sequences import pad_sequences

__all__ = ["pad_sequences"]
