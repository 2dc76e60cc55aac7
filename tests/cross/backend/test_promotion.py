"""The promotion table against JAX, whose lattice it follows; the record that tests of core use is made here.

Run this file as a script to write the record anew.
"""

from __future__ import annotations

import csv
import itertools
import sys
from pathlib import Path

import pytest

RECORD = Path(__file__).parents[2] / "core/backend/promotion.csv"
NAMES = (
    *("bool", "uint8", "uint16", "uint32", "uint64", "int8", "int16", "int32", "int64"),
    *("float8_e4m3fn", "float8_e5m2", "bfloat16", "float16", "float32", "float64", "complex64", "complex128"),
    *("int", "float", "complex"),
)
SCALARS = {"int": int, "float": float, "complex": complex}


def promote(jax, left: str, right: str) -> str:
    try:
        return str(jax.dtypes.result_type(SCALARS.get(left, left), SCALARS.get(right, right)))
    except ValueError:
        return "none"


def rows(jax) -> list[list[str]]:
    """Return ``left, right, result`` for every pair, with 64-bit types as such."""
    with jax.enable_x64(True):
        return [[*pair, promote(jax, *pair)] for pair in itertools.combinations_with_replacement(NAMES, 2)]


def test_record_is_what_jax_says():
    jax = pytest.importorskip("jax")
    recorded = list(csv.reader(RECORD.read_text(encoding="utf-8").splitlines()))
    assert recorded[1:] == rows(jax), f"JAX's promotion changed; run `python {Path(__file__).name}` and compare"


if __name__ == "__main__":
    import jax

    with RECORD.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([["left", "right", "result"], *rows(jax)])
    sys.stdout.write(f"{RECORD}\n")
