"""Rules of factorizations and of systems of linear equations, over matrices in the last two axes."""

from __future__ import annotations

from polykeras.ops.dims import Dim, Size, agree, known
from polykeras.ops.rule_error import RuleError
from polykeras.ops.shape_rules.elementwise import broadcast_dims
from polykeras.ops.shape_rules.spec import Spec, agree_all, show


def matrix(x: Spec) -> tuple[Size, Size]:
    """Return the sizes of the matrices of `x`.

    Raises:
        RuleError: It has not two axes.
    """
    if len(x.dims) < 2:
        raise RuleError("needs matrices", show(x), "two axes or more: (..., rows, columns)", "Add the missing axis.")
    return x.dims[-2], x.dims[-1]


def square(x: Spec) -> Size:
    """Return the size of the square matrices of `x`.

    Raises:
        RuleError: They are not square.
    """
    rows, columns = matrix(x)
    try:
        return agree(rows, columns)
    except RuleError as error:
        raise RuleError(
            "needs square matrices", show(x), "(..., n, n)", "Use `lstsq`, `qr` or `svd` for others."
        ) from error


def exponent(n: object) -> None:
    """Refuse what is not a Python integer.

    Raises:
        RuleError: It is none.
    """
    if not isinstance(n, int) or isinstance(n, bool):
        raise RuleError("needs an integer exponent", f"{n!r}", "an int", "Use `eigh` for other powers.")


def same_square(x: Spec) -> Spec:
    """Return ``(..., n, n) -> (..., n, n)``."""
    square(x)
    return x


def scalar_of_square(x: Spec) -> Spec:
    """Return ``(..., n, n) -> (...)``."""
    square(x)
    return Spec(x.dims[:-2], x.dtype)


def eigh(x: Spec) -> tuple[Spec, Spec]:
    """Return eigenvalues ``(..., n)`` and eigenvectors ``(..., n, n)``."""
    size = square(x)
    return Spec((*x.dims[:-2], size), x.dtype), x


def eig(x: Spec) -> tuple[Spec, Spec]:
    """Return complex eigenvalues ``(..., n)`` and eigenvectors ``(..., n, n)``."""
    values, vectors = eigh(x)
    dtype = {"float32": "complex64", "float64": "complex128"}.get(x.dtype, x.dtype)
    return Spec(values.dims, dtype), Spec(vectors.dims, dtype)


def least(rows: Size, columns: Size) -> Size:
    """Return the smaller of two sizes."""
    if known(rows) and known(columns):
        return min(rows, columns)
    return rows if rows == columns else Dim.fresh("least")


def qr(x: Spec, mode: str = "reduced") -> tuple[Spec, Spec]:
    """Return ``(..., m, k)`` and ``(..., k, n)``, k the smaller size of the matrices, or m."""
    rows, columns = matrix(x)
    inner = rows if mode == "complete" else least(rows, columns)
    return Spec((*x.dims[:-2], rows, inner), x.dtype), Spec((*x.dims[:-2], inner, columns), x.dtype)


def svd(x: Spec, full_matrices: bool = True) -> tuple[Spec, Spec, Spec]:
    """Return left vectors, singular values and right vectors, these in rows."""
    rows, columns = matrix(x)
    batch, inner = x.dims[:-2], least(rows, columns)
    left, right = (rows, columns) if full_matrices else (inner, inner)
    shapes = (*batch, rows, left), (*batch, inner), (*batch, right, columns)
    return Spec(shapes[0], x.dtype), Spec(shapes[1], x.dtype), Spec(shapes[2], x.dtype)


def singular_values(x: Spec) -> Spec:
    """Return ``(..., m, n) -> (..., min(m, n))``."""
    return Spec((*x.dims[:-2], least(*matrix(x))), x.dtype)


def lu(x: Spec) -> tuple[Spec, Spec]:
    """Return both factors in one matrix, and int32 positions of the rows that were exchanged."""
    return x, Spec((*x.dims[:-2], least(*matrix(x))), "int32")


def solve(a: Spec, b: Spec, lower: bool = False) -> Spec:
    """Return ``(..., n, n), (..., n, k) -> (..., n, k)``; the axes before broadcast."""
    del lower
    size, (rows, columns) = square(a), matrix(b)
    agree_all([(size, rows)], "has not one right side for each equation", show(a, b))
    return Spec((*broadcast_dims(a.dims[:-2], b.dims[:-2]), size, columns), a.dtype)
