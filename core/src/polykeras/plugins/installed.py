"""What is installed, read from metadata alone: entry points, versions and core's own extras.

Nothing is imported here but the standard library, and that late: ``importlib.metadata`` costs more
than the rest of this package. A distribution that is damaged is passed over, not an error.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from importlib.metadata import Distribution

BACKENDS = "polykeras.backends"
KERNELS = "polykeras.kernels"
DATA_ADAPTERS = "polykeras.data_adapters"
GROUPS = frozenset({BACKENDS, KERNELS, DATA_ADAPTERS})


class Entry(NamedTuple):
    """One entry point: what a distribution offers under a name.

    Attributes:
        name: Name of the backend, or root package whose types an adapter claims.
        value: ``module:attribute`` of the plugin object.
        group: One of the three groups.
        distribution: Name of the distribution, as pip shows it.
        version: Version of the distribution.
        load: Imports the module and returns the attribute.
    """

    name: str
    value: str
    group: str
    distribution: str
    version: str
    load: Callable[[], Any]


def canonical_name(distribution: str) -> str:
    """Return a distribution's name as the packaging standard compares it: ``"My_Pkg"`` is ``"my-pkg"``."""
    return re.sub(r"[-_.]+", "-", distribution).lower()


def installed_entries(path: Sequence[str] | None = None) -> list[Entry]:
    """Return the entry points of the three groups, in a stable order.

    Args:
        path: Folders to look in; ``sys.path`` when ``None``.
    """
    found: list[Entry] = []
    names = {name for distribution in search(path) if (name := _offering(distribution)) is not None}
    for name in names:
        # Of two copies the first on the path is the one that Python imports.
        first = next(search(path, name), None)
        if first is not None:
            found.extend(_entries_of(first))
    return sorted(set(found), key=lambda entry: (entry.group, entry.name, entry.distribution, entry.value))


def version_of(distribution: str, path: Sequence[str] | None = None) -> str | None:
    """Return the installed version of `distribution`, or ``None`` when it is not installed."""
    first = next(search(path, distribution), None)
    return None if first is None or not has_metadata(first) else first.version


# An extra that brings no backend, so that nobody is told to install one by it.
_NO_BACKEND = frozenset({"conformance"})


def core_extras(path: Sequence[str] | None = None) -> list[str]:
    """Return the extras that the metadata of the installed core offers for backends, in order."""
    core = next(search(path, "polykeras"), None)
    return [] if core is None else sorted(set(core.metadata.get_all("Provides-Extra") or []) - _NO_BACKEND)


def core_requirements(path: Sequence[str] | None = None) -> list[str]:
    """Return the names of what the installed core requires without any extra, in its own order."""
    core = next(search(path, "polykeras"), None)
    plain = [text for text in (core.requires if core is not None else None) or () if ";" not in text]
    return [match.group() for text in plain if (match := re.match(r"[A-Za-z0-9._-]+", text))]


def search(path: Sequence[str] | None, name: str | None = None) -> Iterator[Distribution]:
    """Yield the installed distributions, or those called `name`, in the order of the path; damaged ones too."""
    from importlib.metadata import Distribution

    where: dict[str, Any] = {} if path is None else {"path": list(path)}
    if name is not None:
        where["name"] = name
    yield from Distribution.discover(**where)


def has_metadata(distribution: Distribution) -> bool:
    """Return whether a distribution is whole enough to be asked for its name and version."""
    # An interrupted uninstall leaves a folder without it.
    return bool(distribution.read_text("METADATA") or distribution.read_text("PKG-INFO"))


def _offering(distribution: Distribution) -> str | None:
    """Return the canonical name of a distribution that offers plugins, else ``None``."""
    try:
        text = distribution.read_text("entry_points.txt")
    except UnicodeDecodeError:
        return None
    # Most distributions end here, unparsed: hundreds of them must not be felt.
    if not text or "polykeras." not in text or not has_metadata(distribution):
        return None
    metadata = distribution.metadata
    return canonical_name(metadata["Name"]) if "Name" in metadata else None


def _entries_of(distribution: Distribution) -> list[Entry]:
    name = distribution.metadata["Name"]
    try:
        points = list(distribution.entry_points)
    except (TypeError, ValueError, UnicodeDecodeError) as error:
        warnings.warn(
            f"The entry points of {name} cannot be read, so its plugins are not used.\nReceived: {error}.\n"
            f"Allowed: lines such as `name = module:attribute`.\nReinstall {name}.",
            RuntimeWarning,
            stacklevel=2,
        )
        return []
    return [
        Entry(point.name, point.value, point.group, name, distribution.version, point.load)
        for point in points
        if point.group in GROUPS
    ]
