"""Contestants are timed only when they do the same job; a result is told and judged as measured."""

from __future__ import annotations

import json

import numpy as np
import pytest

from benchmarks import bars, run
from benchmarks.contestants import DifferentJobError, require_agreement, warm_up
from benchmarks.method import Bar, Estimate
from benchmarks.models import CASES, make_data
from benchmarks.report import Row, cells, failures, table

DISAGREEMENTS = [
    {"loop": 1.0, "keras": 1.5},
    {"loop": 1.0, "keras": float("nan")},
    {"loop": float("nan"), "keras": 1.0},
    {"loop": np.zeros(3), "polykeras": np.zeros(3), "keras": np.array([0.0, 0.0, 1.0])},
]


@pytest.mark.parametrize("values", DISAGREEMENTS)
def test_different_jobs_are_not_timed(values):
    with pytest.raises(DifferentJobError, match=r"keras is .* away from loop"):
        require_agreement("losses", values, 0.01)


def test_equal_jobs_are_timed():
    require_agreement("losses", {"loop": 2.0, "keras": 2.001, "polykeras": np.float32(1.999)}, 0.01)


class Told:
    """A contestant that reports the losses it is given and remembers how it was asked."""

    def __init__(self, loss):
        self.loss = loss
        self.asked = []

    def epoch(self, *, shuffle=True):
        self.asked.append(shuffle)
        return self.loss, 0.5


def test_warm_up_compares_an_unshuffled_epoch():
    same = {"loop": Told(2.0), "keras": Told(2.001)}
    warm_up(same, 0.01)
    assert [one.asked for one in same.values()] == [[False, True], [False, True]]
    with pytest.raises(DifferentJobError, match="losses"):
        warm_up({"loop": Told(2.0), "keras": Told(2.2)}, 0.01)


@pytest.mark.parametrize("case", CASES)
def test_data_are_always_the_same_and_not_wholly_learnable(case):
    x, y = make_data(CASES[case].shape, 320, "int32")
    again, labels = make_data(CASES[case].shape, 320, "int64")
    assert (x == again).all()
    assert (y == labels).all()
    assert (x.dtype, y.dtype, labels.dtype) == ("float32", "int32", "int64")
    assert set(y) == set(range(10))


def test_every_comparison_of_ours_has_a_bar_and_the_yardsticks_have_none():
    for backend in bars.BACKENDS:
        for case in CASES:
            limits = {pairing: bars.bar_for(backend, case, pairing) for pairing in bars.PAIRINGS}
            assert [pairing for pairing, bar in limits.items() if bar is None] == [("keras", "loop")]
            assert CASES[case].steps[backend] > 0
            assert bars.IN_KERAS[backend][case] > 0


MEASURED = Row("torch mlp", "polykeras / loop", "", Estimate(1.5, 1.4, 1.6, 15), Bar(1.35), "a note")


def test_row_survives_json():
    assert run.as_row(json.loads(json.dumps(MEASURED.facts()))) == MEASURED
    told = MEASURED._replace(bar=None)
    assert run.as_row(json.loads(json.dumps(told.facts()))) == told


def test_failures_are_the_rows_over_their_bar():
    fine = MEASURED._replace(bar=Bar(1.45))
    told = MEASURED._replace(bar=None)
    assert failures([MEASURED, fine, told]) == [MEASURED]


def test_table_lines_up_and_says_all():
    text = table([MEASURED, MEASURED._replace(group="shared", unit="us", bar=None)])
    first, second, third = text.splitlines()
    assert cells(MEASURED) == ("torch mlp", "polykeras / loop", "1.5", "1.4 .. 1.6", "<= 1.35", "FAIL", "a note")
    assert first.index("median") == second.index("1.5") == third.index("1.5 us")
    assert third.startswith("shared")


REFUSED = [
    ["--contestants", "loop"],
    ["--contestants", "loop,pytorch"],
    ["--backend", "numpy"],
    ["--model", "resnet"],
]


@pytest.mark.parametrize("arguments", REFUSED)
def test_command_refuses_what_it_cannot_measure(arguments, capsys):
    with pytest.raises(SystemExit) as stopped:
        run.parse(arguments)
    assert stopped.value.code == 2
    assert arguments[0] in capsys.readouterr().err


FOUND = {"rows": [MEASURED.facts()], "times": [{"backend": "torch", "model": "mlp", "seconds": {"loop": [0.1]}}]}


@pytest.mark.parametrize(("limit", "status"), [(1.35, 1), (1.45, 0)])
def test_exit_status_says_whether_a_bar_failed(limit, status, monkeypatch, tmp_path, capsys):
    asked = []

    def measured(backend, arguments):
        asked.append(backend)
        return FOUND | {"rows": [MEASURED._replace(bar=Bar(limit)).facts()]}

    monkeypatch.setattr(run, "measure_apart", measured)
    written = tmp_path / "found.json"
    assert run.main(["--part", "fit", "--json", str(written)]) == status
    assert asked == list(bars.BACKENDS)
    assert "polykeras / loop" in capsys.readouterr().out
    found = json.loads(written.read_text(encoding="utf-8"))
    assert [row["median"] for row in found["rows"]] == [1.5] * len(bars.BACKENDS)
    assert found["machine"]["cores"]
