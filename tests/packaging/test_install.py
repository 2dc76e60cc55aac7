"""``pip install "./core[jax]"`` brings the plugins beside core; a release names versions.

Resolution is asked of pip without installing anything. Installs into fresh environments carry the mark `full`.
"""

from __future__ import annotations

import json
import tarfile
import venv
import zipfile

import pytest
from packaging.requirements import Requirement

from tests.packaging.distributions import CORE, PLUGINS, ROOT, backends, build, metadata, names, project, python

ADAPTERS = names("polykeras.data_adapters")
EXTRAS = {name: {distribution} | ADAPTERS for name, distribution in backends().items()}
EXTRAS["all"] = set(backends().values()) | ADAPTERS
SUITE = {"hypothesis", "pytest", "scipy"}


def required(message, extra):
    """Requirements that an extra adds, by distribution."""
    found = [Requirement(text) for text in message.get_all("Requires-Dist")]
    return {r.name: r for r in found if r.marker and r.marker.evaluate({"extra": extra})}


def resolved(*requirements, options=()):
    """What pip would install, as distribution name to URL."""
    report = python(
        *("-m", "pip", "install", "--dry-run", "--quiet", "--no-build-isolation", "--report", "-"),
        *options,
        *requirements,
    )
    return {item["metadata"]["name"]: item["download_info"]["url"] for item in json.loads(report)["install"]}


@pytest.fixture(scope="module")
def release(tmp_path_factory):
    """Release wheels of every distribution, by name."""
    target = tmp_path_factory.mktemp("release")
    wheels = [build(folder, target, "--wheel", release="1")[0] for folder in (CORE, *PLUGINS)]
    return {metadata(wheel)["Name"]: wheel for wheel in wheels}


@pytest.mark.parametrize("extra", sorted(EXTRAS))
def test_from_a_checkout_an_extra_brings_the_plugins_beside_core(extra):
    folders = {project(folder)["name"]: folder.as_uri() for folder in PLUGINS}
    found = resolved(f"./core[{extra}]", options=("--no-index",))
    assert found.pop("polykeras") == CORE.as_uri()
    assert {name: url for name, url in found.items() if name in folders} == {
        name: folders[name] for name in EXTRAS[extra]
    }


def test_core_and_plugins_can_be_developed_together():
    found = resolved(*(f"./{folder.relative_to(ROOT)}" for folder in (CORE, *PLUGINS)), options=("--no-index",))
    assert set(found) >= {project(folder)["name"] for folder in (CORE, *PLUGINS)}


@pytest.mark.parametrize("extra", sorted(EXTRAS))
def test_a_release_names_versions(release, extra):
    message = metadata(release["polykeras"])
    found = required(message, extra)
    assert set(found) == EXTRAS[extra]
    for requirement in found.values():
        assert requirement.url is None
        assert str(requirement.specifier) == f"=={message['Version']}"


def test_a_release_offers_the_extras_there_are(release):
    assert set(metadata(release["polykeras"]).get_all("Provides-Extra")) == {*EXTRAS, "conformance"}
    assert set(required(metadata(release["polykeras"]), "conformance")) == SUITE


def test_plugins_of_a_release_accept_its_core(release):
    version = metadata(release["polykeras"])["Version"]
    for wheel in (wheel for name, wheel in release.items() if name != "polykeras"):
        assert metadata(wheel)["Version"] == version
        needs = {need.name: need for need in map(Requirement, metadata(wheel).get_all("Requires-Dist"))}
        assert needs["polykeras"].specifier.contains(version)


def test_wheels_hold_the_package_its_type_marker_and_the_licence(release):
    for wheel in release.values():
        with zipfile.ZipFile(wheel) as archive:
            members = archive.namelist()
        assert any(member.endswith("/py.typed") for member in members), wheel
        assert any(member.endswith("/licenses/LICENSE") for member in members), wheel
        # The package and its dist-info; beside core's lies what pytest imports in every run.
        alone = {"_polykeras_pytest.py"} & set(members)
        assert len({member.split("/")[0] for member in members} - alone) == 2, members


def test_a_wheel_from_a_release_sdist_keeps_the_versions(tmp_path):
    (sdist,) = build(CORE, tmp_path / "sdist", "--sdist", release="1")
    with tarfile.open(sdist) as archive:
        # The first releases of Python 3.11 have no filters.
        archive.extractall(tmp_path, **({"filter": "data"} if hasattr(tarfile, "data_filter") else {}))  # noqa: S202 - our own file
    # The siblings are gone, and so is the wish for a release.
    (wheel,) = build(tmp_path / sdist.name.removesuffix(".tar.gz"), tmp_path / "wheel", "--wheel")
    assert {name: set(required(metadata(wheel), name)) for name in EXTRAS} == EXTRAS
    assert "file:" not in str(metadata(wheel).get_all("Requires-Dist"))


def test_a_misspelt_release_is_refused(tmp_path):
    with pytest.raises(AssertionError, match="POLYKERAS_RELEASE is 'yes'"):
        build(CORE, tmp_path, "--wheel", release="yes")


PROBE = """
import importlib.metadata, sys
import polykeras
assert not {"jax", "torch", "tensorflow"} & set(sys.modules), "importing polykeras loaded a framework"
with polykeras.backend.use_backend(NAME):
    assert float(polykeras.ops.sum(polykeras.ops.ones((2, 3)))) == 6.0
print(sorted(d.name for d in importlib.metadata.distributions() if d.name.startswith("polykeras")))
"""


@pytest.fixture
def fresh(tmp_path):
    """A new environment's Python."""
    venv.create(tmp_path / "env", with_pip=True)
    return tmp_path / "env/bin/python"


def install(executable, backend, *arguments):
    """Install for `backend`; torch goes first and pinned, as the Makefile does it."""
    pins = [need for folder in PLUGINS for need in project(folder)["dependencies"] if need.startswith(f"{backend}==")]
    if pins:
        python("-m", "pip", "install", "-qq", *pins, executable=executable)
    python("-m", "pip", "install", "-qq", *arguments, executable=executable)
    probe = PROBE.replace("NAME", repr(backend))
    assert python("-c", probe, executable=executable).strip() == str(sorted({"polykeras", *EXTRAS[backend]}))


@pytest.mark.full
def test_checkout_in_a_fresh_environment(fresh, backend):
    install(fresh, backend, f"./core[{backend}]")


@pytest.mark.full
def test_release_in_a_fresh_environment(fresh, backend, release):
    wheels = [f"{release['polykeras']}[{backend}]", *(str(release[name]) for name in EXTRAS[backend])]
    install(fresh, backend, *wheels)
