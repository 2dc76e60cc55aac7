"""What may be wrong with an installation, as facts: `diagnose` returns them, `polykeras doctor` draws them.

Promises to look and never to change anything, and to load frameworks in other processes only.
"""

from __future__ import annotations

import platform
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from polykeras.plugins.apart import devices_apart, report_apart
from polykeras.plugins.device_facts import DeviceFacts
from polykeras.plugins.diagnosis.check import Check, Status
from polykeras.plugins.diagnosis.installation import check_installation
from polykeras.plugins.diagnosis.settings import check_settings
from polykeras.plugins.diagnosis.shadows import check_shadows
from polykeras.plugins.diagnosis.working import check_devices, check_plugins
from polykeras.plugins.discovery import Registry
from polykeras.plugins.installed import core_requirements, version_of
from polykeras.plugins.report import Report, usable_backends
from polykeras.version import __version__

FORMAT = 1

__all__ = ["FORMAT", "Check", "Diagnosis", "Status", "diagnose"]


class Diagnosis(NamedTuple):
    """All that was found.

    Attributes:
        versions: Python, the platform, Polykeras, the contract, what core requires, frameworks.
        checks: The findings.
        devices: By usable backend.
    """

    versions: dict[str, str]
    checks: list[Check]
    devices: dict[str, DeviceFacts]

    def to_json(self) -> dict[str, Any]:
        """Return the facts as dicts, lists and texts."""
        return {
            "format": FORMAT,
            "versions": self.versions,
            "checks": [{**check._asdict(), "status": check.status.value} for check in self.checks],
            "devices": {name: facts.to_json() for name, facts in self.devices.items()},
        }


def diagnose(
    registry: Registry, folder: Path | None = None, progress: Callable[[str], object] = lambda _: None
) -> Diagnosis:
    """Return what is wrong, and what is right.

    Args:
        registry: Whose path and environment are looked at.
        folder: Where the user's scripts lie; the current folder when ``None``.
        progress: Told what is done next: importing a framework takes seconds.

    Raises:
        ChildProcessError: If no other process can be asked.
    """
    progress("asking the plugins")
    found = report_apart(registry)
    frameworks = [
        plugin.framework.module for plugin in found.plugins if plugin.framework is not None and plugin.framework.module
    ]
    devices = {}
    for name in usable_backends(found.plugins):
        progress(f"starting {name}")
        devices[name] = devices_apart(registry, name)
    progress("")
    with warnings.catch_warnings():
        # What is said while distributions are listed stands in the report.
        warnings.simplefilter("ignore", RuntimeWarning)
        checks = [
            *check_installation(registry.path),
            *check_settings(registry, found),
            *check_plugins(found),
            *check_shadows(frameworks, folder or Path.cwd(), registry.path),
            *check_devices(devices),
        ]
    return Diagnosis(_versions(registry, found), checks, devices)


def _versions(registry: Registry, found: Report) -> dict[str, str]:
    versions = {
        "python": platform.python_version(),
        "platform": platform.platform(),
        "polykeras": __version__,
        "contract": found.contract,
    }
    for name in core_requirements(registry.path):
        versions[name] = version_of(name, registry.path) or "not installed"
    for plugin in found.plugins:
        framework = plugin.framework
        if framework is not None:
            versions[framework.distribution] = framework.found or "unknown"
    return versions
