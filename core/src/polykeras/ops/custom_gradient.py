"""Functions that say themselves what their gradient is."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Sequence
from typing import Any

from polykeras import tree
from polykeras.backend import current, dtypes
from polykeras.ops import control_flow
from polykeras.ops.operators import call_op
from polykeras.ops.written_state import Threads, as_tensor, written_by


def custom_gradient(f: Callable[..., tuple[Any, Callable[..., Any]]]) -> Callable[..., Any]:
    """Return a function with the values of `f` and the gradient that `f` gives beside them; a decorator.

    Args:
        f: Takes tensors or structures of them; returns ``(output, grad)``. ``grad(upstream)`` takes the gradient of the
            output, in its structure, and returns that of each tensor argument: a tensor, or a tuple of them (``None``
            for zero). Where it has a keyword-only parameter `upstream` it is called as
            ``grad(*args, upstream=upstream)``. Both run on every backend. Gradients go to the arguments alone: what `f`
            reads otherwise, variables too, counts as constant. `f` may write variables, `grad` may not.

    Returns:
        A function of the arguments of `f`, which returns its output.

    Raises:
        ValueError: If `grad` returns another number of gradients than there are tensor arguments.

    >>> @custom_gradient
    ... def clipped(x):
    ...     return x * 3.0, lambda upstream: call_op("clip", upstream * 3.0, -1.0, 1.0)
    >>> float(clipped(2.0))
    6.0
    """

    @functools.wraps(f)
    def call(*args: Any) -> Any:
        native = current.current().natives.get("custom_gradient")
        if native is None or control_flow.symbolic(args):
            return f(*args)[0]
        return _called(f, native, tree.map_structure(as_tensor, list(args)))

    return call


def _called(f: Callable[..., Any], native: Callable[..., Any], args: list[Any]) -> Any:
    """Call `f` through the backend: floating tensors and the values of variables are what it differentiates for."""
    threads = Threads(written_by(lambda *values: f(*values)[0], args), with_bound=True)
    leaves, spec = tree.flatten_with_spec((args, threads.values()))
    split = Split(leaves)
    structures: list[Any] = []
    counted = len(tree.flatten(args))

    def forward(*tensors: Any) -> tuple[list[Any], Callable[..., tuple[Any, ...]]]:
        values, carried = tree.unflatten(spec, split.whole(tensors))
        rules: list[Any] = []

        def body(*given: Any) -> Any:
            output, rule = f(*given)
            rules.append(rule)
            return output

        output, written = threads.run(body, values, carried)
        outputs, structure = tree.flatten_with_spec(output)
        structures.append(structure)

        def pull(*upstream: Any) -> tuple[Any, ...]:
            above = tree.unflatten(structure, list(upstream[: len(outputs)]))
            with current.override(backend), threads.bound(carried):
                return split.picked(_gradients(rules[0], values, above, counted), tensors)

        return [*outputs, *written], pull

    backend = current.current()
    results = list(native(forward, split.floating)) if split.floating else forward()[0]
    structure = structures[0]
    threads.assign(results[structure.num_leaves :])
    return tree.unflatten(structure, results[: structure.num_leaves])


class Split:
    """Floating tensors of a list, and the rest: integers have no gradients, and frameworks refuse them."""

    def __init__(self, leaves: Sequence[Any]) -> None:
        name = current.current().tensors.dtype_name
        self._leaves = list(leaves)
        self._places = [i for i, leaf in enumerate(leaves) if leaf is not None and _continuous(name(leaf))]

    @property
    def floating(self) -> list[Any]:
        """The floating ones, in order."""
        return [self._leaves[place] for place in self._places]

    def whole(self, floating: Sequence[Any]) -> list[Any]:
        """Return the list with others in place of the floating ones."""
        leaves = list(self._leaves)
        for place, leaf in zip(self._places, floating, strict=True):
            leaves[place] = leaf
        return leaves

    def picked(self, gradients: Sequence[Any], floating: Sequence[Any]) -> tuple[Any, ...]:
        """Return a gradient for each floating one: zeros where there is none."""
        given = [gradients[place] if place < len(gradients) else None for place in self._places]
        return tuple([_shaped(gradient, like) for gradient, like in zip(given, floating, strict=True)])


def _continuous(dtype: str) -> bool:
    return dtypes.is_float(dtype) or dtypes.is_complex(dtype)


def _shaped(gradient: Any, like: Any) -> Any:
    tensors = current.current().tensors
    if gradient is None:
        return call_op("zeros_like", like)
    dtype = tensors.dtype_name(like)
    gradient = as_tensor(gradient)
    if tuple(gradient.shape) != tuple(like.shape):
        raise ValueError(
            "The gradient function of a `custom_gradient` returned a gradient of the wrong shape.\n"
            f"Received: {tuple(gradient.shape)}.\nAllowed: {tuple(like.shape)}, the shape of the argument.\n"
            "Sum it over the axes along which the argument was broadcast."
        )
    return gradient if tensors.dtype_name(gradient) == dtype else call_op("cast", gradient, dtype)


def _gradients(rule: Callable[..., Any], args: list[Any], upstream: Any, count: int) -> list[Any]:
    """Return the gradient of each leaf of `args`, as `rule` says."""
    parameter = inspect.signature(rule).parameters.get("upstream")
    if parameter is not None and parameter.kind is inspect.Parameter.KEYWORD_ONLY:
        gradients = tree.flatten(rule(*args, upstream=upstream))
    else:
        gradients = tree.flatten(rule(upstream))
    if len(gradients) == count:
        return gradients
    raise ValueError(
        "The gradient function of a `custom_gradient` returned a wrong number of gradients.\n"
        f"Received: {len(gradients)}.\nAllowed: {count}, one for each tensor argument.\n"
        "Return a tuple of them, `None` where an argument has none."
    )
