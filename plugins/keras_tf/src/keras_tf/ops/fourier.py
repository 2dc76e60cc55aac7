"""Fourier transforms on TensorFlow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from keras_tf.framework import tf

_FUNCTIONS = {
    (1, False): tf.signal.fft,
    (1, True): tf.signal.ifft,
    (2, False): tf.signal.fft2d,
    (2, True): tf.signal.ifft2d,
}


def fourier_of(x: Any, rank: int = 1, inverse: bool = False) -> Any:
    """Return the transform along the last axes."""
    return _FUNCTIONS[rank, inverse](x)


def _resized(x: Any, size: int) -> Any:
    """Return `x` with its last axis cut, or filled up with zeros; TensorFlow's own way loses gradients."""
    missing = size - x.shape[-1]
    if missing > 0:
        return tf.pad(x, [[0, 0]] * (len(x.shape) - 1) + [[0, missing]])
    return x[..., :size] if missing < 0 else x


def rfft_of(x: Any, length: int | None = None) -> Any:
    """Return the transform of a real signal."""
    return tf.signal.rfft(x if length is None else _resized(x, length))


def irfft_of(x: Any, length: int | None = None) -> Any:
    """Return the real signal of a transform."""
    size = 2 * (x.shape[-1] - 1) if length is None else length
    half = _resized(x, size // 2 + 1)
    if size % 2 == 0:
        return tf.signal.irfft(half)
    # TensorFlow's gradient is wrong for odd sizes: the mirrored half is written out.
    mirrored = tf.math.conj(tf.reverse(half[..., 1:], [-1]))
    return tf.math.real(tf.signal.ifft(tf.concat([half, mirrored], -1)))


NATIVES: dict[str, Callable[..., Any]] = {
    "fourier_of": fourier_of,
    "irfft_of": irfft_of,
    "rfft_of": rfft_of,
}
