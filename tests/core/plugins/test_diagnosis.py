"""What the doctor finds: every check, with distributions, settings and files that have the fault."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from polykeras.plugins.device_facts import DeviceFacts
from polykeras.plugins.diagnosis import Check, Status, diagnose
from polykeras.plugins.diagnosis.installation import check_installation
from polykeras.plugins.diagnosis.settings import check_settings
from polykeras.plugins.diagnosis.shadows import check_shadows
from polykeras.plugins.diagnosis.working import check_devices, check_plugins
from polykeras.plugins.info import Device
from polykeras.plugins.report import report
from polykeras.version import __version__
from tests.core.plugins.fake_distributions import Site

BACKENDS = "polykeras.backends"


def only(checks: list[Check], name: str) -> Check:
    (check,) = [check for check in checks if check.name == name]
    return check


def bad(checks: list[Check]) -> list[tuple[str, str, Status]]:
    return [check[:3] for check in checks if check.status is not Status.OK]


@pytest.fixture
def core(site: Site) -> Site:
    """A site with a core of the version that runs."""
    site.add("polykeras", version=__version__)
    return site


def test_a_healthy_installation(core: Site):
    core.add("fake-beads", version="2.0")
    core.add("fake-abacus", {BACKENDS: {"abacus": "a:b"}}, metadata="Requires-Dist: fake-beads (>=1.5,<3)\n")
    assert bad(check_installation([str(core.folder)])) == []


@pytest.mark.parametrize(
    ("version", "status", "words"),
    [(None, Status.WARNING, "no distribution of that name"), ("0.0.1", Status.PROBLEM, "distribution is 0.0.1")],
)
def test_a_core_that_is_not_the_installed_one(site: Site, version: str | None, status: Status, words: str):
    if version is not None:
        site.add("polykeras", version=version)
    check = only(check_installation([str(site.folder)]), "core")
    assert check.status is status
    assert words in check.message


def test_a_distribution_that_is_installed_twice(core: Site, tmp_path: Path):
    core.add("fake-abacus", {BACKENDS: {"abacus": "a:b"}})
    older = tmp_path / "older"
    shutil.copytree(core.folder / "fake_abacus-1.0.dist-info", older / "Fake.Abacus-0.9.dist-info")
    (older / "Fake.Abacus-0.9.dist-info/METADATA").write_text("Name: Fake.Abacus\nVersion: 0.9\n", encoding="utf-8")
    same = tmp_path / "same"
    same.symlink_to(core.folder)
    check = only(check_installation([str(core.folder), str(same), str(older)]), "copies")
    assert (check.subject, check.status) == ("fake-abacus", Status.WARNING)
    assert f"2 times: 1.0 in {core.folder}, 0.9 in {older}" in check.message
    assert bad(check_installation([str(core.folder), str(same)])) == []


REQUIREMENTS = {
    "fake-beads": "",
    "fake-beads>=2.3": "",
    "Fake.Beads[fast]>=2.4.0,<3": "",
    "fake-beads (==2.4)": "",
    "fake-beads~=99.0": "",  # not understood, so not judged
    "fake-beads>=9; extra == 'more'": "",
    "fake-beads @ file:///nowhere": "",
    "fake-beads>=2.5": "fake-beads 2.4.0+cpu is installed",
    "fake-beads>=2,<2.4": "fake-beads 2.4.0+cpu is installed",
    "fake-beads!=2.4": "fake-beads 2.4.0+cpu is installed",
    "fake-absent>=1": "it is not installed",
    "polykeras>=99": f"polykeras {__version__} is installed",
}


@pytest.mark.parametrize("text", REQUIREMENTS)
def test_requirements(core: Site, text: str):
    core.add("fake-beads", version="2.4.0+cpu")
    core.add("fake-abacus", {BACKENDS: {"abacus": "a:b"}}, metadata=f"Requires-Dist: {text}\n")
    check = only(check_installation([str(core.folder)]), "requirements")
    assert check.status is (Status.PROBLEM if REQUIREMENTS[text] else Status.OK)
    assert REQUIREMENTS[text] in check.message


PROJECT = '[project]\nname = "fake-abacus"\n'
DECLARED = PROJECT + '[project.entry-points."polykeras.backends"]\nabacus = "fake_abacus:plugin"\n'
EDITABLE = {
    "as declared": (DECLARED, Status.OK, "are those"),
    "added": (
        DECLARED + 'slate = "fake_slate : plugin"\n',
        Status.PROBLEM,
        "slate = fake_slate:plugin is not installed",
    ),
    "moved": (DECLARED.replace("fake_abacus:", "moved:"), Status.PROBLEM, "abacus = moved:plugin is not installed"),
    "removed": (PROJECT, Status.PROBLEM, "polykeras.backends: abacus = fake_abacus:plugin is gone"),
    "told elsewhere": (PROJECT + 'dynamic = ["entry-points"]\n', None, ""),
    "no project": ("[tool.other]\n", None, ""),
    "not TOML": ("[project", None, ""),
    "the folder is gone": (None, Status.PROBLEM, "no longer there"),
}


@pytest.mark.parametrize("case", EDITABLE)
def test_an_editable_install_that_is_stale(core: Site, tmp_path: Path, case: str):
    text, status, words = EDITABLE[case]
    folder = tmp_path / "a checkout"
    if text is not None:
        folder.mkdir()
        (folder / "pyproject.toml").write_text(text, encoding="utf-8")
    core.add("fake-abacus", {BACKENDS: {"abacus": "fake_abacus:plugin"}}, editable=folder)
    checks = [check for check in check_installation([str(core.folder)]) if check.name == "editable"]
    assert [check.status for check in checks] == ([] if status is None else [status])
    assert all(words in check.message for check in checks)
    assert all((str(folder) in check.action) == (text is not None) for check in checks if check.action)


def test_an_editable_install_from_before_it_was_a_plugin(core: Site, tmp_path: Path):
    (tmp_path / "pyproject.toml").write_text(DECLARED, encoding="utf-8")
    core.add("fake-abacus", editable=tmp_path)
    core.add("somebody-else", editable=core.home)
    check = only(check_installation([str(core.folder)]), "editable")
    assert (check.subject, check.status) == ("fake-abacus", Status.PROBLEM)


def damaged(site: Site) -> None:
    site.add("fake-odd", {BACKENDS: {"odd": "a:b"}})
    (site.folder / "fake_odd-1.0.dist-info/direct_url.json").write_text('["editable"]', encoding="utf-8")
    (site.folder / "left-1.0.dist-info").mkdir()
    (site.folder / "left-1.0.dist-info/direct_url.json").write_text("{", encoding="utf-8")


def test_damaged_distributions_are_passed_over(core: Site):
    damaged(core)
    assert bad(check_installation([str(core.folder)])) == []


SETTINGS = {
    "silent": ({}, []),
    "fine": ({"POLYKERAS_BACKEND": "abacus", "KERAS_BACKEND": "slate"}, []),
    "blank": ({"POLYKERAS_BACKEND": " ", "KERAS_BACKEND": " "}, []),
    "unknown": ({"POLYKERAS_BACKEND": "abbacus"}, [("choice", "POLYKERAS_BACKEND", Status.PROBLEM)]),
    "zero": ({"KERAS_BACKEND": "0"}, [("choice", "KERAS_BACKEND", Status.PROBLEM)]),
    "two names": ({"KERAS_BACKEND": "abacus,slate"}, [("choice", "KERAS_BACKEND", Status.PROBLEM)]),
    "overruled": (
        {"POLYKERAS_BACKEND": "abacus", "KERAS_BACKEND": "chalk"},
        [("choice", "KERAS_BACKEND", Status.WARNING)],
    ),
    "both unknown": (
        {"POLYKERAS_BACKEND": "flint", "KERAS_BACKEND": "chalk"},
        [("choice", "POLYKERAS_BACKEND", Status.PROBLEM), ("choice", "KERAS_BACKEND", Status.WARNING)],
    ),
    "selection fine": ({"POLYKERAS_PLUGINS": "abacus,slate"}, []),
    "selection unknown": ({"POLYKERAS_PLUGINS": "-slat"}, [("selection", "POLYKERAS_PLUGINS", Status.WARNING)]),
    "selection off": ({"POLYKERAS_PLUGINS": "off"}, [("selection", "POLYKERAS_PLUGINS", Status.WARNING)]),
    "selection does not parse": (
        {"POLYKERAS_PLUGINS": "true", "POLYKERAS_BACKEND": "abacus"},
        [("selection", "POLYKERAS_PLUGINS", Status.PROBLEM)],
    ),
    "blocks what is asked for": (
        {"POLYKERAS_PLUGINS": "-slate", "POLYKERAS_BACKEND": "slate"},
        [("choice", "POLYKERAS_BACKEND", Status.PROBLEM)],
    ),
}


@pytest.mark.parametrize("case", SETTINGS)
def test_settings(site: Site, case: str):
    environment, expected = SETTINGS[case]
    site.backend("abacus")
    site.backend("slate")
    registry = site.registry(**environment)
    checks = check_settings(registry, report(registry))
    assert bad(checks) == expected
    assert all(check.action for check in checks if check.status is not Status.OK)


def test_a_name_that_is_near_is_suggested(site: Site):
    site.backend("abacus")
    registry = site.registry(POLYKERAS_BACKEND="abbacus", POLYKERAS_PLUGINS="-fake-abacs")
    messages = [check.message for check in check_settings(registry, report(registry))]
    assert any("Did you mean 'abacus'?" in message for message in messages)
    assert any("Did you mean 'fake-abacus'" in message for message in messages)


def unreadable(path: Path) -> None:
    """Make a folder in the file's place: that fails for everybody, root as well."""
    path.mkdir()


# What stands in the config file; what is found, and when POLYKERAS_BACKEND decides.
CONFIGS: dict[str, tuple[str | Callable[[Path], None], Status, Status]] = {
    "fine": ('backend = "abacus"\n', Status.OK, Status.OK),
    "silent": ("", Status.OK, Status.OK),
    "not TOML": ("backend = abacus\n", Status.PROBLEM, Status.WARNING),
    "unknown key": ('backnd = "abacus"\n', Status.PROBLEM, Status.WARNING),
    "unknown backend": ('backend = "chalk"\n', Status.PROBLEM, Status.WARNING),
    "unreadable": (unreadable, Status.WARNING, Status.WARNING),
}


@pytest.mark.parametrize("decided", [False, True])
@pytest.mark.parametrize("case", CONFIGS)
def test_the_config_file(site: Site, case: str, decided: bool):
    content, *statuses = CONFIGS[case]
    path = site.home / ".config" / "polykeras" / "config.toml"
    path.parent.mkdir(parents=True)
    if isinstance(content, str):
        path.write_text(content, encoding="utf-8")
    else:
        content(path)
    site.backend("abacus")
    registry = site.registry(**({"POLYKERAS_BACKEND": "abacus"} if decided else {}))
    (check,) = [check for check in check_settings(registry, report(registry)) if check.subject == str(path)]
    assert check.status is statuses[decided]


def test_a_config_file_that_is_named_and_not_there(site: Site):
    site.backend("abacus")
    registry = site.registry(POLYKERAS_CONFIG=str(site.home / "nowhere.toml"))
    check = only(check_settings(registry, report(registry)), "config")
    assert check.status is Status.PROBLEM
    assert site.registry(POLYKERAS_BACKEND="abacus")


def test_plugins_that_do_not_work(site: Site):
    site.backend("abacus")
    site.backend("future", facts="'contract': (0, 9)")
    site.backend("abacus2", distribution="fake-first", module="fake_first")
    site.backend("abacus2", distribution="fake-second", module="fake_second")
    site.backend("lacking", facts="'framework': 'fake_beads', 'framework_distribution': 'fake-beads'")
    site.add("fast-beads", {"polykeras.kernels": {"fast": "fake_fast:plugin"}})
    names = dict.fromkeys(("builtins", "frames"), "fake_broken:plugin")
    site.add("fake-data", {"polykeras.data_adapters": names}, fake_broken="1 / 0")
    checks = check_plugins(report(site.registry(POLYKERAS_PLUGINS="-other")))
    assert [(check.subject, check.action) for check in checks if check.status is Status.PROBLEM] == [
        ("abacus2", "Uninstall one, or block it with `POLYKERAS_PLUGINS=-fake-second`."),
        ("abacus2", "Uninstall one, or block it with `POLYKERAS_PLUGINS=-fake-second`."),
        ("future", "Upgrade polykeras: `pip install --upgrade polykeras`."),
        ("lacking", 'Install it with `pip install "fake-beads"`.'),
        ("fake-data", "Reinstall fake-data, or block it with `POLYKERAS_PLUGINS=-fake-data`."),
    ]
    assert only(checks, "choice").message == "abacus, chosen for having the highest priority."


NONE_USABLE = {
    "nothing installed": (lambda site: site.add("fake-beads"), {}, "No backend is installed"),
    "the only one is broken": (lambda site: site.fail("abacus", "1 / 0"), {}, "No backend can be used"),
    "all are blocked": (lambda site: site.backend("abacus"), {"POLYKERAS_PLUGINS": "off"}, "No backend is installed"),
}


@pytest.mark.parametrize("case", NONE_USABLE)
def test_no_backend_is_usable(site: Site, case: str):
    prepare, environment, words = NONE_USABLE[case]
    prepare(site)
    check = only(check_plugins(report(site.registry(**environment))), "choice")
    assert check.status is Status.PROBLEM
    assert words in check.message


DEVICES = {
    "gpu": (
        DeviceFacts("abacus", (Device("gpu:0", "Bead"), Device("cpu:0", "cpu")), listed=True),
        True,
        Status.OK,
    ),
    "cpu": (DeviceFacts("abacus", (Device("cpu:0"),), listed=True), False, Status.OK),
    "cpu beside a gpu": (DeviceFacts("abacus", (Device("cpu:0"),), listed=True), True, Status.WARNING),
    "not listed": (DeviceFacts("abacus"), True, Status.OK),
    "fails": (DeviceFacts("abacus", problem="a\nb\nc\nReinstall it."), False, Status.PROBLEM),
    "dies": (DeviceFacts("abacus", problem="the process died", output="x\nIllegal instruction"), False, Status.PROBLEM),
}


@pytest.mark.parametrize("case", DEVICES)
def test_devices(case: str, tmp_path: Path):
    facts, gpu, status = DEVICES[case]
    if gpu:
        (tmp_path / "nvidia0").touch()
    (check,) = check_devices({"abacus": facts}, tmp_path)
    assert check.status is status
    assert bool(check.action) == (status is not Status.OK)
    assert ("gpu:0 (Bead); cpu:0" in check.message) == (case == "gpu")
    assert ("Illegal instruction" in check.message) == (case == "dies")


def test_a_file_that_shadows_a_package(site: Site):
    folder = site.home
    (folder / "keras.py").touch()
    (folder / "fake_beads").mkdir()
    (folder / "fake_pebbles").mkdir()
    (folder / "fake_beads/__init__.py").touch()
    checks = check_shadows(["fake_beads", "fake_pebbles", "fake_absent"], folder, [str(site.folder)])
    assert bad(checks) == [("shadow", "keras", Status.WARNING), ("shadow", "fake_beads", Status.WARNING)]
    assert f"every script in {folder}" in checks[0].message


def test_the_folder_where_a_package_is_installed_shadows_nothing(site: Site):
    site.add("fake-beads", fake_beads="")
    checks = check_shadows(["fake_beads"], site.folder, [str(site.folder)])
    assert [check.subject for check in checks if check.subject != "keras"] == ["fake_beads"]
    core = Path(str(check_shadows.__code__.co_filename)).parents[3]
    assert [check.subject for check in check_shadows([], core) if check.subject == "polykeras"] == []


def test_a_keras_that_no_distribution_brings(site: Site, monkeypatch: pytest.MonkeyPatch):
    site.add("other", keras="")
    check = only(check_shadows([], site.home, [str(site.folder)]), "shadow")
    assert check.status is Status.WARNING
    assert str(site.folder / "keras.py") in check.message
    site.add("keras", version="3.99")
    check = only(check_shadows([], site.home, [str(site.folder)]), "shadow")
    assert (check.status, check.message[:15]) == (Status.OK, "Keras 3.99 is i")
    (site.folder / "keras").mkdir()
    (site.folder / "keras/__init__.py").touch()
    stray = site.home / "stray"
    stray.mkdir()
    (stray / "keras.py").touch()
    monkeypatch.syspath_prepend(stray)
    check = only(check_shadows([], site.home, [str(site.folder)]), "shadow")
    assert check.status is Status.WARNING
    assert f"finds {stray / 'keras.py'} before keras 3.99" in check.message


def test_all_of_it(core: Site):
    damaged(core)
    core.add("fake-beads", version="2.4", fake_beads="")
    core.backend("abacus", facts="'framework': 'fake_beads', 'framework_distribution': 'fake-beads'")
    core.fail("broken", "1 / 0")
    core.add("garbled", {BACKENDS: {}})
    (core.folder / "garbled-1.0.dist-info/entry_points.txt").write_text("[polykeras.x]\nbad\n", encoding="utf-8")
    steps: list[str] = []
    found = diagnose(core.registry(), core.home, steps.append)
    assert steps == ["asking the plugins", "starting abacus", ""]
    assert (found.versions["polykeras"], found.versions["fake-beads"]) == (__version__, "2.4")
    assert [subject for name, subject, status in bad(found.checks) if name == "plugin"] == ["broken", "odd"]
    assert only(found.checks, "listing").status is Status.WARNING
    assert found.devices["abacus"].problem is not None
    assert found.to_json()["checks"][0].keys() == {"name", "subject", "status", "message", "action"}
