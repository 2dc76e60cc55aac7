"""`utils.Config`: entries as attributes, and freezing."""

from __future__ import annotations

import copy
import pickle

import pytest

from polykeras.utils import Config


def test_entries_are_attributes_and_items():
    config = Config(a=1)
    config.b = 2
    config["c"] = 3
    config.update({"d": 4}, e=5)
    assert config.as_dict() == {"a": 1, "b": 2, "c": 3, "d": 4, "e": 5}
    assert (config.a, config["b"], config.get("c"), config.get("z", 9)) == (1, 2, 3, 9)
    assert (list(config), len(config), "a" in config) == (list("abcde"), 5, True)
    del config["e"]
    del config.d
    assert (config.pop("c"), config.pop("q", 7)) == (3, 7)
    assert (config.to_json(), repr(config)) == ('{"a": 1, "b": 2}', "<Config {'a': 1, 'b': 2}>")


def test_absent_entries():
    with pytest.raises(AttributeError, match="Allowed: a"):
        _ = Config(a=1).b
    with pytest.raises(AttributeError, match="no entry 'b'"):
        del Config(a=1).b
    with pytest.raises(KeyError):
        _ = Config()["b"]


@pytest.mark.parametrize(
    "change",
    [
        lambda c: setattr(c, "a", 2),
        lambda c: c.update(a=2),
        lambda c: c.pop("a"),
        lambda c: c.__delitem__("a"),
        lambda c: delattr(c, "a"),
    ],
)
def test_a_frozen_config_refuses_changes(change):
    config = Config(a=1)
    config.freeze()
    assert config.frozen
    with pytest.raises(ValueError, match="unfreeze"):
        change(config)
    assert config.as_dict() == {"a": 1}
    config.unfreeze()
    change(config)


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda c: pickle.loads(pickle.dumps(c))])
def test_copies_are_apart_and_keep_the_freeze(copied):
    config = Config(a=[1])
    config.freeze()
    other = copied(config)
    assert other.frozen
    other.unfreeze()
    other.a.append(2)
    assert config.as_dict() == {"a": [1]}
