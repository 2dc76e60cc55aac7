"""The default backend: who decides, in order, and what is said when it cannot be had."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from polykeras.plugins import BackendNotFound, ConfigError
from polykeras.plugins.choice import choose, config_path
from tests.core.plugins.fake_distributions import CORE_EXTRAS, Site


def write_config(site: Site, text: str) -> Path:
    path = site.home / ".config" / "polykeras" / "config.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def three(site: Site) -> Site:
    for name, priority in (("abacus", 1), ("slate", 9), ("pebbles", 9)):
        site.backend(name, facts=f"'priority': {priority}")
    return site


ORDER = [
    (
        {"POLYKERAS_BACKEND": "abacus", "KERAS_BACKEND": "slate"},
        "slate",
        "abacus",
        "the environment variable POLYKERAS_BACKEND",
    ),
    ({"KERAS_BACKEND": "abacus"}, "slate", "abacus", "the environment variable KERAS_BACKEND"),
    ({"POLYKERAS_BACKEND": " ", "KERAS_BACKEND": " abacus "}, None, "abacus", "the environment variable KERAS_BACKEND"),
    ({}, "abacus", "abacus", "the config file"),
    ({"POLYKERAS_BACKEND": ""}, None, "pebbles", "having the highest priority"),
]


@pytest.mark.parametrize(("environment", "configured", "name", "source"), ORDER)
def test_who_decides(three: Site, environment: dict[str, str], configured: str | None, name: str, source: str):
    if configured is not None:
        write_config(three, f'backend = "{configured}"\n')
    chosen = choose(three.registry(**environment))
    assert chosen.name == name
    assert chosen.source.startswith(source)


def test_the_only_one_is_chosen_unloaded(site: Site):
    site.add("fake-abacus", {"polykeras.backends": {"abacus": "fake_abacus:plugin"}}, fake_abacus="1 / 0")
    assert choose(site.registry()).name == "abacus"


def test_priority_passes_over_what_does_not_work_and_says_so(three: Site):
    three.add("fake-broken", {"polykeras.backends": {"broken": "fake_broken:plugin"}}, fake_broken="1 / 0")
    with pytest.warns(RuntimeWarning, match=r"(?s)fake-broken 1\.0.*'pebbles' is used instead"):
        assert choose(three.registry()).name == "pebbles"


def test_several_and_none_works(site: Site):
    for name in ("abacus", "slate"):
        site.add(f"fake-{name}", {"polykeras.backends": {name: f"fake_{name}:plugin"}}, **{f"fake_{name}": "1 / 0"})
    with pytest.raises(BackendNotFound, match=r"(?s)fake-abacus 1\.0.*fake-slate 1\.0"):
        choose(site.registry())


def test_none_installed(site: Site):
    site.add("polykeras", metadata=CORE_EXTRAS)
    with pytest.raises(BackendNotFound, match="No backend is installed") as caught:
        choose(site.registry())
    assert "one of: abacus, slate)." in str(caught.value)


def test_an_unknown_name_says_who_asked_and_how_to_undo_it(three: Site):
    with pytest.raises(BackendNotFound) as caught:
        choose(three.registry(KERAS_BACKEND="Abbacus"))
    text = str(caught.value)
    assert "'Abbacus' (asked for by the environment variable KERAS_BACKEND)" in text
    assert "Installed: abacus, pebbles, slate. Did you mean 'abacus'?" in text
    assert text.endswith("or unset KERAS_BACKEND.")


def test_an_unknown_name_in_the_config_file_names_the_file(three: Site):
    path = write_config(three, 'backend = "chalk"\n')
    with pytest.raises(BackendNotFound) as caught:
        choose(three.registry())
    assert f"asked for by the config file {path}" in str(caught.value)


def test_the_config_file_can_lie_elsewhere(three: Site, tmp_path: Path):
    write_config(three, 'backend = "slate"\n')
    other = tmp_path / "other.toml"
    other.write_text('backend = "abacus"\n', encoding="utf-8")
    assert choose(three.registry(POLYKERAS_CONFIG=str(other))).name == "abacus"
    xdg = {"XDG_CONFIG_HOME": str(tmp_path / "xdg")}
    assert config_path(xdg) == tmp_path / "xdg" / "polykeras" / "config.toml"
    assert choose(three.registry(**xdg)).source == "having the highest priority"


def test_the_config_of_keras_is_not_read_and_nothing_is_written(three: Site):
    keras = three.home / ".keras" / "keras.json"
    keras.parent.mkdir()
    keras.write_text('{"backend": "abacus"}', encoding="utf-8")
    before = sorted(three.home.rglob("*"))
    assert choose(three.registry()).name == "pebbles"
    assert sorted(three.home.rglob("*")) == before


BAD_CONFIGS = {
    "not TOML": b"backend = slate\n",
    "not UTF-8": b'backend = "\xe9"\n',
    "not a name": b"backend = 3\n",
    "empty name": b'backend = " "\n',
    "misspelt key": b'backnd = "slate"\n',
}


@pytest.mark.parametrize("case", BAD_CONFIGS)
def test_a_config_file_that_cannot_be_understood(three: Site, case: str):
    path = write_config(three, "")
    path.write_bytes(BAD_CONFIGS[case])
    with pytest.raises(ConfigError) as caught:
        choose(three.registry())
    assert str(path) in str(caught.value)
    # It is not even opened when the environment decides.
    assert choose(three.registry(POLYKERAS_BACKEND="slate")).name == "slate"


def test_a_config_file_that_is_named_must_be_there(three: Site, tmp_path: Path):
    with pytest.raises(ConfigError, match="POLYKERAS_CONFIG"):
        choose(three.registry(POLYKERAS_CONFIG=str(tmp_path / "nowhere.toml")))
    write_config(three, "")
    assert choose(three.registry()).source == "having the highest priority"


def test_a_home_that_cannot_be_entered_has_no_config_file(three: Site):
    """A folder in the file's place fails to be read for everybody, root as well."""
    path = three.home / ".config" / "polykeras" / "config.toml"
    path.mkdir(parents=True)
    assert stat.S_ISDIR(path.stat().st_mode)
    assert choose(three.registry()).source == "having the highest priority"
