"""The slow path of every op: unwrap, convert, promote, then run; or evaluate abstractly.

Scalars, lists, arrays and variables become tensors here, so that bodies and native functions see
tensors only. Tensors of two backends meeting in one call are found here too.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from polykeras.backend import current, dtypes
from polykeras.backend.config import floatx
from polykeras.backend.current import UNRESOLVED
from polykeras.backend.resolved import resolved_backends
from polykeras.ops import abstract
from polykeras.ops.defined import public
from polykeras.ops.dims import Dim
from polykeras.ops.rule_error import RuleError
from polykeras.plugins.errors import BackendMismatch, DtypeError, PolykerasError, SymbolicTensorError

if TYPE_CHECKING:
    from polykeras.backend.resolved import Backend
    from polykeras.ops.dispatch import Op


_SCALARS = ((bool, "bool"), (int, "int"), (float, "float"), (complex, "complex"))


def slow_path(op: Op, backend: Any, values: list[Any]) -> Any:
    """Run `op` on `values`, whatever they are.

    Args:
        op: The op called.
        backend: What is current in this thread: a backend, the abstract provider or nothing yet.
        values: One value per parameter of the op, defaults filled in.
    """
    _stack_lists(op, values)
    if backend is abstract.ABSTRACT or _any_symbolic(op, values):
        return abstract.evaluate(op, values)
    if backend is UNRESOLVED:
        backend = current.current()
    changed = _unwrap_variables(op, values)
    changed = (op.binary and _convert_scalar(backend, values)) or changed
    if not (changed or op.tensors.many) or not _exact(op, backend, values):
        _convert(op, backend, values)
    try:
        return getattr(backend.op, op.name)(*values)
    except Exception as error:
        explain(op, values, error)
        raise


def explain(op: Op, values: list[Any], error: Exception) -> None:
    """Raise what the shape rule or body of `op` has against `values`, on which a backend failed; else return.

    Args:
        op: The op that failed.
        values: One value per parameter.
        error: What the backend raised.
    """
    told_already = isinstance(error, RuleError) and error.op == op.name
    if told_already or (isinstance(error, PolykerasError) and not isinstance(error, RuleError)):
        return
    try:
        with abstract.abstract_scope():
            abstract.evaluate(op, list(values))
    except SymbolicTensorError:
        return  # the body asks for values, which the rules do not have
    except (DtypeError, ValueError) as told:
        raise told from error


def _convert_scalar(backend: Backend, values: list[Any]) -> bool:
    """Convert a Python number beside a float tensor: it takes the tensor's dtype, so nothing promotes."""
    for scalar, tensor in ((1, 0), (0, 1)):
        kind = type(values[scalar])
        if kind is float or kind is int:
            other = values[tensor]
            if type(other) in backend.types and other.dtype in backend.float_dtypes:
                tensors = backend.tensors
                values[scalar] = tensors.from_host(values[scalar], tensors.dtype_name(other))
                return True
    return False


def _stack_lists(op: Op, values: list[Any]) -> None:
    """Stack nested lists that hold tensors: through NumPy they would lose their gradient."""
    for i in op.tensors.single + op.tensors.optional:
        if isinstance(values[i], (list, tuple)) and holds_tensors(values[i]):
            values[i] = _stacked(values[i])


def _stacked(rows: Sequence[Any]) -> Any:
    return public("stack")([_stacked(row) if isinstance(row, (list, tuple)) else row for row in rows])


def holds_tensors(rows: Sequence[Any]) -> bool:
    """Return whether some leaf of nested lists is a tensor, a variable or an unknown size."""
    return any(holds_tensors(row) if isinstance(row, (list, tuple)) else _is_ours(row) for row in rows)


def _is_ours(value: Any) -> bool:
    return (
        isinstance(value, Dim)
        or abstract.is_symbolic(value)
        or getattr(type(value), "_polykeras_variable", False)
        or any(backend.tensors.is_tensor(value) for backend in resolved_backends())
    )


def _any_symbolic(op: Op, values: list[Any]) -> bool:
    tensors = op.tensors
    if not tensors.single and any(map(_is_unknown, values)):
        return True  # what makes tensors of sizes
    for i in tensors.single + tensors.optional:
        if abstract.is_symbolic(values[i]) or type(values[i]) is Dim:
            return True
    return any(abstract.is_symbolic(item) for i in tensors.many for item in _items(op, values[i]))


def _is_unknown(value: Any) -> bool:
    return type(value) is Dim or (isinstance(value, (list, tuple)) and any(type(one) is Dim for one in value))


def _items(op: Op, value: Any) -> Any:
    if isinstance(value, str) or not hasattr(value, "__iter__"):
        raise TypeError(
            f"The op `{op.name}` takes a sequence of tensors.\n"
            f"Received: {value!r} of type {type(value).__name__}.\n"
            "Allowed: a list or tuple of tensors, arrays or scalars.\n"
            "Wrap the tensor in a list."
        )
    return value


def _unwrap_variables(op: Op, values: list[Any]) -> bool:
    found = False
    tensors = op.tensors
    for i in tensors.single + tensors.optional:
        if getattr(type(values[i]), "_polykeras_variable", False):
            values[i] = values[i].value
            found = True
    for i in tensors.many:
        values[i] = [
            item.value if getattr(type(item), "_polykeras_variable", False) else item for item in _items(op, values[i])
        ]
    return found


def _exact(op: Op, backend: Backend, values: list[Any]) -> bool:
    """Return whether the dispatcher's own test holds now that variables are unwrapped."""
    tensors = op.tensors
    given = [(i, values[i]) for i in tensors.single]
    given += [(i, values[i]) for i in tensors.optional if values[i] is not None]
    given += [(i, item) for i in tensors.many for item in values[i]]
    types = backend.types
    first: Any = None
    for i, value in given:
        if type(value) not in types:
            return False
        if i in op.promoted:
            if first is None:
                first = value.dtype
            elif value.dtype is not first:
                return False
    return not op.to_float or first in backend.float_dtypes


def _convert(op: Op, backend: Backend, values: list[Any]) -> None:
    """Turn every tensor argument into a native tensor of the promoted dtype, in place."""
    tensors = op.tensors
    flat: list[tuple[int, int | None]] = [(i, None) for i in tensors.single]
    flat += [(i, None) for i in tensors.optional if values[i] is not None]
    flat += [(i, j) for i in tensors.many for j in range(len(values[i]))]
    promoted = [at for at in flat if at[0] in op.promoted]
    common = None
    if promoted:
        names = [dtype_of(backend, _at(values, at), op.name) for at in promoted]
        common = dtypes.result_type(*names)
        if op.to_float and not dtypes.is_float(common) and "complex" not in common:
            common = dtypes.result_type(common, "float")
        common = backend.tensors.canonical_dtype(common)
    for at in flat:
        value = _at(values, at)
        target = common if at[0] in op.promoted else None
        native = to_native(backend, value, target, op.name)
        if at[1] is None:
            values[at[0]] = native
        else:
            values[at[0]][at[1]] = native


def _at(values: list[Any], at: tuple[int, int | None]) -> Any:
    return values[at[0]] if at[1] is None else values[at[0]][at[1]]


def dtype_of(backend: Backend, value: Any, op_name: str) -> str:
    """Return the dtype name of `value`, or the weak ``"int"`` or ``"float"`` of a Python scalar."""
    if backend.tensors.is_tensor(value):
        return backend.tensors.dtype_name(value)
    return host_dtype(value, op_name)


def is_host_array(value: Any) -> bool:
    """Return whether `value` is a NumPy array and not a tensor of a backend whose tensors are arrays too."""
    if type(value) is np.ndarray:
        return True
    return isinstance(value, np.ndarray) and not any(b.tensors.is_tensor(value) for b in resolved_backends())


def host_dtype(value: Any, op_name: str) -> str:
    """Return the dtype that a scalar, list or array stands for in a promotion."""
    for weak, name in _SCALARS:
        if isinstance(value, weak):
            return name
    if isinstance(value, np.generic) or is_host_array(value):
        return dtypes.standardize_dtype(value.dtype)
    if isinstance(value, (list, tuple)):
        array = _host_array(value, op_name)
        if array.dtype == np.float64:
            return floatx()
        if array.dtype == np.complex128:
            return dtypes.result_type("complex")
        return "int32" if array.dtype == np.int64 else dtypes.standardize_dtype(array.dtype)
    return _foreign_dtype(value, op_name)


def _host_array(value: Any, op_name: str) -> np.ndarray:
    try:
        return np.asarray(value)
    except (ValueError, TypeError) as error:
        raise TypeError(
            f"The op `{op_name}` cannot make a tensor of a {type(value).__name__}.\n"
            f"Received: {value!r}.\n"
            "Allowed: nested lists of numbers with equal lengths at each level.\n"
            "Pad the rows, or convert the values first."
        ) from error


def _foreign_dtype(value: Any, op_name: str) -> str:
    for other in resolved_backends():
        if other.tensors.is_tensor(value):
            here = current.current().name
            raise BackendMismatch(
                f"The op `{op_name}` met tensors of two backends.\n"
                f"Received: a tensor of {other.name!r} while {here!r} is current.\n"
                "Allowed: tensors of the current backend, NumPy arrays, lists and scalars.\n"
                f"Run the call under `with use_backend({other.name!r}):`, or convert with "
                "`ops.convert_to_numpy` first."
            )
    dtype = getattr(value, "dtype", None)
    if dtype is not None and hasattr(value, "__array__"):
        return dtypes.standardize_dtype(np.asarray(value).dtype)
    raise TypeError(
        f"The op `{op_name}` cannot take this argument as a tensor.\n"
        f"Received: {value!r} of type {type(value).__name__}.\n"
        "Allowed: tensors of the current backend, variables, NumPy arrays, lists and numbers.\n"
        "Convert the value with `numpy.asarray` first."
    )


def to_native(backend: Backend, value: Any, dtype: str | None, op_name: str) -> Any:
    """Return `value` as a tensor of `backend`, cast to `dtype` unless that is ``None``."""
    tensors = backend.tensors
    if tensors.is_tensor(value):
        if dtype is None or tensors.dtype_name(value) == dtype:
            return value
        return backend.op.cast(value, dtype)
    own = host_dtype(value, op_name)
    if dtype is None:
        dtype = dtypes.result_type(own)
        dtype = tensors.canonical_dtype(dtype)
    if isinstance(value, (list, tuple)):
        value = _host_array(value, op_name)
    return tensors.from_host(value, dtype)
