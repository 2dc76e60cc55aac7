"""Models: graphs, chains and subclasses that train."""

from __future__ import annotations

from polykeras.models.cloning import clone_model
from polykeras.models.from_json import model_from_json
from polykeras.models.functional import Functional
from polykeras.models.model import Model
from polykeras.models.sequential import Sequential
from polykeras.registry import Family, add_family

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

__all__ = ["Functional", "Model", "Sequential", "clone_model", "model_from_json"]
