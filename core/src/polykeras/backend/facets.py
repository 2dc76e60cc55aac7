"""What a framework's own users and functions look for on variables and layers, offered by its backend.

Asked only when an attribute is not there otherwise, so Keras' names and a user's own come first. Finding out imports
no framework: the plugin's module names the attributes, and imports it when one of them is read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from polykeras.plugins.discovery import load_backend
from polykeras.plugins.errors import PolykerasError
from polykeras.plugins.info import Facets

Offer = Callable[[Any], Any]

_NOTHING = Facets()
_found: dict[str, Facets] = {}


def of_variable(backend: str, name: str) -> Offer | None:
    """Return what `backend` offers as attribute `name` of its variables, a function of the variable."""
    return _of(backend).variable.get(name)


def of_layer(backend: str, name: str) -> Offer | None:
    """Return what `backend` offers as attribute `name` of layers with its variables, a function of the layer."""
    return _of(backend).layer.get(name)


def names(backend: str) -> Mapping[str, list[str]]:
    """Return the attributes that `backend` offers, by what has them."""
    found = _of(backend)
    return {"variable": sorted(found.variable), "layer": sorted(found.layer)}


def _of(backend: str) -> Facets:
    found = _found.get(backend)
    if found is None:
        try:
            found = load_backend(backend).ask("polykeras_facets") or _NOTHING
        except PolykerasError:
            # Why the backend is broken hears whoever computes with it; here the attribute is not there.
            return _NOTHING
        _found[backend] = found
    return found
