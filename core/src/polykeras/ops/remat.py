"""Rematerialization: what going back needs is computed again, not kept."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from polykeras import tree
from polykeras.backend import current
from polykeras.ops import control_flow
from polykeras.ops.written_state import Threads, as_tensor, written_by


def remat(f: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function with the values and gradients of `f` that keeps no intermediate results; a decorator.

    Memory for what lies between its arguments and its outputs is paid with computing `f` twice when gradients are
    taken (Chen et al., *Training Deep Nets with Sublinear Memory Cost*, 2016). Gradients reach the variables that `f`
    reads, and what it writes is written once. A backend that has no such function calls `f` as it is.

    Args:
        f: Takes tensors, structures of them and other values; gives a structure of tensors.

    Returns:
        A function of the arguments of `f`. Arguments by name are passed on as they are.

    >>> from polykeras import ops
    >>> float(remat(ops.sin)(ops.convert_to_tensor(0.0)))
    0.0
    """

    @functools.wraps(f)
    def call(*args: Any, **kwargs: Any) -> Any:
        native = current.current().natives.get("remat")
        if native is None or control_flow.symbolic((args, kwargs)):
            return f(*args, **kwargs)
        backend = current.current()
        tensors = [index for index, arg in enumerate(args) if _holds_tensors(arg)]
        given = [tree.map_structure(as_tensor, args[index]) for index in tensors]

        def body(*values: Any) -> Any:
            whole = list(args)
            for index, value in zip(tensors, values, strict=True):
                whole[index] = value
            return f(*whole, **kwargs)

        threads = Threads(written_by(body, given), with_bound=True)
        leaves, spec = tree.flatten_with_spec((given, threads.values()))
        structures: list[Any] = []

        def flat(*values: Any) -> tuple[Any, ...]:
            arguments, carried = tree.unflatten(spec, list(values))
            with current.override(backend):
                output, written = threads.run(body, arguments, carried)
            outputs, structure = tree.flatten_with_spec(output)
            structures[:] = [structure]
            return (*outputs, *written)

        results = list(native(flat, leaves))
        structure = structures[0]
        threads.assign(results[structure.num_leaves :])
        return tree.unflatten(structure, results[: structure.num_leaves])

    return call


def _holds_tensors(arg: Any) -> bool:
    """Return whether an argument is a structure of tensors, rather than a flag or a size."""
    leaves = tree.flatten(arg)
    return bool(leaves) and all(hasattr(leaf, "shape") and hasattr(leaf, "dtype") for leaf in leaves)
