"""Fourier transforms on NumPy. A transform is a symmetric matrix, so its pullback is another transform."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from keras_numpy.ops.arithmetic import multiply
from keras_numpy.ops.complex_numbers import complex_of, conjugate, real
from keras_numpy.ops.indexing import get_item
from keras_numpy.ops.manipulation import pad
from keras_numpy.tape import Op, primitive


def _transform(x: Any, rank: int, *, inverse: bool) -> Any:
    if x.size == 0:
        return x
    return (np.fft.ifftn if inverse else np.fft.fftn)(x, axes=tuple(range(-rank, 0)))


_fourier: Op = primitive(_transform, lambda _, x, rank, *, inverse: lambda g: _fourier(g, rank, inverse=inverse))


def fourier_of(x: Any, rank: int = 1, inverse: bool = False) -> Any:
    """Return the transform along the last axes."""
    return _fourier(x, rank, inverse=inverse)


def _resized(x: Any, size: int) -> Any:
    """Return `x` with its last axis cut, or filled up with zeros."""
    if x.shape[-1] < size:
        return pad(x, ((0, 0),) * (x.ndim - 1) + ((0, size - x.shape[-1]),))
    return x if x.shape[-1] == size else get_item(x, (..., slice(size)))


_rfft: Op = primitive(np.fft.rfft, lambda _, x, length: lambda g: _of_signal(g, x.shape[-1], length))
_irfft: Op = primitive(np.fft.irfft, lambda _, x, length: lambda g: _of_spectrum(g, x.shape[-1], length))


def _of_signal(g: Any, size: int, length: int) -> Any:
    """Return the gradient of a real signal: the sum over bins of ``g[k] * exp(-2j * pi * k * n / length)``."""
    return _resized(real(_fourier(_resized(g, length), 1, inverse=False)), size)


def _of_spectrum(g: Any, bins: int, length: int) -> Any:
    """Return the gradient of half a spectrum, in which all bins but the first, and the middle one, stand for two."""
    twice = np.full(length // 2 + 1, 2.0, g.dtype)
    twice[0] = 1
    if length % 2 == 0:
        twice[-1] = 1
    share = multiply(conjugate(_rfft(g, length)), complex_of(twice / length, np.zeros_like(twice)))
    return _resized(share, bins)


def rfft_of(x: Any, length: int | None = None) -> Any:
    """Return the transform of a real signal."""
    return _rfft(x, x.shape[-1] if length is None else length)


def irfft_of(x: Any, length: int | None = None) -> Any:
    """Return the real signal of a transform."""
    return _irfft(x, 2 * (x.shape[-1] - 1) if length is None else length)


NATIVES: dict[str, Callable[..., Any]] = {
    "fourier_of": fourier_of,
    "irfft_of": irfft_of,
    "rfft_of": rfft_of,
}
