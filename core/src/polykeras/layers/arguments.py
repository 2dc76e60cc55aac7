"""What the arguments of a layer's ``call`` and ``build`` mean, learned from their signatures."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, NamedTuple

from polykeras import tree
from polykeras.ops.keras_tensor import KerasTensor

_POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


class CallFacts(NamedTuple):
    """What is known of a ``call`` before it runs.

    Attributes:
        signature: Its signature, without ``self``.
        first: Name of its first argument, or ``None``.
        training: Whether it takes ``training``.
        mask: Whether it takes ``mask``.
    """

    signature: inspect.Signature
    first: str | None
    training: bool
    mask: bool


def call_facts(call: Callable[..., Any]) -> CallFacts:
    """Return the facts of a bound ``call``."""
    signature = inspect.signature(call)
    names = signature.parameters
    first = next((name for name, parameter in names.items() if parameter.kind in _POSITIONAL), None)
    return CallFacts(signature, first, "training" in names, "mask" in names)


def shape_of(structure: Any) -> Any:
    """Return the shapes of the tensors in `structure`, unknown sizes as ``None``."""
    if isinstance(structure, dict):
        return {key: shape_of(value) for key, value in structure.items()}
    if isinstance(structure, (list, tuple)) and structure:
        return type(structure)(shape_of(value) for value in structure)
    shape = getattr(structure, "shape", None)
    return None if shape is None else tuple(shape)


def build_arguments(build: Callable[..., Any], bound: dict[str, Any], first: str | None) -> dict[str, Any]:
    """Return the arguments for ``build``: one shape, or ``<name>_shape`` per argument of ``call``.

    Args:
        build: The bound method.
        bound: Arguments of the call by name.
        first: Name of the call's first argument.
    """
    names = [
        name
        for name, parameter in inspect.signature(build).parameters.items()
        if parameter.kind in (*_POSITIONAL, inspect.Parameter.KEYWORD_ONLY)
    ]
    if not names:
        return {}
    by_name = {
        name: shape_of(bound[name.removesuffix("_shape")])
        for name in names
        if name.endswith("_shape") and name.removesuffix("_shape") in bound
    }
    if len(names) == 1 and names[0] not in by_name:
        return {names[0]: shape_of(bound.get(first or ""))}
    return by_name


def any_symbolic(structure: Any) -> bool:
    """Return whether a symbolic tensor is among the arguments."""
    return any(isinstance(leaf, KerasTensor) for leaf in tree.flatten(structure))
