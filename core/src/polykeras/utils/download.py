"""One file fetched from a URL, whole or not at all.

Promises that the target is replaced in one step, after the last byte has come and the checksum has been found right;
whatever goes wrong, an earlier file at the target stays as it was and nothing else is left. Refuses every scheme but
``https``, ``http`` and ``file``, and a redirect to anything but the first two: a ``file:`` URL is opened only when the
caller wrote it. Progress is shown on a terminal or in a notebook, never in a pipe.
"""

from __future__ import annotations

import secrets
import urllib.error
import urllib.request
from http.client import HTTPException
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

from polykeras.plugins.errors import CorruptFileError, DownloadError
from polykeras.train.output_stream import default_stream, output_kind
from polykeras.train.progress import ProgressLine, write_line
from polykeras.utils.checksum import Checksum, digest_of
from polykeras.version import __version__

SCHEMES = ("https", "http", "file")
TIMEOUT_SECONDS = 60.0
_CHUNK = 1 << 18


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows a server to other web addresses only."""

    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Any:
        if urlsplit(newurl).scheme.lower() not in SCHEMES[:2]:
            raise urllib.error.URLError(f"the server points to {newurl!r}, which is no web address")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def download(url: str, target: Path, checksum: Checksum | None = None) -> None:
    """Fetch `url` into `target`.

    Args:
        url: Where the file is; ``https:``, ``http:`` or ``file:``.
        target: Where it goes; its folder is made if there is none.
        checksum: What it must add up to; ``None`` takes what comes.

    Raises:
        ValueError: If the URL has another scheme.
        DownloadError: If the file cannot be fetched or kept.
        CorruptFileError: If it is not the file that `checksum` describes.
    """
    scheme = urlsplit(url).scheme.lower()
    if scheme not in SCHEMES:
        raise ValueError(
            f"A file cannot be fetched this way.\nReceived: the URL {url!r}.\n"
            f"Allowed: URLs that begin with {', '.join(f'{scheme}:' for scheme in SCHEMES)}.\n"
            "For a file on this machine, pass its `file:` URL, or the path itself where a path is taken."
        )
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        # A name of its own for each download: two processes may want the same file at once.
        path = target.with_name(f".{target.name[:100]}.{secrets.token_hex(8)}.part")
        part = path.open("xb")
    except OSError as error:
        raise DownloadError(
            f"There is no place to keep the file {target.name!r}.\nReceived: {error}.\n"
            f"Allowed: a folder that can be written to; asked for was {str(target.parent)!r}.\n"
            "Set KERAS_HOME, or pass `cache_dir`."
        ) from error
    try:
        with part:
            _fetch(url, target, part)
        _check(url, path, checksum)
        path.replace(target)
    finally:
        path.unlink(missing_ok=True)


def _fetch(url: str, target: Path, part: IO[bytes]) -> None:
    opener = urllib.request.build_opener(_Redirects())
    request = urllib.request.Request(url, headers={"User-Agent": f"polykeras/{__version__}"})  # noqa: S310  # checked above
    try:
        with opener.open(request, timeout=TIMEOUT_SECONDS) as answer:
            announced = answer.headers.get("Content-Length")
            size = int(announced) if announced is not None and announced.isdecimal() else None
            received = _copy(answer, part, url, size)
    except (OSError, HTTPException) as error:
        if isinstance(error, urllib.error.HTTPError):
            error.close()  # it is the server's answer too, and holds the connection
        elif isinstance(error, urllib.error.URLError):
            raise _failure(url, target, str(error.reason)) from error
        raise _failure(url, target, str(error) or type(error).__name__) from error
    if size is not None and received != size:
        raise _failure(url, target, f"the connection ended after {received} of {size} bytes")


def _copy(answer: IO[bytes], part: IO[bytes], url: str, size: int | None) -> int:
    stream = default_stream()
    # An empty file has no progress to show.
    line = None
    if stream is not None and size != 0 and output_kind(stream) != "plain":
        write_line(f"Downloading data from {url}", stream)
        line = ProgressLine(size, stream=stream)
    received = 0
    while chunk := answer.read(_CHUNK):
        part.write(chunk)
        received += len(chunk)
        if line is not None:
            line.update(received)
    if line is not None and received != size:
        line.update(received, finalize=True)
    return received


def _failure(url: str, target: Path, reason: str) -> DownloadError:
    return DownloadError(
        f"The file {target.name!r} could not be downloaded from {url}.\nReceived: {reason}.\n"
        "Allowed: a server that can be reached and answers with the file.\n"
        f"Check the network; or fetch the file elsewhere and put it at {str(target)!r}."
    )


def _check(url: str, path: Path, checksum: Checksum | None) -> None:
    if checksum is None:
        return
    digest = digest_of(path, checksum.algorithm)
    if digest != checksum.digest:
        raise CorruptFileError(
            f"What came from {url} is not the file that was asked for.\n"
            f"Received: a file with the {checksum.algorithm} {digest}.\n"
            f"Allowed: one with {checksum.digest}.\n"
            "Try again later; if it stays so, the file was changed where it lies, or the checksum is of another one."
        )
