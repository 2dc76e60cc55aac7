"""A Polykeras model as a `torch.nn.Module` over the same parameters.

Promises: the module's parameters are the model's weights, not copies, so either may train them; they require gradients
where the model says that they train. Names are the weights' paths with dots. Moving the module moves the model. A dtype
is not changed this way: it belongs to the model's dtype policy.
"""

from __future__ import annotations

import copy
import functools
from collections.abc import Callable
from typing import Any

import torch

from polykeras.plugins import NotBuiltError


class PolykerasModule(torch.nn.Module):  # type: ignore[misc]  # torch is Any to the checker
    """A module that calls a Polykeras model; made by `as_torch_module`.

    ``train()`` and ``eval()`` decide the argument `training` of the model's calls.

    Args:
        model: A built layer or model of this backend.
    """

    def __init__(self, model: Any) -> None:
        super().__init__()
        self._polykeras = model
        self._places: list[tuple[Any, torch.nn.Module, str]] = []
        folders: dict[str, torch.nn.Module] = {"": self}
        for variable in model.weights:
            path, _, name = variable.path.rpartition("/")
            folder = _folder(folders, path)
            self._register(folder, _free(folder, name), variable)
        self.follow()

    def _register(self, folder: torch.nn.Module, name: str, variable: Any) -> None:
        tensor = variable.store_handle
        if isinstance(tensor, torch.nn.Parameter):
            folder.register_parameter(name, tensor)
        else:
            folder.register_buffer(name, tensor)
        self._places.append((variable, folder, name))

    def ids(self) -> tuple[int, ...]:
        """Return the ids of the weights that the module was made for."""
        return tuple(variable.id for variable, _, _ in self._places)

    def follow(self) -> None:
        """Let parameters require gradients where the model trains them, and only there."""
        trained = {variable.id for variable in self._polykeras.trainable_variables}
        for variable, _, _ in self._places:
            if isinstance(variable.store_handle, torch.nn.Parameter):
                variable.store_handle.requires_grad_(variable.id in trained)

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """Return the model's outputs."""
        return self._polykeras(*args, **{"training": self.training} | kwargs)

    def _apply(self, fn: Callable[..., Any], recurse: bool = True) -> Any:
        for variable, _, _ in self._places:
            own = variable.store_handle
            if fn(torch.empty(0, dtype=own.dtype, device=own.device)).dtype != own.dtype:
                raise TypeError(
                    "The dtype of a Polykeras model is not changed as a module.\n"
                    f"Received: another dtype for {variable.path!r}, which is {variable.dtype}.\n"
                    "Allowed: another device.\n"
                    'Build the model under another dtype policy, for example `dtype="float64"`.'
                )
        super()._apply(fn, recurse)
        for variable, folder, name in self._places:
            variable.adopt(getattr(folder, name))
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> PolykerasModule:
        """Return a module over a copy of the model."""
        return _rebuilt(copy.deepcopy(self._polykeras, memo), self.training)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the model; the module is made anew over it."""
        return _rebuilt, (self._polykeras, self.training)


def as_torch_module(model: Any) -> PolykerasModule:
    """Return a module over the parameters of `model`, the same object each time.

    Args:
        model: A built layer or model whose weights are of this backend.

    Raises:
        NotBuiltError: If it is not built, so that there are no parameters yet.
        ValueError: If its weights are of another backend.
    """
    if not model.built:
        raise NotBuiltError(
            f"{model.name!r} has no parameters yet.\nReceived: a {type(model).__name__} that is not built.\n"
            "Allowed: built layers and models.\nCall it on data first, or `build` it with an input shape."
        )
    weights = model.weights
    foreign = sorted({weight.backend_name for weight in weights if weight.backend_name != "torch"})
    if foreign:
        raise ValueError(
            f"{model.name!r} is no torch model.\nReceived: weights of {', '.join(foreign)}.\n"
            'Allowed: weights of torch.\nMake one with `model.to_backend("torch")`.'
        )
    ids = tuple(weight.id for weight in weights)
    module: PolykerasModule | None = model.native_module
    if module is None or module.ids() != ids:
        module = model.native_module = PolykerasModule(model)
    module.follow()
    return module


def method(layer: Any, name: str) -> Callable[..., Any]:
    """Return the method `name` of the layer's module; what returns the module returns the layer."""
    module = as_torch_module(layer)
    bound = getattr(module, name)

    @functools.wraps(bound)
    def call(*args: Any, **kwargs: Any) -> Any:
        result = bound(*args, **kwargs)
        return layer if result is module else result

    return call


def _rebuilt(model: Any, training: bool) -> PolykerasModule:
    module = as_torch_module(model)
    module.train(training)
    return module


def _folder(folders: dict[str, torch.nn.Module], path: str) -> torch.nn.Module:
    """Return the module for a path, made inside of that for the path's start if it is not there."""
    if path not in folders:
        start, _, name = path.rpartition("/")
        parent = _folder(folders, start)
        folders[path] = torch.nn.Module()
        parent.add_module(_free(parent, name), folders[path])
    return folders[path]


def _free(folder: torch.nn.Module, name: str) -> str:
    """Return `name`, lengthened until it hides nothing of the module and is nobody else's."""
    name = name.replace(".", "_")
    while hasattr(folder, name):
        name += "_"
    return name
