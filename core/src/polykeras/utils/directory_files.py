"""Files below a directory, their classes, and their share in training and validation.

Promises Keras' order of files, and Keras' split for a seed, so that a model goes on with the files that it was
validated on before: files are sorted by folder, then by name, and shuffled by NumPy's frozen generator of that seed
before they are split. Refuses splits that are empty or that would overlap, links that lead in circles, and folders
that cannot be read.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from polykeras.plugins.errors import did_you_mean
from polykeras.random.global_seed import check_seed, next_seed
from polykeras.train.output_stream import default_stream
from polykeras.utils.labels import MODES, Labels, given_labels

SUBSETS = ("training", "validation", "both")


class Request(NamedTuple):
    """What a user asked of the files below a directory, as the functions of `polykeras.utils` document it."""

    directory: str | os.PathLike[str]
    labels: Any
    label_mode: str | None
    class_names: Sequence[str] | None
    shuffle: bool
    seed: int | None
    validation_split: float | None
    subset: str | None
    follow_links: bool
    verbose: bool
    suffixes: tuple[str, ...]
    kind: str


class Files(NamedTuple):
    """Files and their labels.

    Attributes:
        paths: The files.
        labels: Their labels, encoded; ``None`` for none.
        class_names: Names of the classes; ``None`` without labels.
        seed: What the orders of epochs come from; ``None`` when they are not shuffled.
    """

    paths: list[str]
    labels: Labels | None
    class_names: list[str] | None
    seed: int | None


def find_files(request: Request) -> tuple[Files, ...]:
    """Return the files asked for, once, or twice for the subset ``"both"``.

    Raises:
        ValueError: Arguments are not usable or do not fit each other, or there is no file.
        OSError: A folder cannot be read.
    """
    _check(request)
    directory = os.fspath(request.directory)
    paths, values, names = _listed(request, directory)
    if not paths:
        raise ValueError(
            f"There are no {request.kind} files.\nReceived: directory={directory!r}.\n"
            f"Allowed: files with the suffixes {', '.join(request.suffixes)}, in one folder per class when labels are "
            '"inferred".\nCheck the path, or pass labels=None for files that lie in no such folders.'
        )
    seed = None
    if request.shuffle:
        seed = next_seed() if request.seed is None else check_seed(request.seed)
        order = np.arange(len(paths))
        # Frozen by NumPy, and the order that Keras splits in.
        np.random.RandomState(seed).shuffle(order)
        paths = [paths[number] for number in order]
        values = None if values is None else values[order]
    told = f" belonging to {len(names)} classes" if names is not None else ""
    _tell(request, f"Found {len(paths)} files{told}.")
    parts = _parts(request, len(paths))
    return tuple(_files(request, paths[part], None if values is None else values[part], names, seed) for part in parts)


def _files(
    request: Request, paths: list[str], values: npt.NDArray[Any] | None, names: list[str] | None, seed: int | None
) -> Files:
    labels = None
    if values is not None and names is not None and request.label_mode is not None:
        labels = Labels(values, request.label_mode, len(names))
    return Files(paths, labels, names, seed)


def _listed(request: Request, directory: str) -> tuple[list[str], npt.NDArray[Any] | None, list[str] | None]:
    """Return all files, their labels and the names of the classes."""
    if request.labels is None or request.label_mode is None or not _is_inferred(request.labels):
        paths = list(_below(directory, request))
        if request.labels is None or request.label_mode is None:
            return paths, None, None
        values = given_labels(request.labels, len(paths), directory)
        return paths, values, [str(value) for value in np.unique(values).tolist()]
    names = _classes(directory, request.class_names)
    found = [list(_below(os.path.join(directory, name), request)) for name in names]  # noqa: PTH118 - paths are text here
    values = np.repeat(np.arange(len(names), dtype=np.int32), [len(paths) for paths in found])
    return [path for paths in found for path in paths], values, names


def _is_inferred(labels: Any) -> bool:
    return isinstance(labels, str) and labels == "inferred"


def _classes(directory: str, asked: Sequence[str] | None) -> list[str]:
    """Return names of the folders that are classes; hidden ones are none."""
    with os.scandir(directory) as entries:
        found = sorted(entry.name for entry in entries if entry.is_dir() and not entry.name.startswith("."))
    if asked is None:
        return found
    missing = [name for name in asked if name not in found]
    if missing or len(set(asked)) != len(asked):
        problem = f"{missing} among them" if missing else "a name twice"
        raise ValueError(
            f"The class names are not those of folders.{did_you_mean(str(missing[0]), found) if missing else ''}\n"
            f"Received: class_names={list(asked)}, {problem}.\n"
            f"Allowed: some or all of {found}, each once.\nPass the names of the folders below {directory}."
        )
    return list(asked)


def _below(directory: str, request: Request) -> Iterator[str]:
    """Yield the files below a directory, sorted by folder and then by name."""

    def fail(error: OSError) -> None:
        raise error

    folders = []
    for root, below, names in os.walk(directory, onerror=fail, followlinks=request.follow_links):
        folders.append((root, sorted(names)))
        if request.follow_links:
            here = os.path.realpath(root) + os.sep
            below[:] = [name for name in below if not here.startswith(_real(root, name) + os.sep)]
    for root, names in sorted(folders):
        for name in names:
            if name.lower().endswith(request.suffixes):
                yield os.path.join(root, name)  # noqa: PTH118 - a Path per file costs more than the listing


def _real(root: str, name: str) -> str:
    return os.path.realpath(os.path.join(root, name))  # noqa: PTH118 - as above


def _parts(request: Request, count: int) -> list[slice]:
    if request.subset is None or request.validation_split is None:
        return [slice(None)]
    cut = count - int(request.validation_split * count)
    if not 0 < cut < count:
        raise ValueError(
            f"The files cannot be split.\nReceived: {count} files and validation_split={request.validation_split}.\n"
            "Allowed: a fraction that leaves files for training and for validation.\nChange it, or add files."
        )
    parts = {"training": slice(0, cut), "validation": slice(cut, count)}
    chosen = list(parts) if request.subset == "both" else [request.subset]
    for name in chosen:
        _tell(request, f"Using {len(range(count)[parts[name]])} files for {name}.")
    return [parts[name] for name in chosen]


def _tell(request: Request, text: str) -> None:
    stream = default_stream()
    if request.verbose and stream is not None:
        stream.write(f"{text}\n")


def _check(request: Request) -> None:
    if request.label_mode not in MODES:
        raise refused("label_mode", request.label_mode, MODES)
    inferred = _is_inferred(request.labels)
    if request.class_names is not None and not inferred:
        raise ValueError(
            "`class_names` says which folders are classes.\n"
            f"Received: class_names={list(request.class_names)} beside labels that are not inferred.\n"
            'Allowed: `class_names` with labels="inferred".\nLeave out one of them.'
        )
    if (request.validation_split is None) != (request.subset is None):
        raise ValueError(
            "`validation_split` and `subset` go together.\n"
            f"Received: validation_split={request.validation_split} and subset={request.subset!r}.\n"
            f"Allowed: both of them, or neither.\nPass a fraction, and one of {', '.join(map(repr, SUBSETS))}."
        )
    if request.subset is None or request.validation_split is None:
        return
    if request.subset not in SUBSETS:
        raise refused("subset", request.subset, SUBSETS)
    if not 0 < request.validation_split < 1:
        raise ValueError(
            "The validation split is no fraction.\n"
            f"Received: validation_split={request.validation_split!r}.\n"
            "Allowed: numbers above 0 and below 1.\nPass the share of the files that is for validation."
        )
    if request.shuffle and request.seed is None and request.subset != "both":
        raise ValueError(
            "The files of training and validation could overlap.\n"
            f"Received: subset={request.subset!r} and shuffle=True without a seed.\n"
            "Allowed: a seed, the same for both subsets; or shuffle=False; or subset='both'.\nPass `seed`."
        )


def refused(name: str, value: object, allowed: Sequence[object]) -> ValueError:
    """Return the error for an argument that is none of the allowed values."""
    choices = [str(choice) for choice in allowed if choice is not None]
    return ValueError(
        f"There is no such {name}.{did_you_mean(str(value), choices)}\nReceived: {name}={value!r}.\n"
        f"Allowed: {', '.join(map(repr, allowed))}.\nPass one of these."
    )
