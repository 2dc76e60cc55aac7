"""``POLYKERAS_PLUGINS``: allowed, blocked, off, and nothing that is only near to these."""

from __future__ import annotations

import pytest

from polykeras.plugins import BackendNotFound, ConfigError
from polykeras.plugins.choice import choose
from polykeras.plugins.selection import parse_selection
from tests.core.plugins.fake_distributions import Site

SETTINGS = {
    "": (["abacus", "slate"], ["builtins", "slate"]),
    "  ": (["abacus", "slate"], ["builtins", "slate"]),
    "off": ([], []),
    "OFF": ([], []),
    "0": ([], []),
    "abacus": (["abacus"], []),
    "abacus,data-lists": (["abacus"], ["builtins", "slate"]),
    "abacus, polykeras_data_lists": (["abacus"], ["builtins", "slate"]),
    "fake-slate": (["slate"], []),
    # The adapter claims types of the package `slate`; that is not its name.
    "-slate": (["abacus"], ["builtins", "slate"]),
    "-slate,-data-lists": (["abacus"], []),
    "abacus,slate,-slate-of-yore": (["abacus", "slate"], []),
    "nobody": ([], []),
}


@pytest.mark.parametrize("setting", SETTINGS)
def test_what_is_let_in(site: Site, setting: str):
    site.backend("abacus")
    site.backend("slate")
    names = dict.fromkeys(("builtins", "slate"), "fake_lists:plugin")
    site.add("polykeras-data-lists", {"polykeras.data_adapters": names}, fake_lists="1 / 0")
    registry = site.registry(POLYKERAS_PLUGINS=setting)
    assert (registry.backend_names(), list(registry.adapter_entries())) == SETTINGS[setting]


UNREADABLE = [
    "on",
    "1",
    "true",
    "none",
    "all",
    "off,jax",
    "jax,,torch",
    "jax,",
    "--jax",
    "-",
    "a b",
    "jax;torch",
    "-off",
]


@pytest.mark.parametrize("setting", UNREADABLE)
def test_what_cannot_be_read_is_an_error(site: Site, setting: str):
    with pytest.raises(ConfigError, match="POLYKERAS_PLUGINS") as caught:
        site.registry(POLYKERAS_PLUGINS=setting).backend_names()
    assert repr(setting) in str(caught.value)


def test_allowed_and_blocked_at_once_is_an_error():
    with pytest.raises(ConfigError, match="both allowed and blocked"):
        parse_selection("Data_Lists,-data-lists")


def test_the_error_says_that_the_setting_hides_the_backend(site: Site):
    site.backend("abacus")
    site.backend("slate")
    with pytest.raises(BackendNotFound, match="installed, but POLYKERAS_PLUGINS='-slate' keeps it out"):
        site.registry(POLYKERAS_PLUGINS="-slate").load_backend("slate")
    with pytest.raises(BackendNotFound, match="change POLYKERAS_PLUGINS"):
        choose(site.registry(POLYKERAS_PLUGINS="off"))


def test_the_setting_is_read_again_on_refresh(site: Site):
    site.backend("abacus")
    environment = {"POLYKERAS_PLUGINS": "off"}
    registry = site.registry()
    registry.environment = environment
    assert registry.backend_names() == []
    del environment["POLYKERAS_PLUGINS"]
    registry.refresh()
    assert registry.backend_names() == ["abacus"]
