"""A file is written as a whole or not at all, whenever the writer dies."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from polykeras.saving import save_model, save_weights
from polykeras.saving.atomic import replacing
from tests.core.saving.cases import small_model

HERE = Path(__file__).resolve().parent


def save(path, data, **options):
    with replacing(path, **options) as stream:
        stream.write(data)


def test_a_file_is_made_and_replaced(tmp_path):
    path = tmp_path / "a.keras"
    for data in (b"first", b"second, and longer", b"3"):
        save(path, data)
        assert path.read_bytes() == data
    assert list(tmp_path.iterdir()) == [path]


def test_a_failure_leaves_the_earlier_file(tmp_path):
    path = tmp_path / "a.keras"
    save(path, b"first")

    def interrupted():
        with replacing(path) as stream:
            stream.write(b"half of the sec")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert path.read_bytes() == b"first"
    assert list(tmp_path.iterdir()) == [path]


def test_a_failure_leaves_nothing_where_nothing_was(tmp_path):
    with pytest.raises(TypeError):
        save(tmp_path / "a.keras", "text, not bytes")
    assert list(tmp_path.iterdir()) == []


def test_the_earlier_file_is_whole_until_the_end(tmp_path):
    path = tmp_path / "a.keras"
    save(path, b"first")
    with replacing(path) as stream:
        stream.write(b"second")
        stream.flush()
        assert path.read_bytes() == b"first"
    assert path.read_bytes() == b"second"


def test_a_link_stays_a_link(tmp_path):
    target = tmp_path / "real.keras"
    link = tmp_path / "link.keras"
    target.write_bytes(b"first")
    link.symlink_to(target)
    save(link, b"second")
    assert link.is_symlink()
    assert target.read_bytes() == b"second"


def test_permissions_stay(tmp_path):
    path = tmp_path / "a.keras"
    save(path, b"1")
    fresh = tmp_path / "plain"
    fresh.write_bytes(b"")
    assert path.stat().st_mode == fresh.stat().st_mode
    path.chmod(0o640)
    save(path, b"2")
    assert path.stat().st_mode & 0o777 == 0o640


def test_long_names(tmp_path):
    path = tmp_path / ("x" * 240 + ".keras")
    save(path, b"1")
    assert path.read_bytes() == b"1"


WAYS = {"save_model": (save_model, "m.keras"), "save_weights": (save_weights, "m.weights.h5")}


@pytest.fixture(params=WAYS)
def way(request):
    """A function that saves, and the name of its file. All of them refuse before any value is made."""
    return WAYS[request.param]


def refusal(function, path, kind, **options):
    model = small_model()
    with pytest.raises(kind) as caught:
        function(model, path, **options)
    assert not any(variable.made for variable in model.weights)
    assert path.name in str(caught.value)
    assert len(str(caught.value).splitlines()) == 4
    return str(caught.value)


def test_no_folder(way, tmp_path):
    function, name = way
    assert "no folder" in refusal(function, tmp_path / "missing" / name, FileNotFoundError)


def test_a_file_where_the_folder_should_be(way, tmp_path):
    function, name = way
    (tmp_path / "file").write_bytes(b"")
    refusal(function, tmp_path / "file" / name, FileNotFoundError)


def test_a_folder_under_that_name(way, tmp_path):
    function, name = way
    (tmp_path / name).mkdir()
    refusal(function, tmp_path / name, IsADirectoryError)


def test_not_to_be_replaced(way, tmp_path):
    function, name = way
    (tmp_path / name).write_bytes(b"mine")
    assert "overwrite" in refusal(function, tmp_path / name, FileExistsError, overwrite=False)
    assert (tmp_path / name).read_bytes() == b"mine"


def test_a_folder_that_cannot_be_written_to(tmp_path, monkeypatch):
    def denied(*arguments, **options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", denied)
    with pytest.raises(PermissionError, match="cannot be written to") as caught:
        save(tmp_path / "a.keras", b"")
    assert len(str(caught.value).splitlines()) == 4


@pytest.mark.parametrize(
    ("function", "name", "options"),
    [
        (save_model, "m.h5", {}),
        (save_model, "m.weights.h5", {}),
        (save_model, "m", {}),
        (save_model, "m.zip", {}),
        (save_model, "m.keras", {"zipped": False}),
        (save_model, "m.keras", {"save_format": "tf"}),
        (save_weights, "m.h5", {}),
        (save_weights, "m.keras", {}),
        (save_weights, "m.npz", {}),
        (save_weights, "m.weights.h5", {"max_shard_size": 5}),
    ],
)
def test_other_forms_are_refused(function, name, options, tmp_path):
    with pytest.raises(ValueError, match="Allowed") as caught:
        function(small_model(), tmp_path / name, **options)
    assert len(str(caught.value).splitlines()) == 4
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills a forked process")
def test_a_killed_writer_leaves_the_earlier_file_whole(tmp_path):
    """Twenty writers, each killed at a random moment; the script checks the file after each."""
    done = subprocess.run(
        [sys.executable, str(HERE / "killed_writers.py"), str(tmp_path / "a.weights.h5"), "20"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1] == "20 kills, every file whole"
