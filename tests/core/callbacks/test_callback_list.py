"""Who hears of an event, what they get, and what it costs."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest

from polykeras.callbacks import Callback, CallbackList, History, LazyLogs, ProgbarLogger

BATCH_EVENTS = [f"on_{phase}_batch_{moment}" for phase in ("train", "test", "predict") for moment in ("begin", "end")]
EPOCH_EVENTS = ["on_epoch_begin", "on_epoch_end"]
LOOP_EVENTS = [f"on_{phase}_{moment}" for phase in ("train", "test", "predict") for moment in ("begin", "end")]
OLD_EVENTS = ["on_batch_begin", "on_batch_end"]
EVENTS = BATCH_EVENTS + EPOCH_EVENTS + LOOP_EVENTS + OLD_EVENTS


def recorder(*events: str, base: type = Callback, **members) -> Callback:
    """A callback that defines `events` and keeps what it gets in `calls`."""
    calls: list[tuple] = []

    def hook_of(event):
        return lambda _self, *args: calls.append((event, *args))

    return type("Recorder", (base,), {**{event: hook_of(event) for event in events}, "calls": calls, **members})()


def fire(callbacks: CallbackList, event: str, logs=None) -> None:
    index = () if event in LOOP_EVENTS else (3,)
    getattr(callbacks, event)(*index, logs)


@pytest.mark.parametrize("event", EVENTS)
def test_every_hook_reaches_the_callback_that_defines_it_and_no_other(event):
    all_but_this = recorder(*(set(EVENTS) - {event}))
    this = recorder(event)
    fire(CallbackList([all_but_this, this]), event, {"loss": 1})
    index = () if event in LOOP_EVENTS else (3,)
    assert this.calls == [(event, *index, {"loss": 1.0})]
    inherited = {"on_train_batch_begin": "on_batch_begin", "on_train_batch_end": "on_batch_end"}.get(event)
    assert [call[0] for call in all_but_this.calls] == ([inherited] if inherited else [])


@pytest.mark.parametrize("event", EVENTS)
def test_logs_are_never_none_for_a_callback(event):
    callback = recorder(event)
    fire(CallbackList(callback), event)
    assert callback.calls[0][-1] == {}


def test_the_base_hooks_do_nothing():
    callback = Callback()
    for event in EVENTS:
        assert getattr(callback, event)(*(() if event in LOOP_EVENTS else (0,))) is None
    assert (callback.model, callback.params) == (None, None)


def test_hooks_are_found_once():
    class Counting(type(Callback)):
        lookups = 0

        def __getattribute__(cls, name):
            if name.startswith("on_"):
                Counting.lookups += 1
            return super().__getattribute__(name)

    class Quiet(Callback, metaclass=Counting):
        pass

    callbacks = CallbackList([Quiet()])
    before = Counting.lookups
    assert before > 0
    for event in EVENTS:
        fire(callbacks, event)
    assert Counting.lookups == before


@pytest.mark.parametrize("phase", ["train", "test", "predict"])
def test_batch_logs_are_wanted_only_if_somebody_reads_them(phase):
    others = [event for event in EVENTS if event not in {f"on_{phase}_batch_end", "on_batch_end"}]
    assert not CallbackList([recorder(*others), History()]).batch_logs_wanted(phase)
    assert CallbackList([recorder(f"on_{phase}_batch_end")]).batch_logs_wanted(phase)
    assert CallbackList([recorder("on_batch_end")]).batch_logs_wanted(phase) is (phase == "train")
    assert CallbackList(add_progbar=True).batch_logs_wanted(phase)


def test_lazy_callbacks_get_lazy_logs_and_nothing_is_computed():
    lazy = recorder("on_train_batch_end", lazy_logs=True)
    asked: list[int] = []
    logs = LazyLogs(lambda: asked.append(1) or {"loss": 1})
    CallbackList(lazy).on_train_batch_end(0, logs)
    assert lazy.calls == [("on_train_batch_end", 0, logs)]
    assert lazy.calls[0][-1] is logs
    # The comparison above reads nothing either: it stops at identity.
    assert asked == []


@pytest.mark.parametrize("lazy_first", [True, False])
def test_one_computation_serves_all(lazy_first):
    asked: list[int] = []
    eager = [recorder("on_train_batch_end") for _ in range(2)]
    lazy = recorder("on_train_batch_end", lazy_logs=True)
    callbacks = CallbackList([lazy, *eager] if lazy_first else [*eager, lazy])
    callbacks.on_train_batch_end(0, LazyLogs(lambda: asked.append(1) or {"loss": 1}))
    assert asked == [1]
    assert type(eager[0].calls[0][-1]) is dict
    assert dict(lazy.calls[0][-1]) == {"loss": 1.0}


def test_what_one_callback_adds_those_after_it_see():
    class AddRate(Callback):
        def on_epoch_end(self, epoch, logs=None):
            logs["rate"] = 0.1

    callbacks = CallbackList([AddRate()], add_history=True)
    callbacks.on_epoch_end(0, {"loss": 1.0})
    assert callbacks.callbacks[-1].history == {"loss": [1.0], "rate": [0.1]}


def test_scalars_become_floats_and_the_rest_stays():
    class Scalar:
        shape = ()

        def __float__(self) -> float:
            return 2.5

    outputs, callback = [object()], recorder("on_predict_batch_end")
    CallbackList(callback).on_predict_batch_end(0, {"a": Scalar(), "b": 1, "outputs": outputs, "text": "t"})
    logs = callback.calls[0][-1]
    json.dumps({name: logs[name] for name in ("a", "b", "text")})
    assert logs == {"a": 2.5, "b": 1.0, "outputs": outputs, "text": "t"}
    assert logs["outputs"] is outputs


@pytest.mark.parametrize("event", EVENTS)
def test_exceptions_pass_untouched(event):
    error = RuntimeError("mine")

    def raising(self, *args):
        raise error

    later = recorder(event)
    callbacks = CallbackList([type("Raising", (Callback,), {event: raising})(), later])
    with pytest.raises(RuntimeError) as caught:
        fire(callbacks, event)
    assert caught.value is error
    assert later.calls == []


def test_history_and_progress_come_last_and_only_once():
    mine = Callback()
    kinds = [type(c) for c in CallbackList([mine], add_history=True, add_progbar=True).callbacks]
    assert kinds == [Callback, History, ProgbarLogger]
    history, logger = History(), ProgbarLogger()
    assert CallbackList([logger, history], add_history=True, add_progbar=True).callbacks == [logger, history]


def test_model_and_params_reach_everyone():
    model = SimpleNamespace()
    callbacks = CallbackList([[Callback()], (Callback(),)], add_history=True, model=model, epochs=2, steps=5)
    assert all(c.model is model for c in callbacks.callbacks)
    assert all(c.params == {"epochs": 2, "steps": 5} for c in callbacks.callbacks)
    assert model.history is callbacks.callbacks[-1]
    assert callbacks.model is model


def test_a_callback_of_another_family_is_heard():
    class Foreign:
        def __init__(self) -> None:
            self.seen: list[object] = []

        def set_model(self, model) -> None:
            self.seen.append(model)

        def set_params(self, params) -> None:
            self.seen.append(params)

        def on_epoch_end(self, epoch, logs=None) -> None:
            self.seen.append((epoch, logs))

    foreign = Foreign()
    callbacks = CallbackList(foreign, model="model", steps=1)
    for event in EVENTS:
        fire(callbacks, event, {"loss": 1})
    assert foreign.seen == ["model", {"steps": 1}, (3, {"loss": 1.0})]


def test_a_hook_set_on_the_instance_is_heard():
    heard: list[tuple] = []
    callback = Callback()
    callback.on_epoch_end = lambda epoch, logs: heard.append((epoch, logs))
    CallbackList(callback).on_epoch_end(1, {"loss": 2})
    assert heard == [(1, {"loss": 2.0})]


@pytest.mark.parametrize("wrong", [3, "callback", [Callback(), object()], Callback], ids=str)
def test_what_is_no_callback_is_refused(wrong):
    with pytest.raises(TypeError, match=r"(?s)cannot take.*Received.*Allowed: instances.*Derive"):
        CallbackList(wrong)


def test_lazy_logs():
    asked: list[int] = []
    logs = LazyLogs(lambda: asked.append(1) or {"b": 2, "a": 1})
    assert (repr(logs), logs.computed, asked) == ("LazyLogs(not computed)", False, [])
    assert (logs["a"], list(logs), len(logs), logs()) == (1.0, ["b", "a"], 2, {"b": 2.0, "a": 1.0})
    assert asked == [1]
    assert repr(logs) == "LazyLogs({'b': 2.0, 'a': 1.0})"


def test_history_keeps_values_over_two_fits():
    history = History()
    for epoch in (0, 1):
        history.on_train_begin()
        history.on_epoch_end(epoch, {"loss": float(epoch)})
    assert (history.epoch, history.history) == ([1], {"loss": [0.0, 1.0]})
