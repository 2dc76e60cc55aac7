"""EarlyStopping: every history as Keras judges it, save for the differences written down here."""

from __future__ import annotations

import json
import math
import warnings
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from polykeras import metrics
from polykeras.callbacks import CallbackList, EarlyStopping
from polykeras.callbacks.monitoring import MonitorCallback, direction_of
from tests.core.callbacks.replay import FakeModel, logs_of, play_stopping

RECORDED = json.loads(Path(__file__).with_name("keras_callbacks.json").read_text(encoding="utf-8"))

# Where Keras' answer is not wanted: a first loss of nan is never beaten there.
OWN_ANSWERS = {
    "[nan, nan, 3, 2, 1]": {
        "last_epoch": 4, "stopped_epoch": 0, "best_epoch": 4, "best": 1, "wait": 0, "weight": 4, "warned": False,
    },
}  # fmt: skip


def same(left, right) -> bool:
    both_nan = isinstance(left, float) and isinstance(right, float) and math.isnan(left) and math.isnan(right)
    return both_nan or left == right


def ids(case) -> str:
    return f"{case['arguments']}-{case['history']}"


@pytest.mark.filterwarnings("ignore:EarlyStopping does not know the mode")
@pytest.mark.parametrize("case", RECORDED["stopping"], ids=ids)
def test_histories_are_judged_as_keras_judges_them(case):
    own = OWN_ANSWERS.get(str(case["history"]))
    expected = own or case["answer"]
    answer = play_stopping(EarlyStopping(**case["arguments"]), case["history"])
    assert answer.keys() == expected.keys()
    assert {key: value for key, value in answer.items() if not same(value, expected[key])} == {}
    assert own is None or own != case["answer"], "no difference any more: take the line away"


def test_every_difference_is_a_recorded_history():
    assert OWN_ANSWERS.keys() <= {str(case["history"]) for case in RECORDED["stopping"]}


@pytest.mark.parametrize(
    ("monitor", "metric", "mode"),
    [
        ("val_out_loss", None, "min"),
        ("my_loss", SimpleNamespace(name="my_loss", _direction="up"), "max"),
        ("a", metrics.MeanMetricWrapper(lambda t, p: t - p, name="a"), None),
        ("a", SimpleNamespace(name="a"), None),
        ("a", metrics.Mean(name="a"), None),
        ("a_mae", metrics.MeanAbsoluteError(name="a_mae"), "min"),
        ("nothing", None, None),
    ],
)
def test_directions_of_metrics_that_keras_leaves_open(monitor, metric, mode):
    assert direction_of(monitor, [] if metric is None else [metric]) == mode


def test_a_wrapped_loss_is_better_low():
    from polykeras import losses

    for function in (losses.mean_squared_error, losses.MeanSquaredError()):
        assert metrics.MeanMetricWrapper(function, name="a")._direction == "down"


def test_a_direction_that_nobody_knows_is_an_error_before_the_first_epoch():
    stopping = EarlyStopping(monitor="val_acuracy")
    stopping.set_model(FakeModel([metrics.BinaryAccuracy(name="accuracy")]))
    with pytest.raises(ValueError, match="cannot tell whether 'val_acuracy' is better high or low") as caught:
        stopping.on_train_begin()
    assert "Did you mean 'accuracy'?" in str(caught.value)
    assert len(str(caught.value).splitlines()) == 4


def test_the_direction_is_found_anew_for_another_model():
    stopping = EarlyStopping(monitor="a")
    for direction, better in (("up", 2.0), ("down", 0.0)):
        stopping.set_model(FakeModel([SimpleNamespace(name="a", _direction=direction)]))
        stopping.on_train_begin()
        assert stopping.improves(better, over=1.0)
        assert not stopping.improves(1.0, over=better)


def test_without_a_call_of_on_train_begin_the_direction_is_found_when_needed():
    watch = MonitorCallback("loss")
    assert watch.monitor_op is None
    assert watch.improves(1.0, over=2.0)


@pytest.mark.parametrize(
    ("value", "over", "improves"),
    [
        (1, None, True),
        (2, 1, False),
        (math.nan, None, True),
        (math.nan, math.nan, False),
        (1, math.nan, True),
        (math.nan, 1, False),
        (math.inf, math.nan, True),
        (1, math.inf, True),
        (math.inf, math.inf, False),
    ],
)
def test_improvement(value, over, improves):
    assert MonitorCallback("loss").improves(value, over=over) is improves
    if over is not None:
        assert MonitorCallback("a", "max").improves(-value, over=-over) is improves


def test_a_missing_metric_is_told_once_per_training():
    stopping = EarlyStopping(monitor="val_loss")
    stopping.set_model(FakeModel())
    for _ in range(2):
        stopping.on_train_begin()
        with pytest.warns(UserWarning, match="EarlyStopping watches 'val_loss'") as told:
            stopping.on_epoch_end(0, {"loss": 1.0, "val_los": 1.0})
        assert len(told) == 1
        assert "Did you mean 'val_los'" in str(told[0].message)
        assert len(str(told[0].message).splitlines()) == 4
        # Warnings are errors here.
        stopping.on_epoch_end(1, {"loss": 1.0})


def test_what_is_no_single_number_counts_as_missing():
    stopping = EarlyStopping(monitor="val_loss", restore_best_weights=True)
    stopping.set_model(FakeModel())
    stopping.on_train_begin()
    with pytest.warns(UserWarning, match=r"of shape \(2,\)"):
        stopping.on_epoch_end(0, {"val_loss": np.array([1.0, 2.0])})
    assert stopping.best is None


def test_an_unknown_mode_is_told_and_taken_as_auto():
    with pytest.warns(UserWarning, match="does not know the mode 'lowest'") as told:
        stopping = EarlyStopping(mode="lowest")
    assert stopping.mode == "auto"
    assert told[0].filename == __file__


@pytest.mark.parametrize(("restore", "copies"), [(True, 3), (False, 0)])
def test_weights_are_copied_only_when_they_are_better_and_wanted(restore, copies):
    model = FakeModel()
    stopping = EarlyStopping(patience=9, restore_best_weights=restore)
    stopping.set_model(model)
    stopping.on_train_begin()
    for epoch, value in enumerate([3, 2, 5, 4, 1, 6]):
        stopping.on_epoch_end(epoch, logs_of(value))
    assert model.copies == copies
    assert (stopping.best_weights is not None) is restore


def test_a_second_training_starts_anew():
    stopping = EarlyStopping(patience=1, restore_best_weights=True)
    first = play_stopping(stopping, [1, 2, 3])
    second = play_stopping(stopping, [5, 6, 7])
    assert (first["best"], second["best"]) == (1, 5)
    assert second["stopped_epoch"] == 1


STOPPED = "Epoch 3: early stopping\nRestoring model weights from the end of the best epoch: 1.\n"


@pytest.mark.parametrize(
    ("verbose", "history", "text"),
    [(0, [1, 2, 3], ""), (1, [1, 2, 3], STOPPED), (1, [2, 1], STOPPED.splitlines()[1].replace("1.", "2.") + "\n")],
)
def test_it_tells_what_it_does_only_when_asked(verbose, history, text, capsys):
    play_stopping(EarlyStopping(patience=2, restore_best_weights=True, verbose=verbose), history)
    assert capsys.readouterr().out == text


def test_its_attributes_are_those_of_keras():
    stopping = EarlyStopping("loss", 0.5, 3, 1, "min", 0.25, True, 2)
    given = ("monitor", "min_delta", "patience", "verbose", "mode", "baseline", "restore_best_weights")
    assert [getattr(stopping, name) for name in given] == ["loss", 0.5, 3, 1, "min", 0.25, True]
    start = ("start_from_epoch", "best", "best_epoch", "best_weights", "stopped_epoch", "wait")
    assert [getattr(stopping, name) for name in start] == [2, None, 0, None, 0, 0]
    assert stopping.monitor_op(1, 2)
    assert stopping.get_monitor_value({"loss": 2.0}) == 2.0


def test_it_hears_of_no_batch():
    callbacks = CallbackList(EarlyStopping())
    assert not callbacks.batch_logs_wanted("train")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        callbacks.on_train_batch_end(0, {"loss": 1.0})
