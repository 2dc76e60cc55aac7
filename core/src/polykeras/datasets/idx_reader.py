"""Arrays of bytes in the IDX format, compressed with gzip, as the MNIST family is published.

Promises that the sizes in the header are held against what must be there before anything is allocated, and that the
file is read to its end, where its checksum is. Refuses elements other than bytes.
"""

from __future__ import annotations

import gzip
import math
import struct
import zlib
from typing import cast

import numpy as np

from polykeras.datasets.data_file import DataFile, wrong
from polykeras.plugins.errors import CorruptFileError

_BYTES = 0x08
_CHUNK = 1 << 20


def read_idx(file: DataFile, shape: tuple[int, ...]) -> np.ndarray:
    """Return the array in a file.

    Args:
        file: The file.
        shape: What its shape must be.

    Raises:
        CorruptFileError: If it has another shape, or is damaged.
    """
    allowed = f"a gzip file with bytes of shape {shape} in the IDX format"
    expected = struct.pack(f">HBB{len(shape)}I", 0, _BYTES, len(shape), *shape)
    content = np.empty(math.prod(shape), np.uint8)
    try:
        with gzip.open(file.path) as stream:
            header = stream.read(len(expected))
            if header != expected:
                raise wrong(file, "", f"the header {header.hex()}", allowed)
            at = 0
            while chunk := stream.read(_CHUNK):
                if at + len(chunk) > len(content):
                    raise wrong(file, "", f"more than {len(content)} bytes", allowed)
                content[at : at + len(chunk)] = np.frombuffer(chunk, np.uint8)
                at += len(chunk)
    except CorruptFileError:
        raise
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise wrong(file, "", str(error), allowed) from error
    if at != len(content):
        raise wrong(file, "", f"{at} bytes", allowed)
    return cast("np.ndarray", content.reshape(shape))
