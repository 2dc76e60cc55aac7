"""The part of HDF5 that weights are kept in, read and written without its library.

Keras' files, through h5py, hold one form only: version 0 superblock, groups as symbol tables, arrays
that lie in one piece, and short text as attributes. That form is read here with every address and size
checked against the bytes present; whatever else HDF5 knows (links, external and virtual storage,
filters, other types, newer forms) is refused by name.
"""

from __future__ import annotations

from polykeras.saving.hdf5.reader import Dataset, Group, read
from polykeras.saving.hdf5.writer import ArrayPlan, Plan, plan

__all__ = ["ArrayPlan", "Dataset", "Group", "Plan", "plan", "read"]
