"""Which files a data set from a directory has, in which order, with which labels: recorded from Keras 3.15.1."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from polykeras import utils

FILES = ("root", ".hid/q", "a/.dot", "a/0", "a/1", "a/2", "a/sub/z", "b/0", "b/1", "b/2", "c10/0", "c10/1", "c10/2",
         "c9/0", "c9/1", "c9/2")  # fmt: skip
# As Keras shuffles and splits the 14 files of the four classes with seed 1.
SHUFFLED = ("a/2", "b/2", "b/1", "a/1", "c10/2", "a/sub/z", "a/0", "c9/1", "a/.dot", "c9/2", "c10/1", "c10/0", "c9/0",
            "b/0")  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    for name in FILES:
        path = tmp_path / f"{name}{'.TXT' if name == 'b/1' else '.txt'}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    (tmp_path / "a/notes.md").write_text("no text file")
    return tmp_path


def texts(folder, **options):
    return utils.text_dataset_from_directory(folder, verbose=False, **{"shuffle": False, **options})


def names(dataset, folder):
    return tuple(Path(path).relative_to(folder).with_suffix("").as_posix() for path in dataset.file_paths)


def all_of(dataset):
    batches = list(dataset)
    return [np.concatenate(part) for part in zip(*batches, strict=True)]


def test_files_are_sorted_and_labelled_by_folder(folder):
    dataset = texts(folder)
    assert dataset.class_names == ["a", "b", "c10", "c9"]
    assert names(dataset, folder) == FILES[2:]
    read, labels = all_of(dataset)
    assert tuple(read) == FILES[2:]
    assert labels.dtype == np.int32
    assert labels.tolist() == [0] * 5 + [1] * 3 + [2] * 3 + [3] * 3


def test_class_names_choose_folders_and_their_order(folder):
    dataset = texts(folder, class_names=["c9", "a"])
    assert names(dataset, folder) == FILES[-3:] + FILES[2:7]
    assert all_of(dataset)[1].tolist() == [0] * 3 + [1] * 5


@pytest.mark.parametrize("options", [{"labels": None}, {"label_mode": None}])
def test_without_labels_all_files_are_there(folder, options):
    dataset = texts(folder, batch_size=10, **options)
    assert (dataset.class_names, names(dataset, folder)) == (None, FILES)
    assert [batch.shape for batch in dataset] == [(10,), (6,)]


def test_folders_are_sorted_as_text(tmp_path):
    for name in ("a/x", "a/.h/x", "a/_u/x", "a/sub/x", "a-b/x", "B/x"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / f"{name}.txt").write_text("")
    within = ("B/x", "a/x", "a/.h/x", "a/_u/x", "a/sub/x", "a-b/x")
    assert names(texts(tmp_path), tmp_path) == within
    assert names(texts(tmp_path, labels=None), tmp_path) == ("B/x", "a/x", "a-b/x", "a/.h/x", "a/_u/x", "a/sub/x")


@pytest.mark.parametrize(
    ("mode", "labels", "expected"),
    [
        ("int", [0, 1] * 8, np.array([0, 1] * 8, dtype="int32")),
        ("int", np.arange(16) * 7, np.arange(16, dtype="int32") * 7),
        ("int", tuple(np.arange(16) / 2), np.arange(16, dtype="float32") / 2),
        ("binary", [0, 1] * 8, np.array([[0.0], [1.0]] * 8, dtype="float32")),
        ("categorical", [2, 0, 1, 0] * 4, np.eye(3, dtype="float32")[[2, 0, 1, 0] * 4]),
    ],
)
def test_given_labels(folder, mode, labels, expected):
    dataset = texts(folder, labels=labels, label_mode=mode)
    found = all_of(dataset)[1]
    assert found.dtype == expected.dtype
    np.testing.assert_array_equal(found, expected)
    assert dataset.class_names == [str(label) for label in sorted(set(np.asarray(labels).tolist()))]


def test_labels_follow_their_files(folder):
    dataset = texts(folder, labels=list(range(16)), shuffle=True, seed=5, batch_size=3)
    for _ in range(2):
        read, labels = all_of(dataset)
        assert [FILES[label] for label in labels] == list(read)
        assert sorted(labels) == list(range(16))


@pytest.mark.parametrize(("subset", "expected"), [("training", SHUFFLED[:10]), ("validation", SHUFFLED[10:])])
def test_the_split_for_a_seed_is_that_of_keras(folder, subset, expected):
    options = {"validation_split": 0.3, "shuffle": True, "seed": 1}
    assert names(texts(folder, subset=subset, **options), folder) == expected
    both = texts(folder, subset="both", **options)
    assert names(both[subset == "validation"], folder) == expected


def test_a_split_without_shuffling_is_in_order(folder):
    both = texts(folder, validation_split=0.5, subset="both")
    assert [names(dataset, folder) for dataset in both] == [FILES[2:9], FILES[9:]]


def test_both_subsets_of_a_fresh_seed_share_no_file(folder):
    training, validation = texts(folder, validation_split=0.3, subset="both", shuffle=True)
    assert sorted(names(training, folder) + names(validation, folder)) == sorted(FILES[2:])


def test_links_to_folders(folder, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside")
    (outside / "e.txt").write_text("outside")
    (folder / "b/link").symlink_to(outside)
    (folder / "b/circle").symlink_to(folder / "b")
    assert "b/link/e" not in names(texts(folder), folder)
    followed = names(texts(folder, follow_links=True), folder)
    assert followed == (*FILES[2:10], "b/link/e", *FILES[10:])


@pytest.mark.parametrize(
    ("options", "told"),
    [({}, "Found 14 files belonging to 4 classes.\n"),
     ({"labels": None}, "Found 16 files.\n"),
     ({"validation_split": 0.3, "subset": "both"},
      "Found 14 files belonging to 4 classes.\nUsing 10 files for training.\nUsing 4 files for validation.\n")],
)  # fmt: skip
def test_what_is_told(folder, capsys, options, told):
    utils.text_dataset_from_directory(folder, shuffle=False, **options)
    assert capsys.readouterr().out == told
    texts(folder, **options)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"label_mode": "ints"}, "no such label_mode"),
        ({"labels": "infered"}, "labels='infered', for 16 files"),
        ({"labels": [1, 2]}, "for 16 files"),
        ({"labels": ["u"] * 16}, "for 16 files"),
        ({"labels": [0] * 16, "class_names": ["p"]}, "labels that are not inferred"),
        ({"class_names": ["a", "d"]}, r"\['d'\] among them"),
        ({"class_names": ["a", "a"]}, "a name twice"),
        ({"label_mode": "binary"}, "4 classes"),
        ({"labels": [5, 7] * 8, "label_mode": "binary"}, "from 5 to 7"),
        ({"labels": [0.5, 1.0] * 8, "label_mode": "categorical"}, "dtype float64"),
        ({"validation_split": 0.2}, "go together"),
        ({"subset": "both"}, "go together"),
        ({"validation_split": 0.2, "subset": "test"}, "no such subset"),
        ({"validation_split": 1.5, "subset": "both"}, "no fraction"),
        ({"validation_split": 0.01, "subset": "training"}, "14 files and validation_split=0.01"),
        ({"validation_split": 0.2, "subset": "both", "class_names": ["b"]}, "leaves files"),
        ({"validation_split": 0.2, "subset": "training", "shuffle": True}, "Pass `seed`"),
        ({"batch_size": 0}, "batch_size=0"),
        ({"seed": -1, "shuffle": True}, "no seed"),
        ({"max_length": 0}, "max_length=0"),
        ({"format": "parquet"}, "format='parquet'"),
    ],
)
def test_refusals(folder, options, message):
    with pytest.raises(ValueError, match=message) as told:
        texts(folder, **options)
    assert len(str(told.value).splitlines()) >= 3


def test_an_empty_directory_and_one_that_is_not_there(tmp_path):
    with pytest.raises(ValueError, match="no text files"):
        texts(tmp_path)
    with pytest.raises(FileNotFoundError, match="nowhere"):
        texts(tmp_path / "nowhere")
    with pytest.raises(FileNotFoundError, match="nowhere"):
        texts(tmp_path / "nowhere", labels=None)
