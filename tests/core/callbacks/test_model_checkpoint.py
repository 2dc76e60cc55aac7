"""ModelCheckpoint: what is saved when, as Keras saves it, save for the differences written down here; and paths."""

from __future__ import annotations

import json
import math
import os
from pathlib import Path

import pytest

from polykeras.callbacks import CallbackList, LazyLogs, ModelCheckpoint
from polykeras.callbacks.path_template import PathFieldError, PathTemplate, require_writable
from tests.core.callbacks.replay import FakeModel, logs_of, play_checkpoint

RECORDED = json.loads(Path(__file__).with_name("keras_callbacks.json").read_text(encoding="utf-8"))["checkpoint"]

# Where Keras' answer is not wanted: there a first nan is never beaten, and what was never judged replaces the best.
OWN_ANSWERS = {
    "[nan, 3, nan, 2]": ["epoch 0", "m.keras", "epoch 1", "m.keras", "epoch 2", "epoch 3", "m.keras"],
    "[{'loss': 1.0}, 3, {'loss': 0.5}, 2]": [
        "epoch 0", "1.keras", "epoch 1", "2.keras", "epoch 2", "epoch 3", "4.keras",
    ],
}  # fmt: skip


@pytest.mark.parametrize("case", RECORDED, ids=lambda case: f"{case['name']}-{case['arguments']}-{case['history']}")
def test_what_is_saved_is_what_keras_saves(case, tmp_path):
    callback = ModelCheckpoint(tmp_path / case["name"], **case["arguments"])
    answer = play_checkpoint(callback, case["history"], case["batches"], case["trainings"])
    own = OWN_ANSWERS.get(str(case["history"]))
    if own is not None:
        assert [item[-1] for item in answer["saved"]] == own
        assert answer["saved"] != case["answer"]["saved"], "no difference any more: take the line away"
        return
    assert answer == case["answer"]


def test_every_difference_is_a_recorded_history():
    assert OWN_ANSWERS.keys() <= {str(case["history"]) for case in RECORDED}


def begun(callback: ModelCheckpoint, model: FakeModel | None = None) -> FakeModel:
    model = model or FakeModel()
    callback.set_model(model)
    callback.on_train_begin()
    callback.on_epoch_begin(0)
    return model


# ---------------------------------------------------------------------------------------------------- construction


@pytest.mark.parametrize(
    ("path", "arguments", "message"),
    [
        ("m.h5", {}, r"end with \.keras"),
        ("m.weights.h5", {}, "pass save_weights_only=True"),
        ("m.weights.safetensors", {}, "pass save_weights_only=True"),
        ("{epoch}", {}, r"end with \.keras"),
        ("m.keras", {"save_weights_only": True}, r"\.weights\.h5 or \.weights\.safetensors"),
        ("m.h5", {"save_weights_only": True}, r"\.weights\.h5 or \.weights\.safetensors"),
        ("{}.keras", {}, "fields with a name"),
        ("{0}.keras", {}, "fields with a name"),
        ("{epoch.keras", {}, "braces in pairs"),
        ("a}b.keras", {}, "braces in pairs"),
        ("{batch}.keras", {}, "Remove {batch}"),
        ("s3://bucket/m.keras", {}, "local file system"),
        (None, {}, "This is no path"),
        (b"m.keras", {}, "This is no path"),
        ("m.keras", {"save_freq": 0}, "`save_freq` is not usable"),
        ("m.keras", {"save_freq": -1}, "`save_freq` is not usable"),
        ("m.keras", {"save_freq": 2.0}, "`save_freq` is not usable"),
        ("m.keras", {"save_freq": True}, "`save_freq` is not usable"),
        ("m.keras", {"save_freq": "batch"}, "`save_freq` is not usable"),
    ],
)
def test_what_cannot_work_is_refused_when_it_is_made(path, arguments, message):
    with pytest.raises(ValueError, match=message) as caught:
        ModelCheckpoint(path, **arguments)
    assert len(str(caught.value).splitlines()) == 4


@pytest.mark.parametrize(
    ("path", "weights"),
    [
        ("m.keras", False),
        (Path("a") / "{epoch}.keras", False),
        ("m.weights.h5", True),
        ("{epoch}.weights.safetensors", True),
    ],
)
def test_what_can_work_is_taken(path, weights):
    assert ModelCheckpoint(path, save_weights_only=weights).filepath == os.fspath(path)


# ------------------------------------------------------------------------------------------------------------ paths


@pytest.mark.parametrize(
    ("text", "values", "path"),
    [
        ("{epoch:02d}-{val_loss:.2f}.k", {"epoch": 3, "val_loss": 0.126}, "03-0.13.k"),
        ("{out.acc}.k", {"out.acc": 1}, "1.k"),
        ("{my-metric:.1f}.k", {"my-metric": 1.0}, "1.0.k"),
        ("{a!r}.k", {"a": "x"}, "'x'.k"),
        ("{{a}}.k", {"a": 1}, "{a}.k"),
        ("{a:{b}}.k", {"a": 1, "b": "03d"}, "001.k"),
    ],
)
def test_fields_are_filled_in(text, values, path):
    assert PathTemplate(text, [".k"]).filled(values) == path


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{acuracy}.k", r"'acuracy', which has no value\. Did you mean 'accuracy'"),
        ("{accuracy:d}.k", "accuracy=0.5"),
        ("{accuracy.__class__}.k", "has no value"),
        ("{accuracy[0]}.k", "has no value"),
        ("{listed:.2f}.k", "unsupported format string"),
    ],
)
def test_a_field_that_cannot_be_filled_in_is_a_clear_error(text, message):
    with pytest.raises(PathFieldError, match=message) as caught:
        PathTemplate(text, [".k"]).filled({"epoch": 1, "accuracy": 0.5, "listed": []})
    assert len(str(caught.value).splitlines()) == 4
    assert isinstance(caught.value, KeyError)  # Keras raises that
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize(
    ("text", "folder"),
    [
        ("m.k", ""),
        ("a/b/m.k", "a/b"),
        ("/m.k", "/"),
        ("a/{epoch}/m.k", "a"),
        ("a/run-{epoch}/m.k", "a"),
        ("a/{{b}}/{epoch}.k", "a/{b}"),
        ("{epoch}/m.k", ""),
    ],
)
def test_the_folder_is_what_stands_before_the_first_field(text, folder):
    assert PathTemplate(text, [".k"]).folder == folder


def test_a_missing_name_tells_which_logs_there_are(tmp_path):
    callback = ModelCheckpoint(tmp_path / "{epoch}-{val_acc}.keras")
    begun(callback)
    with pytest.raises(PathFieldError, match="Allowed: 'loss', 'val_loss', 'epoch'"):
        callback.on_epoch_end(0, {"loss": 1.0, "val_loss": 2.0})


def test_the_epoch_is_that_of_the_training_whatever_metrics_are_called(tmp_path):
    callback = ModelCheckpoint(tmp_path / "{epoch}.keras")
    model = begun(callback)
    callback.on_epoch_end(4, {"epoch": 99.0})
    assert model.saved == [["save", "5.keras"]]


# ---------------------------------------------------------------------------------------------------------- folders


def test_folders_are_made_before_the_first_step_and_nothing_else(tmp_path):
    begun(ModelCheckpoint(tmp_path / "a" / "b" / "{epoch}.keras"))
    assert [path.relative_to(tmp_path).as_posix() for path in sorted(tmp_path.rglob("*"))] == ["a", "a/b"]


def test_a_folder_named_by_a_field_is_made_when_it_is_needed(tmp_path):
    callback = ModelCheckpoint(tmp_path / "{epoch}" / "m.keras")
    begun(callback)
    assert list(tmp_path.iterdir()) == []
    callback.on_epoch_end(0, {})
    assert [path.name for path in tmp_path.iterdir()] == ["1"]


def test_a_folder_that_is_a_file_is_told_before_the_first_step(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    callback = ModelCheckpoint(tmp_path / "file" / "deeper" / "m.keras")
    with pytest.raises(NotADirectoryError, match="No file can be written into the folder") as caught:
        begun(callback)
    assert len(str(caught.value).splitlines()) == 4
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_what_was_made_of_a_folder_goes_when_no_file_can_be_written(tmp_path, monkeypatch):
    def refused(dir):
        raise PermissionError(13, "Permission denied", str(dir))

    monkeypatch.setattr("tempfile.TemporaryFile", refused)
    (tmp_path / "there").mkdir()
    with pytest.raises(PermissionError, match="Permission denied"):
        begun(ModelCheckpoint(tmp_path / "there" / "new" / "newer" / "m.keras"))
    assert [path.name for path in tmp_path.rglob("*")] == ["there"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission_is_told_before_the_first_step(tmp_path):
    (tmp_path / "closed").mkdir(mode=0o500)
    with pytest.raises(PermissionError):
        begun(ModelCheckpoint(tmp_path / "closed" / "m.keras"))


def test_a_file_that_is_a_folder_is_told_before_the_first_step(tmp_path):
    (tmp_path / "m.keras").mkdir()
    with pytest.raises(IsADirectoryError, match="the path of a folder"):
        begun(ModelCheckpoint(tmp_path / "m.keras"))


def test_the_current_folder_needs_no_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    model = begun(callback := ModelCheckpoint("m.keras"))
    callback.on_epoch_end(0, {})
    require_writable("")
    assert model.saved == [["save", "m.keras"]]
    assert list(tmp_path.iterdir()) == []


# ------------------------------------------------------------------------------------------------------------- costs


@pytest.mark.parametrize(
    ("name", "arguments", "reads"),
    [
        ("m.keras", {}, []),
        ("m.keras", {"save_freq": 2}, []),
        ("{epoch}-{batch}.keras", {"save_freq": 2}, []),
        ("{batch}-{val_loss}.keras", {"save_freq": 2}, [1, 3]),
        ("m.keras", {"save_freq": 3, "save_best_only": True}, [2]),
    ],
)
def test_logs_of_a_batch_are_read_only_when_they_are_needed(name, arguments, reads, tmp_path):
    callbacks = CallbackList(ModelCheckpoint(tmp_path / name, **arguments), model=FakeModel())
    callbacks.on_train_begin()
    callbacks.on_epoch_begin(0)
    read = []
    for batch in range(4):
        logs = LazyLogs(lambda: {"val_loss": 1.0})
        callbacks.on_train_batch_end(batch, logs)
        if logs.computed:
            read.append(batch)
    assert read == reads


# ------------------------------------------------------------------------------------------------------------ judging


def test_only_the_best_need_a_direction(tmp_path):
    begun(ModelCheckpoint(tmp_path / "m.keras", monitor="unheard_of"))
    with pytest.raises(ValueError, match="cannot tell whether 'unheard_of' is better"):
        begun(ModelCheckpoint(tmp_path / "m.keras", monitor="unheard_of", save_best_only=True))


def test_a_save_that_fails_is_no_new_best(tmp_path):
    class Failing(FakeModel):
        def save(self, path, *, overwrite):
            raise OSError(28, "No space left on device")

    callback = ModelCheckpoint(tmp_path / "m.keras", save_best_only=True, initial_value_threshold=2.0)
    begun(callback, Failing())
    with pytest.raises(OSError, match="No space left"):
        callback.on_epoch_end(0, logs_of(1.0))
    assert callback.best == 2.0


def test_a_missing_metric_is_told_once_and_loses_nothing(tmp_path):
    callback = ModelCheckpoint(tmp_path / "{epoch}.keras", save_best_only=True)
    model = begun(callback)
    with pytest.warns(UserWarning, match="it saves until it has seen a value") as told:
        callback.on_epoch_end(0, {"loss": 1.0})
    assert len(told) == 1
    # Warnings are errors here.
    callback.on_epoch_end(1, {"loss": 1.0})
    callback.on_epoch_end(2, {"loss": 1.0})
    assert [name for _, name in model.saved] == ["1.keras", "2.keras", "3.keras"]


BEST = (
    "\nEpoch 1: val_loss improved to 2.00000, saving model to {path}\n"
    "\nEpoch 2: val_loss did not improve from 2.00000\n"
)
WORSE_THEN_BETTER = (
    "\nEpoch 1: val_loss did not improve from 1.50000\n"
    "\nEpoch 2: val_loss improved from 1.50000 to 1.00000, saving model to {path}\n"
)


@pytest.mark.parametrize(
    ("arguments", "history", "text"),
    [
        ({"verbose": 0, "save_best_only": True}, [2, 3], ""),
        ({"verbose": 1, "save_best_only": True}, [2, 3], BEST),
        ({"verbose": 1, "save_best_only": True, "initial_value_threshold": 1.5}, [2, 1], WORSE_THEN_BETTER),
        ({"verbose": 1}, [2], "\nEpoch 1: saving model to {path}\n"),
    ],
)
def test_it_tells_what_it_does_only_when_asked(arguments, history, text, tmp_path, capsys):
    path = tmp_path / "m.keras"
    play_checkpoint(ModelCheckpoint(path, **arguments), history, [])
    assert capsys.readouterr().out == text.format(path=path)


def test_a_first_nan_is_saved_and_then_beaten(tmp_path):
    callback = ModelCheckpoint(tmp_path / "m.keras", save_best_only=True)
    begun(callback)
    callback.on_epoch_end(0, logs_of(math.nan))
    assert math.isnan(callback.best)
    callback.on_epoch_end(1, logs_of(math.inf))
    assert callback.best == math.inf
