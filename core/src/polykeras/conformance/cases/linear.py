"""Products of tensors and norms, and NumPy's answer to each call."""

from __future__ import annotations

import math

import numpy as np

from polykeras.conformance.case import Case, Numbers, case

_NUMBERS = Numbers("linear")
real, whole = _NUMBERS.real, _NUMBERS.whole


def _cross(a: np.ndarray, b: np.ndarray, *axes: int) -> np.ndarray:
    """Return NumPy's cross product of vectors of which some have no third component: 0, said aloud."""
    first, second, third = (*axes, -1, -1, -1)[:3]
    a, b = np.moveaxis(a, first, -1), np.moveaxis(b, second, -1)
    flat = a.shape[-1] == b.shape[-1] == 2
    result = np.cross(*(np.concatenate([x, np.zeros((*x.shape[:-1], 3 - x.shape[-1]))], -1) for x in (a, b)))
    return result[..., 2] if flat else np.moveaxis(result, -1, third)


BLOCK = np.arange(12, dtype="float32").reshape(2, 3, 2)

LINEAR: list[Case] = [
    case("matmul", real(3, 4), real(4, 2), oracle=np.matmul, gradient=True),
    case("matmul", real(4), real(4), oracle=np.matmul, gradient=True),
    case("matmul", real(5, 1, 3, 4), real(2, 4, 2), oracle=np.matmul),
    case("matmul", real(4), real(2, 4, 3), oracle=np.matmul),
    case("matmul", whole(3, 4), whole(4, 2), name="ints", oracle=np.matmul),
    case(
        "matmul",
        whole(2, 3).astype("int8") * 20,
        whole(3, 2).astype("int8") * 20,
        name="int8",
        oracle=lambda a, b: a.astype("int32") @ b.astype("int32"),
    ),
    case("matmul", whole(2, 3) > 0, whole(3, 2) > 0, name="bool", oracle=np.matmul),
    case("dot", real(3, 4), real(4, 2), oracle=np.dot, gradient=True),
    case("dot", real(2, 3, 4), real(5, 4, 2), oracle=np.dot, gradient=True),
    case("dot", real(2, 3, 4), real(4), oracle=np.dot),
    case("dot", np.float32(3.0).reshape(()), real(2, 3), oracle=np.dot),
    case("dot", whole(2, 3) > 0, whole(3, 2) > 0, name="bool", oracle=np.dot),
    case("tensordot", real(2, 3, 4), real(3, 4, 5), oracle=np.tensordot, gradient=True),
    case("tensordot", real(2, 3, 4), real(4, 3, 5), ([1, 2], [1, 0]), oracle=np.tensordot, gradient=True),
    case("tensordot", real(2, 3, 4), real(5, 3), (1, 1), oracle=np.tensordot),
    case("tensordot", real(2, 3, 4), real(5, 4), [[-1], [-1]], oracle=np.tensordot),
    case("tensordot", real(2), real(3), 0, oracle=np.tensordot),
    case("tensordot", whole(2, 3).astype("uint8"), whole(3, 2).astype("uint8"), 1, name="uint8", oracle=np.tensordot),
    case("outer", real(2, 3), real(4), oracle=np.outer, gradient=True),
    case("outer", whole(3) > 0, whole(2) > 0, name="bool", oracle=np.outer),
    case("outer", real(0), real(2), oracle=np.outer),
    case("inner", real(3), real(2, 4, 3), oracle=np.inner),
    case("inner", real(2, 3), real(4, 3), oracle=np.inner, gradient=True),
    case("inner", real(3), np.float32(2.0).reshape(()), oracle=np.inner),
    case("vdot", real(2, 3), real(3, 2), oracle=np.vdot, gradient=True),
    case("vdot", real(0), real(0), oracle=np.vdot),
    case("vdot", whole(4), whole(4), oracle=np.vdot),
    *(
        case("norm", real(3, 4) + 3, order, axis, keepdims, oracle=_norm, gradient=gradient)
        for _norm, order, axis, keepdims, gradient in (
            (lambda x, o, a, k: np.linalg.norm(x.reshape(-1) if a is None else x, o, a, k), *rest)
            for rest in (
                (None, None, False, True),
                (None, 1, True, False),
                (2, 0, False, True),
                (1, -1, False, False),
                (3, 1, False, True),
                (-2.5, 1, False, False),
                (0, 1, False, False),
                (math.inf, 1, False, False),
                (-math.inf, 0, True, False),
                ("fro", (0, 1), False, False),
                (1, (0, 1), False, False),
                (-1, (1, 0), False, False),
                (math.inf, (0, 1), True, False),
                (-math.inf, (-2, -1), False, False),
            )
        )
    ),
    case("kron", real(2, 3), real(3, 2), oracle=np.kron, gradient=True),
    case("kron", real(2), real(2, 1, 3), oracle=np.kron, gradient=True),
    case("kron", BLOCK, BLOCK[:, :, :1], oracle=np.kron, name="three axes"),
    case("kron", whole(2, 2), whole(), oracle=np.kron, name="scalar"),
    case("kron", real(0, 2), real(3), oracle=np.kron, name="empty"),
    case("cross", real(4, 3), real(4, 3), oracle=np.cross, gradient=True, unknown=False),
    case("cross", real(2, 1, 3), real(4, 3), oracle=np.cross, gradient=True, name="broadcast", unknown=False),
    case("cross", real(3, 4), real(4, 2), 0, 1, 0, oracle=_cross, name="axes", unknown=False),
    case("cross", real(2, 2), real(2, 3), -1, -1, -1, -1, oracle=_cross, name="plane and space", unknown=False),
    case("cross", real(2), real(3, 2), oracle=_cross, name="planes", unknown=False),
    case("cross", real(3), real(0, 3), oracle=np.cross, name="empty", unknown=False),
    case("cross", whole(3), whole(3), oracle=np.cross, name="ints", unknown=False),
]
EINSUM: list[tuple[str, tuple[np.ndarray, ...]]] = [
    ("ij,jk->ik", (real(2, 3), real(3, 4))),
    ("ij,jk", (real(2, 3), real(3, 4))),
    ("...ij,jk->...ik", (real(5, 2, 3), real(3, 4))),
    ("bqhd,bkhd->bhqk", (real(2, 3, 2, 4), real(2, 5, 2, 4))),
    ("ii->i", (real(3, 3),)),
    ("ij->", (real(2, 3),)),
    ("i,j,k->ijk", (real(2), real(3), real(2))),
    ("ij,ij->j", (whole(2, 3), whole(2, 3))),
    ("ij,jk->ik", (whole(2, 3) > 0, whole(3, 2) > 0)),
]
