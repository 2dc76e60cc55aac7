"""Rules of Fourier transforms, which run along the last axes."""

from __future__ import annotations

from polykeras.ops.shape_rules.elementwise import complex_of, real_part
from polykeras.ops.shape_rules.spec import Spec


def fourier_of(x: Spec, rank: int = 1, inverse: bool = False) -> Spec:
    """Return the shape and dtype of `x`."""
    del rank, inverse
    return x


def rfft_of(x: Spec, length: int | None = None) -> Spec:
    """Return ``length // 2 + 1`` bins, or as many as the signal's own size gives, as complex numbers."""
    size = x.dims[-1] if length is None else length
    return Spec((*x.dims[:-1], size // 2 + 1), complex_of(x, x).dtype)


def irfft_of(x: Spec, length: int | None = None) -> Spec:
    """Return a signal of `length`, or of twice as many elements as bins but two, as real numbers."""
    size = 2 * (x.dims[-1] - 1) if length is None else length
    return Spec((*x.dims[:-1], size), real_part(x).dtype)
