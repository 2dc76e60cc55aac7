"""The distributions of this checkout, and how they are built and read in the tests beside this file."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
import zipfile
from email.message import Message
from email.parser import Parser
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
CORE = ROOT / "core"
PLUGINS = sorted(
    file.parent for pattern in ("*", "data_adapters/*") for file in (ROOT / "plugins").glob(f"{pattern}/pyproject.toml")
)


def project(folder: Path) -> dict[str, Any]:
    return tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def names(group: str) -> set[str]:
    """Distributions that register in an entry point group."""
    return {project(folder)["name"] for folder in PLUGINS if group in project(folder)["entry-points"]}


def backends() -> dict[str, str]:
    """Backend name to the distribution that brings it."""
    answer = {}
    for folder in PLUGINS:
        points = project(folder)["entry-points"].get("polykeras.backends", {})
        answer |= dict.fromkeys(points, project(folder)["name"])
    return answer


def python(*arguments: str | Path, executable: str | Path = sys.executable, release: str | None = None) -> str:
    """Run Python with `arguments` in the repository's root and return what it printed; fail with its own words."""
    environment = {key: value for key, value in os.environ.items() if key not in {"POLYKERAS_RELEASE", "PYTHONPATH"}}
    if release is not None:
        environment["POLYKERAS_RELEASE"] = release
    done = subprocess.run(
        [executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{arguments}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def build(folder: Path, target: Path, *kinds: str, release: str | None = None) -> list[Path]:
    """Build `folder` into `target` with this environment's hatchling; `kinds` are ``--wheel`` and ``--sdist``."""
    target.mkdir(exist_ok=True)
    before = set(target.iterdir())
    python("-m", "build", "--no-isolation", *kinds, "--outdir", target, folder, release=release)
    return sorted(set(target.iterdir()) - before)


def metadata(wheel: Path) -> Message:
    with zipfile.ZipFile(wheel) as archive:
        name = next(member for member in archive.namelist() if member.endswith(".dist-info/METADATA"))
        return Parser().parsestr(archive.read(name).decode())
