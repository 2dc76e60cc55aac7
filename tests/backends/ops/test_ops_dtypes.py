"""Every op on every dtype it is for: values, and the dtype that the shape rule says."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from polykeras import KerasTensor, ops
from polykeras.backend.current import current
from tests.backends.ops import dtype_cases
from tests.backends.ops.checking import close, listed
from tests.backends.ops.dtype_cases import A, DtypeCase

_EACH = [(case, dtype) for case in dtype_cases.DTYPE_CASES for dtype in case.dtypes]


def _arguments(case: DtypeCase, given: list[Any]) -> list[Any]:
    """Return the op's own arguments, with what has a fixed dtype in its place."""
    if case.op in {"concatenate", "stack"}:
        return [given, *case.rest]
    fixed: dict[str, list[Any]] = {
        "where": [np.array([True, False, True])],
        "take": [dtype_cases.ROW, 1],
        "take_along_axis": [np.array([[1], [-1]]), 1],
        "slice_update": [(0, 0)],
        "scatter_update": [np.array([[0], [1]])],
    }
    if case.op == "where":
        return fixed["where"] + given
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
    held = [one.astype(float if dtype in dtype_cases.FLOATS else stored) for one in case.tensors]
    exact = [one.astype(float) for one in held] if case.real else held
    with np.errstate(all="ignore"):
        expected = listed(case.oracle(*exact, *([] if case.op == "scatter_update" else case.rest)))
    for ours, symbol, theirs in zip(got, inferred, expected, strict=True):
        assert ops.dtype(ours) == current().tensors.canonical_dtype(symbol.dtype)
        close(ours, np.asarray(theirs))


@pytest.mark.parametrize("dtype", dtype_cases.ALL)
@pytest.mark.parametrize(("op", "args", "expected"), dtype_cases.CREATED, ids=lambda one: str(one)[:8])
def test_creation_in_dtype(op: str, args: tuple[Any, ...], expected: np.ndarray, dtype: str) -> None:
    got = getattr(ops, op)(*args, dtype=dtype)
    assert ops.dtype(got) == current().tensors.canonical_dtype(dtype)
    close(got, expected)


@pytest.mark.parametrize("dtype", dtype_cases.NUMBERS)
def test_range_in_dtype(dtype: str) -> None:
    got = ops.arange(1, 8, 3, dtype)
    assert ops.dtype(got) == current().tensors.canonical_dtype(dtype)
    close(got, np.arange(1, 8, 3))


@pytest.mark.parametrize(
    ("op", "given", "result"),
    [(op, given, result) for op, facts in dtype_cases.PROMOTED.items() for given, result in facts.items()],
)
def test_dtype_of_result(op: str, given: str, result: str) -> None:
    x = ops.cast(ops.convert_to_tensor(A.astype("int32")), given)
    assert ops.dtype(getattr(ops, op)(x)) == result
