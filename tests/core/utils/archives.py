"""Archives that must not be extracted, each made by a function of its own, and the few that must."""

from __future__ import annotations

import gzip
import io
import lzma
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable

GOOD = {"a.txt": b"alpha", "sub/b.bin": bytes(range(256)) * 100, "sub/deep/c.txt": b""}

TarMember = tuple[tarfile.TarInfo, bytes]


def entry(name: str, content: bytes = b"x", **attributes) -> TarMember:
    info = tarfile.TarInfo(name)
    info.size = len(content)
    for key, value in attributes.items():
        setattr(info, key, value)
    return info, content


def tar(*members: TarMember, compression: str = "", **options) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode=f"w:{compression}", **options) as archive:
        for info, content in members:
            archive.addfile(info, io.BytesIO(content))
    return stream.getvalue()


def zipped(*members: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return stream.getvalue()


def zip_entry(name: str, mode: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.create_system = 3
    info.external_attr = mode << 16
    return info


def raw_zip_name(name: bytes) -> bytes:
    """Return a zip whose one member has exactly this name: zipfile itself would tidy it."""
    return zipped(("n" * len(name), b"x")).replace(b"n" * len(name), name)


def duplicate_zip() -> bytes:
    return zipped(("a", b"1"), ("b", b"2")).replace(b"b", b"a")


def changed_headers(archive: bytes, offset: int, value: bytes) -> bytes:
    """Write `value` into both headers of a zip with one member; the central one lies two bytes further."""
    changed = bytearray(archive)
    for at in (changed.index(b"PK\x03\x04") + offset, changed.index(b"PK\x01\x02") + offset + 2):
        changed[at : at + len(value)] = value
    return bytes(changed)


def declared_size(archive: bytes, size: int) -> bytes:
    return changed_headers(archive, 22, struct.pack("<I", size))


def long_header_tar() -> bytes:
    """A few kilobytes that unfold to a name of 64 megabytes."""
    info = tarfile.TarInfo("././@LongLink")
    info.type = tarfile.GNUTYPE_LONGNAME
    info.size = 64 << 20
    return gzip.compress(info.tobuf(tarfile.GNU_FORMAT) + bytes(64 << 20), 1)


def lying_tar(size: int) -> bytes:
    """A tar whose member declares more bytes than there are."""
    info = tarfile.TarInfo("a")
    info.size = size
    return info.tobuf() + b"x" * 512


GOOD_ARCHIVES: dict[str, Callable[[], bytes]] = {
    "tar": lambda: tar(*[entry(name, content) for name, content in GOOD.items()]),
    **{
        f"tar.{name}": lambda name=name: tar(*[entry(key, value) for key, value in GOOD.items()], compression=name)
        for name in ("gz", "bz2", "xz")
    },
    "zip": lambda: zipped(*GOOD.items()),
    "tar with folders and dots": lambda: tar(
        entry("./", b"", type=tarfile.DIRTYPE),
        entry("./sub", b"", type=tarfile.DIRTYPE),
        *[entry(f"./{name}", content) for name, content in GOOD.items()],
    ),
    "zip with folders": lambda: zipped(("sub/", b""), *GOOD.items(), ("sub/deep/", b"")),
    "setuid": lambda: tar(*[entry(name, content, mode=0o6777) for name, content in GOOD.items()]),
    "setuid zip": lambda: zipped(
        *[(zip_entry(name, stat.S_IFREG | 0o6777), content) for name, content in GOOD.items()]
    ),
}

# What it is: the archive, and what the error must say of it. All are UnsafeFileErrors.
UNSAFE: dict[str, tuple[Callable[[], bytes], str]] = {
    "tar parent": (lambda: tar(entry("../evil")), r"`\.\.`"),
    "tar parent inside": (lambda: tar(entry("sub/../../evil")), r"`\.\.`"),
    "tar absolute": (lambda: tar(entry("/polykeras-evil")), "absolute"),
    "tar backslash": (lambda: tar(entry("..\\evil")), "backslash"),
    "tar drive": (lambda: tar(entry("C:evil")), "drive"),
    "tar control character": (lambda: tar(entry("a\nb")), "control"),
    "tar symlink": (lambda: tar(entry("link", b"", type=tarfile.SYMTYPE, linkname="a")), "symbolic link"),
    "tar symlink, then through it": (
        lambda: tar(entry("d", b"", type=tarfile.SYMTYPE, linkname="../.."), entry("d/../evil")),
        "symbolic link",
    ),
    "tar hard link": (lambda: tar(entry("a"), entry("h", b"", type=tarfile.LNKTYPE, linkname="a")), "hard link"),
    "tar hard link outside": (
        lambda: tar(entry("h", b"", type=tarfile.LNKTYPE, linkname="../outside.txt")),
        "hard link",
    ),
    "tar device": (lambda: tar(entry("d", b"", type=tarfile.CHRTYPE, devmajor=1, devminor=3)), "device"),
    "tar pipe": (lambda: tar(entry("p", b"", type=tarfile.FIFOTYPE)), "pipe"),
    "tar over-long part": (lambda: tar(entry("n" * 256), format=tarfile.PAX_FORMAT), "over-long"),
    "tar over-long path": (lambda: tar(entry("folder/" * 200 + "x"), format=tarfile.PAX_FORMAT), "over-long"),
    "tar deep": (lambda: tar(entry("f/" * 80 + "x"), format=tarfile.PAX_FORMAT), "deep"),
    "tar duplicate": (lambda: tar(entry("a"), entry("a", b"y")), "twice"),
    "tar duplicate by dots": (lambda: tar(entry("a/b"), entry("./a//b", b"y")), "twice"),
    "tar file as folder": (lambda: tar(entry("a"), entry("a/b")), "also a folder"),
    "tar folder as file": (lambda: tar(entry("a/b"), entry("a")), "twice"),
    "tar bomb": (lambda: tar(entry("z", bytes(80 << 20)), compression="gz"), "200 times"),
    "tar of many": (
        lambda: lzma.compress(entry("d", b"", type=tarfile.DIRTYPE)[0].tobuf() * 80_000 + bytes(1024), preset=0),
        "200 times",
    ),
    "tar long header": (long_header_tar, "header"),
    "tar petabyte": (lambda: lying_tar(1 << 50), "200 times"),
    "zip parent": (lambda: zipped(("../evil", b"x")), r"`\.\.`"),
    "zip absolute": (lambda: zipped(("/polykeras-evil", b"x")), "absolute"),
    "zip backslash": (lambda: raw_zip_name(b"..\\evil"), "backslash"),
    "zip drive": (lambda: zipped(("C:/evil", b"x")), "drive"),
    "zip NUL": (lambda: raw_zip_name(b"a\0b"), "control"),
    "zip symlink": (lambda: zipped((zip_entry("link", stat.S_IFLNK | 0o777), b"/etc/passwd")), "symbolic link"),
    "zip device": (lambda: zipped((zip_entry("d", stat.S_IFCHR | 0o666), b"")), "device"),
    "zip over-long part": (lambda: zipped(("n" * 256, b"x")), "over-long"),
    "zip duplicate": (duplicate_zip, "twice"),
    "zip bomb": (lambda: zipped(("z", bytes(80 << 20))), "200 times"),
    "zip bomb in parts": (lambda: zipped(*[(f"z{i}", bytes(8 << 20)) for i in range(10)]), "200 times"),
    "zip encrypted": (lambda: changed_headers(zipped(("a", b"x")), 6, b"\x01\x00"), "encrypted"),
}

# All are CorruptFileErrors.
CORRUPT: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty file": (lambda: b"", "does not begin"),
    "text": (lambda: b"<html>404</html>", "does not begin"),
    "gz without a tar": (lambda: gzip.compress(b"just text" * 200), "damaged"),
    "tar without members": (lambda: tar(compression="gz"), "no members"),
    "zip without members": (zipped, "no members"),
    "tar cut in a member": (lambda: tar(entry("a", b"y" * 5000))[:3000], "damaged"),
    "gz cut": (lambda: GOOD_ARCHIVES["tar.gz"]()[:-6], "damaged"),
    "gz with another checksum": (lambda: GOOD_ARCHIVES["tar.gz"]()[:-8] + bytes(8), "damaged"),
    "bz2 cut": (lambda: GOOD_ARCHIVES["tar.bz2"]()[:-6], "damaged"),
    "xz cut": (lambda: GOOD_ARCHIVES["tar.xz"]()[:-6], "damaged"),
    "tar with a damaged second header": (
        lambda: tar(entry("a"), entry("b")).replace(b"b\0\0", b"c\0\0", 1),
        "after the last member",
    ),
    "tar that declares more": (lambda: lying_tar(4096), "damaged"),
    "zip cut": (lambda: GOOD_ARCHIVES["zip"]()[:-30], "damaged"),
    "zip with another checksum": (
        lambda: GOOD_ARCHIVES["zip"]().replace(zlib.crc32(b"alpha").to_bytes(4, "little"), bytes(4)),
        "damaged",
    ),
    "zip that declares more": (lambda: declared_size(zipped(("a", b"xyz" * 100)), 4096), "damaged"),
    "zip that declares less": (lambda: declared_size(zipped(("a", b"xyz" * 100)), 10), "damaged"),
    "zip of an unknown compression": (
        lambda: changed_headers(zipped(("a", b"x")), 8, b"\x63\x00"),
        "damaged",
    ),
}
