"""Whether the plugins work: their states, and what the usable backends did when they were put to work."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from polykeras.plugins.device_facts import DeviceFacts
from polykeras.plugins.diagnosis.check import Check, Status, from_error
from polykeras.plugins.installed import BACKENDS, DATA_ADAPTERS
from polykeras.plugins.report import FAULTY, USABLE, PluginFacts, Report

_CPU = "cpu:"
_GPU_FILES = "nvidia[0-9]*"


def check_plugins(found: Report) -> list[Check]:
    """Return a finding per plugin; one that is let in and cannot be used is a problem: repair it, or block it."""
    checks = [Check("listing", "", Status.WARNING, *_split(warning)) for warning in found.warnings]
    seen: set[PluginFacts] = set()
    for plugin in found.plugins:
        # An adapter stands under many names; its distribution is what is installed or repaired.
        key = plugin._replace(name=plugin.distribution) if plugin.group == DATA_ADAPTERS else plugin
        if key not in seen:
            seen.add(key)
            checks.append(_plugin(key))
    if found.choice.problem is not None and found.setting_problem is None and not found.choice.asked:
        checks.append(from_error("choice", "default backend", found.choice.problem))
    elif not any(plugin.group == BACKENDS and plugin.state in USABLE for plugin in found.plugins):
        checks.append(
            Check("choice", "default backend", Status.PROBLEM, "No backend can be used.", "Repair what is told above.")
        )
    elif found.choice.name is not None and found.choice.problem is None:
        why = f"asked for by {found.choice.source}" if found.choice.asked else f"chosen for {found.choice.source}"
        checks.append(Check("choice", "default backend", Status.OK, f"{found.choice.name}, {why}."))
    return checks


def _split(warning: str) -> tuple[str, str]:
    check = from_error("", "", warning)
    return check.message, check.action


def _plugin(plugin: PluginFacts) -> Check:
    what = f"{plugin.distribution} {plugin.version}"
    if plugin.state not in FAULTY:
        return Check("plugin", plugin.name, Status.OK, f"{what}: {plugin.state}.")
    action = (plugin.error or "").splitlines()[-1:]
    return Check("plugin", plugin.name, Status.PROBLEM, f"{what}: {plugin.state}. {plugin.reason}.", "".join(action))


def check_devices(answers: Mapping[str, DeviceFacts], system: Path = Path("/dev")) -> list[Check]:
    """Return a finding per backend that was put to work.

    Args:
        answers: What they said, by name.
        system: Where the system keeps a file per device.
    """
    gpus = any(system.glob(_GPU_FILES))
    return [check for facts in answers.values() for check in _devices(facts, gpus=gpus)]


def _devices(facts: DeviceFacts, *, gpus: bool) -> Iterator[Check]:
    if facts.problem is not None:
        lines = facts.output.splitlines()[-1:]
        check = from_error("devices", facts.backend, facts.problem)
        said = f" It said: {lines[0]}" if lines else ""
        action = check.action or "Import its framework by hand to see the whole error; install it again."
        yield check._replace(message=f"{check.message.rstrip('.')}.{said}", action=action)
    elif not facts.listed:
        yield Check("devices", facts.backend, Status.OK, "Computes; the plugin does not list its devices.")
    elif gpus and all(device.name.startswith(_CPU) for device in facts.devices):
        yield Check(
            "devices",
            facts.backend,
            Status.WARNING,
            "This machine has an NVIDIA GPU, but the backend sees the CPU only.",
            "Install a build of its framework for CUDA, and check the driver with `nvidia-smi`.",
        )
    else:
        yield Check("devices", facts.backend, Status.OK, f"Computes on {'; '.join(map(_named, facts.devices))}.")


def _named(device: tuple[str, str]) -> str:
    name, description = device
    return name if description in {"", name.partition(":")[0]} else f"{name} ({description})"
