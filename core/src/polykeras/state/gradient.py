"""Values and gradients: variables mapped onto the backend's gradient of tensors.

Order, on every backend: loss, gradients, then the writes that the loss made (only on success). Nested
calls hand their writes to the enclosing one; only the outermost reaches the variables.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

from polykeras import tree
from polykeras.backend import current
from polykeras.ops import abstract
from polykeras.ops.convert import to_native
from polykeras.state import overlay
from polykeras.state.variable import Variable


def value_and_grad(
    fn: Callable[..., Any],
    variables: Sequence[Variable] | None = None,
    *,
    argnums: int | Sequence[int] = 0,
    has_aux: bool = False,
) -> Callable[..., tuple[Any, Any]]:
    """Return a function that calls `fn` and gives its value and the gradients of it.

    Args:
        fn: Returns a scalar, or ``(scalar, aux)`` with `has_aux`.
        variables: Variables to differentiate for; the positional arguments `argnums` for ``None``.
        argnums: Position or positions of tensor arguments; structures of tensors are fine.
        has_aux: Whether `fn` returns something besides the scalar.

    Returns:
        A function of the arguments of `fn` that returns ``(value, gradients)``, where `value` is
        ``(scalar, aux)`` with `has_aux`. Gradients have the structure of what was differentiated;
        what the scalar does not depend on has gradient zero.

    >>> import polykeras as keras
    >>> value, gradient = value_and_grad(lambda x: x * x)(keras.ops.convert_to_tensor(3.0))
    >>> float(gradient)
    6.0
    """

    def call(*args: Any, **kwargs: Any) -> tuple[Any, Any]:
        if abstract.in_abstract_scope():
            wanted = _picked(args, argnums) if variables is None else list(variables)
            return fn(*args, **kwargs), tree.map_structure(abstract.symbol_of, wanted)
        if variables is None:
            return _of_arguments(fn, args, kwargs, argnums, has_aux=has_aux)
        listed = list(variables)
        if listed and listed[0].backend is not current.current():
            with current.override(listed[0].backend):
                return _of_variables(fn, args, kwargs, listed, has_aux=has_aux)
        return _of_variables(fn, args, kwargs, listed, has_aux=has_aux)

    return call


def grad(
    fn: Callable[..., Any],
    variables: Sequence[Variable] | None = None,
    *,
    argnums: int | Sequence[int] = 0,
    has_aux: bool = False,
) -> Callable[..., Any]:
    """Return a function that gives the gradients of `fn` alone, or ``(gradients, aux)``."""
    both = value_and_grad(fn, variables, argnums=argnums, has_aux=has_aux)

    def call(*args: Any, **kwargs: Any) -> Any:
        value, gradients = both(*args, **kwargs)
        return (gradients, value[1]) if has_aux else gradients

    return call


def _of_variables(
    fn: Callable[..., Any], args: Any, kwargs: Any, variables: list[Variable], *, has_aux: bool
) -> tuple[Any, Any]:
    tensors = [variable.value for variable in variables]

    def bind(values: Sequence[Any]) -> dict[int, Any]:
        return {variable.id: value for variable, value in zip(variables, values, strict=True)}

    value, gradients = _differentiate(lambda _: fn(*args, **kwargs), tensors, bind, has_aux=has_aux)
    for index, gradient in enumerate(gradients):
        if gradient is None:
            gradients[index] = current.current().op.zeros_like(tensors[index], None)
            _warn_unconnected(variables[index].path)
    return value, gradients


def _picked(args: tuple[Any, ...], argnums: int | Sequence[int]) -> Any:
    return args[argnums] if isinstance(argnums, int) else tuple(args[i] for i in argnums)


def _of_arguments(
    fn: Callable[..., Any], args: Any, kwargs: Any, argnums: int | Sequence[int], *, has_aux: bool
) -> tuple[Any, Any]:
    positions = (argnums,) if isinstance(argnums, int) else tuple(argnums)
    backend = current.current()
    wanted, treedef = tree.flatten_with_spec([args[i] for i in positions])
    tensors = [to_native(backend, _unwrap(leaf), None, "value_and_grad") for leaf in wanted]

    def run(values: Sequence[Any]) -> Any:
        replaced = list(args)
        for position, structure in zip(positions, tree.unflatten(treedef, list(values)), strict=True):
            replaced[position] = structure
        return fn(*replaced, **kwargs)

    value, gradients = _differentiate(run, tensors, lambda _: {}, has_aux=has_aux)
    filled = [
        backend.op.zeros_like(tensor, None) if gradient is None else gradient
        for tensor, gradient in zip(tensors, gradients, strict=True)
    ]
    structures = tree.unflatten(treedef, filled)
    return value, structures[0] if isinstance(argnums, int) else tuple(structures)


def _unwrap(leaf: Any) -> Any:
    return leaf.value if isinstance(leaf, Variable) else leaf


def _differentiate(
    run: Callable[[Sequence[Any]], Any],
    tensors: list[Any],
    bind: Callable[[Sequence[Any]], dict[int, Any]],
    *,
    has_aux: bool,
) -> tuple[Any, list[Any]]:
    """Differentiate ``run(values)`` under an overlay whose writes leave through the aux output."""
    opened: list[overlay.Overlay] = []

    def pure(*values: Any) -> tuple[Any, Any]:
        scope = overlay.Overlay(bind(values), constant=True)
        with overlay.overlaid(scope):
            result = run(values)
        loss, aux = result if has_aux else (result, None)
        loss = _scalar(loss)
        opened[:] = [scope]
        effects = [scope.values[id_] for id_ in scope.written], [loss_ for _, loss_ in scope.losses]
        return loss, (aux, effects)

    training = current.current().training
    (loss, (aux, effects)), gradients = training.value_and_grad(pure, tensors)
    scope = opened[0]
    written, losses = effects
    # The tensors seen while tracing are not the ones that come out: take the latter.
    for id_, value in zip(scope.written, written, strict=True):
        scope.values[id_] = value
    scope.losses = [(owner, value) for (owner, _), value in zip(scope.losses, losses, strict=True)]
    overlay.merge(scope)
    return ((loss, aux) if has_aux else loss), list(gradients)


def _scalar(loss: Any) -> Any:
    shape = tuple(getattr(loss, "shape", ()))
    if shape == () and not abstract.is_symbolic(loss):
        return loss
    raise ValueError(
        "Gradients are taken of a scalar.\n"
        f"Received: a value of shape {shape}.\nAllowed: shape ().\n"
        "Reduce it first, for example with `ops.mean`."
    )


def _warn_unconnected(path: str) -> None:
    warnings.warn(
        f"The loss does not depend on the variable {path!r}; its gradient is taken as zero. "
        "Set `trainable=False` on what is not to be trained, or use its output.",
        UserWarning,
        stacklevel=4,
    )
