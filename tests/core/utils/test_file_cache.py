"""`get_file`: places as Keras has them, whole files only, and errors that say what to do."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from polykeras.plugins.errors import CorruptFileError, DownloadError, UnsafeFileError
from polykeras.utils import get_file
from polykeras.utils.file_names import checked_file_name, name_from_url
from tests.core.file_server import serve
from tests.core.utils.archives import GOOD, GOOD_ARCHIVES, UNSAFE

DATA = b"data\n" * 1000
SHA256 = hashlib.sha256(DATA).hexdigest()
MD5 = hashlib.md5(DATA).hexdigest()  # noqa: S324  # as published beside many data sets


@pytest.fixture
def server():
    with serve() as served:
        served.files |= {"data.csv": DATA, "pack.tar.gz": GOOD_ARCHIVES["tar.gz"](), "pack.zip": GOOD_ARCHIVES["zip"]()}
        yield served


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def members(folder: str) -> set[str]:
    return {f"{folder}/{name}" for name in GOOD}


# Arguments, what is returned, and the files in the cache: recorded from Keras 3.15.1.
PLACES = [
    (("data.csv", {}), "data.csv", "datasets/data.csv", {"datasets/data.csv"}),
    ((None, {}), "data.csv?v=2", "datasets/data.csv", {"datasets/data.csv"}),
    (("x.txt", {"cache_subdir": ""}), "data.csv", "x.txt", {"x.txt"}),
    (("x.txt", {"cache_subdir": "a/b"}), "data.csv", "a/b/x.txt", {"a/b/x.txt"}),
    (
        ("pack", {"extract": True}),
        "pack.tar.gz",
        "datasets/pack",
        {"datasets/pack_archive", *members("datasets/pack")},
    ),
    (
        ("pack", {"untar": True}),
        "pack.tar.gz",
        "datasets/pack",
        {"datasets/pack_archive", *members("datasets/pack")},
    ),
    (
        ("a.b.tar.gz", {"extract": True}),
        "pack.tar.gz",
        "datasets/a_extracted",
        {"datasets/a.b.tar.gz", *members("datasets/a_extracted")},
    ),
    (
        (None, {"extract": True}),
        "pack.zip",
        "datasets/pack.zip",
        {"datasets/pack.zip_archive", *members("datasets/pack.zip")},
    ),
]


@pytest.mark.parametrize(("call", "name", "returned", "kept"), PLACES)
def test_places_are_those_of_keras(call, name, returned, kept, server, tmp_path):
    fname, options = call
    for _ in range(2):
        assert get_file(fname, server / name, cache_dir=tmp_path, **options) == str(tmp_path / returned)
        assert files(tmp_path) == kept
    assert len(server.asked) == 1


def test_the_cache_is_where_the_environment_says(server, tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "a"))
    assert get_file(origin=server / "data.csv") == str(tmp_path / "a/datasets/data.csv")
    monkeypatch.delenv("KERAS_HOME")
    monkeypatch.setenv("HOME", str(tmp_path / "b"))
    assert get_file(origin=server / "data.csv") == str(tmp_path / "b/.keras/datasets/data.csv")
    assert get_file(origin=server / "data.csv", cache_dir="~/c") == str(tmp_path / "b/c/datasets/data.csv")
    # Data only: nothing that Keras reads as settings.
    assert files(tmp_path / "b") == {".keras/datasets/data.csv", "c/datasets/data.csv"}


@pytest.mark.parametrize(
    "options",
    [
        {"file_hash": SHA256},
        {"file_hash": SHA256.upper()},
        {"file_hash": MD5},
        {"md5_hash": MD5},
        {"file_hash": SHA256, "hash_algorithm": "sha256"},
        {"file_hash": MD5, "hash_algorithm": "md5"},
    ],
)
def test_a_right_checksum(options, server, tmp_path):
    path = Path(get_file(origin=server / "data.csv", cache_dir=tmp_path, **options))
    assert path.read_bytes() == DATA
    path.write_bytes(b"damaged")
    assert Path(get_file(origin=server / "data.csv", cache_dir=tmp_path, **options)).read_bytes() == DATA
    assert len(server.asked) == 2


def test_a_wrong_checksum_removes_what_came_and_keeps_what_was(server, tmp_path):
    with pytest.raises(CorruptFileError, match="not the file that was asked for") as caught:
        get_file(origin=server / "data.csv", cache_dir=tmp_path, file_hash="0" * 64)
    assert len(str(caught.value).splitlines()) == 4
    assert files(tmp_path) == set()
    path = Path(get_file(origin=server / "data.csv", cache_dir=tmp_path, file_hash=SHA256))
    server.files["data.csv"] = b"changed"
    with pytest.raises(CorruptFileError, match=hashlib.sha256(b"changed").hexdigest()):
        get_file(origin=server / "data.csv", cache_dir=tmp_path, file_hash=SHA256, force_download=True)
    assert path.read_bytes() == DATA
    assert files(tmp_path) == {"datasets/data.csv"}


def test_force_download_fetches_and_unpacks_again(server, tmp_path):
    folder = Path(get_file("pack", server / "pack.zip", cache_dir=tmp_path, extract=True))
    (folder / "extra.txt").write_text("extra")
    get_file("pack", server / "pack.zip", cache_dir=tmp_path, extract=True)
    assert (folder / "extra.txt").exists()
    get_file("pack", server / "pack.zip", cache_dir=tmp_path, extract=True, force_download=True)
    assert not (folder / "extra.txt").exists()


def test_a_file_url_is_opened_when_the_caller_wrote_it(tmp_path):
    (tmp_path / "here.txt").write_bytes(DATA)
    path = get_file("x.txt", (tmp_path / "here.txt").as_uri(), cache_dir=tmp_path)
    assert Path(path).read_bytes() == DATA


@pytest.mark.parametrize("target", ["file:///etc/hostname", "ftp://127.0.0.1/x", "data:text/plain,x"])
def test_a_server_cannot_point_elsewhere_than_the_web(target, server, tmp_path):
    server.redirects["away"] = target
    with pytest.raises(DownloadError, match="away"):
        get_file(origin=server / "away", cache_dir=tmp_path)
    server.redirects["away"] = server / "data.csv"
    assert Path(get_file(origin=server / "away", cache_dir=tmp_path)).read_bytes() == DATA


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"origin": None}, "origin=None"),
        ({"fname": "../x"}, "`..`"),
        ({"fname": "a/x"}, "a path"),
        ({"fname": "/etc/x"}, "absolute"),
        ({"fname": "a\\x"}, "backslash"),
        ({"fname": "C:x"}, "drive"),
        ({"fname": "x\0"}, "control"),
        ({"fname": ""}, "empty"),
        ({"fname": "."}, "a path"),
        ({"fname": "n" * 256}, "over-long"),
        ({"origin": "http://127.0.0.1/"}, "Pass `fname`"),
        ({"origin": "ftp://127.0.0.1/x"}, "ftp://"),
        ({"origin": "/etc/hostname"}, "/etc/hostname"),
        ({"file_hash": "abc"}, "no checksum"),
        ({"file_hash": "z" * 64}, "no checksum"),
        ({"file_hash": MD5, "hash_algorithm": "sha256"}, "no checksum"),
        ({"file_hash": MD5, "hash_algorithm": "crc32"}, "no checksum"),
        ({"archive_format": "rar"}, "rar"),
        ({"archive_format": ["tar", "7z"]}, "7z"),
    ],
)
def test_arguments_without_a_meaning(options, reason, tmp_path):
    arguments = {"fname": "x", "origin": "http://127.0.0.1:9/x", "cache_dir": tmp_path} | options
    if arguments["origin"] == "http://127.0.0.1/":
        arguments["fname"] = None
    with pytest.raises(ValueError, match=reason.replace("/", r"\/")) as caught:
        get_file(**arguments)
    assert len(str(caught.value).splitlines()) == 4
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("origin", "reason"),
    [("http://127.0.0.1:9/x.csv", "refused"), ("missing/x.csv", "404"), ("cut/x.csv", "ended after 2500 of 5000")],
)
def test_offline_says_why_and_where_to_put_the_file(origin, reason, server, tmp_path):
    server.files["cut/x.csv"] = DATA
    server.cut.add("cut/x.csv")
    url = origin if origin.startswith("http") else server / origin
    with pytest.raises(DownloadError, match=reason) as caught:
        get_file(origin=url, cache_dir=tmp_path)
    lines = str(caught.value).splitlines()
    assert len(lines) == 4
    assert url in lines[0]
    assert str(tmp_path / "datasets/x.csv") in lines[3]
    assert isinstance(caught.value, OSError)
    assert files(tmp_path) == set()


def test_offline_with_a_wrong_file_in_place_says_so(tmp_path):
    (tmp_path / "datasets").mkdir()
    (tmp_path / "datasets/x.csv").write_bytes(b"by hand")
    with pytest.raises(DownloadError) as caught:
        get_file(origin="http://127.0.0.1:9/x.csv", cache_dir=tmp_path, file_hash=SHA256)
    assert SHA256 in caught.value.__notes__[0]
    assert get_file(origin="http://127.0.0.1:9/x.csv", cache_dir=tmp_path)


def test_a_place_that_cannot_be_written(tmp_path):
    (tmp_path / "datasets").write_text("a file")
    with pytest.raises(DownloadError, match="no place to keep"):
        get_file(origin="http://127.0.0.1:9/x.csv", cache_dir=tmp_path)


@pytest.mark.parametrize("name", ["tar symlink, then through it", "tar parent", "zip parent", "zip bomb"])
def test_a_hostile_archive_is_not_unpacked(name, server, tmp_path):
    server.files["evil"] = UNSAFE[name][0]()
    with pytest.raises(UnsafeFileError):
        get_file("evil", server / "evil", cache_dir=tmp_path, extract=True)
    assert files(tmp_path) == {"datasets/evil_archive"}


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://a.org/b/c.npz", "c.npz"),
        ("https://a.org/c.npz?x=/y#z", "c.npz"),
        ("https://a.org/..%2f..%2fetc%2fpasswd", "passwd"),
        ("https://a.org/..%5c..%5cboot.ini", "boot.ini"),
        ("https://a.org/.bashrc", "bashrc"),
        ("https://a.org/a%20b%00%0a.txt", "a b.txt"),
        ("https://a.org/C%3Aevil", "Cevil"),
        ("https://a.org/%EB%8D%B0.csv", "데.csv"),
    ],
)
def test_the_name_in_a_url_is_made_safe(url, name):
    assert name_from_url(url) == name == checked_file_name(name)


@pytest.mark.parametrize("url", ["https://a.org", "https://a.org/", "https://a.org/..", "https://a.org/" + "n" * 300])
def test_a_url_without_a_name(url):
    with pytest.raises(ValueError, match="Pass `fname`"):
        name_from_url(url)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("stream", "shown"), [(Terminal, True), (io.StringIO, False)])
def test_progress_is_shown_on_a_terminal_only(stream, shown, server, tmp_path, monkeypatch):
    out = stream()
    monkeypatch.setattr(sys, "stdout", out)
    get_file(origin=server / "data.csv", cache_dir=tmp_path)
    assert ("Downloading data from" in out.getvalue(), "5000/5000" in out.getvalue()) == (shown, shown)


FETCH = """
import sys
from polykeras.utils import get_file
for _ in range(10):
    folder = get_file("pack", sys.argv[1], cache_dir=sys.argv[2], extract=True, force_download=True)
    get_file("pack", sys.argv[1], cache_dir=sys.argv[2], extract=True, file_hash=sys.argv[3])
"""


def test_two_processes_at_once(server, tmp_path):
    digest = hashlib.sha256(server.files["pack.tar.gz"]).hexdigest()
    command = [sys.executable, "-c", FETCH, server / "pack.tar.gz", str(tmp_path), digest]
    running = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=dict(os.environ)) for _ in range(2)]
    assert [process.communicate(timeout=120)[1] for process in running] == ["", ""]
    assert [process.returncode for process in running] == [0, 0]
    assert {path.name for path in (tmp_path / "datasets").iterdir()} == {"pack", "pack_archive"}
    for name, content in GOOD.items():
        assert (tmp_path / "datasets/pack" / name).read_bytes() == content
