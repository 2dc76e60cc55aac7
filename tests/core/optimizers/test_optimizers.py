"""Optimizers and schedules by name and config; what they do is computed in tests/backends."""

from __future__ import annotations

import json

import pytest

from polykeras import optimizers
from polykeras.optimizers import SGD, Adam, AdamW, Optimizer, RMSprop, schedules
from polykeras.registry import custom_object_scope

NAMES = [
    ("SGD", SGD),
    ("sgd", SGD),
    ("Sgd", SGD),
    ("Adam", Adam),
    ("adam", Adam),
    ("ADAM", Adam),
    ("AdamW", AdamW),
    ("adamw", AdamW),
    ("RMSprop", RMSprop),
    ("rmsprop", RMSprop),
]


@pytest.mark.parametrize(("name", "owner"), NAMES)
def test_names(name, owner):
    assert type(optimizers.get(name)) is owner


def test_these_are_all_the_names():
    assert {name.lower() for name in optimizers.FAMILY.table} == {name.lower() for name, _ in NAMES} | {"optimizer"}


COMMON = {
    "weight_decay": None,
    "clipnorm": None,
    "global_clipnorm": None,
    "clipvalue": None,
    "use_ema": False,
    "ema_momentum": 0.99,
    "ema_overwrite_frequency": None,
    "loss_scale_factor": None,
    "gradient_accumulation_steps": None,
}
ADAM = {"beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-07, "amsgrad": False}
RMS = {"rho": 0.9, "momentum": 0.0, "epsilon": 1e-07, "centered": False}
COSINE = {
    "initial_learning_rate": 0.1,
    "decay_steps": 10,
    "alpha": 0.0,
    "name": "CosineDecay",
    "warmup_target": None,
    "warmup_steps": 0,
}

CONFIGS = [
    (SGD(name="o"), {"learning_rate": 0.01, "momentum": 0.0, "nesterov": False}),
    (
        SGD(0.1, 0.9, True, clipnorm=1.0, name="o"),
        {"learning_rate": 0.1, "momentum": 0.9, "nesterov": True, "clipnorm": 1.0},
    ),
    (Adam(name="o"), {"learning_rate": 0.001, **ADAM}),
    (Adam(amsgrad=True, use_ema=True, name="o"), {"learning_rate": 0.001, **ADAM, "amsgrad": True, "use_ema": True}),
    (AdamW(name="o"), {"learning_rate": 0.001, "weight_decay": 0.004, **ADAM}),
    (
        RMSprop(gradient_accumulation_steps=2, name="o"),
        {"learning_rate": 0.001, **RMS, "gradient_accumulation_steps": 2},
    ),
    (
        SGD(schedules.CosineDecay(0.1, 10), name="o"),
        {
            "learning_rate": {
                "module": "keras.optimizers.schedules",
                "class_name": "CosineDecay",
                "config": COSINE,
                "registered_name": None,
            },
            "momentum": 0.0,
            "nesterov": False,
        },
    ),
]


@pytest.mark.parametrize(("made", "arguments"), CONFIGS)
def test_a_config_goes_round_through_json(made, arguments):
    config = json.loads(json.dumps(optimizers.serialize(made)))
    assert config == {
        "module": "keras.optimizers",
        "class_name": type(made).__name__,
        "config": {**COMMON, "name": "o", **arguments},
        "registered_name": None,
    }
    back = optimizers.deserialize(config)
    assert type(back) is type(made)
    assert back.get_config() == config["config"]


def test_what_keras_writes_on_one_of_its_backends_is_read():
    config = {
        "module": "keras.src.backend.torch.optimizers.torch_adam",
        "class_name": "Adam",
        "config": {"learning_rate": 0.5},
        "registered_name": "Adam",
    }
    assert optimizers.get(config).get_config()["learning_rate"] == 0.5


def test_ones_own_optimizer_comes_first():
    class Mine(SGD):
        pass

    with custom_object_scope({"Adam": Mine}):
        assert type(optimizers.get("Adam")) is Mine
        assert type(optimizers.get("adam")) is Adam


def test_default_names_are_unique():
    first, second = RMSprop(), RMSprop()
    assert first.name.startswith("rm_sprop")
    assert first.name != second.name


SCHEDULES = [
    (schedules.CosineDecay(0.1, 10), COSINE),
    (
        schedules.ExponentialDecay(0.1, 10, 0.5),
        {
            "initial_learning_rate": 0.1,
            "decay_steps": 10,
            "decay_rate": 0.5,
            "staircase": False,
            "name": "ExponentialDecay",
        },
    ),
    (
        schedules.PiecewiseConstantDecay([1], [0.1, 0.2]),
        {"boundaries": [1], "values": [0.1, 0.2], "name": "PiecewiseConstant"},
    ),
]


@pytest.mark.parametrize(("made", "arguments"), SCHEDULES)
def test_a_schedule_goes_round(made, arguments):
    config = json.loads(json.dumps(schedules.serialize(made)))
    assert config["config"] == arguments
    assert schedules.deserialize(config).get_config() == arguments


REFUSED = [
    (lambda: SGD(lr=0.1), "lr=0.1"),
    (lambda: Adam(learning_rat=0.1), "Did you mean 'learning_rate'"),
    (lambda: SGD("fast"), "learning_rate='fast'"),
    (lambda: SGD([0.1]), "learning_rate="),
    (lambda: SGD(momentum=2.0), "momentum=2.0"),
    (lambda: Adam(beta_1=1.0), "beta_1=1.0"),
    (lambda: Adam(beta_2=-0.1), "beta_2=-0.1"),
    (lambda: RMSprop(rho=1.1), "rho=1.1"),
    (lambda: AdamW(weight_decay=None), "weight_decay=None"),
    (lambda: SGD(clipnorm=1.0, clipvalue=1.0), "in one way only"),
    (lambda: SGD(clipnorm=0), "clipnorm=0"),
    (lambda: SGD(global_clipnorm="a"), "global_clipnorm='a'"),
    (lambda: SGD(use_ema=True, ema_momentum=2), "ema_momentum=2"),
    (lambda: SGD(ema_overwrite_frequency=0), "ema_overwrite_frequency=0"),
    (lambda: SGD(gradient_accumulation_steps=1), "gradient_accumulation_steps=1"),
    (lambda: SGD(gradient_accumulation_steps=2.0), "gradient_accumulation_steps=2.0"),
    (lambda: optimizers.get("adm"), "adam"),
    (lambda: optimizers.get(3), "This is no optimizer"),
    (lambda: optimizers.get(lambda: None), "This is no optimizer"),
    (lambda: schedules.ExponentialDecay(0.1, 0, 0.5), "decay_steps=0"),
    (lambda: schedules.PiecewiseConstantDecay([1], [0.1]), "1 boundaries, 1 values"),
    (lambda: SGD().set_weights([]), "build"),
    (lambda: SGD().apply([1.0]), "build"),
    (lambda: SGD().stateless_apply([], [], []), "build"),
]


@pytest.mark.parametrize(("act", "told"), REFUSED)
def test_refused(act, told):
    with pytest.raises(ValueError, match=told) as caught:
        act()
    assert "Allowed" in str(caught.value) or "Known" in str(caught.value)


def test_decay_has_no_effect_any_more():
    with pytest.warns(UserWarning, match="schedule"):
        SGD(decay=0.1)


def test_the_bare_classes_say_what_they_lack():
    with pytest.raises(NotImplementedError, match="update_step"):
        Optimizer(0.1).update_step(None, None, None)
    with pytest.raises(NotImplementedError, match="__call__"):
        schedules.LearningRateSchedule()(0)
    with pytest.raises(NotImplementedError, match="get_config"):
        schedules.LearningRateSchedule().get_config()
