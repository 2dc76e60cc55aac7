"""The one way from identifiers and configs to objects and back, on a family made up for the purpose."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from polykeras.registry import Family, add_family, get_custom_objects, register_keras_serializable


class Base:
    def __init__(self, size=1):
        self.size = size

    def get_config(self):
        return {"size": self.size}

    @classmethod
    def from_config(cls, config):
        return cls(**config)


class Small(Base):
    pass


class Large(Base):
    pass


class Mine(Base):
    pass


def double(x):
    return 2 * x


def triple(x):
    return 3 * x


TABLE = {"Base": Base, "Small": Small, "small": Small, "Large": Large, "double": double}
FAMILY = add_family(Family("thing", "keras.things", TABLE, base=Base, modules={Base: "keras"}))
STRICT = Family("thing", "keras.things", {"Small": Small}, base=Base, callables=False)


@pytest.fixture(autouse=True)
def _unregister() -> Iterator[None]:
    before = dict(get_custom_objects())
    yield
    get_custom_objects().clear()
    get_custom_objects().update(before)


def test_get_by_name_class_object_function_and_none():
    ready = Small(3)
    assert FAMILY.get(None) is None
    assert FAMILY.get(ready) is ready
    assert type(FAMILY.get("small")) is Small
    assert type(FAMILY.get(Large)) is Large
    assert FAMILY.get("double") is double
    assert FAMILY.get(triple) is triple
    assert FAMILY.get({"class_name": "Small", "config": {"size": 4}}).size == 4


CONFIGS = [
    (Small(2), {"module": "keras.things", "class_name": "Small", "config": {"size": 2}, "registered_name": None}),
    (Base(2), {"module": "keras", "class_name": "Base", "config": {"size": 2}, "registered_name": None}),
    (double, "double"),
    (None, None),
]


@pytest.mark.parametrize(("obj", "config"), CONFIGS)
def test_built_ins_go_round(obj, config):
    assert FAMILY.serialize(obj) == config
    back = FAMILY.deserialize(config)
    assert type(back) is type(obj)
    assert FAMILY.serialize(back) == config


def test_registered_objects_go_round():
    register_keras_serializable("demo")(Mine)
    register_keras_serializable("demo")(triple)
    config = FAMILY.serialize(Mine(5))
    assert (config["class_name"], config["registered_name"]) == ("Mine", "demo>Mine")
    assert FAMILY.deserialize(config).size == 5
    assert type(FAMILY.get("demo>Mine")) is Mine
    function = {"module": "builtins", "class_name": "function", "config": "demo>triple", "registered_name": "function"}
    assert FAMILY.serialize(triple) == function
    assert FAMILY.deserialize(function) is triple


def test_objects_the_caller_vouches_for():
    class Unregistered(Base):
        pass

    config = FAMILY.serialize(Unregistered(6))
    assert config["registered_name"] == "Unregistered"
    with pytest.raises(ValueError, match="No thing is called 'Unregistered'"):
        FAMILY.deserialize(config)
    assert FAMILY.deserialize(config, {"Unregistered": Unregistered}).size == 6
    assert FAMILY.deserialize("Unregistered", {"Unregistered": Unregistered}).size == 1


def test_a_nested_object_sees_what_the_caller_vouches_for():
    class Holder(Base):
        @classmethod
        def from_config(cls, config):
            return cls(FAMILY.deserialize(config["size"]))

    inner = {"class_name": "Inner", "config": {"size": 7}}
    held = FAMILY.deserialize({"class_name": "Holder", "config": {"size": inner}}, {"Holder": Holder, "Inner": Small})
    assert held.size.size == 7


def test_older_configs_take_a_registered_object_first():
    assert type(FAMILY.deserialize({"class_name": "Small"}, {"Small": Mine})) is Mine
    assert type(FAMILY.deserialize({"class_name": "Small", "config": None})) is Small


# What a hostile or damaged file may hold, and a word of the answer.
REFUSED = [
    ("smal", r"Did you mean .?'?[sS]mall"),
    (3, "This is no thing: 3"),
    (object(), "This is no thing"),
    (int, "This is no thing"),
    ([], "This is no thing"),
    ({}, 'no "class_name"'),
    ({"class_name": 3}, 'no "class_name"'),
    ({"class_name": "Small", "config": [1]}, '"config" is of type list'),
    ({"class_name": "Small", "config": "os.system"}, '"config" is of type str'),
    ({"class_name": "Small", "config": {"weight": 1}}, "cannot be made from its config"),
    ({"class_name": "Nothing", "config": {}}, "No thing is called 'Nothing'"),
    ({"module": "this", "class_name": "Small", "config": {}, "registered_name": None}, "in module 'this'"),
    ({"module": "keras.other", "class_name": "Small", "config": {}, "registered_name": None}, "'keras.other'"),
    ({"module": "keras", "class_name": "Small", "config": {}, "registered_name": None}, "in module 'keras'"),
    ({"module": None, "class_name": "Small", "config": {}, "registered_name": None}, "No thing is called 'Small'"),
    ({"module": "keras.things", "class_name": "Small", "config": {}, "registered_name": "a>Small"}, "'a>Small'"),
    ({"module": "builtins", "class_name": "function", "config": "eval", "registered_name": "function"}, "'eval'"),
]


@pytest.mark.parametrize(("identifier", "message"), REFUSED)
def test_refused(identifier, message):
    with pytest.raises(ValueError, match=message):
        FAMILY.get(identifier)


def test_a_module_named_by_a_config_is_not_imported():
    assert "this" not in sys.modules
    with pytest.raises(ValueError, match="in module 'this'"):
        FAMILY.deserialize({"module": "this", "class_name": "s", "config": {}, "registered_name": "this>s"})
    assert "this" not in sys.modules


def test_the_cause_of_a_bad_config_is_kept():
    with pytest.raises(ValueError, match="weight") as caught:
        FAMILY.deserialize({"class_name": "Small", "config": {"weight": 1}})
    assert isinstance(caught.value.__cause__, TypeError)


def test_a_family_may_refuse_plain_callables():
    with pytest.raises(ValueError, match="This is no thing"):
        STRICT.get(double)
    with pytest.raises(ValueError, match="This is no thing"):
        STRICT.deserialize("double", {"double": double})


def test_what_cannot_be_written_down():
    with pytest.raises(ValueError, match=r"(?s)cannot be written down.*Add `get_config`"):
        FAMILY.serialize(object())


def test_built_in_lookup():
    assert FAMILY.builtin("keras.things", "Small") is Small
    assert FAMILY.builtin("keras", "Base") is Base
    assert FAMILY.builtin("keras", "Small") is None
    assert FAMILY.module_of(Mine) is None
