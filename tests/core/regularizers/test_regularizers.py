"""Regularizers by name and config; their values are computed in tests/backends."""

from __future__ import annotations

import json

import numpy as np
import pytest

from polykeras import regularizers
from polykeras.regularizers import L1, L1L2, L2, OrthogonalRegularizer, Regularizer

NAMES = [
    ("L1", L1),
    ("l1", L1),
    ("L2", L2),
    ("l2", L2),
    ("L1L2", L1L2),
    ("l1l2", L1L2),
    ("OrthogonalRegularizer", OrthogonalRegularizer),
    ("orthogonal_regularizer", OrthogonalRegularizer),
    ("Regularizer", Regularizer),
    ("regularizer", Regularizer),
]


@pytest.mark.parametrize(("name", "owner"), NAMES)
def test_names(name, owner):
    assert type(regularizers.get(name)) is owner


def test_these_are_all_the_names():
    assert sorted(regularizers.FAMILY.table) == sorted(name for name, _ in NAMES)


CONFIGS = [
    (L1(), "L1", {"l1": 0.01}),
    (L2(np.float32(0.5)), "L2", {"l2": 0.5}),
    (L1L2(None, 1), "L1L2", {"l1": 0.0, "l2": 1.0}),
    (OrthogonalRegularizer(0.1, "columns"), "OrthogonalRegularizer", {"factor": 0.1, "mode": "columns"}),
]


@pytest.mark.parametrize(("made", "name", "arguments"), CONFIGS)
def test_a_config_goes_round_through_json(made, name, arguments):
    config = json.loads(json.dumps(regularizers.serialize(made)))
    assert config == {
        "module": "keras.regularizers",
        "class_name": name,
        "config": arguments,
        "registered_name": None,
    }
    back = regularizers.deserialize(config)
    assert type(back) is type(made)
    assert back.get_config() == arguments


@pytest.mark.parametrize("factor", [-1.0, float("nan"), float("inf"), "a", [1.0]])
@pytest.mark.parametrize("make", [L1, L2, L1L2, OrthogonalRegularizer])
def test_factors_that_are_none(make, factor):
    with pytest.raises(ValueError, match="Allowed: finite numbers of at least 0"):
        make(factor)


def test_mode():
    with pytest.raises(ValueError, match="Did you mean"):
        OrthogonalRegularizer(mode="row")


def test_base_class():
    assert Regularizer()([1.0]) == 0
    with pytest.raises(NotImplementedError, match="Define it"):
        Regularizer().get_config()
