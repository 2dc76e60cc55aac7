"""Extraction: good archives give their files; hostile and damaged ones give one clear error and leave nothing."""

from __future__ import annotations

import contextlib
import functools
import random
import stat
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from polykeras.plugins.errors import CorruptFileError, UnsafeFileError
from polykeras.utils import unpacked
from polykeras.utils.extraction import extract_archive
from tests.core.utils.archives import CORRUPT, GOOD, GOOD_ARCHIVES, UNSAFE


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def everything(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


@functools.cache
def made(make: Callable[[], bytes]) -> bytes:
    """Return the archive, made once: bombs take a while."""
    return make()


def placed(folder: Path, data: bytes) -> Path:
    """Return the archive, in a folder of its own beside a file that must stay as it is."""
    (folder / "outside.txt").write_bytes(b"outside")
    (folder / "cache").mkdir()
    archive = folder / "cache" / "archive"
    archive.write_bytes(data)
    return archive


@pytest.mark.parametrize("name", GOOD_ARCHIVES)
def test_a_good_archive_gives_its_files(name, tmp_path):
    archive = placed(tmp_path, GOOD_ARCHIVES[name]())
    folder = tmp_path / "cache" / "out"
    extract_archive(archive, folder)
    assert contents(folder) == GOOD
    modes = {stat.S_IMODE(path.stat().st_mode) for path in folder.rglob("*") if path.is_file()}
    assert not any(mode & (stat.S_ISUID | stat.S_ISGID | stat.S_IXUSR) for mode in modes)
    assert {path.name for path in (tmp_path / "cache").iterdir()} == {"archive", "out"}


@pytest.mark.parametrize(
    ("error", "make", "reason"),
    [
        pytest.param(error, make, reason, id=name)
        for error, table in ((UnsafeFileError, UNSAFE), (CorruptFileError, CORRUPT))
        for name, (make, reason) in table.items()
    ],
)
@pytest.mark.parametrize("earlier", [False, True], ids=["new", "over an earlier folder"])
def test_a_bad_archive_leaves_everything_as_it_was(error, make, reason, earlier, tmp_path):
    archive = placed(tmp_path, made(make))
    folder = tmp_path / "cache" / "out"
    if earlier:
        folder.mkdir()
        (folder / "kept.txt").write_text("kept")
    before = everything(tmp_path)
    with pytest.raises(error, match=reason) as caught:
        extract_archive(archive, folder)
    assert len(str(caught.value).splitlines()) == 4
    assert everything(tmp_path) == before
    assert (tmp_path / "outside.txt").read_bytes() == b"outside"
    assert not Path("/polykeras-evil").exists()


def test_only_the_formats_asked_for(tmp_path):
    archive = placed(tmp_path, GOOD_ARCHIVES["zip"]())
    with pytest.raises(CorruptFileError, match="Allowed here: tar"):
        extract_archive(archive, tmp_path / "out", ["tar"])
    with pytest.raises(CorruptFileError, match="no format"):
        extract_archive(archive, tmp_path / "out", [])
    assert not (tmp_path / "out").exists()


def test_what_was_there_is_replaced_whole(tmp_path):
    archive = placed(tmp_path, GOOD_ARCHIVES["tar.gz"]())
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "old.txt").write_text("old")
    extract_archive(archive, folder)
    assert contents(folder) == GOOD


def test_a_full_disk_is_not_called_damage(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(unpacked, "_copy", full)
    for name in ("tar.gz", "zip"):
        archive = tmp_path / name
        archive.write_bytes(GOOD_ARCHIVES[name]())
        with pytest.raises(OSError, match="No space left"):
            extract_archive(archive, tmp_path / "out")
    assert everything(tmp_path) == {"tar.gz", "zip"}


@pytest.mark.parametrize("name", ["tar", "tar.gz", "tar.bz2", "tar.xz", "zip"])
def test_mutations_are_whole_or_refused(name, tmp_path):
    data = GOOD_ARCHIVES[name]()
    draw = random.Random(7)  # noqa: S311  # which bits are changed is no secret
    archive, folder = placed(tmp_path, data), tmp_path / "cache" / "out"
    for _ in range(150):
        mutated = bytearray(data)
        for _ in range(draw.randint(1, 4)):
            mutated[draw.randrange(len(mutated))] ^= 1 << draw.randrange(8)
        archive.write_bytes(mutated[: draw.randint(1, len(mutated))] if draw.random() < 0.3 else mutated)
        with contextlib.suppress(CorruptFileError, UnsafeFileError):
            extract_archive(archive, folder)
        assert everything(tmp_path) - everything(folder.parent) >= {"outside.txt"}
        assert {path.name for path in folder.parent.iterdir()} <= {"archive", "out"}


def test_threads_that_extract_to_one_folder_agree(tmp_path):
    archive = placed(tmp_path, GOOD_ARCHIVES["tar.gz"]())
    folder = tmp_path / "cache" / "out"
    failures = []

    def work():
        try:
            for _ in range(10):
                extract_archive(archive, folder)
        except Exception as error:  # noqa: BLE001  # carried to the test's own thread
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert contents(folder) == GOOD
    assert {path.name for path in folder.parent.iterdir()} == {"archive", "out"}
