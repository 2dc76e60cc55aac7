"""Questions about symbolic tensors."""

from __future__ import annotations

from typing import Any

from polykeras import tree
from polykeras.ops.keras_tensor import KerasTensor


def is_keras_tensor(x: Any) -> bool:
    """Return whether `x` is a symbolic tensor.

    >>> is_keras_tensor(1.0)
    False
    """
    return isinstance(x, KerasTensor)


def get_source_inputs(tensor: Any) -> Any:
    """Return the `Input`s that `tensor` was computed from, each once, in the order of the calls' arguments.

    Args:
        tensor: Symbolic tensor, or a structure of them.

    Returns:
        List of the inputs; a symbolic tensor that nothing computed is its own. `tensor` itself if nothing in it is
        symbolic.
    """
    found: dict[int, KerasTensor] = {}
    seen: set[int] = set()
    stack = [leaf for leaf in reversed(tree.flatten(tensor)) if isinstance(leaf, KerasTensor)]
    if not stack:
        return tensor
    while stack:
        current = stack.pop()
        if current.node is None or current.node.is_start:
            found.setdefault(id(current), current)
        elif id(current.node) not in seen:
            seen.add(id(current.node))
            stack.extend(reversed(current.node.inputs))
    return list(found.values())
