"""`get_file`: a file from the network, kept on this machine.

Promises that a file in the cache is whole: it is put there in one step, after its checksum was found right, and so is
the folder of an unpacked archive. The cache is Keras': files that it fetched are found, and the other way round.
Refuses a `fname` that is a path, and never writes anything but data: no settings file is made.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from polykeras.plugins.errors import DownloadError
from polykeras.utils.checksum import Checksum, has_checksum, parse_checksum
from polykeras.utils.download import download
from polykeras.utils.extraction import FORMATS, extract_archive
from polykeras.utils.file_names import checked_file_name, name_from_url


class _Places(NamedTuple):
    """Where a file lies, and the folder of its members if it is an archive to unpack."""

    file: Path
    folder: Path | None


def cache_folder() -> Path:
    """Return the folder for downloaded data: ``KERAS_HOME`` if that is set, else ``~/.keras``."""
    return Path(os.environ.get("KERAS_HOME") or "~/.keras").expanduser()


def get_file(
    fname: str | os.PathLike[str] | None = None,
    origin: str | None = None,
    untar: bool = False,
    md5_hash: str | None = None,
    file_hash: str | None = None,
    cache_subdir: str | os.PathLike[str] = "datasets",
    hash_algorithm: str = "auto",
    extract: bool = False,
    archive_format: str | Iterable[str] | None = "auto",
    cache_dir: str | os.PathLike[str] | None = None,
    force_download: bool = False,
) -> str:
    """Return the path of a file that is fetched unless it is in the cache.

    Without further arguments ``https://example.org/data.csv`` is kept as ``~/.keras/datasets/data.csv``. A file in the
    cache whose checksum is wrong is fetched again. An archive is unpacked into a folder beside it: called `fname` if
    that has no extension (the archive is then kept as ``<fname>_archive``), else what precedes the first dot of
    `fname` and ``_extracted``. Links, devices and names that lead out of that folder are refused, not followed.

    Args:
        fname: Name of the file in the cache, without folders; by default a safe form of the name in `origin`.
        origin: URL: ``https:``, ``http:``, or ``file:`` for a file on this machine.
        untar: The same as `extract` for tar archives; use `extract`.
        md5_hash: The same as `file_hash` for md5; use `file_hash`.
        file_hash: Hexadecimal md5 or sha256 of the file as it is downloaded.
        cache_subdir: Folder in the cache; an absolute path is used as it is.
        hash_algorithm: ``"md5"``, ``"sha256"``, or ``"auto"`` to tell by the length of `file_hash`.
        extract: Whether to unpack the file and return the folder of its members.
        archive_format: ``"tar"`` (plain, gz, bz2 or xz), ``"zip"``, ``"auto"`` for both, or a list of them.
        cache_dir: The cache; by default the environment variable KERAS_HOME, and ``~/.keras`` without it.
        force_download: Whether to fetch the file though it is in the cache.

    Returns:
        Path of the file, or of the folder of its members.

    Raises:
        ValueError: If an argument has no meaning.
        DownloadError: If the file cannot be fetched; an ``OSError``. The message says where to put it by hand.
        CorruptFileError: If the file is not the one that the checksum describes, or no whole archive; a ``ValueError``.
        UnsafeFileError: If an archive asks for what it may not do; a ``ValueError``.
    """
    if origin is None:
        raise ValueError(
            "A file cannot be fetched from nowhere.\nReceived: origin=None.\n"
            "Allowed: a URL that begins with https:, http: or file:.\nPass `origin`."
        )
    if md5_hash is not None and file_hash is None:
        file_hash, hash_algorithm = md5_hash, "md5"
    checksum = None if file_hash is None else parse_checksum(file_hash, hash_algorithm)
    formats = _formats("tar" if untar and not extract else archive_format)
    root = Path(cache_dir).expanduser() if cache_dir is not None else cache_folder()
    places = _places(root / cache_subdir, fname, origin, unpack=extract or untar)
    fetched = force_download or not _is_good(places.file, checksum)
    if fetched:
        _fetch(origin, places.file, checksum)
    if places.folder is None:
        return str(places.file)
    if fetched or not places.folder.is_dir():
        extract_archive(places.file, places.folder, formats)
    return str(places.folder)


def _fetch(origin: str, file: Path, checksum: Checksum | None) -> None:
    try:
        download(origin, file, checksum)
    except DownloadError as error:
        if checksum is not None and file.is_file() and not has_checksum(file, checksum):
            error.add_note(f"The file that is there already does not have the {checksum.algorithm} {checksum.digest}.")
        raise


def _is_good(file: Path, checksum: Checksum | None) -> bool:
    return file.is_file() and (checksum is None or has_checksum(file, checksum))


def _places(folder: Path, fname: str | os.PathLike[str] | None, origin: str, *, unpack: bool) -> _Places:
    name = name_from_url(origin) if fname is None else checked_file_name(os.fspath(fname))
    if not unpack:
        return _Places(folder / name, None)
    # A name taken from the URL has the archive's own extension, which says nothing about the folder's.
    if fname is None or "." not in name:
        return _Places(folder / f"{name}_archive", folder / name)
    return _Places(folder / name, folder / f"{name.partition('.')[0]}_extracted")


def _formats(archive_format: str | Iterable[str] | None) -> tuple[str, ...]:
    if archive_format == "auto":
        return tuple(FORMATS)
    names = (archive_format,) if isinstance(archive_format, str) else tuple(archive_format or ())
    if set(names) - FORMATS.keys():
        raise ValueError(
            f"Archives of this format cannot be unpacked.\nReceived: archive_format={archive_format!r}.\n"
            f"Allowed: {', '.join(repr(name) for name in ('auto', *FORMATS))}, a list of them, or None.\n"
            "Pass one of them."
        )
    return names
