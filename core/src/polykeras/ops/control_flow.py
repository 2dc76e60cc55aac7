"""Loops and branches whose bodies may write variables.

Where a backend traces bodies (it has a native `scan`, `while_loop`, ...), the body is evaluated
abstractly first, the variables that it writes are found, and their values travel as extra carry;
otherwise the body runs in Python and writes as any eager code does. A native function here is pure:
it takes and gives tensors and structures of tensors.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from polykeras import tree
from polykeras.backend import current, dtypes
from polykeras.ops import abstract, keras_tensor
from polykeras.ops.dims import as_shape
from polykeras.ops.operators import call_op
from polykeras.ops.shape_rules import Spec
from polykeras.ops.written_state import Threads, as_tensor, probed, written_by
from polykeras.plugins.errors import ShapeError, SymbolicTensorError


def cond(pred: Any, true_fn: Callable[[], Any], false_fn: Callable[[], Any]) -> Any:
    """Return ``true_fn()`` where `pred` is true, else ``false_fn()``.

    Args:
        pred: Boolean scalar.
        true_fn: Takes nothing; gives a structure of tensors.
        false_fn: Takes nothing; gives the same structure, shapes and dtypes.

    >>> int(cond(True, lambda: 1, lambda: 2))
    1
    """
    if symbolic(pred):
        true_out, _ = _inferred(true_fn, ()), _inferred(false_fn, ())
        return true_out
    native = current.current().natives.get("cond")
    if native is None or isinstance(pred, bool):
        return true_fn() if pred else false_fn()
    written = written_by(true_fn, ()) | written_by(false_fn, ())
    threads = Threads(written)
    result, values = native(
        as_tensor(pred),
        lambda carried: threads.run(true_fn, (), carried),
        lambda carried: threads.run(false_fn, (), carried),
        threads.values(),
    )
    threads.assign(values)
    return result


def switch(index: Any, branches: Sequence[Callable[..., Any]], *operands: Any) -> Any:
    """Return ``branches[index](*operands)``, an index out of range meaning the first or the last branch.

    Args:
        index: Integer scalar.
        branches: Functions of the operands that give the same structure, shapes and dtypes.
        *operands: Structures of tensors.

    Raises:
        TypeError: If `index` is not an integer.
        ValueError: If there is no branch.

    >>> float(switch(1, [lambda x: x + 1.0, lambda x: x * 10.0], 3.0))
    30.0
    """
    _check_switch(index, branches)
    arguments = [tree.map_structure(as_tensor if not symbolic(operand) else _same, operand) for operand in operands]
    return _switched(index, list(branches), arguments)


def _switched(index: Any, branches: list[Callable[..., Any]], operands: list[Any]) -> Any:
    """Choose by halves, so that the last of n branches is log2(n) conditions away."""
    if len(branches) == 1:
        return branches[0](*operands)
    if isinstance(index, (int, np.integer)):
        return branches[min(max(int(index), 0), len(branches) - 1)](*operands)
    middle = len(branches) // 2
    return cond(
        call_op("less", index, middle),
        lambda: _switched(index, branches[:middle], operands),
        lambda: _switched(call_op("subtract", index, middle), branches[middle:], operands),
    )


def _check_switch(index: Any, branches: Sequence[Any]) -> None:
    if not branches or not all(callable(branch) for branch in branches):
        received = ", ".join(type(branch).__name__ for branch in branches)
        raise ValueError(
            f"`switch` needs functions to choose from.\nReceived: {received or 'none'}.\n"
            "Allowed: one function or more.\nPass a list of functions of the operands."
        )
    spec = abstract.spec_of(index, "switch")
    if spec.dims != () or not (spec.dtype == "int" or dtypes.is_int(spec.dtype)):
        raise TypeError(
            "`switch` needs an integer scalar as its index.\n"
            f"Received: shape {as_shape(spec.dims)}, dtype {spec.dtype}.\nAllowed: shape (), an integer dtype.\n"
            "Cast it with `ops.cast(index, 'int32')`."
        )


def _same(leaf: Any) -> Any:
    return leaf


def while_loop(
    cond: Callable[..., Any], body: Callable[..., Any], loop_vars: Any, maximum_iterations: int | None = None
) -> Any:
    """Call ``loop_vars = body(*loop_vars)`` as long as ``cond(*loop_vars)`` is true.

    Args:
        cond: Takes the loop variables; gives a boolean scalar.
        body: Takes the loop variables; gives them anew, with the same shapes and dtypes.
        loop_vars: A tensor, or a list or tuple of structures of tensors.
        maximum_iterations: Bound on the number of calls; none for ``None``.

    Returns:
        The last loop variables, in the structure of `loop_vars`.
    """
    bare = not isinstance(loop_vars, (list, tuple))
    start: Any = (loop_vars,) if bare else tuple(loop_vars)

    def step(*values: Any) -> tuple[Any, ...]:
        result = body(*values)
        return tuple(result) if isinstance(result, (list, tuple)) else (result,)

    if symbolic(start):
        return loop_vars
    native = current.current().natives.get("while_loop")
    if native is None:
        final = _while_in_python(cond, step, start, maximum_iterations)
    else:
        final = _while_traced(native, cond, step, start, maximum_iterations)
    if bare:
        return final[0]
    return type(loop_vars)(final)


def _while_in_python(cond: Callable[..., Any], step: Callable[..., Any], values: Any, most: int | None) -> Any:
    for _ in itertools.count() if most is None else range(most):
        if not cond(*values):
            break
        values = step(*values)
    return values


def _while_traced(
    native: Callable[..., Any], cond: Callable[..., Any], step: Callable[..., Any], start: Any, most: int | None
) -> Any:
    start = tree.map_structure(as_tensor, start)
    threads = Threads(written_by(step, start))
    zero = current.current().tensors.from_host(0, "int32")

    def goes_on(state: Any) -> Any:
        count, values, carried = state
        with threads.bound(carried):
            wanted = cond(*values)
        return wanted if most is None else call_op("logical_and", wanted, call_op("less", count, most))

    def advance(state: Any) -> Any:
        count, values, carried = state
        result, carried = threads.run(step, values, carried)
        return call_op("add", count, 1), _like(result, values), carried

    _, final, values = native(goes_on, advance, (zero, start, threads.values()))
    threads.assign(values)
    return final


def fori_loop(lower: Any, upper: Any, body_fun: Callable[[Any, Any], Any], init_val: Any) -> Any:
    """Return what ``value = body_fun(i, value)`` gives for `i` from `lower` to below `upper`.

    Args:
        lower: First index, an integer scalar.
        upper: Bound of the index, an integer scalar.
        body_fun: Takes index and value; gives the value anew, with the same shapes and dtypes.
        init_val: Structure of tensors.
    """
    if symbolic((lower, upper, init_val)):
        return init_val
    if current.current().natives.get("while_loop") is None:
        value = init_val
        for index in range(int(lower), int(upper)):
            value = body_fun(index, value)
        return value
    start = as_tensor(lower)
    _, value = while_loop(
        lambda index, _: call_op("less", index, upper),
        lambda index, value: (call_op("add", index, 1), body_fun(index, value)),
        (start, tree.map_structure(as_tensor, init_val)),
    )
    return value


def scan(
    f: Callable[[Any, Any], tuple[Any, Any]],
    init: Any,
    xs: Any = None,
    length: int | None = None,
    reverse: bool = False,
    unroll: int | bool = 1,
) -> tuple[Any, Any]:
    """Carry a value along the first axis: ``carry, y = f(carry, x)`` for each ``x`` in `xs`.

    Args:
        f: Takes carry and slice; gives the carry anew and an output.
        init: First carry, a structure of tensors.
        xs: Structure of tensors of shape ``(length, ...)``, or ``None``.
        length: Number of steps; needed when `xs` is ``None``.
        reverse: Whether to go from the last slice to the first.
        unroll: How many steps a compiled loop unrolls.

    Returns:
        The last carry, and the outputs stacked along a new first axis.

    Raises:
        ShapeError: If lengths differ, or none is known.
    """
    if symbolic((init, xs)):
        return _scan_inferred(f, init, xs, length)
    steps = length_of(xs, length)
    start = tree.map_structure(as_tensor, init)
    slices = None if xs is None else tree.map_structure(as_tensor, xs)
    if steps == 0:
        return start, _nothing(lambda x: f(start, x)[1], slices)
    native = current.current().natives.get("scan")
    if native is None:
        return _scan_in_python(f, start, slices, steps, reverse=reverse)
    first = None if slices is None else tree.map_structure(lambda leaf: call_op("get_item", leaf, 0), slices)
    threads = Threads(written_by(f, (start, first)))

    def advance(state: Any, x: Any) -> tuple[Any, Any]:
        carry, carried = state
        (carry_out, y), carried = threads.run(f, (carry, x), carried)
        return (_like(carry_out, carry), carried), y

    (final, values), ys = native(advance, (start, threads.values()), slices, steps, reverse, unroll)
    threads.assign(values)
    return final, ys


def _scan_in_python(f: Any, carry: Any, xs: Any, steps: int, *, reverse: bool) -> tuple[Any, Any]:
    outputs: list[Any] = []
    for index in reversed(range(steps)) if reverse else range(steps):
        x = None if xs is None else tree.map_structure(lambda leaf, i=index: leaf[i], xs)
        carry, y = f(carry, x)
        outputs.append(y)
    if reverse:
        outputs.reverse()
    if not outputs or all(leaf is None for leaf in tree.flatten(outputs[0])):
        return carry, None
    return carry, tree.map_structure(lambda *leaves: call_op("stack", leaves), *outputs)


def _nothing(body: Callable[[Any], Any], xs: Any) -> Any:
    """Return what `body` gives for the rows of `xs`, stacked, where there are no rows."""
    row = None if xs is None else tree.map_structure(_symbol_of_row, xs)
    result, _ = probed(body, (row,))
    return tree.map_structure(lambda leaf: None if leaf is None else _no_rows(leaf), result)


def _symbol_of_row(leaf: Any) -> Any:
    spec = abstract.spec_of(leaf, "scan")
    return keras_tensor.anonymous(Spec(spec.dims[1:], spec.dtype))


def _no_rows(leaf: Any) -> Any:
    spec = leaf if hasattr(leaf, "shape") else abstract.symbol_of(leaf)
    return call_op("zeros", (0, *spec.shape), spec.dtype)


def _scan_inferred(f: Any, init: Any, xs: Any, length: int | None) -> tuple[Any, Any]:
    refuse_at_top("scan")
    size: Any = length
    for leaf in tree.flatten(xs):
        if leaf is not None:
            size = leaf.dims[0] if abstract.is_symbolic(leaf) else leaf.shape[0]
    x = None if xs is None else tree.map_structure(lambda leaf: call_op("get_item", leaf, 0), xs)
    carry, y = f(init, x)
    stacked = tree.map_structure(
        lambda leaf: None if leaf is None else keras_tensor.anonymous(Spec((size, *leaf.dims), leaf.dtype)), y
    )
    return carry, stacked


def length_of(xs: Any, length: int | None = None) -> int:
    """Return the number of rows that all of `xs` have, or `length`."""
    shapes = [np.shape(leaf) for leaf in tree.flatten(xs) if leaf is not None]
    if () in shapes:
        raise ShapeError(
            "`scan` goes along the first axis.\nReceived: a scalar.\n"
            "Allowed: tensors of one axis or more.\nPut numbers into a tensor first: a list is a structure here."
        )
    sizes = {int(shape[0]) for shape in shapes}
    if length is not None:
        sizes.add(int(length))
    if len(sizes) != 1:
        raise ShapeError(
            f"`scan` needs one number of steps.\nReceived: {sorted(sizes) or 'neither xs nor length'}.\n"
            "Allowed: tensors of one length, or `length`.\nPass `length`, or make the first axes equal."
        )
    return sizes.pop()


def _inferred(body: Callable[..., Any], args: Sequence[Any]) -> Any:
    refuse_at_top("cond")
    return body(*args)


def refuse_at_top(name: str) -> None:
    """Refuse symbolic tensors outside of a layer, where the call would have to become a node of the graph."""
    if not abstract.in_abstract_scope():
        raise SymbolicTensorError(
            f"`ops.{name}` cannot be recorded in a graph of its own.\n"
            "Received: a symbolic tensor outside a layer.\nAllowed: control flow inside a layer's `call`.\n"
            "Put it in the `call` of a Layer subclass."
        )


def symbolic(structure: Any) -> bool:
    """Return whether shapes are being inferred, or something in `structure` is symbolic."""
    return abstract.in_abstract_scope() or any(abstract.is_symbolic(leaf) for leaf in tree.flatten(structure))


def _like(result: Any, reference: Any) -> Any:
    """Return `result` with the dtypes of `reference`: a Python scalar in a body must not change them."""
    tensors = current.current().tensors

    def cast(new: Any, old: Any) -> Any:
        if new is None or tensors.dtype_name(new) == tensors.dtype_name(old):
            return new
        return call_op("cast", new, tensors.dtype_name(old))

    return tree.map_structure(cast, result, reference)
