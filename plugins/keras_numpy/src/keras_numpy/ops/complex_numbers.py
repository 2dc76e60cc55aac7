"""Parts of complex numbers on NumPy.

The gradient of a complex tensor ``x + 1j * y`` is ``dL/dx - 1j * dL/dy``, by which pullbacks of analytic functions are
those of real ones.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from keras_numpy.ops.arithmetic import spread_sum
from keras_numpy.ops.kinds import NARROW_FLOATS, as_dtype
from keras_numpy.tape import Op, primitive, value_of

_FLOAT32 = np.dtype(np.float32)


def _complex(real: Any, imag: Any) -> Any:
    result = np.empty(np.broadcast_shapes(real.shape, imag.shape), np.result_type(real, np.complex64))
    result.real, result.imag = real, imag
    return result


_complex_of: Op = primitive(
    _complex,
    lambda _, a, b: lambda g: spread_sum(real(g), np.shape(value_of(a))),
    lambda _, a, b: lambda g: spread_sum(-imag(g), np.shape(value_of(b))),
)


def complex_of(real: Any, imag: Any) -> Any:
    """Return ``real + 1j * imag``; narrow floats become complex64."""
    if real.dtype in NARROW_FLOATS:
        real, imag = as_dtype(real, _FLOAT32), as_dtype(imag, _FLOAT32)
    return _complex_of(real, imag)


def _zeros(x: Any) -> Any:
    return np.zeros(x.shape, x.dtype)


_real: Op = primitive(np.real, lambda _, x: lambda g: _complex_of(g, _zeros(g)))
_imag: Op = primitive(np.imag, lambda _, x: lambda g: _complex_of(_zeros(g), -g))
_conjugate: Op = primitive(np.conjugate, lambda _, x: _conjugate)


def real(x: Any) -> Any:
    """Return the real part."""
    return _real(x) if x.dtype.kind == "c" else x


def imag(x: Any) -> Any:
    """Return the imaginary part."""
    return _imag(x) if x.dtype.kind == "c" else np.zeros_like(value_of(x))


def conjugate(x: Any) -> Any:
    """Return `x` with the other sign of its imaginary part."""
    return _conjugate(x) if x.dtype.kind == "c" else x


NATIVES: dict[str, Callable[..., Any]] = {
    "complex_of": complex_of,
    "conjugate": conjugate,
    "imag": imag,
    "real": real,
}
