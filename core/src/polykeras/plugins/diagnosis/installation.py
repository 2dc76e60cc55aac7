"""Whether the installed distributions are what they say: editable ones, copies, what they require.

Looks at core and at every distribution that offers plugins, in their metadata alone.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
from collections.abc import Iterator, Sequence
from importlib.metadata import Distribution
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

from polykeras.plugins.compatibility import release_of
from polykeras.plugins.diagnosis.check import Check, Status
from polykeras.plugins.installed import canonical_name, has_metadata, installed_entries, search, version_of
from polykeras.version import __version__

CORE = "polykeras"
GROUP_PREFIX = "polykeras."
_SCRIPTS = "console_scripts"
_REQUIREMENT = re.compile(r"(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^]]*\])?\s*\(?(?P<bounds>[^;()]*)\)?\s*$")
_BOUND = re.compile(r"(>=|<=|==|!=|>|<)\s*([0-9][A-Za-z0-9.+!-]*)$")

EntryPoint = tuple[str, str, str]


def check_installation(path: Sequence[str] | None) -> list[Check]:
    """Return findings on the distributions in `path`, or in ``sys.path`` when it is ``None``."""
    family = sorted({CORE, *(canonical_name(entry.distribution) for entry in installed_entries(path))})
    return [
        *_core(path),
        *_copies(family, path),
        *_requirements(family, path),
        *_editable_installs(path),
    ]


def _counted(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{len(names)} distributions"


def _core(path: Sequence[str] | None) -> Iterator[Check]:
    version = version_of(CORE, path)
    if version is None:
        yield Check(
            "core",
            CORE,
            Status.WARNING,
            f"polykeras {__version__} runs, but no distribution of that name is installed.",
            "Install it, so that extras and plugins find it: `pip install --editable ./core` in a checkout.",
        )
    elif version != __version__:
        yield Check(
            "core",
            CORE,
            Status.PROBLEM,
            f"The package that runs is polykeras {__version__}, but the installed distribution is {version}.",
            "Install it again; or run from a folder that has no package `polykeras` of its own.",
        )
    else:
        yield Check("core", CORE, Status.OK, f"polykeras {version} is the one that runs.")


def _copies(family: Sequence[str], path: Sequence[str] | None) -> Iterator[Check]:
    """Two distributions of one name: Python imports from the first folder, pip upgrades what it finds."""
    several = False
    for name in family:
        # The same folder may stand on the path twice.
        found = {Path(str(copy.locate_file(""))).resolve(): copy for copy in search(path, name) if has_metadata(copy)}
        if len(found) > 1:
            several = True
            copies = ", ".join(f"{copy.version} in {folder}" for folder, copy in found.items())
            yield Check(
                "copies",
                name,
                Status.WARNING,
                f"{name} is installed {len(found)} times: {copies}. The first is used.",
                f"Uninstall all but one: `{sys.executable} -m pip uninstall {name}` removes one at a time.",
            )
    if not several:
        yield Check("copies", _counted(family), Status.OK, f"{', '.join(family)}: each is installed once.")


def _requirements(family: Sequence[str], path: Sequence[str] | None) -> Iterator[Check]:
    """Core and plugins against what they require, each other included; only plain bounds on versions are understood."""
    unmet = False
    for name in family:
        distribution = next(search(path, name), None)
        for text in (distribution.requires if distribution is not None else None) or ():
            problem = _unmet(text, path)
            if problem:
                unmet = True
                requirement = text.partition(";")[0].strip()
                yield Check(
                    "requirements",
                    name,
                    Status.PROBLEM,
                    f"{name} requires {requirement}, but {problem}.",
                    f'Install what fits: `pip install "{requirement}"`, or another version of {name}.',
                )
    if not unmet:
        yield Check("requirements", _counted(family), Status.OK, "What they require is installed.")


def _unmet(text: str, path: Sequence[str] | None) -> str:
    """Return what is wrong with a requirement, or an empty string; one with a marker or a URL is left to pip."""
    match = _REQUIREMENT.match(text)
    if match is None or ";" in text or "@" in text:
        return ""
    version = version_of(match["name"], path)
    if version is None:
        return "it is not installed"
    for bound in filter(None, map(str.strip, match["bounds"].split(","))):
        parts = _BOUND.match(bound)
        if parts is not None and not _satisfies(release_of(version), parts[1], release_of(parts[2])):
            return f"{match['name']} {version} is installed"
    return ""


def _satisfies(found: tuple[int, ...], operator: str, wanted: tuple[int, ...]) -> bool:
    answers = {
        ">=": found >= wanted,
        "<=": found <= wanted,
        "==": found == wanted,
        "!=": found != wanted,
        ">": found > wanted,
        "<": found < wanted,
    }
    return answers[operator]


def _editable_installs(path: Sequence[str] | None) -> Iterator[Check]:
    """Entry points are copied when an editable distribution is installed; what its pyproject.toml says later is not."""
    fresh = []
    for distribution in search(path):
        folder = _editable_folder(distribution)
        if folder is None:
            continue
        name = str(distribution.metadata["Name"])
        installed = _installed_points(distribution)
        if not folder.is_dir():
            if installed or canonical_name(name) == CORE:
                yield Check(
                    "editable",
                    name,
                    Status.PROBLEM,
                    f"{name} is an editable install of {folder}, which is no longer there.",
                    f"Uninstall it, or install it from where it is now: `pip uninstall {name}`.",
                )
            continue
        declared = _declared_points(folder)
        if declared is None or not installed | declared:
            continue
        stale = [f"{group}: {point} = {value} is not installed" for group, point, value in sorted(declared - installed)]
        stale += [f"{group}: {point} = {value} is gone" for group, point, value in sorted(installed - declared)]
        if stale:
            yield Check(
                "editable",
                name,
                Status.PROBLEM,
                f"The editable install of {name} is older than its pyproject.toml. {'; '.join(stale)}.",
                f"Install it again: `pip install --no-deps --editable {folder}`.",
            )
        else:
            fresh.append(name)
    if fresh:
        yield Check("editable", _counted(fresh), Status.OK, "Their entry points are those of their pyproject.toml.")


def _editable_folder(distribution: Distribution) -> Path | None:
    try:
        facts = json.loads(distribution.read_text("direct_url.json") or "null")
        if not facts or not facts.get("dir_info", {}).get("editable") or not has_metadata(distribution):
            return None
        return Path(url2pathname(urlsplit(facts["url"]).path))
    except (ValueError, KeyError, AttributeError, TypeError):
        # Damaged, so not written by pip; whether it is editable, nobody can say.
        return None


def _is_ours(group: str) -> bool:
    return group.startswith(GROUP_PREFIX)


def _installed_points(distribution: Distribution) -> set[EntryPoint]:
    try:
        points = list(distribution.entry_points)
    except (TypeError, ValueError):
        return set()
    ours = {(point.group, point.name, _bare(point.value)) for point in points if _is_ours(point.group)}
    if canonical_name(str(distribution.metadata["Name"])) == CORE:
        ours |= {(_SCRIPTS, point.name, _bare(point.value)) for point in points if point.group == _SCRIPTS}
    return ours


def _declared_points(folder: Path) -> set[EntryPoint] | None:
    """Return what the pyproject.toml of `folder` declares, or ``None`` when it does not tell."""
    try:
        project: Any = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        if "entry-points" in project.get("dynamic", ()):
            return None
        groups = dict(project.get("entry-points", {}))
        if canonical_name(project["name"]) == CORE:
            groups[_SCRIPTS] = project.get("scripts", {})
        return {
            (group, name, _bare(value))
            for group, points in groups.items()
            if _is_ours(group) or group == _SCRIPTS
            for name, value in points.items()
        }
    except (OSError, ValueError, KeyError, AttributeError, TypeError):
        # Told elsewhere (setup.py), or half written at this moment.
        return None


def _bare(value: str) -> str:
    return value.replace(" ", "")
