"""Arrays of an ``.npz`` file, read without trusting what it declares.

Promises that nothing is allocated before the shape in a header was held against the bytes that the member has, and
those against the size of the file. Objects are read only where the caller expects lists of integers, and as plain data:
`numpy.load` and its pickles are not used. Refuses members that stand twice or are compressed in unusual ways.
"""

from __future__ import annotations

import errno
import math
import re
import zipfile
import zlib
from collections.abc import Collection
from typing import IO, Any

import numpy as np

from polykeras.datasets.data_file import DataFile, wrong
from polykeras.datasets.pickled_data import UnsafePickle, read_pickle
from polykeras.plugins.errors import CorruptFileError, UnsafeFileError
from polykeras.utils.unpacked import RATIO, SLACK

_ALLOWED = "an npz file as NumPy writes it, with arrays of numbers"
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, RuntimeError)
_MAGIC = b"\x93NUMPY\x01\x00"
_HEADER = re.compile(
    rb"\{'descr': '(?P<dtype>[<>|=]?[biufO]\d*)', 'fortran_order': (?P<fortran>True|False), "
    rb"'shape': \((?P<shape>(?:\d{1,18}L?(?:, \d{1,18}L?){0,7})?,?)\), \}\s*",
)
_PICKLE_BYTES = 48 << 20
_CHUNK = 1 << 20


def read_npz(file: DataFile, names: Collection[str], lists: Collection[str] = ()) -> dict[str, Any]:
    """Return arrays of a file by name.

    Args:
        file: The file.
        names: Arrays of numbers to read.
        lists: Arrays of lists of integers to read; each comes as a list of lists.

    Raises:
        CorruptFileError: If the file is damaged, lacks one of them, or declares what it does not hold.
        UnsafeFileError: If it asks for more than arrays.
    """
    try:
        with zipfile.ZipFile(file.path) as archive:
            members = _members(file, archive)
            absent = [name for name in (*names, *lists) if f"{name}.npy" not in members]
            if absent:
                raise wrong(file, "", f"no {', '.join(absent)}", f"a file with {', '.join((*names, *lists))}")
            read = {name: _read_array(file, archive, members[f"{name}.npy"]) for name in names}
            return read | {name: _read_lists(file, archive, members[f"{name}.npy"]) for name in lists}
    except (CorruptFileError, UnsafeFileError):
        raise
    except (*_DAMAGE, OSError) as error:
        if isinstance(error, OSError) and error.errno not in {None, errno.EINVAL}:
            raise
        raise wrong(file, "", str(error) or type(error).__name__, _ALLOWED) from error


def _members(file: DataFile, archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    members: dict[str, zipfile.ZipInfo] = {}
    left = RATIO * file.path.stat().st_size + SLACK
    for member in archive.infolist():
        if member.filename in members:
            raise wrong(file, member.filename, "a member that stands twice", _ALLOWED)
        if member.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise wrong(file, member.filename, "an unusual compression", _ALLOWED)
        left -= member.file_size
        if left < 0:
            raise unsafe(file, member.filename, f"members of more than {RATIO} times the file's own size")
        members[member.filename] = member
    return members


def unsafe(file: DataFile, member: str, reason: str) -> UnsafeFileError:
    """Return the error for a file that asks for more than data."""
    return UnsafeFileError(
        f"The file {str(file.path)!r} is not read, because of {member!r}.\nReceived: {reason}.\n"
        "Allowed: arrays of numbers and lists of integers, near the file's own size.\n"
        "Delete it; if it is downloaded like this again, tell whoever publishes it."
    )


def _read_array(file: DataFile, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> np.ndarray:
    with archive.open(member) as stream:
        dtype, shape, fortran, size = _header(file, stream, member)
        if dtype.hasobject:
            raise unsafe(file, member.filename, "an array of objects where numbers are expected")
        count = math.prod(shape) * dtype.itemsize
        if count != size:
            raise wrong(file, member.filename, f"{size} bytes for {dtype} of shape {shape}", f"{count} bytes")
        # Memory that is not written to costs nothing: a member that ends early takes no more than it has.
        content = np.empty(count, np.uint8)
        _fill(file, stream, member, content)
    return content.view(dtype).reshape(shape, order="F" if fortran else "C")


def _read_lists(file: DataFile, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> list[list[int]]:
    with archive.open(member) as stream:
        dtype, shape, _, size = _header(file, stream, member)
        if not dtype.hasobject or len(shape) != 1:
            raise wrong(file, member.filename, f"{dtype} of shape {shape}", "one row of lists of integers")
        if size > _PICKLE_BYTES:
            raise unsafe(file, member.filename, f"objects of {size} bytes, more than {_PICKLE_BYTES}")
        content = np.empty(size, np.uint8)
        _fill(file, stream, member, content)
    try:
        rows = read_pickle(content.tobytes())
    except UnsafePickle as error:
        raise unsafe(file, member.filename, str(error)) from error
    if not isinstance(rows, list) or len(rows) != shape[0] or not all(map(_is_numbers, rows)):
        raise wrong(file, member.filename, "other objects", f"{shape[0]} lists of integers from 0 to 2**31")
    # An integer takes two bytes at least: one list that stands for many would grow when its copies are changed.
    if 2 * sum(map(len, rows)) > size:
        raise unsafe(file, member.filename, "lists that share their contents")
    return rows


def _is_numbers(row: object) -> bool:
    return type(row) is list and (not row or (set(map(type, row)) == {int} and min(row) >= 0 and max(row) < 1 << 31))


def _header(
    file: DataFile, stream: IO[bytes], member: zipfile.ZipInfo
) -> tuple[np.dtype[Any], tuple[int, ...], bool, int]:
    """Return dtype, shape, whether columns come first, and how many bytes must follow."""
    start = stream.read(len(_MAGIC) + 2)
    length = int.from_bytes(start[len(_MAGIC) :], "little")
    found = _HEADER.fullmatch(stream.read(length)) if start.startswith(_MAGIC) else None
    if found is None:
        raise wrong(file, member.filename, "no header of an array, or of one with a strange dtype or shape", _ALLOWED)
    shape = tuple(int(size.rstrip(b"L")) for size in found["shape"].replace(b",", b" ").split())
    try:
        dtype = np.dtype(found["dtype"].decode())
    except TypeError as error:
        raise wrong(file, member.filename, f"the dtype {found['dtype'].decode()}", _ALLOWED) from error
    return dtype, shape, found["fortran"] == b"True", member.file_size - len(start) - length


def _fill(file: DataFile, stream: IO[bytes], member: zipfile.ZipInfo, content: np.ndarray) -> None:
    at = 0
    # One read more than there are bytes: the checksum is compared at the very end.
    while chunk := stream.read(_CHUNK):
        if at + len(chunk) > len(content):
            break
        content[at : at + len(chunk)] = np.frombuffer(chunk, np.uint8)
        at += len(chunk)
    if at != len(content) or chunk:
        raise wrong(file, member.filename, f"{at} bytes or more", f"{len(content)} bytes")
