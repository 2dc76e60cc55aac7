"""Variables that a traced body writes, found before it is traced and threaded through it as extra values.

A backend that traces a body (a loop, a branch, a function with a gradient of its own) must not see writes inside of it:
they would leave a tracer behind. So the body is evaluated abstractly first, the variables that it writes are found,
and their values travel beside its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from polykeras import tree
from polykeras.backend import current
from polykeras.ops import abstract, convert
from polykeras.plugins.errors import SymbolicTensorError
from polykeras.plugins.info import TensorSpec
from polykeras.state import overlay

if TYPE_CHECKING:
    from polykeras.state.variable import Variable


class Threads:
    """The variables that a body writes, as extra values beside its own.

    Args:
        written: Variable id to variable, for those that the body writes.
        with_bound: Whether values that enclosing scopes hold travel too: a backend that calls the body again, when
            the scopes are closed, needs them; one that differentiates knows what it is given and nothing else.
    """

    def __init__(self, written: dict[int, Variable], *, with_bound: bool = False) -> None:
        self._written = written
        self._constant = _constant_here()
        self._found: dict[int, Any] = overlay.visible() if with_bound else {}
        self._ids = sorted({*self._found, *written})

    def values(self) -> list[Any]:
        """Return the current values."""
        return [self._found[id_] if id_ in self._found else self._written[id_].value for id_ in self._ids]

    def bound(self, carried: Sequence[Any]) -> Any:
        """Return a scope in which the variables have the carried values."""
        bindings = dict(zip(self._ids, carried, strict=True))
        return overlay.overlaid(overlay.Overlay(bindings, constant=self._constant))

    def run(self, body: Callable[..., Any], args: Sequence[Any], carried: Sequence[Any]) -> tuple[Any, list[Any]]:
        """Run `body` on the carried values and return its result with the new ones of what it writes."""
        with self.bound(carried) as scope:
            result = body(*args)
        return tree.map_structure(as_tensor, result), [scope.values[id_] for id_ in sorted(self._written)]

    def assign(self, values: Sequence[Any]) -> None:
        """Write the values that left the body to where writes go here."""
        for id_, value in zip(sorted(self._written), values, strict=True):
            self._written[id_].assign(value)


def _constant_here() -> bool:
    scope = overlay.top()
    while scope is not None:
        if scope.constant:
            return True
        scope = scope.parent
    return False


def written_by(body: Callable[..., Any], args: Sequence[Any]) -> dict[int, Variable]:
    """Return the variables that `body` writes, by their ids."""
    return probed(body, args)[1]


def probed(body: Callable[..., Any], args: Sequence[Any]) -> tuple[Any, dict[int, Variable]]:
    """Evaluate `body` abstractly.

    Args:
        body: Takes `args`.
        args: Structures of tensors, real or symbolic; only shapes and dtypes matter.

    Returns:
        The structure it gives, with what has a shape and a dtype in place of tensors; the variables it writes.
    """
    probe = overlay.Overlay({}, probe=True)
    symbols = tree.map_structure(lambda leaf: None if leaf is None else abstract.symbol_of(leaf), list(args))
    try:
        with abstract.abstract_scope(), overlay.overlaid(probe):
            result = body(*symbols)
    except (AttributeError, SymbolicTensorError):  # a method that tensors of the framework have, or their values
        probe = overlay.Overlay({}, probe=True)
        flat, treedef = tree.flatten_with_spec(symbols)
        specs = [TensorSpec(tuple(leaf.shape), leaf.dtype) for leaf in flat]

        def run(*tensors: Any) -> Any:
            with overlay.overlaid(probe):
                return body(*tree.unflatten(treedef, list(tensors)))

        result = current.current().training.abstract_eval(run, specs)
    return result, probe.written


def as_tensor(leaf: Any) -> Any:
    """Return a leaf as a native tensor; ``None`` stays, a variable gives its value."""
    if leaf is None:
        return None
    if getattr(type(leaf), "_polykeras_variable", False):
        return leaf.value
    return convert.to_native(current.current(), leaf, None, "loop")
