"""Every op on every dtype it is for: values, and the dtype that the shape rule says."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from polykeras import KerasTensor, ops
from polykeras.backend.current import current
from polykeras.conformance.case import Case, listed
from polykeras.conformance.cases import FAMILIES, dtypes
from polykeras.conformance.cases.dtypes import A, DtypeCase
from polykeras.conformance.checking import close, host, tensors, within

_EACH = [(case, dtype) for case in dtypes.DTYPE_CASES for dtype in case.dtypes]


def _arguments(case: DtypeCase, given: list[Any]) -> list[Any]:
    """Return the op's own arguments, with what has a fixed dtype in its place."""
    if case.op in {"concatenate", "stack"}:
        return [given, *case.rest]
    fixed: dict[str, list[Any]] = {
        "where": [np.array([True, False, True])],
        "ldexp": [np.array([1, 0, 2])],
        "take": [dtypes.ROW, 1],
        "take_along_axis": [np.array([[1], [-1]]), 1],
        "slice_update": [(0, 0)],
        "scatter_update": [np.array([[0], [1]])],
        "segment_sum": [np.array([0, 0]), 1],
        "segment_prod": [np.array([0, 0]), 1],
        "segment_max": [np.array([0, 0]), 1],
        "segment_min": [np.array([0, 0]), 1],
    }
    if case.op == "where":
        return fixed["where"] + given
    if case.op == "average":
        return [given[0], None, given[1]]
    if case.op in {"slice_update", "scatter_update"}:
        return given + fixed[case.op] + [ops.flip(given[0], 0), *case.rest]
    return given + fixed.get(case.op, []) + list(case.rest)


@pytest.mark.parametrize(("case", "dtype"), _EACH, ids=lambda one: getattr(one, "op", one))
def test_op_on_dtype(case: DtypeCase, dtype: str) -> None:
    given = [ops.cast(ops.convert_to_tensor(one.astype("int32")), dtype) for one in case.tensors]
    got = listed(getattr(ops, case.op)(*_arguments(case, given)))
    symbols = [KerasTensor(one.shape, ops.dtype(tensor)) for one, tensor in zip(case.tensors, given, strict=True)]
    inferred = listed(getattr(ops, case.op)(*_arguments(case, symbols)))
    stored = current().tensors.canonical_dtype(dtype)  # where 64-bit integers are stored in 32, they overflow there
    held = [one.astype(float if dtype in dtypes.FLOATS else stored) for one in case.tensors]
    exact = [one.astype(float) for one in held] if case.real else held
    with np.errstate(all="ignore"):
        expected = listed(case.oracle(*exact, *([] if case.op == "scatter_update" else case.rest)))
    for ours, symbol, theirs in zip(got, inferred, expected, strict=True):
        assert ops.dtype(ours) == current().tensors.canonical_dtype(symbol.dtype)
        close(ours, np.asarray(theirs))


@pytest.mark.parametrize("dtype", dtypes.ALL)
@pytest.mark.parametrize(("op", "args", "expected"), dtypes.CREATED, ids=lambda one: str(one)[:8])
def test_creation_in_dtype(op: str, args: tuple[Any, ...], expected: np.ndarray, dtype: str) -> None:
    got = getattr(ops, op)(*args, dtype=dtype)
    assert ops.dtype(got) == current().tensors.canonical_dtype(dtype)
    close(got, expected)


@pytest.mark.parametrize("dtype", dtypes.NUMBERS)
def test_range_in_dtype(dtype: str) -> None:
    got = ops.arange(1, 8, 3, dtype)
    assert ops.dtype(got) == current().tensors.canonical_dtype(dtype)
    close(got, np.arange(1, 8, 3))


@pytest.mark.parametrize(
    ("op", "given", "result"),
    [(op, given, result) for op, facts in dtypes.PROMOTED.items() for given, result in facts.items()],
)
def test_dtype_of_result(op: str, given: str, result: str) -> None:
    x = ops.cast(ops.convert_to_tensor(A.astype("int32")), given)
    assert ops.dtype(getattr(ops, op)(x)) == result


def _is_float(one: Any) -> bool:
    return hasattr(one, "dtype") and ops.dtype(one) in dtypes.FLOATS


_NETWORKS = [
    case for name in ("linear", "nonlinear", "convolution", "normalization", "losses") for case in FAMILIES[name]
]
_FIRST_OF_EACH = {case.op: case for case in reversed(_NETWORKS) if any(_is_float(one) for one in case.args)}


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float64"])
@pytest.mark.parametrize("case", _FIRST_OF_EACH.values(), ids=lambda case: case.op)
def test_other_precision(case: Case, dtype: str) -> None:
    with current().precision_scope(frozenset({dtype})):
        args = [ops.cast(one, dtype) if _is_float(one) else one for one in tensors(case.args)]
        held = [host(one).astype("float64") if _is_float(one) else one for one in args]
        held = [host(one) if ops.is_tensor(one) else one for one in held]
        got = listed(getattr(ops, case.op)(*args))
        symbols = [KerasTensor(one.shape, ops.dtype(one)) if ops.is_tensor(one) else one for one in args]
        inferred = listed(getattr(ops, case.op)(*symbols))
        for ours, symbol, theirs in zip(got, inferred, listed(case.oracle(*held)), strict=True):
            assert ops.dtype(ours) == symbol.dtype == dtype
            # Sums of rounded terms differ from a rounded sum by some units.
            unit = {"float16": 2.0**-10, "bfloat16": 2.0**-7, "float64": 2.0**-52}[dtype]
            within(host(ours), theirs, 32 * unit, 32 * unit)
