"""Fourier transforms, of whole signals and of windows of them.

Complex signals come and go as pairs of real tensors, ``(real, imag)``, as in Keras. Transforms run along the last axis
or the last two. Numbers of 16 bits are computed in float32; integers become floatx. The size of a transform is always
known, that of a signal may be unknown.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from polykeras.backend.dtypes import standardize_dtype
from polykeras.ops import shape_rules as rules
from polykeras.ops.arithmetic import add, divide_no_nan, multiply, square
from polykeras.ops.casting import cast
from polykeras.ops.complex_numbers import complex_of, imag, real
from polykeras.ops.conversion import convert_to_tensor, ndim, shape
from polykeras.ops.creation import arange
from polykeras.ops.dims import known
from polykeras.ops.dispatch import derived, primitive
from polykeras.ops.indexing import get_item, take
from polykeras.ops.manipulation import broadcast_to, expand_dims, pad, reshape, swapaxes
from polykeras.ops.reduce import sum as sum_of
from polykeras.ops.rule_error import RuleError
from polykeras.ops.shape_rules.spec import agree_all, show
from polykeras.ops.types import Tensor, TensorLike

_NARROW = ("float16", "bfloat16")
# Numbers of the two windows that have a name, as `a - (1 - a) * cos(2 pi n / N)`.
_WINDOWS = {"hann": 0.5, "hamming": 0.54}


@primitive(rules.fourier_of)
def fourier_of(x: TensorLike, rank: int = 1, inverse: bool = False) -> Tensor:
    """Return the discrete Fourier transform along the last axis or axes.

    Args:
        x: Complex tensor of `rank` axes or more.
        rank: How many axes are transformed, 1 or 2.
        inverse: Whether to transform back, which divides by the number of elements transformed.

    Returns:
        Complex tensor of the same shape.
    """


@primitive(rules.rfft_of)
def rfft_of(x: TensorLike, length: int | None = None) -> Tensor:
    """Return the Fourier transform of a real signal, without the half that mirrors the other.

    Args:
        x: Tensor of float32 or float64 of shape ``(..., size)``.
        length: Size of the transform, to which the signal is cut or filled up with zeros.

    Returns:
        Complex tensor of shape ``(..., length // 2 + 1)``.
    """


@primitive(rules.irfft_of)
def irfft_of(x: TensorLike, length: int | None = None) -> Tensor:
    """Return the real signal that has the Fourier transform `x`.

    Args:
        x: Complex tensor of shape ``(..., bins)``, the half that `rfft_of` gives.
        length: Size of the signal, by default ``2 * (bins - 1)``. It decides how many bins count; what is missing is 0.

    Returns:
        Real tensor of shape ``(..., length)``.
    """


@derived(to_float=True)
def fft(x: Sequence[TensorLike]) -> Tensor:
    """Return the discrete Fourier transform along the last axis.

    ``X[k] = sum over n of x[n] * exp(-2j * pi * k * n / N)``.

    Args:
        x: Real and imaginary part, two tensors of one shape ``(..., N)``.

    Returns:
        Real and imaginary part, each of the shape of `x`'s.

    Raises:
        ValueError: If `x` is not two tensors of one shape.
    """
    return _transformed(x, 1, inverse=False)


@derived(to_float=True)
def fft2(x: Sequence[TensorLike]) -> Tensor:
    """Return the discrete Fourier transform along the last two axes.

    Args:
        x: Real and imaginary part, two tensors of one shape ``(..., M, N)``.

    Returns:
        Real and imaginary part, each of the shape of `x`'s.

    Raises:
        ValueError: If `x` is not two tensors of one shape.
    """
    return _transformed(x, 2, inverse=False)


@derived(to_float=True)
def ifft2(x: Sequence[TensorLike]) -> Tensor:
    """Return the inverse of `fft2`, which divides by the number of elements of the two axes.

    Args:
        x: Real and imaginary part, two tensors of one shape ``(..., M, N)``.

    Returns:
        Real and imaginary part, each of the shape of `x`'s.

    Raises:
        ValueError: If `x` is not two tensors of one shape.
    """
    return _transformed(x, 2, inverse=True)


def _transformed(x: Sequence[Any], rank: int, *, inverse: bool) -> tuple[Any, Any]:
    own = x[0].dtype if len(x) else None
    result = fourier_of(_paired(x, rank), rank, inverse)
    return _as(real(result), own), _as(imag(result), own)


def _paired(x: Sequence[Any], rank: int) -> Any:
    """Return real and imaginary part as one complex tensor of `rank` axes or more."""
    allowed, hint = "a real and an imaginary part of one shape", "Pass `(real, imag)`; zeros for a part that is none."
    problem = "takes complex numbers as a pair of tensors"
    if len(x) != 2:
        raise RuleError(problem, f"{len(x)} tensors", allowed, hint)
    dims = [shape(one) for one in x]
    received = show(*(rules.Spec(one, "") for one in dims))
    if len(dims[0]) != len(dims[1]):
        raise RuleError(problem, received, allowed, hint)
    agree_all(zip(*dims, strict=True), problem, received)
    _check_rank(x[0], rank)
    return complex_of(_wide(x[0]), _wide(x[1]))


def _check_rank(x: Any, rank: int) -> None:
    if ndim(x) < rank:
        raise RuleError(
            "transforms the last axis" if rank == 1 else "transforms the last two axes",
            show(rules.Spec(shape(x), "")),
            f"{rank} axes or more",
            "Insert axes with `ops.expand_dims`.",
        )


def _wide(x: Any) -> Any:
    """Return numbers of 16 bits as float32: no framework transforms narrower ones on every device."""
    return cast(x, "float32") if standardize_dtype(x.dtype) in _NARROW else x


def _as(x: Any, own: Any) -> Any:
    return cast(x, own) if standardize_dtype(own) in _NARROW else x


@derived(to_float=True)
def rfft(x: TensorLike, fft_length: int | None = None) -> Tensor:
    """Return the Fourier transform of a real signal along the last axis; of each mirrored pair the first half.

    Args:
        x: Tensor of shape ``(..., size)``.
        fft_length: Size of the transform, to which the signal is cut or filled up with zeros; `size` by default.

    Returns:
        Real and imaginary part, each of shape ``(..., fft_length // 2 + 1)``.

    >>> from polykeras import ops
    >>> [ops.convert_to_numpy(part).tolist() for part in ops.rfft([1.0, 0.0, 0.0])]
    [[1.0, 1.0], [0.0, 0.0]]
    """
    _check_rank(x, 1)
    _check_size("fft_length", fft_length)
    result = rfft_of(_wide(x), fft_length)
    return _as(real(result), x.dtype), _as(imag(result), x.dtype)


@derived(to_float=True)
def irfft(x: Sequence[TensorLike], fft_length: int | None = None) -> Tensor:
    """Return the real signal whose `rfft` is `x`.

    Args:
        x: Real and imaginary part, two tensors of one shape ``(..., bins)``. The imaginary part of the first bin, and
            of the last one of an even transform, does not count.
        fft_length: Size of the signal, ``2 * (bins - 1)`` by default.

    Returns:
        Tensor of shape ``(..., fft_length)``.

    Raises:
        ValueError: If `x` is not two tensors of one shape.
    """
    spectrum = _paired(x, 1)
    _check_size("fft_length", fft_length)
    return _as(irfft_of(spectrum, fft_length), x[0].dtype)


def _check_size(name: str, size: Any) -> None:
    if size is not None and (not isinstance(size, (int, np.integer)) or size < 1):
        raise RuleError(f"cannot use this `{name}`", f"{name}={size!r}", "integers from 1", "Pass a positive int.")


@derived()
def extract_sequences(x: TensorLike, sequence_length: int, sequence_stride: int) -> Tensor:
    """Return the windows of a signal that begin every `sequence_stride` elements and fit in as a whole.

    Args:
        x: Tensor of shape ``(..., size)``.
        sequence_length: Size of a window.
        sequence_stride: Distance between the beginnings of two windows.

    Returns:
        Tensor of shape ``(..., count, sequence_length)``, where `count` is
        ``1 + (size - sequence_length) // sequence_stride``, or 0 for a signal that is shorter than a window.

    >>> from polykeras import ops
    >>> ops.convert_to_numpy(ops.extract_sequences([1, 2, 3, 4, 5], 3, 2)).tolist()
    [[1, 2, 3], [3, 4, 5]]
    """
    _check_rank(x, 1)
    _check_size("sequence_length", sequence_length)
    _check_size("sequence_stride", sequence_stride)
    size = shape(x)[-1]
    count = 1 + (size - sequence_length) // sequence_stride
    if known(count):
        count = max(count, 0)
    starts = multiply(expand_dims(arange(count), 1), sequence_stride)
    return take(x, add(starts, arange(sequence_length)), -1)


@derived(to_float=True)
def stft(
    x: TensorLike,
    sequence_length: int,
    sequence_stride: int,
    fft_length: int,
    window: Any = "hann",
    center: bool = True,
) -> Tensor:
    """Return the Fourier transforms of overlapping windows of a signal.

    Allen and Rabiner, "A Unified Approach to Short-Time Fourier Analysis and Synthesis", 1977.

    Args:
        x: Tensor of shape ``(..., size)``.
        sequence_length: Size of a window.
        sequence_stride: Distance between the beginnings of two windows.
        fft_length: Size of a transform, `sequence_length` or more; the window lies in its middle.
        window: Weights: ``"hann"`` or ``"hamming"``, which are periodic, a tensor of shape ``(sequence_length,)``, or
            ``None`` for ones.
        center: Whether windows are centered at multiples of the stride: the signal is mirrored at both ends.

    Returns:
        Real and imaginary part, each of shape ``(..., count, fft_length // 2 + 1)``.

    Raises:
        ValueError: If the sizes or the window do not fit.
    """
    _check_rank(x, 1)
    weights = _window(window, sequence_length, sequence_stride, fft_length, x.dtype)
    if center:
        half = fft_length // 2
        x = pad(x, ((0, 0),) * (ndim(x) - 1) + ((half, half),), "reflect")
    return rfft(multiply(extract_sequences(x, fft_length, sequence_stride), weights))


@derived(to_float=True)
def istft(
    x: Sequence[TensorLike],
    sequence_length: int,
    sequence_stride: int,
    fft_length: int,
    length: int | None = None,
    window: Any = "hann",
    center: bool = True,
) -> Tensor:
    """Return the signal whose `stft` is nearest to `x`; that of an `stft` is the signal where windows cover it.

    Griffin and Lim, "Signal Estimation from Modified Short-Time Fourier Transform", 1984: the windows are weighted once
    more, added up and divided by the sum of the squared weights.

    Args:
        x: Real and imaginary part, two tensors of one shape ``(..., count, fft_length // 2 + 1)``.
        sequence_length: Size of a window, as in `stft`.
        sequence_stride: Distance between the beginnings of two windows, as in `stft`.
        fft_length: Size of a transform, as in `stft`.
        length: Size of the signal; what windows give beyond it is cut off. By default all that they give.
        window: Weights, as in `stft`.
        center: Whether windows were centered, as in `stft`.

    Returns:
        Tensor of shape ``(..., size)``; 0 where no window gives weight.

    Raises:
        ValueError: If the sizes or the window do not fit, or `x` is not two tensors of one shape.
    """
    weights = _window(window, sequence_length, sequence_stride, fft_length, x[0].dtype if len(x) else "float32")
    _check_size("length", length)
    frames = irfft_of(_paired(x, 2), fft_length)  # (..., count, fft_length)
    weights = cast(weights, frames.dtype)
    frames = multiply(frames, weights)
    squares = broadcast_to(square(weights), shape(frames)[-2:])
    signal = divide_no_nan(_added_up(frames, sequence_stride), _added_up(squares, sequence_stride))
    start = fft_length // 2 if center else 0
    end = shape(signal)[-1] - start if length is None else start + length
    return _as(get_item(signal, (..., slice(start, end))), x[0].dtype)


def _window(window: Any, length: Any, stride: Any, fft_length: Any, dtype: Any) -> Any:
    """Return the weights of a window in the middle of a transform, or complain about the sizes."""
    for name, size in (("sequence_length", length), ("sequence_stride", stride), ("fft_length", fft_length)):
        _check_size(name, size)
    if fft_length < length:
        raise RuleError(
            "needs a transform at least as long as a window",
            f"fft_length={fft_length} and sequence_length={length}",
            "`fft_length` >= `sequence_length`",
            "Pass a larger `fft_length`.",
        )
    name = standardize_dtype(dtype)
    if window is None:
        weights: Any = np.ones(length)
    elif isinstance(window, str) and window in _WINDOWS:
        share = _WINDOWS[window]
        weights = share - (1 - share) * np.cos(2 * np.pi * np.arange(length) / length)
    else:
        sizes = () if isinstance(window, str) else shape(window)
        if len(sizes) != 1 or (known(sizes[0]) and sizes[0] != length):
            raise RuleError(
                "cannot use this window",
                f"window={window!r}" if isinstance(window, str) else f"a window of shape {sizes}",
                f"{', '.join(map(repr, _WINDOWS))}, None, or a tensor of shape ({length},)",
                "Correct the name, or give one weight for each element of a window.",
            )
        weights = convert_to_tensor(window, name)
    before = (fft_length - length) // 2
    width = (before, fft_length - length - before)
    if isinstance(weights, np.ndarray):
        return convert_to_tensor(np.pad(weights, width), name)
    return pad(weights, (width,))


def _added_up(frames: Any, stride: int) -> Any:
    """Return windows added up at their places: ``(..., count, length)`` to ``(..., (count - 1) * stride + length)``.

    A window is cut into pieces of one stride. Piece `i` of window `j` belongs to place ``i + j``; written in rows that
    are shorter by one than they were made, each row of pieces stands one place further than that before it.
    """
    *lead, count, length = shape(frames)
    pieces = -(-length // stride)
    none = ((0, 0),) * (len(lead) + 1)
    whole = pad(frames, (*none, (0, pieces * stride - length)))
    rows = swapaxes(reshape(whole, (*lead, count, pieces, stride)), -3, -2)  # (..., pieces, count, stride)
    rows = pad(rows, (*none, (0, pieces), (0, 0)))  # (..., pieces, count + pieces, stride)
    flat = reshape(rows, (*lead, pieces * (count + pieces), stride))
    shifted = get_item(flat, (..., slice(0, pieces * (count + pieces - 1)), slice(None)))
    total = sum_of(reshape(shifted, (*lead, pieces, count + pieces - 1, stride)), -3)
    joined = reshape(total, (*lead, (count + pieces - 1) * stride))
    return get_item(joined, (..., slice(0, (count - 1) * stride + length)))
