"""Parts of complex numbers on TensorFlow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from keras_tf.framework import tf
from keras_tf.ops.kinds import NARROW_FLOATS


def complex_of(real: Any, imag: Any) -> Any:
    """Return ``real + 1j * imag``; narrow floats become complex64."""
    if real.dtype in NARROW_FLOATS:
        real, imag = tf.cast(real, tf.float32), tf.cast(imag, tf.float32)
    return tf.complex(real, imag)


def real(x: Any) -> Any:
    """Return the real part."""
    return tf.math.real(x) if x.dtype.is_complex else x


def imag(x: Any) -> Any:
    """Return the imaginary part."""
    return tf.math.imag(x) if x.dtype.is_complex else tf.zeros_like(x)


def conjugate(x: Any) -> Any:
    """Return `x` with the other sign of its imaginary part."""
    return tf.math.conj(x) if x.dtype.is_complex else x


NATIVES: dict[str, Callable[..., Any]] = {
    "complex_of": complex_of,
    "conjugate": conjugate,
    "imag": imag,
    "real": real,
}
