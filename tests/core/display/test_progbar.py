"""`Progbar`, the bar driven by hand."""

from __future__ import annotations

import pytest

from polykeras.train.progbar import Progbar


class TimedProgbar(Progbar):
    """A bar whose clock stands still."""

    def _seconds(self) -> float:
        return 0.0


@pytest.mark.parametrize(
    ("options", "shown"),
    [
        ({}, "loss: 1.6000 - acc: 0.3000"),
        ({"stateful_metrics": ["acc"]}, "loss: 1.6000 - acc: 0.5000"),
        ({"stateless_metrics": ["acc"]}, "loss: 1.0000 - acc: 0.3000"),
    ],
    ids=["all averaged", "acc as it is", "acc averaged"],
)
def test_averages_are_weighted_by_steps(capsys, options, shown):
    bar = TimedProgbar(None, verbose=2, **options)
    bar.update(3, [("loss", 2.0), ("acc", 1 / 6)])
    bar.add(2, {"loss": 1.0, "acc": 0.5})
    bar.update(5, finalize=True)
    assert capsys.readouterr().out == f"5/5 - 0s - 0s/step - {shown}\n"


def test_the_last_update_shows_its_values_as_they_are(capsys):
    bar = TimedProgbar(4, width=4, unit_name="sample")
    bar.update(2, [("loss", 3.0)])
    bar.update(4, [("loss", 1.0)])
    assert capsys.readouterr().out == " 4/4 ━━━━ 0s 0s/sample - loss: 1.0000\n"


def test_a_name_cannot_be_both():
    with pytest.raises(ValueError, match=r"(?s)cannot both.*Received.*: a\..*Allowed.*Leave"):
        Progbar(1, stateful_metrics=["a", "b"], stateless_metrics=["a"])


def test_a_real_clock_by_default(capsys):
    Progbar(1).update(1, [("loss", 1.0)])
    assert capsys.readouterr().out.startswith(" 1/1 ━━━━━━━━━━━━━━━━━━━━ 0s ")
