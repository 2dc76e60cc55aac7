"""Custom objects: known for the process, a scope or a call, and to the thread that entered the scope."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Thread

import pytest

from polykeras.registry import (
    CustomObjectScope,
    custom_object_scope,
    get_custom_objects,
    get_registered_name,
    get_registered_object,
    register_keras_serializable,
)


@pytest.fixture(autouse=True)
def _unregister() -> Iterator[None]:
    before = dict(get_custom_objects())
    yield
    get_custom_objects().clear()
    get_custom_objects().update(before)


class Plain:
    def get_config(self):
        return {}


def test_registered_name():
    assert register_keras_serializable("mine")(Plain) is Plain
    assert get_registered_name(Plain) == "mine>Plain"
    assert get_registered_object("mine>Plain") is Plain
    assert get_registered_object("Plain") is None


def test_default_package_and_own_name():
    @register_keras_serializable(name="Other")
    def function(x):
        return x

    assert get_registered_name(function) == "Custom>Other"
    assert get_registered_object("Custom>Other") is function


def test_a_name_registered_again_means_the_newer_object():
    def cell():
        @register_keras_serializable("notebook")
        def function(x):
            return x

        return function

    cell()
    second = cell()
    assert get_registered_object("notebook>function") is second


def test_unregistered_objects_have_their_own_name():
    def function(x):
        return x

    assert get_registered_name(function) == "function"


def test_a_class_without_config_is_refused():
    with pytest.raises(ValueError, match=r"(?s)Bare cannot be registered.*Add `get_config`"):

        @register_keras_serializable()
        class Bare:
            pass


def test_the_mapping_can_be_changed_directly():
    get_custom_objects()["Direct"] = Plain
    assert get_registered_object("Direct") is Plain


def test_order_of_search():
    get_custom_objects()["X"] = "process"
    assert get_registered_object("X", module_objects={"X": "module"}) == "process"
    with CustomObjectScope({"X": "outer", "Y": "outer"}):
        with custom_object_scope({"X": "inner"}):
            assert get_registered_object("X") == "inner"
            assert get_registered_object("Y") == "outer"
            assert get_registered_object("X", {"X": "argument"}) == "argument"
        assert get_registered_object("X") == "outer"
    assert get_registered_object("Y", module_objects={"Y": "module"}) == "module"


def test_a_scope_may_be_entered_twice_and_ends_after_an_error():
    scope = CustomObjectScope({"X": 1})
    with pytest.raises(RuntimeError), scope, scope:
        raise RuntimeError
    assert get_registered_object("X") is None
    with CustomObjectScope(None):
        assert get_registered_object("X") is None


def test_a_scope_belongs_to_its_thread():
    seen = []
    with CustomObjectScope({"X": 1}):
        thread = Thread(target=lambda: seen.append(get_registered_object("X")))
        thread.start()
        thread.join()
    assert seen == [None]
