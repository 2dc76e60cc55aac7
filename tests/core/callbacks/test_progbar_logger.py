"""The progress lines of whole loops, in a pipe and on a terminal."""

from __future__ import annotations

import pytest

from polykeras.callbacks import CallbackList, LazyLogs, ProgbarLogger


class TimedLogger(ProgbarLogger):
    """Its clock moves a hundredth of a second whenever it is read."""

    ticks = 0

    def _seconds(self) -> float:
        self.ticks += 1
        return self.ticks / 100


def fit(events: CallbackList, *, epochs: int = 2, steps: int = 3, validate: bool = True) -> list[int]:
    """Play the events of `fit`; return the batches whose logs were computed."""
    computed: list[int] = []

    def logs_of(batch: int) -> LazyLogs:
        return LazyLogs(lambda: computed.append(batch) or {"loss": 1.0, "acc": 0.25})

    events.on_train_begin()
    for epoch in range(epochs):
        events.on_epoch_begin(epoch)
        for batch in range(steps):
            events.on_train_batch_begin(batch)
            events.on_train_batch_end(batch, logs_of(batch))
        if validate:
            evaluate(events)
        events.on_epoch_end(epoch, {"loss": 0.5, "zeta": 2.0, "val_loss": 0.75, "acc": 0.5})
    events.on_train_end({})
    return computed


def evaluate(events: CallbackList) -> None:
    events.on_test_begin()
    events.on_test_batch_end(0, LazyLogs(lambda: {"loss": 9.0}))
    events.on_test_end({"loss": 9.0})


def list_of(**params) -> CallbackList:
    return CallbackList([TimedLogger()], add_progbar=True, **{"verbose": 1, "epochs": 2, "steps": 3, **params})


def without_times(text: str) -> list[str]:
    words = (" ".join(w for w in line.split(" ") if not w.endswith(("s", "s/step"))) for line in text.splitlines())
    return list(words)


LINE = " - acc: 0.5000 - loss: 0.5000 - zeta: 2.0000 - val_loss: 0.7500"


def test_fit_in_a_pipe(capsys):
    computed = fit(list_of())
    bar = f" 3/3 {'━' * 20}{LINE}"
    assert without_times(capsys.readouterr().out) == ["Epoch 1/2", bar, "Epoch 2/2", bar]
    assert computed == []


def test_fit_with_one_line_per_epoch(capsys):
    assert fit(list_of(verbose=2)) == []
    line = "3/3 -" + LINE
    assert without_times(capsys.readouterr().out.replace("- 0s - ", "- ")) == ["Epoch 1/2", line, "Epoch 2/2", line]


def test_silence(capsys):
    assert fit(list_of(verbose=0)) == []
    assert capsys.readouterr().out == ""


def test_a_single_epoch_has_no_heading(capsys):
    fit(list_of(epochs=1), epochs=1)
    assert capsys.readouterr().out.startswith(" 3/3 ━")


def test_an_unknown_number_of_steps_is_known_at_the_end(capsys):
    fit(list_of(steps=None, epochs=1), epochs=1, steps=7)
    assert capsys.readouterr().out.startswith(" 7/7 ━")


def test_an_epoch_that_ran_out_of_data_says_so(capsys):
    fit(list_of(steps=10, epochs=1), epochs=1, steps=5)
    assert capsys.readouterr().out.startswith("  5/10 ━━━━━━━━━━─")


def test_on_a_terminal_logs_are_computed_only_for_drawn_batches(capsys, monkeypatch):
    monkeypatch.setattr("polykeras.train.progress.output_kind", lambda _stream: "terminal")
    computed = fit(list_of(steps=200, epochs=1), epochs=1, steps=200)
    drawn = capsys.readouterr().out.count("\r")
    assert computed[0] == 0
    assert computed[-1] == 199
    # A clock tick per batch and one more per drawing: about every tenth batch is drawn.
    assert len(computed) == len(set(computed)) == drawn - 1
    assert 15 <= len(computed) <= 30


def test_evaluate_alone_has_its_own_line(capsys):
    events = list_of(steps=1)
    evaluate(events)
    assert without_times(capsys.readouterr().out) == [f" 1/1 {'━' * 20} - loss: 9.0000"]


def test_evaluate_after_fit_is_shown_again(capsys):
    events = list_of(epochs=1, steps=1)
    fit(events, epochs=1, steps=1)
    evaluate(events)
    assert capsys.readouterr().out.splitlines()[1].endswith("loss: 9.0000")


def test_predict_shows_no_values(capsys):
    events = list_of(steps=2)
    events.on_predict_begin()
    for batch in range(2):
        events.on_predict_batch_end(batch, {"outputs": [batch]})
    events.on_predict_end()
    assert without_times(capsys.readouterr().out) == [f" 2/2 {'━' * 20}"]


def test_a_verbosity_that_does_not_exist():
    with pytest.raises(ValueError, match="Received: 7"):
        list_of(verbose=7)
