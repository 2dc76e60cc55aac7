"""The right answers of the conformance suite, and the dtypes that shape rules give, are those that Keras gave.

Values: Keras' answer to a case is that of its oracle, to which the suite holds every backend. Dtypes: a symbolic
call gives the dtype that Keras gave, for every pair of dtypes. Where we differ on purpose stands in
docs/differences.md, by op and case, with the reason; a row there that no longer tells a difference fails.
"""

from __future__ import annotations

import fnmatch
import json
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from polykeras import KerasTensor, ops
from polykeras.conformance.case import Case, answer, listed
from polykeras.conformance.cases import CASES
from polykeras.conformance.checking import TOLERANCE
from polykeras.ops.abstract import abstract_scope
from tests.files.dtype_calls import NUMBERS, Call, calls

FILES = Path(__file__).parents[2] / "files"
PAGE = Path(__file__).parents[3] / "docs/differences.md"
NARROW = {"int64": "int32", "uint64": "uint32", "float64": "float32", "complex128": "complex64"}
CASES_AN_OP = 3


class Difference(NamedTuple):
    """A row of the page: op, case or dtypes, Keras' answer and ours, each with ``*`` for any text."""

    op: str
    where: str
    theirs: str
    ours: str

    def covers(self, *answer: str) -> bool:
        return all(fnmatch.fnmatchcase(text, told) for text, told in zip(answer, self, strict=False))


def _differences(heading: str) -> list[Difference]:
    section = PAGE.read_text(encoding="utf-8").split(f"## {heading}\n")[1].split("\n## ")[0]
    cells = [line.split("|") for line in section.splitlines() if line.startswith("| `")]
    return [Difference(*(cell.strip().strip("`").replace("[", "[[]") for cell in row[1:5])) for row in cells]


PARITY: dict[str, dict[str, Any]] = json.loads((FILES / "parity.json").read_text(encoding="utf-8"))
VALUES = _differences("Values")
DTYPES = {32: _differences("Dtypes"), 64: _differences("Dtypes of 64 bits")}


@pytest.fixture(scope="module")
def recorded() -> Any:
    with np.load(FILES / "parity.npz") as arrays:
        return dict(arrays)


def _agrees(case: Case, recorded: Any) -> bool:
    """Return whether Keras gave what the oracle says."""
    fact = PARITY[case.name]
    if "error" in fact:
        return False
    expected = answer(case, case.args)
    if len(expected) != len(fact["dtypes"]):
        return False
    for i, right in enumerate(expected):
        theirs = recorded[f"{fact['key']}-{i}"]
        allowed = TOLERANCE.get(fact["dtypes"][i], 0.0)
        if theirs.shape != right.shape or not np.allclose(theirs, right, rtol=allowed, atol=allowed, equal_nan=True):
            return False
    return True


@pytest.mark.parametrize("case", [case for case in CASES if case.name in PARITY], ids=lambda case: case.name)
def test_value(case: Case, recorded: Any) -> None:
    where = case.name.partition(":")[2]
    told = any(row.covers(case.op, where) for row in VALUES)
    assert _agrees(case, recorded) != told


def test_no_stale_difference() -> None:
    cases = [case.name.partition(":") for case in CASES if case.name in PARITY]
    stale = [row for row in VALUES if not any(row.covers(op, where) for op, _, where in cases)]
    assert not stale


def test_every_op_has_enough_cases() -> None:
    counts: dict[str, int] = {}
    for case in CASES:
        if case.name in PARITY:
            counts[case.op] = counts.get(case.op, 0) + 1
    few = {op: count for op, count in counts.items() if count < CASES_AN_OP}
    assert not few


def _ours(call: Call) -> str:
    """Return the dtypes that shape rules give, or the name of the error."""

    def symbol(array: np.ndarray, dtype: Any = None) -> Any:
        return KerasTensor(array.shape, dtype or array.dtype.name)

    try:
        with abstract_scope():
            result = getattr(ops, call.op)(*call.arguments(symbol))
    except (TypeError, ValueError) as error:
        return type(error).__name__
    return " ".join(ops.dtype(one) for one in listed(result))


def _depends_on_width(call: Call) -> bool:
    """Return whether 64 bits are among the arguments, all of which are tensors."""
    return any(kind.endswith("64") for kind in call.kinds) and not set(call.kinds) & set(NUMBERS)


def _narrow(names: str) -> str:
    return " ".join(NARROW.get(name, name) for name in names.split())


def _same(ours: str, theirs: str) -> bool:
    return ours == theirs or (ours.endswith("Error") and theirs.endswith("Error"))


@pytest.mark.parametrize("width", [32, 64])
def test_dtypes(width: int) -> None:
    table = json.loads((FILES / ("dtypes_x64.json" if width == 64 else "dtypes.json")).read_text(encoding="utf-8"))
    theirs = {(op, key): result for op, rows in table.items() for result, keys in rows.items() for key in keys}
    wrong, used = [], set()
    for call in calls():
        if (call.op, call.key) not in theirs or (width == 64 and not _depends_on_width(call)):
            continue
        right, ours = theirs[call.op, call.key], _ours(call)
        if _same(ours, right) or (width == 32 and _same(_narrow(ours), right)):
            continue
        rows = [row for row in DTYPES[width] if row.covers(call.op, call.key, right, ours)]
        used.update(rows)
        if not rows:
            wrong.append(f"{call.op}({call.key}): {ours}, Keras {right}")
    assert not wrong, "\n".join(wrong)
    assert not set(DTYPES[width]) - used
