"""The ``.keras`` archive: metadata, config, weights, and files that layers keep beside them."""

from __future__ import annotations

import json
import tempfile
import time
import zipfile
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import numpy as np

from polykeras.saving import failures, json_text
from polykeras.saving.layout import saved_objects
from polykeras.saving.member_names import ASSETS, CONFIG, METADATA, WEIGHTS, check_parts
from polykeras.saving.weights import entries_of
from polykeras.saving.weights_file import as_hdf5, pieces
from polykeras.saving.zip_members import Archive
from polykeras.version import KERAS_API_VERSION, __version__


class Contents(NamedTuple):
    """What an archive holds, read and checked; nothing is made of it yet."""

    config: dict[str, Any]
    weights: np.ndarray
    assets: dict[str, np.ndarray]


def write(stream: BinaryIO, model: Any, config: dict[str, Any]) -> None:
    """Write a model's archive."""
    metadata = {
        "keras_version": KERAS_API_VERSION,
        "polykeras_version": __version__,
        "date_saved": time.strftime("%Y-%m-%d@%H:%M:%S"),
    }
    plan, values = as_hdf5(entries_of(model))
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(zipfile.ZipInfo(METADATA), json.dumps(metadata))
        archive.writestr(zipfile.ZipInfo(CONFIG), json.dumps(config))
        large = plan.size >= zipfile.ZIP64_LIMIT
        with archive.open(zipfile.ZipInfo(WEIGHTS), "w", force_zip64=large) as member:
            for piece in pieces(plan, values):
                member.write(piece)
        _write_assets(archive, model)


def read(stream: BinaryIO, source: str) -> Contents:
    """Return what an archive holds.

    Raises:
        CorruptFileError: If it is damaged.
        UnsafeFileError: If it asks for what an archive may not do.
    """
    archive = Archive(stream, source)
    json_text.parse(archive.read(METADATA).data, source, METADATA)
    config = json_text.parse(archive.read(CONFIG).data, source, CONFIG)
    assets = {name: archive.read(name) for name in archive.members if name.startswith(ASSETS)}
    return Contents(config, archive.read(WEIGHTS), assets)


def read_weights(stream: BinaryIO, source: str) -> np.ndarray:
    """Return the bytes of an archive's weights."""
    return Archive(stream, source).read(WEIGHTS)


# ---------------------------------------------------------------------- files beside the weights


def _write_assets(archive: zipfile.ZipFile, model: Any) -> None:
    """Let objects write their files into a temporary folder, and pack them."""
    for path, obj in saved_objects(model):
        save = getattr(obj, "save_assets", None)
        if save is None:
            continue
        with tempfile.TemporaryDirectory() as folder:
            save(folder)
            for file in sorted(Path(folder).rglob("*")):
                if file.is_file():
                    name = "/".join(part for part in (path, *file.relative_to(folder).parts) if part)
                    archive.write(file, ASSETS + _checked(name, obj))


def _checked(name: str, obj: Any) -> str:
    reason = check_parts(name.split("/"))
    if reason:
        raise ValueError(
            f"The layer {obj.name!r} keeps a file that an archive cannot hold: {reason}.\n"
            f"Received: {name!r}.\nAllowed: names that every file system takes.\n"
            "Change its `save_assets`."
        )
    return name


def give_assets(model: Any, assets: dict[str, np.ndarray], source: str) -> None:
    """Let objects read their files.

    Files are laid out only for objects whose class, which the caller wrote or registered, asks for them by a method
    `load_assets`, and only in a temporary folder. Their names were checked when the archive was read.
    """
    for path, obj in saved_objects(model):
        load = getattr(obj, "load_assets", None)
        if load is None:
            continue
        prefix = f"{ASSETS}{path}/" if path else ASSETS
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder).resolve()
            for name, data in assets.items():
                if name.startswith(prefix):
                    target = root / name.removeprefix(prefix)
                    if not target.resolve().is_relative_to(root):
                        raise failures.unsafe(source, name, "a path that leads out of its folder")
                    target.parent.mkdir(parents=True, exist_ok=True)
                    with target.open("xb") as file:
                        file.write(data.data)
            load(str(root))
