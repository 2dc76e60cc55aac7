"""A `PyDataset` as another library's data set, made by the data adapter that knows the library.

Core names no format: an adapter's plugin says which it makes (`DataAdapterPlugin.formats`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from polykeras.data import PyDataset
from polykeras.plugins import discovery
from polykeras.plugins.errors import BackendBroken, did_you_mean


def in_format(dataset: PyDataset, format: str | None) -> Any:
    """Return `dataset` itself for ``None``, or what an adapter makes of it.

    Args:
        dataset: What makes batches; an `element_spec` on it spares reading one to know their shapes.
        format: Name of the format.

    Raises:
        ValueError: No installed adapter makes it.
    """
    if format is None:
        return dataset
    makers, broken = _makers()
    if format not in makers:
        raise ValueError(
            f"No data adapter makes data sets of this format.{did_you_mean(str(format), list(makers))}\n"
            f"Received: format={format!r}.\n"
            f"Allowed: None for a PyDataset; of installed adapters: {', '.join(sorted(makers)) or 'none'}"
            f"{''.join(f' ({name} cannot be loaded)' for name in broken)}.\n"
            "Leave it out, or install an adapter that makes it."
        )
    return makers[format](dataset)


def _makers() -> tuple[dict[str, Callable[[Any], Any]], list[str]]:
    """Return what installed adapters make, and the distributions of those that cannot be loaded."""
    makers: dict[str, Callable[[Any], Any]] = {}
    broken: dict[str, None] = {}
    once = {
        (entry.distribution, entry.value): entry
        for entries in discovery.adapter_entries().values()
        for entry in entries
    }
    for entry in once.values():
        try:
            plugin = discovery.REGISTRY.import_plugin(entry)
        except BackendBroken:  # it is somebody else's, as far as this format is concerned
            broken[entry.distribution] = None
            continue
        formats = getattr(plugin, "formats", None)
        makers = (formats() if formats is not None else {}) | makers
    return makers, list(broken)
