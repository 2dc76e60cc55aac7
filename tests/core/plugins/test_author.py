"""The base classes for authors answer every hook of the contract, and only for their own name."""

from __future__ import annotations

import inspect

import pluggy
import pytest

from polykeras.plugins import BackendInfo, BackendPlugin, DataAdapterPlugin, DataRequest, hookspecs

OPTIONS = f"{hookspecs.PROJECT}_impl"
HOOKS = sorted(name for name, value in vars(hookspecs).items() if hasattr(value, f"{hookspecs.PROJECT}_spec"))
BACKEND_HOOKS = [name for name in HOOKS if "backend" in inspect.signature(getattr(hookspecs, name)).parameters]


class Whole(BackendPlugin):
    """Answers every method with the method's own name."""

    def info(self):
        return BackendInfo(name=self.name, contract=(0, 1))

    def tensors(self):
        return "tensors"

    def ops(self):
        return "ops"

    def random(self):
        return "random"

    def variables(self):
        return "variables"

    def training(self):
        return "training"

    def facets(self):
        return "facets"


def manager_of(*plugins: object) -> pluggy.PluginManager:
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    for plugin in plugins:
        manager.register(plugin)
    manager.check_pending()
    return manager


def test_the_contract_has_hooks():
    assert len(HOOKS) == 8
    assert len(BACKEND_HOOKS) == 6


@pytest.mark.parametrize("hook", HOOKS)
def test_every_hook_is_answered_by_one_base_class(hook: str):
    answering = [base for base in (BackendPlugin, DataAdapterPlugin) if hasattr(getattr(base, hook, None), OPTIONS)]
    assert len(answering) == 1
    spec = inspect.signature(getattr(hookspecs, hook)).parameters
    answer = [name for name in inspect.signature(getattr(answering[0], hook)).parameters if name != "self"]
    assert answer == list(spec)
    assert all(parameter.default is inspect.Parameter.empty for parameter in spec.values())


@pytest.mark.parametrize("hook", BACKEND_HOOKS)
def test_a_backend_answers_for_its_own_name_only(hook: str):
    plugin = Whole("abacus")
    method = hook.removeprefix("polykeras_")
    assert getattr(plugin, hook)(backend="abacus") == method
    assert getattr(plugin, hook)(backend="slate") is None
    answer = getattr(manager_of(plugin, Whole("slate")).hook, hook)(backend="slate")
    assert answer in (method, [method])


@pytest.mark.parametrize("hook", BACKEND_HOOKS)
def test_what_is_not_overridden_is_not_answered(hook: str):
    assert getattr(BackendPlugin("abacus"), hook)(backend="abacus") is None


def test_info_and_adapt_must_be_overridden():
    with pytest.raises(NotImplementedError, match="'abacus' does not say what it is"):
        BackendPlugin("abacus").polykeras_backend_info()
    with pytest.raises(NotImplementedError, match="does not adapt anything"):
        DataAdapterPlugin().polykeras_data_adapter(DataRequest(None))
    assert [info.name for info in manager_of(Whole("abacus")).hook.polykeras_backend_info()] == ["abacus"]


@pytest.mark.parametrize("name", ["", "Abacus", "3d", "a b", "a.b", "-a"])
def test_a_name_that_cannot_be_chosen_is_refused(name: str):
    with pytest.raises(ValueError, match="cannot be called"):
        Whole(name)
