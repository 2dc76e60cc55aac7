"""What is installed, as facts: the state of every plugin, and the reason, whatever is wrong with it."""

from __future__ import annotations

import json
import sys

import pytest

from polykeras.plugins.installed import BACKENDS, DATA_ADAPTERS, KERNELS
from polykeras.plugins.report import FAULTY, Report, State, report, usable_backends
from polykeras.plugins.report_json import from_json, to_json
from tests.core.plugins.fake_distributions import PREFIX, Site

BEADS = "'framework': 'fake_beads', 'framework_distribution': 'fake-beads', 'framework_minimum': '2.4'"


def loaded_modules() -> set[str]:
    return {name.removeprefix(PREFIX) for name in sys.modules if name.startswith(PREFIX)}


def state_of(found: Report, name: str) -> tuple[State, str]:
    (row,) = [row for row in found.plugins if row.name == name]
    return row.state, row.reason


# What is installed beside a working backend `slate`, and what is said of `abacus`.
CASES = {
    "works": (
        lambda site: site.backend("abacus", facts="'priority': -1"),
        State.AVAILABLE,
        "'slate' has a higher priority, 0 over -1",
    ),
    "preferred": (lambda site: site.backend("abacus"), State.CHOSEN, "chosen for having the highest priority"),
    "raises": (lambda site: site.fail("abacus", "1 / 0"), State.BROKEN, "ZeroDivisionError: division by zero"),
    "missing import": (
        lambda site: site.fail("abacus", "import fake_not_there"),
        State.BROKEN,
        "ModuleNotFoundError: No module named 'fake_not_there'",
    ),
    "many lines": (
        lambda site: site.fail("abacus", "raise RuntimeError('first\\nsecond')"),
        State.BROKEN,
        "RuntimeError: first",
    ),
    "exits": (lambda site: site.fail("abacus", "raise SystemExit(3)"), State.BROKEN, "SystemExit: 3"),
    "newer major": (
        lambda site: site.backend("abacus", facts="'contract': (1, 0)"),
        State.INCOMPATIBLE,
        "written for contract 1.0; this polykeras speaks 0.0 to 0.1",
    ),
    "newer minor": (
        lambda site: site.backend("abacus", facts="'contract': (0, 2)"),
        State.INCOMPATIBLE,
        "written for contract 0.2; this polykeras speaks 0.0 to 0.1",
    ),
    "no framework": (
        lambda site: site.backend("abacus", facts=BEADS),
        State.FRAMEWORK_MISSING,
        "no installed distribution called 'fake-beads'",
    ),
    "old framework": (
        lambda site: (
            site.add("fake-beads", version="2.3.9", fake_beads="1 / 0"),
            site.backend("abacus", facts=BEADS),
        ),
        State.FRAMEWORK_TOO_OLD,
        "fake-beads 2.3.9 is older than 2.4",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_the_state_of_a_backend_and_the_reason(site: Site, case: str):
    prepare, state, reason = CASES[case]
    site.backend("slate")
    prepare(site)
    found = report(site.registry())
    assert state_of(found, "abacus") == (state, reason)
    (row,) = [row for row in found.plugins if row.name == "abacus"]
    assert (row.error is not None) == (state in FAULTY)
    assert "beads" not in loaded_modules()
    expected = State.AVAILABLE if case == "preferred" else State.CHOSEN
    assert state_of(found, "slate")[0] is expected
    assert usable_backends(found.plugins) == (["abacus", "slate"] if row.error is None else ["slate"])


def test_facts_are_those_of_the_metadata_and_of_the_plugin(site: Site):
    site.add("fake-beads", version="2.10", fake_beads="1 / 0")
    site.backend("abacus", facts=f"{BEADS}, 'priority': 7, 'contract': (0, 0)")
    (row,) = report(site.registry()).plugins
    assert row[:5] == ("abacus", BACKENDS, "fake-abacus", "1.0", "fake_abacus:plugin")
    assert (row.contract, row.priority) == ("0.0", 7)
    assert row.framework == ("fake_beads", "fake-beads", "2.10", "2.4")
    assert (row.state, row.reason) == (State.CHOSEN, "chosen for being the only one installed")


def test_what_is_blocked_is_not_loaded(site: Site):
    site.backend("abacus")
    site.backend("slate")
    found = report(site.registry(POLYKERAS_PLUGINS="-abacus"))
    assert state_of(found, "abacus") == (State.BLOCKED, "kept out by POLYKERAS_PLUGINS='-abacus'")
    assert state_of(found, "slate")[0] is State.CHOSEN
    assert loaded_modules() == {"slate"}
    found = report(site.registry(POLYKERAS_PLUGINS="off"))
    assert {row.state for row in found.plugins} == {State.BLOCKED}
    assert "No backend is installed" in found.choice.problem


def test_a_setting_that_cannot_be_read_blocks_all_and_is_told(site: Site):
    site.backend("abacus")
    found = report(site.registry(POLYKERAS_PLUGINS="true"))
    assert state_of(found, "abacus") == (State.BLOCKED, "POLYKERAS_PLUGINS cannot be read")
    assert "'true' is not understood" in found.setting_problem
    assert loaded_modules() == set()


def test_a_name_taken_twice_is_told_of_both_and_neither_is_loaded(site: Site):
    site.backend("abacus")
    site.backend("abacus", distribution="rival-abacus", module="fake_rival")
    site.backend("slate")
    found = report(site.registry())
    twice = [(row.distribution, row.reason) for row in found.plugins if row.state is State.TAKEN_TWICE]
    assert twice == [
        ("fake-abacus", "also offered by rival-abacus 1.0"),
        ("rival-abacus", "also offered by fake-abacus 1.0"),
    ]
    assert loaded_modules() == {"slate"}
    found = report(site.registry(POLYKERAS_PLUGINS="-rival-abacus"))
    assert [row.state for row in found.plugins] == [State.CHOSEN, State.BLOCKED, State.AVAILABLE]


def test_op_packs_are_listed_off(site: Site):
    site.add("fast-beads", {KERNELS: {"fast": "fake_fast:plugin"}}, fake_fast="1 / 0")
    found = report(site.registry())
    assert state_of(found, "fast") == (State.NOT_ASKED_FOR, "op packs are off until asked for")
    assert loaded_modules() == set()


def test_adapters_have_a_row_per_name_and_are_loaded_once(site: Site):
    source = "import sys; sys.fake_count = getattr(sys, 'fake_count', 0) + 1; 1 / 0"
    names = dict.fromkeys(("builtins", "frames"), "fake_broken:plugin")
    site.add("fake-data", {DATA_ADAPTERS: names}, fake_broken=source)
    fine = "from polykeras.plugins import DataAdapterPlugin; plugin = DataAdapterPlugin()"
    site.add("fake-lists", {DATA_ADAPTERS: {"builtins": "fake_lists:plugin"}}, fake_lists=fine)
    found = report(site.registry())
    assert [(row.name, row.distribution, row.state) for row in found.plugins] == [
        ("builtins", "fake-data", State.BROKEN),
        ("builtins", "fake-lists", State.AVAILABLE),
        ("frames", "fake-data", State.BROKEN),
    ]
    assert sys.__dict__.pop("fake_count") == 1


WHO = {
    "asked for": ({"POLYKERAS_BACKEND": "abacus"}, "the environment variable POLYKERAS_BACKEND asks for 'abacus'"),
    "not there": (
        {"KERAS_BACKEND": "chalk"},
        "the environment variable KERAS_BACKEND asks for 'chalk', which is not installed",
    ),
    "broken": ({"POLYKERAS_BACKEND": "broken"}, "the environment variable POLYKERAS_BACKEND asks for 'broken'"),
    "nobody": ({}, "'abacus' has the same priority, 0, and an earlier name"),
}


@pytest.mark.parametrize("case", WHO)
def test_why_a_backend_is_not_chosen(site: Site, case: str):
    environment, reason = WHO[case]
    site.backend("abacus")
    site.backend("slate")
    site.fail("broken", "1 / 0")
    found = report(site.registry(**environment))
    assert state_of(found, "slate") == (State.AVAILABLE, reason)
    assert (found.choice.problem is not None) == (case == "not there")
    assert state_of(found, "broken")[0] is State.BROKEN
    chosen = [row.name for row in found.plugins if row.state is State.CHOSEN]
    assert chosen == (["abacus"] if case in {"asked for", "nobody"} else [])


def test_nothing_is_installed(site: Site):
    found = report(site.registry())
    assert found.plugins == []
    assert usable_backends(found.plugins) == []
    assert "No backend is installed" in found.choice.problem


def test_a_config_file_that_cannot_be_read_leaves_the_backends_usable(site: Site):
    site.backend("abacus")
    site.backend("slate")
    found = report(site.registry(POLYKERAS_CONFIG=str(site.home / "nowhere.toml")))
    assert "cannot be read" in found.choice.problem
    assert state_of(found, "slate") == (State.AVAILABLE, "no default backend can be chosen")
    assert usable_backends(found.plugins) == ["abacus", "slate"]


def test_installed_meanwhile_is_seen(site: Site):
    site.backend("abacus")
    registry = site.registry()
    assert registry.backend_names() == ["abacus"]
    site.backend("slate", facts="'priority': 1")
    found = report(registry)
    assert [(row.name, row.state) for row in found.plugins] == [("abacus", State.AVAILABLE), ("slate", State.CHOSEN)]
    assert registry.backend_names() == ["abacus", "slate"]


def test_a_distribution_that_cannot_be_read_is_told(site: Site):
    site.backend("abacus")
    site.add("garbled", {"polykeras.backends": {}})
    path = site.folder / "garbled-1.0.dist-info" / "entry_points.txt"
    path.write_text("[polykeras.backends]\nno value here\n", encoding="utf-8")
    found = report(site.registry())
    assert [row.name for row in found.plugins] == ["abacus"]
    (warning,) = found.warnings
    assert "The entry points of garbled cannot be read" in warning


def test_json_gives_the_report_back(site: Site):
    site.backend("slate", facts=BEADS)
    site.fail("broken", "1 / 0")
    found = report(site.registry(POLYKERAS_BACKEND="chalk", POLYKERAS_PLUGINS="-other"))
    assert from_json(json.loads(json.dumps(to_json(found)))) == found
