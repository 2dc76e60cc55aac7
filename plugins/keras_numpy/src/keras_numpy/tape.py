"""The tape: which calls led from some tensors to a scalar, and what pulls a gradient back through each of them.

Nodes and their order are those of the `autograd` package. Its array functions are not used: their rules turn float32
into float64, and many are missing. Here a `primitive` is a NumPy function with one pullback for each tensor that it
takes; pullbacks call primitives themselves, so gradients of gradients need nothing more.

A `Traced` tensor stands for an array while a tape runs. Tapes nest, and each thread has its own.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn

import numpy as np
from autograd.core import VJPNode, defvjp, defvjp_argnum, defvjp_argnums
from autograd.tracer import Box
from autograd.util import toposort

from keras_numpy.array import plain, tensor
from polykeras import tree
from polykeras.ops.operators import ArrayOperators, call_op

Op = Callable[..., Any]
"""Takes arrays or traced tensors, and options."""

Pullback = Callable[[Any], Any]
"""Takes the gradient of a result and gives that of one argument."""

_FLOATS = ("bfloat16", "float16", "float32", "float64", "complex64", "complex128", "float8_e4m3fn", "float8_e5m2")


class Traced(ArrayOperators, Box):  # type: ignore[misc]  # autograd has no types
    """An array whose use is recorded; Python's operators on it are Polykeras' ops."""

    __hash__ = object.__hash__

    @property
    def shape(self) -> tuple[int, ...]:
        """Sizes of the axes."""
        shape: tuple[int, ...] = self._value.shape
        return shape

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """Number of elements."""
        return int(self._value.size)

    @property
    def dtype(self) -> Any:
        """The array's dtype."""
        return self._value.dtype

    @property
    def T(self) -> Any:  # noqa: N802 - NumPy's name
        """The tensor with its axes in reverse order."""
        return call_op("transpose", self)

    def astype(self, dtype: Any) -> Any:
        """Return the tensor in another dtype."""
        return call_op("cast", self, np.dtype(dtype).name)

    def reshape(self, *shape: Any) -> Any:
        """Return the tensor in another shape."""
        return call_op("reshape", self, shape[0] if len(shape) == 1 else shape)

    def item(self) -> Any:
        """Return the only element as a Python number."""
        return value_of(self).item()

    def __len__(self) -> int:
        return self.shape[0]

    def __iter__(self) -> Iterator[Any]:
        return (self[index] for index in range(len(self)))

    def __float__(self) -> float:
        return float(self._value)

    def __int__(self) -> int:
        return int(self._value)

    def __eq__(self, other: object) -> Any:
        return call_op("equal", self, other)

    def __ne__(self, other: object) -> Any:
        return call_op("not_equal", self, other)

    def __repr__(self) -> str:
        return f"<traced {value_of(self)!r}>"

    __str__ = __repr__

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NoReturn:
        del dtype, copy
        raise TypeError(
            "A NumPy function was called inside of a loss, where it would cut the gradient off.\n"
            f"Received: a traced tensor of shape {self.shape} and dtype {self.dtype}.\n"
            "Allowed: the functions of `polykeras.ops`.\n"
            "Use the op of the same name, or `ops.stop_gradient` and `ops.convert_to_numpy` on what needs no gradient."
        )


class _Depth(threading.local):
    value = 0


_depth = _Depth()


@contextmanager
def _level() -> Iterator[int]:
    _depth.value += 1
    try:
        yield _depth.value
    finally:
        _depth.value -= 1


def primitive(function: Op, *pullbacks: Callable[..., Pullback]) -> Op:
    """Return `function` as one that is recorded where a positional argument is traced.

    Args:
        function: Takes arrays and returns one; NumPy's warnings are off while it runs.
        *pullbacks: For each argument that may be traced, a function ``(answer, *arguments, **options)`` that
            returns its pullback. Results that are not floating point are not recorded.
    """
    run = _recorded(function)
    defvjp(run, *pullbacks)
    return run


def primitive_of_many(function: Op, pullback: Callable[..., Pullback]) -> Op:
    """Return `function` as `primitive` does, with one rule ``(position, answer, arguments, options)`` for all."""
    run = _recorded(function)
    defvjp_argnum(run, pullback)
    return run


def primitive_at_once(function: Op, pullbacks: Callable[..., Pullback]) -> Op:
    """Return `function` as `primitive` does, with one rule ``(positions, answer, arguments, options)`` for all."""
    run = _recorded(function)
    defvjp_argnums(run, pullbacks)
    return run


def constant(function: Op) -> Op:
    """Return `function` as one through which no gradient flows."""

    @functools.wraps(function)
    def run(*arguments: Any, **options: Any) -> Any:
        with np.errstate(all="ignore"):
            return tensor(function(*map(value_of, arguments), **options))

    return run


def _recorded(function: Op) -> Op:
    @functools.wraps(function)
    def run(*arguments: Any, **options: Any) -> Any:
        level = 0
        for argument in arguments:
            if type(argument) is Traced and argument._trace > level:
                level = argument._trace
        if level == 0:
            with np.errstate(all="ignore"):
                return tensor(function(*map(plain, arguments), **options))
        values = list(arguments)
        positions = tuple(place for place, one in enumerate(arguments) if type(one) is Traced and one._trace == level)
        for place in positions:
            values[place] = arguments[place]._value
        answer = run(*values, **options)
        if answer.dtype.name not in _FLOATS:
            return tensor(value_of(answer))
        parents = tuple(arguments[place]._node for place in positions)
        return Traced(answer, level, VJPNode(answer, run, tuple(values), options, positions, parents))

    return run


def value_of(x: Any) -> Any:
    """Return the plain array that a tensor, traced or not, stands for; anything else is its own value."""
    while type(x) is Traced:
        x = x._value
    return plain(x)


def value_and_grad(
    fn: Callable[..., tuple[Any, Any]], tensors: Sequence[Any]
) -> tuple[tuple[Any, Any], list[Any | None]]:
    """Return ``((scalar, aux), gradients)`` of ``fn(*tensors)``; ``None`` where the scalar does not depend."""
    roots = [VJPNode.new_root() for _ in tensors]
    with _level() as level:
        loss, aux = fn(*(Traced(tensor, level, root) for tensor, root in zip(tensors, roots, strict=True)))
    aux = tree.map_structure(lambda leaf: _opened(leaf, level), aux)
    if type(loss) is not Traced or loss._trace != level:
        return (loss, aux), [None] * len(roots)
    gradients = _pulled_back(loss._node, tensor(np.ones_like(value_of(loss))))
    return (loss._value, aux), [gradients.get(root) for root in roots]


def _opened(leaf: Any, level: int) -> Any:
    return leaf._value if type(leaf) is Traced and leaf._trace == level else leaf


def _pulled_back(end: Any, gradient: Any) -> dict[Any, Any]:
    """Return the gradient of every node that leads to `end` and that nothing leads to."""
    waiting = {end: gradient}
    found = {}
    for node in toposort(end):
        arrived = waiting.pop(node)
        if not node.parents:
            found[node] = arrived
            continue
        for parent, part in zip(node.parents, node.vjp(arrived), strict=True):
            waiting[parent] = part if parent not in waiting else add_gradients(waiting[parent], part)
    return found


add_gradients = primitive(np.add, lambda *_: lambda g: g, lambda *_: lambda g: g)
