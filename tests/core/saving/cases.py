"""A small model without values, valid files for it, and the ways in that a bad file may try."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import h5py
import numpy as np

from polykeras import layers, models
from polykeras.saving import load_model, load_weights

METADATA = {"keras_version": "3.15.1", "date_saved": "2026-01-01@00:00:00"}
WEIGHTS = {
    "layers/dense/vars/0": np.arange(12, dtype="f4").reshape(4, 3),
    "layers/dense/vars/1": np.arange(3, dtype="f4"),
    "layers/dense_1/vars/0": np.arange(6, dtype="f4").reshape(3, 2),
    "layers/dense_1/vars/1": np.arange(2, dtype="f4"),
}


class Way(NamedTuple):
    """A way in: the ending of its files, and what is called."""

    name: str
    ending: str
    load: Callable[[Path], object]


def small_model():
    return models.Sequential([layers.Input((4,)), layers.Dense(3), layers.Dense(2)])


def _into_model(path):
    model = small_model()
    try:
        load_weights(model, path)
    finally:
        # No framework is loaded here: had any value been set, this process would know.
        assert not any(variable.made for variable in model.weights)


def _skipping(path):
    load_weights(small_model(), path, skip_mismatch=True)


HDF5_WAYS = (
    Way("load_weights", ".weights.h5", _into_model),
    Way("load_weights skipping", ".weights.h5", _skipping),
    Way("load_weights legacy", ".h5", _into_model),
    Way("load_weights archive", ".keras", _into_model),
    Way("load_model", ".keras", load_model),
)
ARCHIVE_WAYS = tuple(way for way in HDF5_WAYS if way.ending == ".keras")
SAFETENSORS_WAYS = (
    Way("load_weights", ".weights.safetensors", _into_model),
    Way("load_weights short", ".safetensors", _into_model),
)


def hdf5_bytes(change: Callable[[h5py.File], None] | None = None, **options: object) -> bytes:
    """Return a file of the small model's weights as h5py writes it, after a change."""
    stream = io.BytesIO()
    with h5py.File(stream, "w", **options) as file:
        for name, array in WEIGHTS.items():
            file[name] = array
        if change is not None:
            change(file)
    return stream.getvalue()


def archive_bytes(
    weights: bytes | None = None, config: bytes | None = None, metadata: bytes | None = None, **options: object
) -> bytes:
    """Return a `.keras` archive with these members."""
    members = {
        "metadata.json": json.dumps(METADATA).encode() if metadata is None else metadata,
        "config.json": b"{}" if config is None else config,
        "model.weights.h5": hdf5_bytes() if weights is None else weights,
    }
    return packed(list(members.items()), **options)


def packed(members: list[tuple[str | zipfile.ZipInfo, bytes]], method: int = zipfile.ZIP_STORED) -> bytes:
    """Return an archive of members, in their order."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return stream.getvalue()


def safetensors_bytes(entries: dict | bytes, body: bytes = b"") -> bytes:
    """Return a safetensors file with this header."""
    header = entries if isinstance(entries, bytes) else json.dumps(entries).encode()
    return struct.pack("<Q", len(header)) + header + body


def replaced(data: bytes, old: bytes, new: bytes, count: int = 1) -> bytes:
    """Return `data` with bytes replaced that must be there."""
    assert old in data
    return data.replace(old, new, count)
