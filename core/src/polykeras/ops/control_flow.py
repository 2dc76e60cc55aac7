"""Loops and branches whose bodies may write variables.

Where a backend traces bodies (it has a native `scan`, `while_loop`, ...), the body is evaluated
abstractly first, the variables that it writes are found, and their values travel as extra carry;
otherwise the body runs in Python and writes as any eager code does. A native function here is pure:
it takes and gives tensors and structures of tensors.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from polykeras import tree
from polykeras.backend import current
from polykeras.ops import abstract, convert, keras_tensor
from polykeras.ops.operators import call_op
from polykeras.ops.shape_rules import Spec
from polykeras.plugins.errors import ShapeError, SymbolicTensorError
from polykeras.plugins.info import TensorSpec
from polykeras.state import overlay

if TYPE_CHECKING:
    from polykeras.state.variable import Variable


def cond(pred: Any, true_fn: Callable[[], Any], false_fn: Callable[[], Any]) -> Any:
    """Return ``true_fn()`` where `pred` is true, else ``false_fn()``.

    Args:
        pred: Boolean scalar.
        true_fn: Takes nothing; gives a structure of tensors.
        false_fn: Takes nothing; gives the same structure, shapes and dtypes.

    >>> int(cond(True, lambda: 1, lambda: 2))
    1
    """
    if _symbolic(pred):
        true_out, _ = _inferred(true_fn, ()), _inferred(false_fn, ())
        return true_out
    native = current.current().natives.get("cond")
    if native is None or isinstance(pred, bool):
        return true_fn() if pred else false_fn()
    written = _written(true_fn, ()) | _written(false_fn, ())
    threads = _Threads(written)
    result, values = native(
        _tensor(pred),
        lambda carried: threads.run(true_fn, (), carried),
        lambda carried: threads.run(false_fn, (), carried),
        threads.values(),
    )
    threads.assign(values)
    return result


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

    if _symbolic(start):
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
    start = tree.map_structure(_tensor, start)
    threads = _Threads(_written(step, start))
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
    if _symbolic((lower, upper, init_val)):
        return init_val
    if current.current().natives.get("while_loop") is None:
        value = init_val
        for index in range(int(lower), int(upper)):
            value = body_fun(index, value)
        return value
    start = _tensor(lower)
    _, value = while_loop(
        lambda index, _: call_op("less", index, upper),
        lambda index, value: (call_op("add", index, 1), body_fun(index, value)),
        (start, tree.map_structure(_tensor, init_val)),
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
    if _symbolic((init, xs)):
        return _scan_inferred(f, init, xs, length)
    steps = _length(xs, length)
    native = current.current().natives.get("scan")
    if native is None:
        return _scan_in_python(f, init, xs, steps, reverse=reverse)
    start = tree.map_structure(_tensor, init)
    slices = None if xs is None else tree.map_structure(_tensor, xs)
    first = None if slices is None else tree.map_structure(lambda leaf: call_op("get_item", leaf, 0), slices)
    threads = _Threads(_written(f, (start, first)))

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


def _scan_inferred(f: Any, init: Any, xs: Any, length: int | None) -> tuple[Any, Any]:
    _refuse_at_top("scan")
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


def _length(xs: Any, length: int | None) -> int:
    sizes = {int(leaf.shape[0]) for leaf in tree.flatten(xs) if leaf is not None}
    if length is not None:
        sizes.add(int(length))
    if len(sizes) != 1:
        raise ShapeError(
            f"`scan` needs one number of steps.\nReceived: {sorted(sizes) or 'neither xs nor length'}.\n"
            "Allowed: tensors of one length, or `length`.\nPass `length`, or make the first axes equal."
        )
    return sizes.pop()


class _Threads:
    """The variables that a body writes, as extra carry."""

    def __init__(self, written: dict[int, Variable]) -> None:
        self._variables = [written[id_] for id_ in sorted(written)]
        self._constant = _constant_here()

    def values(self) -> list[Any]:
        """Return the current values."""
        return [variable.value for variable in self._variables]

    def bound(self, carried: Sequence[Any]) -> Any:
        """Return a scope in which the variables have the carried values."""
        bindings = {v.id: value for v, value in zip(self._variables, carried, strict=True)}
        return overlay.overlaid(overlay.Overlay(bindings, constant=self._constant))

    def run(self, body: Callable[..., Any], args: Sequence[Any], carried: Sequence[Any]) -> tuple[Any, list[Any]]:
        """Run `body` on the carried values and return its result with the new ones."""
        with self.bound(carried) as scope:
            result = body(*args)
        return tree.map_structure(_tensor, result), [scope.values[variable.id] for variable in self._variables]

    def assign(self, values: Sequence[Any]) -> None:
        """Write the values that left the loop to where writes go here."""
        for variable, value in zip(self._variables, values, strict=True):
            variable.assign(value)


def _constant_here() -> bool:
    scope = overlay.top()
    while scope is not None:
        if scope.constant:
            return True
        scope = scope.parent
    return False


def _written(body: Callable[..., Any], args: Sequence[Any]) -> dict[int, Variable]:
    """Return the variables that `body` writes, by evaluating it abstractly."""
    probe = overlay.Overlay({}, probe=True)
    symbols = tree.map_structure(
        lambda leaf: None if leaf is None else keras_tensor.anonymous(abstract.spec_of(leaf, "loop")), list(args)
    )
    try:
        with abstract.abstract_scope(), overlay.overlaid(probe):
            body(*symbols)
    except SymbolicTensorError:
        probe = overlay.Overlay({}, probe=True)
        flat, treedef = tree.flatten_with_spec(list(args))
        specs = [TensorSpec(tuple(leaf.shape), current.current().tensors.dtype_name(leaf)) for leaf in flat]

        def run(*tensors: Any) -> Any:
            with overlay.overlaid(probe):
                return body(*tree.unflatten(treedef, list(tensors)))

        current.current().training.abstract_eval(run, specs)
    return probe.written


def _inferred(body: Callable[..., Any], args: Sequence[Any]) -> Any:
    _refuse_at_top("cond")
    return body(*args)


def _refuse_at_top(name: str) -> None:
    if not abstract.in_abstract_scope():
        raise SymbolicTensorError(
            f"`ops.{name}` cannot be recorded in a graph of its own.\n"
            "Received: a symbolic tensor outside a layer.\nAllowed: control flow inside a layer's `call`.\n"
            "Put it in the `call` of a Layer subclass."
        )


def _symbolic(structure: Any) -> bool:
    return abstract.in_abstract_scope() or any(abstract.is_symbolic(leaf) for leaf in tree.flatten(structure))


def _tensor(leaf: Any) -> Any:
    if leaf is None:
        return None
    if getattr(type(leaf), "_polykeras_variable", False):
        return leaf.value
    return convert.to_native(current.current(), leaf, None, "loop")


def _like(result: Any, reference: Any) -> Any:
    """Return `result` with the dtypes of `reference`: a Python scalar in a body must not change them."""
    tensors = current.current().tensors

    def cast(new: Any, old: Any) -> Any:
        if new is None or tensors.dtype_name(new) == tensors.dtype_name(old):
            return new
        return call_op("cast", new, tensors.dtype_name(old))

    return tree.map_structure(cast, result, reference)
