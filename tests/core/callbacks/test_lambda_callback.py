"""LambdaCallback calls its functions as hooks, and nothing that was not given."""

from __future__ import annotations

import pytest

from polykeras.callbacks import Callback, CallbackList, LambdaCallback, LazyLogs

HOOKS = [name for name in vars(Callback) if name.startswith("on_")]
WITHOUT_INDEX = [name for name in HOOKS if name.count("_") == 2 and "batch" not in name and "epoch" not in name]


@pytest.mark.parametrize("hook", HOOKS)
def test_each_function_is_called_as_its_hook(hook):
    calls = []
    callbacks = CallbackList(LambdaCallback(**{hook: lambda *args: calls.append(args)}))
    index = () if hook in WITHOUT_INDEX else (3,)
    getattr(callbacks, hook)(*index, {"loss": 1})
    assert calls == [(*index, {"loss": 1.0})]


def test_the_table_of_hooks_is_the_right_one():
    assert len(HOOKS) == 16
    assert sorted(WITHOUT_INDEX) == sorted(
        f"on_{phase}_{moment}" for phase in ("train", "test", "predict") for moment in ("begin", "end")
    )


def test_the_first_six_may_be_given_by_position():
    names = ["on_epoch_begin", "on_epoch_end", "on_train_begin", "on_train_end"]
    names += ["on_train_batch_begin", "on_train_batch_end"]
    functions = [lambda *_, name=name: name for name in names]
    callback = LambdaCallback(*functions)
    assert [getattr(callback, name)() for name in names] == names


def test_setters_may_be_replaced_too():
    models = []
    CallbackList(LambdaCallback(set_model=models.append), model="the model's place is taken")
    assert models == ["the model's place is taken"]


def test_hooks_that_were_not_given_cost_nothing():
    callbacks = CallbackList(LambdaCallback(on_epoch_end=lambda *_: None, on_train_begin=None))
    assert not callbacks.batch_logs_wanted("train")
    logs = LazyLogs(lambda: {"loss": 1.0})
    callbacks.on_train_batch_end(0, logs)
    assert not logs.computed


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"on_epoch_ends": print}, "Did you mean 'on_epoch_end'"),
        ({"model": print}, "knows no hook 'model'"),
        ({"on_epoch_end": 5}, "cannot be called"),
        ({"on_test_begin": "print"}, "cannot be called"),
    ],
)
def test_what_would_never_be_called_is_refused(given, message):
    with pytest.raises(TypeError, match=message) as caught:
        LambdaCallback(**given)
    assert len(str(caught.value).splitlines()) == 4
