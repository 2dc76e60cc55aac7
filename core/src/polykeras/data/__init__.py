"""Data for loops: which adapter serves a source, what adapters are made of, and what core does to their batches.

Authors of adapters build on these: `ArrayAdapter` over anything that has rows, `arrays_of` for structures of
array-likes, `refuse_beside` and `every` for sources that come in batches.
"""

from polykeras.data.array_adapter import ArrayAdapter
from polykeras.data.batch_source import BatchSource, check_batch, refuse_beside
from polykeras.data.leaves import arrays_of
from polykeras.data.py_dataset import PyDataset

__all__ = ["ArrayAdapter", "BatchSource", "PyDataset", "arrays_of", "check_batch", "refuse_beside"]
