"""Derivatives of functions in a direction: the product of a Jacobian and a vector."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from polykeras import tree
from polykeras.backend import dtypes
from polykeras.ops import abstract, control_flow
from polykeras.ops.operators import call_op
from polykeras.ops.written_state import as_tensor


def jvp(fun: Callable[..., Any], primals: Sequence[Any], tangents: Sequence[Any], has_aux: bool = False) -> Any:
    """Return the value of `fun`, and how fast it changes where its arguments move along `tangents`.

    The gradient is taken twice, as in Townsend, *A new trick for calculating Jacobian vector products*, 2017: that of
    ``u -> (J^T u) . t`` is ``J t``.

    Args:
        fun: Takes tensors or structures of them; gives a structure of floating tensors, or ``(structure, aux)`` with
            `has_aux`.
        primals: The arguments, floating tensors or structures of them.
        tangents: A direction: as many structures of the same shapes.
        has_aux: Whether `fun` gives something besides, which is not differentiated.

    Returns:
        ``(value, derivative)`` of equal structure, or ``(value, derivative, aux)``. Variables that `fun` reads count as
        constant.

    Raises:
        ValueError: If structures, shapes or dtypes of `primals` and `tangents` differ.
        TypeError: If a tensor is not floating.

    >>> value, slope = jvp(lambda x: x * x, [3.0], [1.0])
    >>> float(value), float(slope)
    (9.0, 6.0)
    """
    from polykeras.state import gradient

    if control_flow.symbolic((primals, tangents)):
        control_flow.refuse_at_top("jvp")
        result = fun(*primals)
        value, *aux = result if has_aux else (result,)
        return (value, value, *aux)
    at = tree.map_structure(as_tensor, list(primals))
    along = tree.flatten(tree.map_structure(as_tensor, list(tangents)))
    _check(at, list(tangents), along)
    with abstract.abstract_scope():
        symbols = fun(*tree.map_structure(abstract.symbol_of, at))
    outputs = tree.flatten(symbols[0] if has_aux else symbols)
    _check_floating(outputs)
    weights = [call_op("zeros", tuple(output.shape), output.dtype) for output in outputs]

    def pulled(directions: list[Any]) -> Any:
        def weighed(*values: Any) -> Any:
            result = fun(*values)
            value, aux = result if has_aux else (result, None)
            return _dot(tree.flatten(value), directions), (value, aux)

        (_, results), gradients = gradient.value_and_grad(weighed, argnums=range(len(at)), has_aux=True)(*at)
        return _dot(tree.flatten(gradients), along), results

    (_, (value, aux)), derivative = gradient.value_and_grad(pulled, has_aux=True)(weights)
    derivative = tree.pack_sequence_as(value, derivative)
    return (value, derivative, aux) if has_aux else (value, derivative)


def _dot(first: Sequence[Any], second: Sequence[Any]) -> Any:
    total: Any = 0.0
    for one, other in zip(first, second, strict=True):
        total = call_op("add", call_op("sum", call_op("multiply", one, other)), total)
    return total


def _check(primals: list[Any], tangents: list[Any], along: list[Any]) -> None:
    at = tree.flatten(primals)
    _check_floating(at)
    received, needed = [_shown(one) for one in along], [_shown(one) for one in at]
    if received == needed and _same_structure(primals, tangents):
        return
    raise ValueError(
        "`jvp` needs a tangent for each primal, like it.\n"
        f"Received: tangents {', '.join(received) or 'none'}.\nAllowed: {', '.join(needed) or 'none'}, in the "
        "structure of `primals`.\nPass a direction of the same shapes and dtypes."
    )


def _same_structure(first: Any, second: Any) -> bool:
    try:
        tree.assert_same_structure(first, second)
    except (TypeError, ValueError):
        return False
    return True


def _shown(x: Any) -> str:
    return f"{abstract.spec_of(x, 'jvp').dtype}{list(x.shape)}"


def _check_floating(leaves: list[Any]) -> None:
    for leaf in leaves:
        dtype = abstract.spec_of(leaf, "jvp").dtype
        if not dtypes.is_float(dtype):
            raise TypeError(
                "`jvp` differentiates floating tensors.\n"
                f"Received: a tensor of {dtype}, of shape {tuple(leaf.shape)}.\nAllowed: floating dtypes.\n"
                "Cast it with `ops.cast`, or return it beside the value with `has_aux=True`."
            )
