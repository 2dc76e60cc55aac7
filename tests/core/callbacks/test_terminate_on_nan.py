"""TerminateOnNaN stops on what Keras stops on, and makes nobody else wait."""

from __future__ import annotations

import math

import numpy as np
import pytest

from polykeras.callbacks import Callback, CallbackList, LazyLogs, TerminateOnNaN
from tests.core.callbacks.replay import FakeModel

BAD = [math.nan, math.inf, -math.inf, np.float32("nan"), np.array(np.inf)]
FINE = [0.0, -1e30, 3, np.float64(1), None, "nan", np.array([1.0, math.nan])]


@pytest.mark.parametrize("loss", BAD, ids=repr)
def test_it_stops(loss):
    model = FakeModel()
    CallbackList(TerminateOnNaN(), model=model, verbose=0).on_train_batch_end(3, {"loss": loss})
    assert model.stop_training


@pytest.mark.parametrize("logs", [None, {}, {"acc": math.nan}, *({"loss": loss} for loss in FINE)], ids=repr)
def test_it_goes_on(logs):
    model = FakeModel()
    callback = TerminateOnNaN()
    callback.set_model(model)
    callback.on_batch_end(0, logs)
    CallbackList(callback, model=model).on_train_batch_end(0, logs)
    assert not model.stop_training


@pytest.mark.parametrize("loss", BAD, ids=repr)
def test_it_raises_when_that_was_asked_for(loss):
    model = FakeModel()
    callbacks = CallbackList(TerminateOnNaN(raise_error=True), model=model)
    with pytest.raises(RuntimeError, match="after batch 7") as caught:
        callbacks.on_train_batch_end(7, {"loss": loss})
    assert len(str(caught.value).splitlines()) == 4
    assert not model.stop_training


@pytest.mark.parametrize(("verbose", "told"), [(0, False), (1, True), (2, True), ("auto", True), (None, True)])
def test_it_tells_why_unless_the_training_is_silent(verbose, told, capsys):
    params = {} if verbose is None else {"verbose": verbose}
    CallbackList(TerminateOnNaN(), model=FakeModel(), **params).on_train_batch_end(2, {"loss": math.nan})
    assert capsys.readouterr().out == ("\nBatch 2: the loss is nan, training stops\n" if told else "")


def test_it_looks_at_training_batches_alone():
    model = FakeModel()
    callbacks = CallbackList(TerminateOnNaN(), model=model)
    callbacks.on_test_batch_end(0, {"loss": math.nan})
    callbacks.on_epoch_end(0, {"loss": math.nan})
    assert not model.stop_training


def test_trainings_without_it_read_no_logs():
    logs = LazyLogs(lambda: {"loss": 1.0})
    CallbackList(Callback()).on_train_batch_end(0, logs)
    assert not logs.computed
    CallbackList(TerminateOnNaN(), model=FakeModel()).on_train_batch_end(0, logs)
    assert logs.computed
