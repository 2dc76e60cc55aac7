"""A stranger's plugin, installed by pip into an environment of its own, as `polykeras plugins` and `doctor` see it.

What metadata made by hand cannot show: that pip leaves what we read, and that a living process finds what comes later.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

PROJECT = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "{name}"
version = "{version}"
dependencies = ["polykeras{bound}"]

[project.entry-points."polykeras.backends"]
{points}
[tool.hatch.build.targets.wheel]
packages = ["src/{module}"]
"""
SOURCE = """
from polykeras.plugins import BackendInfo, BackendPlugin

class Tensors:
    from_host = staticmethod(lambda value, dtype: value)
    to_host = staticmethod(lambda x: x)

class Plugin(BackendPlugin):
    info = lambda self: BackendInfo(name=self.name, contract=(0, 1))
    tensors = lambda self: Tensors()

abacus, slate = Plugin("abacus"), Plugin("slate")
"""
# Loads what the plugins of this checkout would load as little as the commands do.
SETTING = "stranger-abacus,stranger-rival"


class Place:
    """An environment that sees the packages of this one, core included, and has a place of its own for others."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        venv.create(folder / "env", with_pip=False)
        self.python = folder / "env/bin/python"
        version = f"python{sys.version_info.major}.{sys.version_info.minor}"
        # Not a plain path: the .pth files there, by which core is installed, are to be read too.
        line = f"import site; site.addsitedir({sysconfig.get_path('purelib')!r})\n"
        (folder / "env/lib" / version / "site-packages/outer.pth").write_text(line, encoding="utf-8")
        self.environment = {key: value for key, value in os.environ.items() if not key.startswith("POLYKERAS_")}
        self.environment |= {"POLYKERAS_PLUGINS": SETTING, "HOME": str(folder)}

    def project(self, name: str, points: tuple[str, ...], *, version: str = "1.0", bound: str = "") -> Path:
        """Write a project that offers `points`, or rewrite its pyproject.toml."""
        module = name.replace("-", "_")
        folder = self.folder / name
        source = folder / "src" / module / "__init__.py"
        source.parent.mkdir(parents=True, exist_ok=True)
        source.write_text(SOURCE, encoding="utf-8")
        lines = "".join(f'{point} = "{module}:{point}"\n' for point in points)
        text = PROJECT.format(name=name, version=version, bound=bound, points=lines, module=module)
        (folder / "pyproject.toml").write_text(text, encoding="utf-8")
        return folder

    def pip(self, *arguments: str | Path) -> None:
        """Let this environment's pip work on that one."""
        options = ("--no-index", "--no-build-isolation", "--no-deps", "-qq") if arguments[0] == "install" else ("-qq",)
        command = [sys.executable, "-m", "pip", "--python", self.python, arguments[0], *options, *arguments[1:]]
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=self.environment)
        assert done.returncode == 0, done.stdout + done.stderr

    def ask(self, command: str) -> tuple[int, dict]:
        """Return the exit status and the JSON of a command."""
        done = subprocess.run(
            [self.python, "-m", "polykeras", command, "--json"],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.stderr == ""
        return done.returncode, json.loads(done.stdout)

    def states(self) -> dict[str, str]:
        plugins = self.ask("plugins")[1]["plugins"]
        return {f"{row['distribution']}:{row['name']}": row["state"] for row in plugins if row["state"] != "blocked"}

    def problems(self) -> list[str]:
        """Return what the doctor finds wrong with the strangers: name of the check, and its message."""
        checks = self.ask("doctor")[1]["checks"]
        return [f"{check['name']}: {check['message']}" for check in checks if check["status"] == "problem"]


@pytest.fixture
def place(tmp_path):
    return Place(tmp_path)


def test_an_editable_install_that_grows_stale(place):
    folder = place.project("stranger-abacus", ("abacus",))
    place.pip("install", "--editable", folder)
    assert place.states() == {"stranger-abacus:abacus": "chosen"}
    assert place.problems() == []
    place.project("stranger-abacus", ("abacus", "slate"))
    assert place.states() == {"stranger-abacus:abacus": "chosen"}
    (problem,) = place.problems()
    assert problem.startswith("editable: The editable install of stranger-abacus is older than its pyproject.toml")
    assert "polykeras.backends: slate = stranger_abacus:slate is not installed" in problem
    place.pip("install", "--editable", folder)
    assert place.states() == {"stranger-abacus:abacus": "chosen", "stranger-abacus:slate": "available"}
    assert place.problems() == []


def test_two_distributions_of_one_name_and_one_that_wants_another_core(place):
    place.pip("install", place.project("stranger-abacus", ("abacus",)))
    place.pip("install", place.project("stranger-rival", ("abacus", "slate"), bound=">=99"))
    assert place.states() == {
        "stranger-abacus:abacus": "name taken twice",
        "stranger-rival:abacus": "name taken twice",
        "stranger-rival:slate": "chosen",
    }
    problems = place.problems()
    assert any(problem.startswith("requirements: stranger-rival requires polykeras>=99") for problem in problems)
    assert sum(problem.startswith("plugin: ") for problem in problems) == 2
    place.pip("uninstall", "--yes", "stranger-rival")
    assert place.states() == {"stranger-abacus:abacus": "chosen"}
    assert place.problems() == []


LIVING = """
import sys
from polykeras.plugins import discovery
print(discovery.backend_names(), flush=True)
sys.stdin.readline()
print(discovery.backend_names(), flush=True)
discovery.refresh()
print(discovery.backend_names(), discovery.load_backend("abacus").version, flush=True)
"""


def test_what_is_installed_meanwhile_is_found_by_a_living_process(place):
    folder = place.project("stranger-abacus", ("abacus",))
    with subprocess.Popen(
        [place.python, "-c", LIVING],
        env=place.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as living:
        assert living.stdout.readline() == "[]\n"
        place.pip("install", folder)
        out, _ = living.communicate("\n")
    assert out == "[]\n['abacus'] 1.0\n"
