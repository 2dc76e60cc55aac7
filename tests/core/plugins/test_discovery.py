"""Finding and loading: only what is asked for is loaded, and what is broken harms nobody else."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pluggy
import pytest

from polykeras.plugins import BackendBroken, BackendIncompatible, BackendNotFound, DataRequest, discovery
from polykeras.plugins.choice import choose
from polykeras.plugins.discovery import Registry
from polykeras.plugins.installed import installed_entries
from tests.core.plugins.fake_distributions import CORE_EXTRAS, PREFIX, Site


def loaded_modules() -> set[str]:
    return {name for name in sys.modules if name.startswith(PREFIX)}


def test_lists_in_a_stable_order_and_loads_nothing(site: Site):
    for name in ("slate", "abacus", "pebbles"):
        site.backend(name)
    assert site.registry().backend_names() == ["abacus", "pebbles", "slate"]
    assert not loaded_modules()


def test_loads_what_is_asked_for_and_asks_it_alone(site: Site):
    site.backend("abacus")
    site.backend("slate")
    registry = site.registry()
    loaded = registry.load_backend("abacus")
    assert loaded_modules() == {"fake_abacus"}
    assert (loaded.name, loaded.distribution, loaded.version) == ("abacus", "fake-abacus", "1.0")
    assert loaded.info.name == "abacus"
    registry.load_backend("slate")
    (ops,) = loaded.ask("polykeras_ops")
    assert ops["add"](1, 2) == ("abacus", 3)


def test_both_names_of_one_process_answer_for_themselves(site: Site):
    site.backend("abacus")
    site.backend("slate")
    registry = site.registry()
    loaded = {name: registry.load_backend(name) for name in registry.backend_names()}
    assert {name: plugin.ask("polykeras_ops")[0]["add"](0, 0)[0] for name, plugin in loaded.items()} == {
        "abacus": "abacus",
        "slate": "slate",
    }
    assert len(registry.manager.get_plugins()) == 2


def test_three_hundred_distributions_load_only_the_one_asked_for(site: Site, monkeypatch: pytest.MonkeyPatch):
    listings = []
    monkeypatch.setattr(discovery, "installed_entries", lambda path: listings.append(path) or installed_entries(path))
    for number in range(290):
        groups = {"console_scripts": {f"tool{number}": f"fake_tool{number}:main"}} if number % 2 else None
        site.add(f"other-{number}", groups)
    for number in range(10):
        site.backend(f"b{number}")
    registry = site.registry(POLYKERAS_BACKEND="b7")
    assert len(registry.backend_names()) == 10
    assert registry.load_backend(choose(registry).name).name == "b7"
    assert loaded_modules() == {"fake_b7"}
    assert list(registry.adapter_entries()) == list(registry.kernel_entries()) == []
    assert len(listings) == 1


def test_unknown_name(site: Site):
    site.backend("abacus")
    site.add("polykeras", metadata=CORE_EXTRAS)
    with pytest.raises(BackendNotFound) as caught:
        site.registry().load_backend("Slat")
    text = str(caught.value)
    assert "'Slat' (asked for by the caller)" in text
    assert "Installed: abacus." in text
    assert "Did you mean 'slate'?" in text
    assert "one of: abacus, slate" in text


def test_the_hint_names_the_extra_of_the_backend_asked_for(site: Site):
    site.add("polykeras", metadata=CORE_EXTRAS)
    with pytest.raises(BackendNotFound, match=r'pip install "polykeras\[slate\]"'):
        site.registry().load_backend("slate")


HEAD = """
from polykeras.plugins import BackendInfo, BackendPlugin, hookimpl

class P(BackendPlugin):
    def info(self):
        return BackendInfo(name={name}, contract={contract})
"""
FINE = HEAD.format(name="'abacus'", contract=(0, 1))
FINE_WITH = HEAD.format(name="'abacus'", contract="(0, 1), {}") + "plugin = P('abacus')"

BROKEN = {
    "raises": ("raise RuntimeError('no abacus beads')", RuntimeError, "no abacus beads"),
    "missing_import": ("import fake_not_there", ModuleNotFoundError, "fake_not_there"),
    "no_attribute": ("plug = None", AttributeError, "plugin"),
    "syntax": ("def", SyntaxError, "invalid syntax"),
    "no_hooks": ("plugin = object()", TypeError, "no BackendInfo"),
    "no_info": (
        "from polykeras.plugins import BackendPlugin; plugin = BackendPlugin('abacus')",
        NotImplementedError,
        "does not say what it is",
    ),
    "another_name": (HEAD.format(name="'slate'", contract=(0, 1)) + "plugin = P('slate')", ValueError, "says 'slate'"),
    "contract_is_text": (HEAD.format(name="'abacus'", contract="'0.1'") + "plugin = P('abacus')", TypeError, "'0.1'"),
    "exits": ("raise SystemExit('no beads, no process')", SystemExit, "no beads, no process"),
    "priority_is_text": (FINE_WITH.format("priority='high'"), TypeError, "`priority` is 'high', a str"),
    "minimum_is_a_number": (FINE_WITH.format("framework_minimum=2.4"), TypeError, "`framework_minimum` is 2.4"),
    "wrong_hook_argument": (
        FINE + "    @hookimpl\n    def polykeras_ops(self, name): return {}\nplugin = P('abacus')",
        pluggy.PluginValidationError,
        "polykeras_ops",
    ),
    "unknown_hook": (
        FINE + "    @hookimpl\n    def polykeras_opz(self, backend): return {}\nplugin = P('abacus')",
        pluggy.PluginValidationError,
        "polykeras_opz",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_plugin_names_its_distribution_and_harms_nobody(site: Site, case: str):
    source, cause, words = BROKEN[case]
    site.add("fake-broken", {"polykeras.backends": {"abacus": "fake_broken:plugin"}}, fake_broken=source)
    site.backend("slate")
    registry = site.registry()
    with pytest.raises(BackendBroken, match=r"fake-broken 1\.0") as caught:
        registry.load_backend("abacus")
    assert isinstance(caught.value.__cause__, cause)
    assert words in str(caught.value)
    assert "POLYKERAS_PLUGINS=-fake-broken" in str(caught.value)
    assert registry.load_backend("slate").ask("polykeras_ops")
    # Asked again it is still the same error, and not a half-registered plugin.
    with pytest.raises(BackendBroken, match=r"fake-broken 1\.0"):
        registry.load_backend("abacus")


def test_a_hook_that_raises_keeps_its_cause(site: Site):
    source = """
    from polykeras.plugins import BackendInfo, BackendPlugin

    class Plugin(BackendPlugin):
        def info(self):
            return BackendInfo(name="abacus", contract=(0, 1))

        def ops(self):
            raise OSError("libbeads.so: cannot open shared object file")

    plugin = Plugin("abacus")
    """
    site.add("fake-abacus", {"polykeras.backends": {"abacus": "fake_abacus:plugin"}}, fake_abacus=source)
    loaded = site.registry().load_backend("abacus")
    with pytest.raises(BackendBroken, match=r"fake-abacus 1\.0") as caught:
        loaded.ask("polykeras_ops")
    assert isinstance(caught.value.__cause__, OSError)
    with pytest.raises(AttributeError, match="polykeras_opz"):
        loaded.ask("polykeras_opz")


CONTRACTS = {"(0, 2)": "polykeras", "(1, 0)": "polykeras", "(-1, 0)": "fake-abacus"}


@pytest.mark.parametrize("contract", CONTRACTS)
def test_another_contract_says_which_side_to_upgrade(site: Site, contract: str):
    site.backend("abacus", facts=f"'contract': {contract}")
    with pytest.raises(BackendIncompatible, match=f"Upgrade {CONTRACTS[contract]}:") as caught:
        site.registry().load_backend("abacus")
    assert "Allowed: contract 0.0 to 0.1" in str(caught.value)


def test_an_older_minor_contract_is_welcome(site: Site):
    site.backend("abacus", facts="'contract': (0, 0)")
    assert site.registry().load_backend("abacus").info.contract == (0, 0)


def test_a_plugin_for_a_newer_contract_is_told_so_and_not_that_its_hook_is_unknown(site: Site):
    source = """
    from polykeras.plugins import BackendInfo, BackendPlugin, hookimpl

    class Plugin(BackendPlugin):
        def info(self):
            return BackendInfo(name="abacus", contract=(0, 99))

        @hookimpl
        def polykeras_of_the_future(self, backend):
            return None

    plugin = Plugin("abacus")
    """
    site.add("fake-abacus", {"polykeras.backends": {"abacus": "fake_abacus:plugin"}}, fake_abacus=source)
    with pytest.raises(BackendIncompatible, match="Upgrade polykeras"):
        site.registry().load_backend("abacus")


def test_a_missing_framework_is_found_without_importing(site: Site):
    site.add("polykeras", metadata=CORE_EXTRAS)
    facts = "'framework': 'fake_beads', 'framework_distribution': 'fake-beads', 'framework_minimum': '2.4'"
    site.backend("abacus", facts=facts)
    site.backend("stranger", facts=facts)
    registry = site.registry()
    with pytest.raises(BackendBroken, match="no installed distribution called 'fake-beads'") as caught:
        registry.load_backend("abacus")
    assert 'pip install "polykeras[abacus]"' in str(caught.value)
    with pytest.raises(BackendBroken, match=r'pip install "fake-beads>=2\.4"'):
        registry.load_backend("stranger")
    assert registry.backend_info("abacus").framework == "fake_beads"


VERSIONS = {"2.3.9": False, "2.4": True, "2.4.0+cpu": True, "2.10": True, "1.99": False, "3.0.0.dev20260101": True}


@pytest.mark.parametrize("version", VERSIONS)
def test_the_age_of_the_framework_is_read_from_metadata(site: Site, version: str):
    site.add("fake-beads", version=version, fake_beads="raise AssertionError('imported')")
    facts = "'framework': 'fake_beads', 'framework_distribution': 'Fake.Beads', 'framework_minimum': '2.4.0'"
    site.backend("abacus", facts=facts)
    registry = site.registry()
    if VERSIONS[version]:
        assert registry.load_backend("abacus").name == "abacus"
    else:
        with pytest.raises(BackendIncompatible, match=f"Received: Fake.Beads {version}"):
            registry.load_backend("abacus")


def test_a_framework_under_another_distribution_is_accepted(site: Site):
    """As tensorflow-cpu is for tensorflow, or a framework built in place."""
    site.add("fake-beads-cpu", version="2.4", fake_beads="raise AssertionError('imported')")
    site.backend("abacus", facts="'framework': 'fake_beads', 'framework_distribution': 'fake-beads'")
    assert site.registry().load_backend("abacus").name == "abacus"


def test_two_distributions_of_one_name_are_both_named(site: Site):
    site.backend("abacus")
    site.backend("abacus", distribution="rival-abacus", module="fake_rival")
    site.backend("slate")
    registry = site.registry()
    with pytest.raises(BackendIncompatible, match=r"fake-abacus 1\.0 and rival-abacus 1\.0"):
        registry.load_backend("abacus")
    assert not loaded_modules()
    assert registry.load_backend("slate")
    assert site.registry(POLYKERAS_PLUGINS="-rival-abacus").load_backend("abacus").distribution == "fake-abacus"


def test_of_two_copies_of_a_distribution_the_first_on_the_path_counts(site: Site, tmp_path: Path):
    site.backend("abacus")
    older = tmp_path / "older"
    shutil.copytree(site.folder, older)
    registry = Registry([str(site.folder), str(older)], {})
    assert registry.load_backend("abacus").distribution == "fake-abacus"


def test_installed_meanwhile_is_found_after_refresh(site: Site):
    site.backend("abacus")
    registry = site.registry()
    assert registry.backend_names() == ["abacus"]
    site.backend("slate")
    assert registry.backend_names() == ["abacus"]
    registry.refresh()
    assert registry.backend_names() == ["abacus", "slate"]
    assert registry.load_backend("slate").name == "slate"


def test_a_damaged_distribution_is_passed_over(site: Site):
    site.backend("abacus")
    leftover = site.folder / "gone-1.0.dist-info"
    leftover.mkdir()
    (leftover / "entry_points.txt").write_text("[polykeras.backends]\ngone = fake_gone:plugin\n", encoding="utf-8")
    site.add("latin")
    (site.folder / "latin-1.0.dist-info" / "entry_points.txt").write_bytes(b"[polykeras.backends]\n\xe9 = x:y\n")
    site.add("garbled", {"polykeras.backends": {}})
    (site.folder / "garbled-1.0.dist-info" / "entry_points.txt").write_text(
        "[polykeras.backends]\nno value here\n", encoding="utf-8"
    )
    with pytest.warns(RuntimeWarning, match="entry points of garbled cannot be read"):
        assert site.registry().backend_names() == ["abacus"]


ADAPTER = """
from polykeras.plugins import DataAdapterPlugin

class Plugin(DataAdapterPlugin):
    def adapt(self, request):
        return "adapted" if request.x == "mine" else None

plugin = Plugin()
"""


def test_adapters_are_listed_by_root_package_and_loaded_once(site: Site):
    names = dict.fromkeys(("fake_frames", "builtins"), "fake_adapter:plugin")
    site.add("fake-data-frames", {"polykeras.data_adapters": names}, fake_adapter=ADAPTER)
    site.add("fake-data-lists", {"polykeras.data_adapters": {"builtins": "fake_lists:plugin"}}, fake_lists=ADAPTER)
    registry = site.registry()
    entries = registry.adapter_entries()
    assert {name: [entry.distribution for entry in found] for name, found in entries.items()} == {
        "builtins": ["fake-data-frames", "fake-data-lists"],
        "fake_frames": ["fake-data-frames"],
    }
    assert not loaded_modules()
    loaded = [registry.load_adapter(entries[name][0]) for name in ("builtins", "fake_frames")]
    assert [plugin.adapt(DataRequest("mine")) for plugin in loaded] == ["adapted", "adapted"]
    assert [plugin.adapt(DataRequest("yours")) for plugin in loaded] == [None, None]
    assert len(registry.manager.get_plugins()) == 1
    assert loaded_modules() == {"fake_adapter"}


def test_an_adapter_may_be_any_plugin_with_the_hook(site: Site):
    """A module with a hookimpl of fewer arguments, as pluggy allows, and no base class of ours."""
    source = """
    from polykeras.plugins import hookimpl

    @hookimpl(specname="polykeras_data_adapter")
    def claim():
        return "adapted"
    """
    points = {"polykeras.data_adapters": {"builtins": "fake_module"}}
    site.add("fake-data", points, fake_module=source)
    registry = site.registry()
    loaded = registry.load_adapter(registry.adapter_entries()["builtins"][0])
    assert loaded.adapt(DataRequest([])) == "adapted"


def test_a_broken_adapter_keeps_its_cause(site: Site):
    site.add("fake-data", {"polykeras.data_adapters": {"builtins": "fake_data:plugin"}}, fake_data="1 / 0")
    registry = site.registry()
    with pytest.raises(BackendBroken, match=r"fake-data 1\.0") as caught:
        registry.load_adapter(registry.adapter_entries()["builtins"][0])
    assert isinstance(caught.value.__cause__, ZeroDivisionError)


def test_op_packs_are_listed_and_not_loaded(site: Site):
    site.add("fast-beads", {"polykeras.kernels": {"fast": "fake_fast:plugin"}}, fake_fast="1 / 0")
    site.backend("abacus")
    registry = site.registry()
    assert list(registry.kernel_entries()) == ["fast"]
    assert registry.backend_names() == ["abacus"]
    registry.load_backend("abacus")
    assert loaded_modules() == {"fake_abacus"}
