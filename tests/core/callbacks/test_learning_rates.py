"""ReduceLROnPlateau and LearningRateScheduler: rates as Keras sets them, save for the differences written down here."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from polykeras.callbacks import CallbackList, LearningRateScheduler, ReduceLROnPlateau
from tests.core.callbacks.replay import FakeModel, play_plateau

RECORDED = json.loads(Path(__file__).with_name("keras_callbacks.json").read_text(encoding="utf-8"))["plateau"]

# Where Keras' answer is not wanted: a first loss of nan is never beaten there.
OWN_RATES = {"[nan, nan, 1, 0.5]": [1.0, 1.0, 1.0, 1.0]}


@pytest.mark.parametrize("case", RECORDED, ids=lambda case: f"{case['arguments']}-{case['history']}")
def test_rates_are_those_of_keras(case):
    answer = play_plateau(ReduceLROnPlateau(**case["arguments"]), case["history"])
    own = OWN_RATES.get(str(case["history"]))
    if own is not None:
        assert answer["rates"] == own
        assert answer["rates"] != case["answer"]["rates"], "no difference any more: take the line away"
        return
    # Keras multiplies in single precision.
    for key in ("rates", "logged"):
        np.testing.assert_allclose(answer.pop(key), case["answer"].pop(key), rtol=1e-6)
    assert answer == case["answer"]


def test_every_difference_is_a_recorded_history():
    assert OWN_RATES.keys() <= {str(case["history"]) for case in RECORDED}


@pytest.mark.parametrize("factor", [1.0, 1.5, -0.1, float("nan")])
def test_factors_that_lower_nothing_are_refused(factor):
    with pytest.raises(ValueError, match="would not lower") as caught:
        ReduceLROnPlateau(factor=factor)
    assert len(str(caught.value).splitlines()) == 4


def test_arguments_that_it_does_not_have_are_refused():
    with pytest.raises(TypeError, match="Received: min_rate"):
        ReduceLROnPlateau(min_rate=0.1)
    with pytest.warns(UserWarning, match="pass `min_delta`") as told:
        assert ReduceLROnPlateau(epsilon=0.5).min_delta == 1e-4
    assert told[0].filename == __file__


class Scheduled:
    """An optimizer whose rate cannot be set."""

    @property
    def learning_rate(self):
        return 0.5

    @learning_rate.setter
    def learning_rate(self, value):
        raise TypeError("a schedule gives it")


@pytest.mark.parametrize("optimizer", [None, SimpleNamespace()])
@pytest.mark.parametrize("make", [ReduceLROnPlateau, lambda: LearningRateScheduler(lambda _: 1.0)])
def test_without_a_rate_there_is_an_error_before_the_first_step(make, optimizer):
    model = FakeModel()
    model.optimizer = optimizer
    callbacks = CallbackList(make(), model=model)
    with pytest.raises(ValueError, match="finds no learning rate") as caught:  # noqa: PT012 - whichever is first
        callbacks.on_train_begin()
        callbacks.on_epoch_begin(0)
    assert len(str(caught.value).splitlines()) == 4


@pytest.mark.parametrize("make", [ReduceLROnPlateau, lambda: LearningRateScheduler(lambda _: 1.0)])
def test_a_rate_that_cannot_be_set_is_an_error_before_the_first_step(make):
    model = FakeModel()
    model.optimizer = Scheduled()
    callbacks = CallbackList(make(), model=model)
    with pytest.raises(TypeError, match="a schedule gives it"):  # noqa: PT012 - whichever is first
        callbacks.on_train_begin()
        callbacks.on_epoch_begin(0)


@pytest.mark.parametrize(
    ("verbose", "text"), [(0, ""), (1, "\nEpoch 2: ReduceLROnPlateau reducing learning rate to 0.5.\n")]
)
def test_a_reduction_is_told_only_when_asked(verbose, text, capsys):
    play_plateau(ReduceLROnPlateau(patience=1, factor=0.5, verbose=verbose), [1, 1])
    assert capsys.readouterr().out == text


def scheduled(schedule, epochs=3, **arguments):
    model = FakeModel()
    callbacks = CallbackList(LearningRateScheduler(schedule, **arguments), model=model)
    callbacks.on_train_begin()
    rates = []
    for epoch in range(epochs):
        callbacks.on_epoch_begin(epoch)
        logs = {"loss": 1.0}
        callbacks.on_epoch_end(epoch, logs)
        rates.append(model.optimizer.learning_rate)
    return rates


class Halves:
    def __call__(self, epoch, rate):
        return rate / 2


def one_by_default(epoch, rate=8.0):
    return rate / 2


@pytest.mark.parametrize(
    ("schedule", "rates"),
    [
        (lambda _, rate: rate * 0.5, [0.5, 0.25, 0.125]),
        (lambda epoch: 1 / 2**epoch, [1.0, 0.5, 0.25]),
        (lambda *given: given[1] / 2, [0.5, 0.25, 0.125]),
        (one_by_default, [0.5, 0.25, 0.125]),
        (Halves(), [0.5, 0.25, 0.125]),
        (Halves().__call__, [0.5, 0.25, 0.125]),
        (lambda epoch: epoch + 1, [1.0, 2.0, 3.0]),
        (lambda _: np.float32(0.5), [0.5, 0.5, 0.5]),
        (lambda _: np.array(0.25), [0.25, 0.25, 0.25]),
        (max, [1.0, 1.0, 2.0]),
    ],
)
def test_a_schedule_gets_what_it_takes(schedule, rates):
    assert scheduled(schedule) == rates


@pytest.mark.parametrize("answer", [None, "0.1", [0.1], np.array([0.1]), True])
def test_what_is_no_rate_is_refused(answer):
    with pytest.raises(ValueError, match="returned no learning rate") as caught:
        scheduled(lambda _: answer)
    assert len(str(caught.value).splitlines()) == 4


def test_errors_of_a_schedule_pass_untouched():
    def broken(epoch, rate):
        return len(epoch)

    with pytest.raises(TypeError, match="has no len"):
        scheduled(broken)


def test_the_rate_stands_in_the_logs():
    logs = {}
    callback = LearningRateScheduler(lambda _: 0.25)
    callback.set_model(FakeModel())
    callback.on_epoch_begin(0)
    callback.on_epoch_end(0, logs)
    assert logs == {"learning_rate": 0.25}


@pytest.mark.parametrize(
    ("verbose", "text"), [(0, ""), (1, "\nEpoch 1: LearningRateScheduler setting learning rate to 0.5.\n")]
)
def test_a_rate_is_told_only_when_asked(verbose, text, capsys):
    scheduled(lambda _: 0.5, epochs=1, verbose=verbose)
    assert capsys.readouterr().out == text
