"""Weights out of the ``.h5`` files of earlier times: a list of layers, each with a list of arrays.

Whole models in that form carry a config too; it is not looked at, so no class is made from it.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from polykeras.saving import failures, hdf5
from polykeras.saving.weights import Mismatch, assign_all, fitting, mismatch_text

_MODEL, _LAYERS, _WEIGHTS = "model_weights", "layer_names", "weight_names"


def is_legacy(root: hdf5.Group) -> bool:
    """Return whether a file is of that form."""
    return _MODEL in root.members or bool(_names(root, _LAYERS))


def put(model: Any, root: hdf5.Group, source: str, *, skip_mismatch: bool) -> None:
    """Give a model the weights of such a file, by the order of the layers.

    Raises:
        CorruptFileError: If the file names arrays that it does not hold.
        ValueError: If the weights do not fit the model. It then keeps the weights that it had.
    """
    group = root.members.get(_MODEL, root)
    if not isinstance(group, hdf5.Group):
        raise failures.corrupt(source, _MODEL, "an array where a group must be")
    stored = [(name, _arrays(group, name, source)) for name in _names(group, _LAYERS)]
    stored = [(name, arrays) for name, arrays in stored if arrays]
    layers = [layer for layer in model.layers if layer.weights]
    if len(stored) != len(layers):
        raise ValueError(
            f"The weights in {source!r} do not fit the model {model.name!r}.\n"
            f"Received: weights of {len(stored)} layers: {', '.join(name for name, _ in stored[:5])} ....\n"
            f"Allowed: those of its {len(layers)} layers that have weights.\nBuild the model as it was saved."
        )
    assignments, mismatches = [], []
    for (name, arrays), layer in zip(stored, layers, strict=True):
        variables = [*layer.trainable_weights, *layer.non_trainable_weights]
        found = fitting(name, variables, {str(index): array for index, array in enumerate(arrays)})
        if isinstance(found, Mismatch):
            mismatches.append(found)
        else:
            assignments += found
    if mismatches:
        text = mismatch_text(mismatches, source)
        if not skip_mismatch:
            raise ValueError(text)
        warnings.warn(text, UserWarning, stacklevel=5)
    assign_all(assignments)


def _names(group: hdf5.Group, attribute: str) -> list[str]:
    """Return a list of names; long ones are spread over several attributes, numbered from 0 on."""
    names = group.attributes.texts(attribute)
    if names is not None:
        return names
    names, number = [], 0
    while (part := group.attributes.texts(f"{attribute}{number}")) is not None:
        names += part
        number += 1
    return names


def _arrays(group: hdf5.Group, layer: str, source: str) -> list[np.ndarray]:
    inside = group.members.get(layer)
    if not isinstance(inside, hdf5.Group):
        raise failures.corrupt(source, layer, "no weights of a layer that the file names")
    arrays = []
    for name in _names(inside, _WEIGHTS):
        found: Any = inside
        for part in name.split("/"):
            found = found.members.get(part) if isinstance(found, hdf5.Group) else None
        if not isinstance(found, hdf5.Dataset):
            raise failures.corrupt(source, f"{layer}/{name}", "no array of a name that the file gives")
        arrays.append(found.array)
    return arrays
