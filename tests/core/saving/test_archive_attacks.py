"""Archives that lie about what is in them, lead out of their folder, or unfold without end."""

from __future__ import annotations

import io
import stat
import struct
import zipfile

import pytest

from polykeras.plugins.errors import CorruptFileError, UnsafeFileError
from polykeras.saving import limits
from tests.core.saving.cases import ARCHIVE_WAYS, archive_bytes, hdf5_bytes, packed

MEMBERS = (("metadata.json", b"{}"), ("config.json", b"{}"), ("model.weights.h5", hdf5_bytes()))


def with_member(name, data=b"x", method=zipfile.ZIP_STORED):
    """Return an archive with one more member, under a name that `zipfile` would not let pass."""
    stand_in = "assets/" + "q" * (len(name.encode()) - 7) if len(name.encode()) > 7 else "q" * len(name.encode())
    raw = packed([*MEMBERS, (stand_in, data)], method)
    return raw.replace(stand_in.encode(), name.encode())


def with_info(change, name="assets/a"):
    info = zipfile.ZipInfo(name)
    change(info)
    return packed([*MEMBERS, (info, b"target")])


def symlink(info):
    info.create_system = 3
    info.external_attr = (stat.S_IFLNK | 0o777) << 16


def device(info):
    info.create_system = 3
    info.external_attr = (stat.S_IFCHR | 0o666) << 16


def directory_field(at, value):
    """Return an archive whose directory has another value in its first entry."""
    raw = bytearray(archive_bytes())
    start = raw.index(b"PK\x01\x02")
    raw[start + at : start + at + len(value)] = value
    return bytes(raw)


def bomb():
    return packed([*MEMBERS, ("assets/bomb", bytes(limits.SLACK + (1 << 20)))], zipfile.ZIP_DEFLATED)


def quiet_bomb():
    """A member that declares few bytes and unfolds to many."""
    raw = bytearray(packed([*MEMBERS[:2], ("model.weights.h5", bytes(1 << 24))], zipfile.ZIP_DEFLATED))
    for signature, at in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        start = raw.rindex(signature)
        raw[start + at : start + at + 4] = struct.pack("<I", 100)
    return bytes(raw)


def loud_member():
    """A member that declares more bytes than it unfolds to."""
    raw = bytearray(packed([*MEMBERS[:2], ("model.weights.h5", bytes(1 << 20))], zipfile.ZIP_DEFLATED))
    start = raw.rindex(b"PK\x01\x02")
    raw[start + 24 : start + 28] = struct.pack("<I", 1 << 22)
    return bytes(raw)


def overlapping():
    """Two entries of the directory for the bytes of one member."""
    raw = bytearray(packed([*MEMBERS, ("assets/a", b"1"), ("assets/b", b"1")]))
    entries = [at for at in range(len(raw)) if raw.startswith(b"PK\x01\x02", at)]
    raw[entries[-1] + 42 : entries[-1] + 46] = raw[entries[-2] + 42 : entries[-2] + 46]
    return bytes(raw)


def two_names():
    """A member whose own name is another than the directory's."""
    return archive_bytes().replace(b"config.json", b"donfig.json", 1)


def duplicate(name, data=b"{}"):
    stand_in = "assets/" + "z" * (len(name) - 7)
    return packed([*MEMBERS, (stand_in, data)]).replace(stand_in.encode(), name.encode())


def damaged():
    raw = bytearray(archive_bytes())
    raw[raw.index(b"\x89HDF") + 3000] ^= 1
    return bytes(raw)


def petabyte():
    """A stored member of a petabyte, in the form for large archives."""
    raw = bytearray(archive_bytes())
    start = raw.rindex(b"PK\x01\x02")
    name, extra = struct.unpack_from("<HH", raw, start + 28)
    assert not extra
    raw[start + 20 : start + 28] = struct.pack("<II", 0xFFFFFFFF, 0xFFFFFFFF)
    raw[start + 30 : start + 32] = struct.pack("<H", 20)
    raw[start + 46 + name : start + 46 + name] = struct.pack("<HHQQ", 1, 16, 2**50, 2**50)
    end = raw.rindex(b"PK\x05\x06")
    raw[end + 12 : end + 16] = struct.pack("<I", struct.unpack_from("<I", raw, end + 12)[0] + 20)
    return bytes(raw)


def deep_json():
    return b"[" * 200_000


UNSAFE = {
    "parent": (lambda: with_member("assets/../../evil"), "could lead out"),
    "parent at the top": (lambda: with_member("../evil.txt"), "do not have"),
    "absolute": (lambda: with_member("/etc/cron.d/evil"), "do not have"),
    "absolute inside": (lambda: with_member("assets//etc/evil"), "could lead out"),
    "backslash": (lambda: with_member("assets/..\\..\\evil"), "mean something"),
    "drive": (lambda: with_member("assets/C:evil"), "mean something"),
    "drive at the top": (lambda: with_member("C:\\evil.txt"), "do not have"),
    "stream": (lambda: with_member("assets/a:b"), "mean something"),
    "zero byte": (lambda: with_member("assets/a\0b"), "mean something"),
    "new line": (lambda: with_member("assets/a\nb"), "mean something"),
    "device": (lambda: with_member("assets/aux.txt"), "some systems"),
    "trailing dot": (lambda: with_member("assets/a./b"), "some systems"),
    "too long": (lambda: with_member("assets/" + "x" * 300), "too long"),
    "too deep": (lambda: with_member("assets/" + "/".join("x" * 100)), "too long"),
    "nested archive": (lambda: with_member("inner.keras", archive_bytes()), "do not have"),
    "another member": (lambda: with_member("model.weights.pkl"), "do not have"),
    "array file": (lambda: with_member("weights.npz"), "do not have"),
    "twice": (lambda: duplicate("config.json"), "twice"),
    "weights twice": (lambda: duplicate("model.weights.h5", hdf5_bytes()), "twice"),
    "twice but for case": (lambda: packed([*MEMBERS, ("assets/a", b""), ("assets/A", b"")]), "twice"),
    "symbolic link": (lambda: with_info(symlink), "link"),
    "device file": (lambda: with_info(device), "no plain file"),
    "link as config": (lambda: packed([MEMBERS[0], *MEMBERS[2:], (link_info("config.json"), b"/etc/passwd")]), "link"),
    "encrypted": (lambda: directory_field(8, b"\x01\x00"), "encrypted"),
    "masked": (lambda: directory_field(8, b"\x00\x20"), "encrypted"),
    "bzip2": (lambda: packed(list(MEMBERS), zipfile.ZIP_BZIP2), "unknown kind 12"),
    "lzma": (lambda: packed(list(MEMBERS), zipfile.ZIP_LZMA), "unknown kind 14"),
    "bomb": (bomb, "unfold to"),
    "starts elsewhere": (lambda: directory_field(42, struct.pack("<I", 10)), "another member too"),
    "overlapping": (overlapping, "another member too"),
    "many members": (lambda: packed([*MEMBERS, *((f"assets/{i}", b"") for i in range(10_001))]), "members in"),
    "long config": (lambda: archive_bytes(config=b" " * (limits.JSON_BYTES + 1)), "bytes of JSON"),
    "deep config": (lambda: archive_bytes(config=deep_json()), "nested without end"),
}


def link_info(name):
    info = zipfile.ZipInfo(name)
    symlink(info)
    return info


CORRUPT = {
    "empty": (bytes, "no archive"),
    "one byte": (lambda: b"P", "no archive"),
    "end only": (lambda: b"PK\x05\x06" + bytes(18), "no such member"),
    "text": (lambda: b"hello" * 1000, "no archive"),
    "pickle": (lambda: b"\x80\x04K\x01.", "no archive"),
    "cut off": (lambda: archive_bytes()[:-1], "no archive"),
    "cut in half": (lambda: archive_bytes()[:4000], "no archive"),
    "bytes in front": (lambda: b"#!/bin/sh\n" + archive_bytes(), "entries in"),
    "bytes behind": (lambda: archive_bytes() + b"x", "no archive"),
    "no config": (lambda: packed([MEMBERS[0], MEMBERS[2]]), "no such member"),
    "two names": (two_names, "calls itself"),
    "damaged": (damaged, "checksum"),
    "another checksum": (lambda: directory_field(16, b"\1\2\3\4"), "checksum"),
    "unfolds to more": (quiet_bomb, "more or fewer|are declared"),
    "unfolds to less": (loud_member, "more or fewer|are declared"),
    "petabyte": (petabyte, "members of|unfold"),
    "stored in fewer": (lambda: directory_field(20, struct.pack("<I", 1)), "stored in"),
    "starts behind": (lambda: directory_field(42, struct.pack("<I", 2**31)), "members of"),
    "more entries": (lambda: archive_bytes()[:-14] + struct.pack("<HH", 9, 9) + archive_bytes()[-10:], "no entry"),
    "config is a list": (lambda: archive_bytes(config=b"[]"), "where an object must be"),
    "config is text": (lambda: archive_bytes(config=b"not json"), "not JSON"),
    "config is no text": (lambda: archive_bytes(config=b"\xff\xfe{}"), "not JSON"),
    "config is empty": (lambda: archive_bytes(config=b""), "not JSON"),
    "config with a name twice": (lambda: archive_bytes(config=b'{"a": 1, "a": 2}'), "twice"),
    "config with endless digits": (lambda: archive_bytes(config=b'{"a": 1' + b"1" * 10_000 + b"}"), "not JSON"),
    "metadata is text": (lambda: archive_bytes(metadata=b"not json"), "not JSON"),
}
# What is wrong with the config alone does not keep the weights from being read.
CONFIG_ONLY = frozenset(name for name in (*UNSAFE, *CORRUPT) if "config" in name or name == "metadata is text") - {
    "link as config"
}
FILES = {name: (make, UnsafeFileError, reason) for name, (make, reason) in UNSAFE.items()} | {
    name: (make, CorruptFileError, reason) for name, (make, reason) in CORRUPT.items()
}
CASES = [
    pytest.param(name, way, id=f"{name}-{way.name}")
    for name in FILES
    for way in ARCHIVE_WAYS
    if way.name == "load_model" or name not in CONFIG_ONLY | {"two names", "another checksum", "starts elsewhere"}
]


@pytest.mark.parametrize(("name", "way"), CASES)
def test_is_refused(name, way, tmp_path, monkeypatch):
    make, kind, reason = FILES[name]
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    path = folder / "bad.keras"
    path.write_bytes(make())
    with pytest.raises(kind, match=reason) as caught:
        way.load(path)
    assert "bad.keras" in str(caught.value)
    assert len(str(caught.value).splitlines()) == 4
    # Nothing was written, here or one floor up.
    assert [file.name for file in folder.iterdir()] == ["bad.keras"]
    assert [file.name for file in tmp_path.iterdir()] == ["here"]


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_sound_archive_is_not_refused(method, tmp_path):
    """Otherwise the tables above would prove nothing: here only the number of arrays is wrong."""
    weights = hdf5_bytes(lambda file: file.__delitem__("layers/dense/vars/0"))
    path = tmp_path / "a.keras"
    path.write_bytes(archive_bytes(weights, method=method))
    with pytest.raises(ValueError, match="1 arrays in the file, 2 variables"):
        ARCHIVE_WAYS[0].load(path)


def test_an_archive_packed_by_hand(tmp_path):
    """People unpack archives, look, and pack them again: folders have entries of their own then."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.mkdir("assets")
        archive.mkdir("assets/layers")
        for name, data in MEMBERS:
            archive.writestr(name, data)
        archive.writestr("assets/layers/ünï.txt", b"x")
    path = tmp_path / "a.keras"
    path.write_bytes(stream.getvalue())
    with pytest.raises(ValueError, match=r"no model|malformed|class_name"):
        ARCHIVE_WAYS[-1].load(path)
