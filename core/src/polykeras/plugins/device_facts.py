"""The devices of a backend, asked of its plugin with the framework loaded, and one value sent there and back.

Loads a framework: call it through `polykeras.plugins.apart` where that must not happen to the calling process.
"""

from __future__ import annotations

import importlib
from typing import Any, NamedTuple

import numpy as np

from polykeras.plugins.compatibility import broken
from polykeras.plugins.discovery import LoadedPlugin, Registry
from polykeras.plugins.errors import BackendIncomplete, PolykerasError
from polykeras.plugins.info import Device
from polykeras.plugins.protocols import TensorProvider

_PROBE = 1.5


class DeviceFacts(NamedTuple):
    """What a backend answers when it is put to work.

    Attributes:
        backend: Its name.
        devices: Its devices, the one it computes on first; empty when it does not list them.
        listed: Whether the plugin lists its devices.
        framework: Version that the imported framework tells of itself, or ``None``.
        problem: Why it cannot be put to work, or ``None``.
        output: The last of what it printed, where it died.
    """

    backend: str
    devices: tuple[Device, ...] = ()
    listed: bool = False
    framework: str | None = None
    problem: str | None = None
    output: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the facts as dicts, lists and texts."""
        return {**self._asdict(), "devices": [device._asdict() for device in self.devices]}

    @classmethod
    def from_json(cls, facts: dict[str, Any]) -> DeviceFacts:
        """Return the facts that `to_json` returned."""
        return cls(**{**facts, "devices": tuple(Device(**device) for device in facts["devices"])})


def devices_of(registry: Registry, backend: str) -> DeviceFacts:
    """Return the devices of the backend called `backend`, whose framework is imported by that."""
    try:
        loaded = registry.load_backend(backend)
        devices, listed = _working(loaded)
    except PolykerasError as error:
        return DeviceFacts(backend, problem=str(error))
    return DeviceFacts(backend, devices, listed, _version_of(loaded))


def _working(loaded: LoadedPlugin) -> tuple[tuple[Device, ...], bool]:
    tensors = loaded.ask("polykeras_tensors")
    if tensors is None:
        raise BackendIncomplete(
            f"The backend {loaded.name!r} of {loaded.distribution} {loaded.version} has no tensors.\n"
            "Received: None from `polykeras_tensors`.\nAllowed: a TensorProvider.\n"
            f"Report it to the authors of {loaded.distribution}."
        )
    # Not in the Protocol: plugins may lack it, and core computes without.
    list_devices = getattr(tensors, "devices", None)
    try:
        _there_and_back(tensors)
        found = () if list_devices is None else list_devices()
        devices = tuple(Device(str(device.name), str(device.description)) for device in found)
    except Exception as error:
        raise broken(loaded.name, loaded.distribution, loaded.version, error) from error
    return devices, list_devices is not None


def _there_and_back(tensors: TensorProvider) -> None:
    returned = float(tensors.to_host(tensors.from_host(np.float32(_PROBE), "float32")))
    if returned != _PROBE:
        raise ArithmeticError(f"{_PROBE} came back from the device as {returned}")


def _version_of(loaded: LoadedPlugin) -> str | None:
    if loaded.info.framework is None:
        return None
    try:
        module = importlib.import_module(loaded.info.framework)
    except ImportError:
        return None
    version = getattr(module, "__version__", None)
    return None if version is None else str(version)
