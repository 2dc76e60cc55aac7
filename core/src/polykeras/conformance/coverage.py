"""How a backend serves each op: natively, by the body of core, not at all with a reason, or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from polykeras.backend.resolved import FALLBACK_BODIES, Backend
from polykeras.ops import update
from polykeras.ops.defined import OPS

LOOPS = ("cond", "custom_gradient", "remat", "scan", "vectorized_map", "while_loop")
"""What a backend that traces, vectorises or recomputes its computations brings; elsewhere the bodies run in Python."""
IN_PLACE = (
    "sgd_update_in_place",
    "adam_update_in_place",
    "rmsprop_update_in_place",
    "decay_update_in_place",
    "add_in_place",
)
"""What a backend whose variables are written in place may bring."""


class Service(StrEnum):
    """Where the values of an op come from."""

    NATIVE = "native"
    DERIVED = "derived"
    UNSUPPORTED = "unsupported"
    MISSING = "missing"


Coverage = dict[str, dict[str, Service]]
"""Name of the family to names of its ops."""


def families() -> dict[str, list[str]]:
    """Return the names of the ops of each family; a family is a module of `polykeras.ops`."""
    result: dict[str, list[str]] = {}
    for name in sorted(OPS):
        result.setdefault(family_of(name), []).append(name)
    # Named so that they are imported: an op that nobody defines is not in the table.
    result.setdefault(update.__name__.rpartition(".")[2], [])
    return dict(sorted(result.items())) | {"loops": list(LOOPS)}


def family_of(op: str) -> str:
    """Return the family that an op belongs to."""
    return OPS[op].definition.__module__.rpartition(".")[2]


def coverage(backend: Backend) -> Coverage:
    """Return how `backend` serves every op of every family."""
    unsupported = backend.info.unsupported
    return {
        family: {name: service(name, backend.natives, unsupported) for name in names}
        for family, names in families().items()
    }


def service(op: str, natives: Mapping[str, object], unsupported: Mapping[str, str]) -> Service:
    """Return how an op is served by a backend with these native functions and these reasons."""
    if op in unsupported:
        return Service.UNSUPPORTED
    if op in natives:
        return Service.NATIVE
    return Service.DERIVED if op in FALLBACK_BODIES or op in LOOPS else Service.MISSING


def strays(backend: Backend) -> list[str]:
    """Return names that the plugin offers a function or a reason for, and that no op has."""
    known = {*OPS, *LOOPS, *IN_PLACE}
    return sorted({*backend.natives, *backend.info.unsupported} - known)
