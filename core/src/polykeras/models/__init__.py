"""Models: graphs, chains and subclasses that train."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from polykeras.models.cloning import clone_model
from polykeras.models.from_json import model_from_json
from polykeras.models.function import Function
from polykeras.models.functional import Functional
from polykeras.models.model import Model
from polykeras.models.sequential import Sequential
from polykeras.registry import Family, add_family
from polykeras.services import service

if TYPE_CHECKING:
    from polykeras.saving import load_model, save_model

FAMILY = add_family(
    Family(
        "model",
        "keras",
        {"Functional": Functional, "Model": Model, "Sequential": Sequential},
        base=Model,
        callables=False,
        modules={Functional: "keras.src.models.functional"},
        registered=(Functional,),
    )
)

__all__ = [
    "Function",
    "Functional",
    "Model",
    "Sequential",
    "clone_model",
    "load_model",
    "model_from_json",
    "save_model",
]


def __getattr__(name: str) -> Any:
    """Return the functions of the floor above that have a name here too."""
    if name in {"load_model", "save_model"}:
        return getattr(service("files"), name)
    raise AttributeError(f"module 'polykeras.models' has no attribute {name!r}")
