"""The abstract provider: ops on symbolic tensors, by shape rules, with no framework.

Primitives run their shape rule; derived bodies run unchanged. A call by the user (depth 0) is
recorded as one node of the graph, whatever its body calls.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from polykeras.backend import current, dtypes
from polykeras.backend.resolved import resolved_backends
from polykeras.ops import convert, keras_tensor
from polykeras.ops.dims import Dim
from polykeras.ops.shape_rules import Spec, infer, named_errors

if TYPE_CHECKING:
    from polykeras.ops.dispatch import Op


class Abstract:
    """The stand-in that is current while shapes are inferred; it owns no tensor type."""

    name: str | None = None
    types: frozenset[type] = frozenset()
    float_dtypes: frozenset[Any] = frozenset()


ABSTRACT = Abstract()


class _Depth(threading.local):
    value = 0


_depth = _Depth()


@contextmanager
def abstract_scope() -> Iterator[None]:
    """Infer shapes in this block: every op is abstract and no node is recorded."""
    _depth.value += 1
    try:
        with current.override(ABSTRACT):
            yield
    finally:
        _depth.value -= 1


def in_abstract_scope() -> bool:
    """Return whether this thread is inferring shapes."""
    return _depth.value > 0


def is_symbolic(value: Any) -> bool:
    """Return whether `value` is a symbolic tensor."""
    return isinstance(value, keras_tensor.KerasTensor)


def evaluate(op: Op, values: list[Any]) -> Any:
    """Return the symbolic result of `op`, recording a node when the user is the caller."""
    original = list(values)
    _to_symbolic(op, values)
    if op.rule is not None:
        result = _wrap(infer(op.name, op.rule, _to_specs(op, values)))
    else:
        assert op.body is not None  # noqa: S101 - an op has a rule or a body
        with abstract_scope(), named_errors(op.name):
            result = op.body(*values)
    if _depth.value == 0:
        result = keras_tensor.record(op, tuple(original), {}, result)
    return result


def spec_of(value: Any, op_name: str) -> Spec:
    """Return shape and dtype of anything that an op takes as a tensor."""
    if is_symbolic(value):
        return Spec(value.dims, value.dtype)
    if getattr(type(value), "_polykeras_variable", False):
        return Spec(tuple(value.shape), value.dtype)
    if isinstance(value, Dim):
        return Spec((), "int")
    for backend in resolved_backends():
        if backend.tensors.is_tensor(value):
            return Spec(tuple(value.shape), backend.tensors.dtype_name(value))
    dtype = convert.host_dtype(value, op_name)
    return Spec(_host_shape(value), dtype)


def symbol_of(value: Any) -> keras_tensor.KerasTensor:
    """Return a symbolic tensor with the shape and dtype of a variable or tensor."""
    return keras_tensor.anonymous(spec_of(value, "value"))


def _host_shape(value: Any) -> tuple[int, ...]:
    if isinstance(value, (list, tuple)):
        return (len(value), *(_host_shape(value[0]) if value else ()))
    return tuple(getattr(value, "shape", ()))


def _to_symbolic(op: Op, values: list[Any]) -> None:
    """Replace every tensor argument by an anonymous symbolic tensor of the promoted dtype."""
    tensors = op.tensors
    specs: dict[tuple[int, int | None], Spec] = {}
    for i in tensors.single + tuple(i for i in tensors.optional if values[i] is not None):
        specs[i, None] = spec_of(values[i], op.name)
    for i in tensors.many:
        values[i] = list(values[i])
        for position, item in enumerate(values[i]):
            specs[i, position] = spec_of(item, op.name)
    promoted = [spec.dtype for (i, _), spec in specs.items() if i in op.promoted]
    common = dtypes.result_type(*promoted) if promoted else None
    if common is not None and op.to_float and not dtypes.is_float(common) and "complex" not in common:
        common = dtypes.result_type(common, "float")
    for (i, j), spec in specs.items():
        dtype = common if i in op.promoted else None
        dtype = dtype or dtypes.result_type(spec.dtype)
        symbol = keras_tensor.anonymous(Spec(spec.dims, dtype))
        if j is None:
            values[i] = symbol
        else:
            values[i][j] = symbol


def _to_specs(op: Op, values: list[Any]) -> list[Any]:
    tensors = op.tensors
    specs = list(values)
    for i in tensors.single + tensors.optional:
        if specs[i] is not None:
            specs[i] = Spec(specs[i].dims, specs[i].dtype)
    for i in tensors.many:
        specs[i] = [Spec(item.dims, item.dtype) for item in specs[i]]
    return specs


def _wrap(result: Any) -> Any:
    if isinstance(result, Spec):
        return keras_tensor.anonymous(result)
    if isinstance(result, (list, tuple)):
        return type(result)(_wrap(item) for item in result)
    return result


@contextmanager
def suspended() -> Iterator[None]:
    """Compute for real in this block even where shapes are being inferred: weights are made here."""
    depth, _depth.value = _depth.value, 0
    try:
        with current.real_again():
            yield
    finally:
        _depth.value = depth
