"""CSVLogger: files as Keras writes them, save for the differences written down here."""

from __future__ import annotations

import csv
import functools
import json
from pathlib import Path

import numpy as np
import pytest

from polykeras.callbacks import CSVLogger
from tests.core.callbacks.replay import play_csv

RECORDED = json.loads(Path(__file__).with_name("keras_callbacks.json").read_text(encoding="utf-8"))["csv"]

# Where Keras' answer is not wanted: there values land under other columns' names, or on the end of a line cut off.
OWN_ANSWERS = {
    "epoch,val_loss,loss\r\n0,3.0,2.0\r\n": "epoch,val_loss,loss\r\n0,3.0,2.0\r\n0,0.75,1.0\r\n",
    "epoch,loss,val_loss\r\n0,3.0,N": "epoch,loss,val_loss\r\n0,3.0,N\r\n0,1.0,NA\r\n",
}


@pytest.mark.parametrize("case", RECORDED, ids=lambda case: f"{case['arguments']}-{case['epochs']}")
def test_files_are_those_of_keras(case, tmp_path):
    make = functools.partial(CSVLogger, **case["arguments"])
    path = tmp_path / "log.csv"
    before = case["before"]
    if before is not None:
        path.write_bytes(before.encode())
    text = play_csv(make, path, None, case["epochs"])
    own = OWN_ANSWERS.get(before)
    assert text == (own or case["answer"])
    assert own is None or own != case["answer"], "no difference any more: take the line away"


def test_every_difference_is_a_recorded_file():
    assert OWN_ANSWERS.keys() <= {case["before"] for case in RECORDED}


def test_lines_are_there_when_their_epoch_has_ended(tmp_path):
    logger = CSVLogger(tmp_path / "new" / "log.csv")
    logger.on_train_begin()
    for epoch in range(3):
        logger.on_epoch_end(epoch, {"loss": epoch / 2})
        with Path(logger.filename).open(encoding="utf-8", newline="") as file:
            assert [row["loss"] for row in csv.DictReader(file)] == [str(past / 2) for past in range(epoch + 1)]


def test_a_second_training_begins_the_file_anew_or_continues_it(tmp_path):
    for append, rows in ((False, 1), (True, 2)):
        logger = CSVLogger(tmp_path / f"{append}.csv", append=append)
        for _ in range(2):
            logger.on_train_begin()
            logger.on_epoch_end(0, {"loss": 1.0})
        assert len(Path(logger.filename).read_text(encoding="utf-8").splitlines()) == 1 + rows


def test_metrics_without_a_column_are_told_once(tmp_path):
    logger = CSVLogger(tmp_path / "log.csv")
    logger.on_train_begin()
    logger.on_epoch_end(0, {"loss": 1.0})
    with pytest.warns(UserWarning, match="Received: new") as told:
        logger.on_epoch_end(1, {"loss": 1.0, "new": 2.0})
    assert len(str(told[0].message).splitlines()) == 4
    logger.on_epoch_end(2, {"loss": 1.0, "new": 2.0})
    assert Path(logger.filename).read_text(encoding="utf-8").splitlines()[1:] == ["0,1.0,NA", "1,1.0,NA", "2,1.0,NA"]


def test_values_of_several_numbers_are_lists(tmp_path):
    logger = CSVLogger(tmp_path / "log.csv")
    logger.on_train_begin()
    logger.on_epoch_end(0, {"val_a": np.array([1.0, 2.5]), "val_b": (1, 2), "val_c": np.float64(0.5)})
    with Path(logger.filename).open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file))[1] == ["0", '"[1.0, 2.5]"', '"[1, 2]"', "0.5"]


@pytest.mark.parametrize("before", ["a,b\r\n1,2\r\n", "epoch;loss\r\n0;1\r\n", "no table"])
def test_what_is_no_such_table_is_not_continued(before, tmp_path):
    path = tmp_path / "log.csv"
    path.write_bytes(before.encode())
    with pytest.raises(ValueError, match="cannot be continued") as caught:
        CSVLogger(path, append=True).on_train_begin()
    assert len(str(caught.value).splitlines()) == 4
    assert path.read_bytes() == before.encode()


def test_a_folder_that_cannot_be_written_is_told_before_the_first_step(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(NotADirectoryError, match="No file can be written"):
        CSVLogger(tmp_path / "file" / "log.csv").on_train_begin()


def test_its_attributes_are_those_of_keras(tmp_path):
    logger = CSVLogger(tmp_path / "log.csv", ";", True)
    assert (logger.filename, logger.sep, logger.append, logger.keys) == (str(tmp_path / "log.csv"), ";", True, None)
