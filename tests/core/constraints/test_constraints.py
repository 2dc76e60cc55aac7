"""Constraints by name and config; their values are computed in tests/backends."""

from __future__ import annotations

import json

import pytest

from polykeras import constraints
from polykeras.constraints import Constraint, MaxNorm, MinMaxNorm, NonNeg, UnitNorm

NAMES = [
    ("MaxNorm", MaxNorm),
    ("max_norm", MaxNorm),
    ("MinMaxNorm", MinMaxNorm),
    ("min_max_norm", MinMaxNorm),
    ("NonNeg", NonNeg),
    ("non_neg", NonNeg),
    ("UnitNorm", UnitNorm),
    ("unit_norm", UnitNorm),
    ("Constraint", Constraint),
    ("constraint", Constraint),
]


@pytest.mark.parametrize(("name", "owner"), NAMES)
def test_names(name, owner):
    assert type(constraints.get(name)) is owner


def test_these_are_all_the_names():
    assert sorted(constraints.FAMILY.table) == sorted(name for name, _ in NAMES)


CONFIGS = [
    (MaxNorm(3, [0, 1]), "MaxNorm", {"max_value": 3, "axis": [0, 1]}),
    (MinMaxNorm(0.5, 2.0, 0.25, 1), "MinMaxNorm", {"min_value": 0.5, "max_value": 2.0, "rate": 0.25, "axis": 1}),
    (NonNeg(), "NonNeg", {}),
    (UnitNorm(1), "UnitNorm", {"axis": 1}),
    (Constraint(), "Constraint", {}),
]


@pytest.mark.parametrize(("made", "name", "arguments"), CONFIGS)
def test_a_config_goes_round_through_json(made, name, arguments):
    config = json.loads(json.dumps(constraints.serialize(made)))
    assert config == {"module": "keras.constraints", "class_name": name, "config": arguments, "registered_name": None}
    back = constraints.deserialize(config)
    assert type(back) is type(made)
    assert back.get_config() == arguments


def test_base_class_leaves_weights_alone():
    w = object()
    assert Constraint()(w) is w


def test_close_matches():
    with pytest.raises(ValueError, match=r"(?s)No constraint is called 'maxnorm'.*MaxNorm"):
        constraints.get("maxnorm")
