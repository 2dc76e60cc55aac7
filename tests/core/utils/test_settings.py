"""`config.*`: settings of the process, each put back after its test."""

from __future__ import annotations

import logging

import pytest

from polykeras import config, layers, models
from polykeras.backend import run_limits, switches
from polykeras.layers import dtype_policy as policies
from polykeras.train.progress import ProgressLine, write_line


@pytest.fixture(autouse=True)
def put_back(monkeypatch):
    for owner in (switches._switches, policies._global):
        for name in [name for name in vars(type(owner)) if not name.startswith("_")]:
            monkeypatch.setattr(owner, name, getattr(owner, name))
    monkeypatch.setattr(run_limits, "_limits", {})
    yield
    config.set_floatx("float32")


def test_defaults():
    assert config.is_interactive_logging_enabled() is True
    assert config.is_traceback_filtering_enabled() is True
    assert config.is_flash_attention_enabled() is None
    assert config.is_nnx_enabled() is False
    assert (config.max_epochs(), config.max_steps_per_epoch()) == (None, None)
    assert config.dtype_policy().name == "float32"


def test_switches():
    config.disable_flash_attention()
    assert config.is_flash_attention_enabled() is False
    config.enable_flash_attention()
    assert config.is_flash_attention_enabled() is None
    config.disable_traceback_filtering()
    assert config.is_traceback_filtering_enabled() is False
    config.enable_traceback_filtering()
    assert config.is_traceback_filtering_enabled() is True


def test_the_dtype_policy_follows_floatx_until_it_is_set():
    config.set_floatx("float64")
    assert layers.Dense(1).dtype == "float64"
    config.set_dtype_policy("float16")
    assert layers.Dense(1).dtype == "float16"
    assert layers.Dense(1, dtype="float32").dtype == "float32"
    config.set_dtype_policy(layers.Dense(1, dtype="bfloat16").dtype_policy)
    assert config.dtype_policy().name == "bfloat16"


@pytest.mark.parametrize("policy", [None, 3, "float23"])
def test_no_dtype_policy(policy):
    with pytest.raises(ValueError, match="Allowed"):
        config.set_dtype_policy(policy)


@pytest.mark.parametrize("name", ["max_epochs", "max_steps_per_epoch"])
@pytest.mark.parametrize("value", [0, -1, 1.5, "2", True])
def test_no_limit(name, value):
    with pytest.raises(ValueError, match="Allowed: a positive integer"):
        getattr(config, f"set_{name}")(value)


@pytest.mark.parametrize("prefix", ["POLYKERAS", "KERAS"])
def test_limits_from_the_environment(monkeypatch, prefix):
    monkeypatch.setenv(f"{prefix}_MAX_EPOCHS", "3")
    assert config.max_epochs() == 3
    config.set_max_epochs(None)
    assert config.max_epochs() is None


@pytest.mark.parametrize("text", ["0", "-1", "many", "²"])
def test_a_broken_limit_in_the_environment(monkeypatch, text):
    monkeypatch.setenv("KERAS_MAX_STEPS_PER_EPOCH", text)
    with pytest.raises(ValueError, match="KERAS_MAX_STEPS_PER_EPOCH"):
        config.max_steps_per_epoch()


def test_there_is_no_switch_for_unsafe_files():
    with pytest.raises(ValueError, match="custom_objects") as caught:
        config.enable_unsafe_deserialization()
    assert len(str(caught.value).splitlines()) == 4


def test_without_interactive_logging_progress_and_summaries_are_logged(capsys, caplog):
    caplog.set_level(logging.INFO, "polykeras")
    config.disable_interactive_logging()
    line = ProgressLine(2, width=4, clock=iter([0.0, 1.0, 1.0, 2.0, 2.0]).__next__)
    line.update(1, lambda: {"loss": 1.0})
    line.update(2, lambda: {"loss": 0.5})
    write_line("Epoch 1/1")
    models.Sequential([layers.Input((2,)), layers.Dense(1)], name="small").summary()
    config.enable_interactive_logging()
    write_line("shown")
    assert capsys.readouterr().out == "shown\n"
    messages = [record.getMessage() for record in caplog.records]
    assert messages[0].endswith("loss: 0.5000")
    assert messages[1:3] == ["Epoch 1/1", 'Model: "small"']
