"""A model on another backend: `Model.to_backend`."""

from __future__ import annotations

import copy
from typing import Any

from polykeras.plugins.discovery import load_backend
from polykeras.plugins.errors import BackendMismatch, NotBuiltError
from polykeras.state.moving import copies_kept_by


def on_backend(model: Any, name: str) -> Any:
    """Return a copy of `model` whose variables the backend called `name` keeps.

    Weights, seeds, metrics, the optimizer's state and what `compile` was given go with it, so the copy trains on as the
    model would have. The framework is imported at the first use.

    Args:
        model: A built model; it stays as it is.
        name: An installed backend.

    Raises:
        BackendNotFound: If no installed distribution offers `name`.
        NotBuiltError: If the model is not built: it has nothing yet that a backend could keep.
        BackendMismatch: If the model holds tensors of its framework besides variables.
    """
    load_backend(name)
    if not model.built:
        raise NotBuiltError(
            f"The model {model.name!r} cannot go to another backend yet.\n"
            "Received: a model that is not built.\nAllowed: built models.\n"
            f"Build it first, or make it under `with use_backend({name!r}):`."
        )
    for layer in model._flatten_layers():
        _check_attributes(layer)
    with copies_kept_by(name):
        twin = copy.deepcopy(model)
    for layer in twin._flatten_layers():
        layer.rebind()
    return twin


def _check_attributes(layer: Any) -> None:
    variable = layer._first_variable()
    if variable is None or not variable.made:
        return
    tensors = variable.backend.tensors
    held = sorted(key for key, value in vars(layer).items() if tensors.is_tensor(value))
    if held:
        raise BackendMismatch(
            f"The layer {layer.name!r} cannot go to another backend.\n"
            f"Received: tensors of {variable.backend_name!r} in its attributes {', '.join(held)}.\n"
            "Allowed: variables, arrays and plain values.\n"
            "Keep what the layer needs in a variable (`add_weight`, with trainable=False), or as a NumPy array."
        )
