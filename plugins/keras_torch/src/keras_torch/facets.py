"""The attributes of `torch.nn.Module` that layers and models have on this backend.

They are those of `keras_torch.module.as_torch_module(layer)`, imported when one of them is read.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

from polykeras.plugins import Facets

_OF_MODULES = (
    "buffers",
    "load_state_dict",
    "named_buffers",
    "named_parameters",
    "parameters",
    "state_dict",
    "to",
    "zero_grad",
)


def _of_module(name: str) -> Callable[[Any], Any]:
    def offer(layer: Any) -> Any:
        return importlib.import_module("keras_torch.module").method(layer, name)

    return offer


def _requires_grad_(layer: Any) -> Callable[..., Any]:
    def requires_grad_(requires_grad: bool = True) -> Any:
        """Set whether the layer trains."""
        layer.trainable = requires_grad
        return layer

    return requires_grad_


def _as_torch_module(layer: Any) -> Callable[[], Any]:
    return lambda: importlib.import_module("keras_torch.module").as_torch_module(layer)


FACETS = Facets(
    layer={
        **{name: _of_module(name) for name in _OF_MODULES},
        "as_torch_module": _as_torch_module,
        "requires_grad_": _requires_grad_,
    }
)
