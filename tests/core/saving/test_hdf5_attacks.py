"""HDF5 files that ask for more than arrays, or are damaged: refused by name, whatever the way in."""

from __future__ import annotations

import struct

import h5py
import numpy as np
import pytest

from polykeras.plugins.errors import CorruptFileError, UnsafeFileError
from tests.core.saving.cases import HDF5_WAYS, archive_bytes, hdf5_bytes, replaced

HERE = "layers/dense/vars/0"
ELSEWHERE = "/etc/hostname"


def again(file, **options):
    """Put another array at the place of a weight."""
    del file[HERE]
    return file.create_dataset(HERE, **options)


def linked(target):
    def change(file):
        del file[HERE]
        file[HERE] = target

    return change


def group_linked(target):
    def change(file):
        del file["layers/dense"]
        file["layers/dense"] = target

    return change


def virtual(file):
    layout = h5py.VirtualLayout((4, 3), "f4")
    layout[:] = h5py.VirtualSource(ELSEWHERE, "x", (4, 3))
    del file[HERE]
    file.create_virtual_dataset(HERE, layout)


def shared_type(file):
    file["type"] = np.dtype("f4")
    again(file, shape=(4, 3), dtype=file["type"])


def deep(file):
    file["/".join("g" for _ in range(100)) + "/0"] = 1.0


def huge_on_paper():
    """A shape of petabytes over the bytes of a small array."""
    data = hdf5_bytes()
    return replaced(data, struct.pack("<4Q", 4, 3, 4, 3), struct.pack("<4Q", 2**48, 3, 2**48, 3))


def huge_twice():
    """The same, with the declared size of storage made to fit."""
    data = huge_on_paper()
    return replaced(data, struct.pack("<Q", 48), struct.pack("<Q", 2**48 * 12))


def overflowing():
    """A shape whose product of sizes is small in 64 bits."""
    return replaced(hdf5_bytes(), struct.pack("<4Q", 4, 3, 4, 3), struct.pack("<4Q", 2**32, 2**32, 2**32, 2**32))


def on_one_another():
    """Two arrays in the same bytes: few bytes would fill many weights."""
    stream = hdf5_bytes()
    offsets = {}
    hdf5_bytes(lambda file: offsets.update({n: file[n].id.get_offset() for n in (HERE, "layers/dense_1/vars/0")}))
    first, second = offsets.values()
    return replaced(stream, struct.pack("<Q", second), struct.pack("<Q", first))


CHANGES = {
    "external storage": (
        lambda file: again(file, shape=(4, 3), dtype="f4", external=[(ELSEWHERE, 0, 48)]),
        "external storage",
    ),
    "external link": (linked(h5py.ExternalLink(ELSEWHERE, "/x")), "links of the newer form"),
    "external link to a group": (group_linked(h5py.ExternalLink(ELSEWHERE, "/x")), "links of the newer form"),
    "soft link": (linked(h5py.SoftLink("/layers/dense/vars/1")), "soft link"),
    "soft link to a group": (group_linked(h5py.SoftLink("/layers/dense_1")), "soft link"),
    "soft link at the root": (lambda file: file.__setitem__("vars", h5py.SoftLink("/layers")), "soft link"),
    "two names for one group": (lambda file: file.__setitem__("layers/dense_2", file["layers/dense"]), "two places"),
    "a group inside itself": (lambda file: file.__setitem__("layers/dense/again", file["layers"]), "two places"),
    "two names for one array": (lambda file: file.__setitem__("layers/dense/vars/2", file[HERE]), "two places"),
    "virtual array": (virtual, "stored in another way"),
    "petabyte in chunks": (lambda file: again(file, shape=(2**50,), dtype="f4", chunks=(2**20,)), "another way"),
    "compressed": (lambda file: again(file, data=np.zeros((4, 3)), compression="gzip"), "filter|another way"),
    "any text": (lambda file: again(file, data=["a", "b"], dtype=h5py.string_dtype()), "variable length"),
    "fixed text": (lambda file: again(file, data=np.array([b"ab", b"c"])), "text"),
    "references": (lambda file: again(file, data=np.array([file.ref], h5py.ref_dtype)), "reference"),
    "lists": (lambda file: again(file, shape=(2,), dtype=h5py.vlen_dtype("f4")), "variable length"),
    "compound": (lambda file: again(file, data=np.zeros(3, [("a", "f4"), ("b", "i4")])), "compound"),
    "complex": (lambda file: again(file, data=np.zeros(3, "c8")), "compound|type"),
    "an enumeration": (lambda file: again(file, shape=(2,), dtype=h5py.enum_dtype({"A": 1})), "enumeration"),
    "shared type": (shared_type, "shared|neither"),
    "no shape": (lambda file: again(file, data=h5py.Empty("f4")), "without a shape|in version"),
    "deep": (deep, "nested"),
    "a name with a backslash": (lambda file: file.create_group("..\\x"), "called"),
}
FILES = {
    **{
        name: (lambda change=change: hdf5_bytes(change), UnsafeFileError, reason)
        for name, (change, reason) in CHANGES.items()
    },
    "newer form": (lambda: hdf5_bytes(libver="latest"), UnsafeFileError, "newer form"),
    "user block": (lambda: hdf5_bytes(userblock_size=512), CorruptFileError, "must stand"),
    "petabyte never written": (
        lambda: hdf5_bytes(lambda file: again(file, shape=(2**48,), dtype="f4")),
        CorruptFileError,
        "never written",
    ),
    "petabyte": (huge_on_paper, CorruptFileError, "declared for 48 bytes"),
    "petabyte twice": (huge_twice, CorruptFileError, "bytes at address"),
    "overflowing": (overflowing, CorruptFileError, "declared for 48 bytes"),
    "arrays on one another": (on_one_another, UnsafeFileError, "belong to"),
    "empty": (bytes, CorruptFileError, "0 bytes"),
    "one byte": (lambda: b"\x89", CorruptFileError, "1 bytes"),
    "signature only": (lambda: b"\x89HDF\r\n\x1a\n", CorruptFileError, "bytes"),
    "cut off": (lambda: hdf5_bytes()[:-1], CorruptFileError, "cut off"),
    "cut in half": (lambda: hdf5_bytes()[:2000], CorruptFileError, "cut off"),
    "zeros": (lambda: bytes(5000), CorruptFileError, "must stand"),
    "another kind": (lambda: b"PK\3\4" + bytes(5000), CorruptFileError, "must stand"),
    "pickle": (lambda: b"\x80\x04K\x01." + bytes(100), CorruptFileError, "must stand"),
    "a tree that is too high": (
        lambda: replaced(
            hdf5_bytes(), b"TREE\0\0\1\0", b"TREE\0\1\1\0"
        ),
        CorruptFileError,
        "tree|must stand",
    ),
}  # fmt: skip


@pytest.mark.parametrize("way", HDF5_WAYS, ids=lambda way: way.name)
@pytest.mark.parametrize("name", FILES)
def test_is_refused(name, way, tmp_path):
    make, kind, reason = FILES[name]
    path = tmp_path / f"bad{way.ending}"
    data = make()
    path.write_bytes(archive_bytes(data) if way.ending == ".keras" else data)
    with pytest.raises(kind, match=reason) as caught:
        way.load(path)
    text = str(caught.value)
    assert "bad" in text
    assert len(text.splitlines()) == 4
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_a_sound_file_is_not_refused(tmp_path):
    """Otherwise the table above would prove nothing: here only the number of arrays is wrong."""
    path = tmp_path / "a.weights.h5"
    path.write_bytes(hdf5_bytes(lambda file: file.__delitem__(HERE)))
    with pytest.raises(ValueError, match="1 arrays in the file, 2 variables in the model"):
        HDF5_WAYS[0].load(path)
