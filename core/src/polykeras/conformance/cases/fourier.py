"""Fourier transforms, and NumPy's answer to each call; for windows of signals, the formula."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from polykeras.conformance.case import Case, Numbers, case

_NUMBERS = Numbers("fourier")
real, whole = _NUMBERS.real, _NUMBERS.whole

Parts = tuple[np.ndarray, np.ndarray]


def _of_pairs(function: Callable[..., Any]) -> Callable[..., Parts]:
    def answer(x: list[np.ndarray], *rest: Any) -> Parts:
        return _parts(function(x[0] + 1j * x[1], *rest))

    return answer


def _parts(z: np.ndarray) -> Parts:
    return z.real, z.imag


def _rfft(x: np.ndarray, length: int | None = None) -> Parts:
    return _parts(np.fft.rfft(x, length))


def _irfft(x: list[np.ndarray], length: int | None = None) -> np.ndarray:
    return np.fft.irfft(x[0] + 1j * x[1], length)


def _windows(x: np.ndarray, length: int, stride: int) -> np.ndarray:
    count = max(0, 1 + (x.shape[-1] - length) // stride)
    cut = [x[..., i * stride : i * stride + length] for i in range(count)]
    return np.stack(cut, -2) if cut else np.zeros((*x.shape[:-1], 0, length), x.dtype)


def _weights(window: Any, length: int, fft_length: int) -> np.ndarray:
    if window is None:
        window = np.ones(length)
    elif isinstance(window, str):
        share = {"hann": 0.5, "hamming": 0.54}[window]
        window = np.array([share - (1 - share) * np.cos(2 * np.pi * n / length) for n in range(length)])
    before = (fft_length - length) // 2
    return np.pad(window, (before, fft_length - length - before))


def _stft(x: np.ndarray, length: int, stride: int, fft_length: int, window: Any = "hann", center: bool = True) -> Parts:
    if center:
        x = np.pad(x, [(0, 0)] * (x.ndim - 1) + [(fft_length // 2, fft_length // 2)], "reflect")
    return _parts(np.fft.rfft(_windows(x, fft_length, stride) * _weights(window, length, fft_length)))


def _istft(
    x: list[np.ndarray],
    sequence: int,
    stride: int,
    fft_length: int,
    length: int | None = None,
    window: Any = "hann",
    center: bool = True,
) -> np.ndarray:
    weights = _weights(window, sequence, fft_length)
    frames = np.fft.irfft(x[0] + 1j * x[1], fft_length) * weights
    count = frames.shape[-2]
    total = np.zeros((*frames.shape[:-2], (count - 1) * stride + fft_length))
    norm = np.zeros_like(total)
    for i in range(count):
        total[..., i * stride : i * stride + fft_length] += frames[..., i, :]
        norm[..., i * stride : i * stride + fft_length] += weights**2
    signal = np.where(norm > 0, total / np.where(norm > 0, norm, 1), 0)
    start = fft_length // 2 if center else 0
    return signal[..., start : signal.shape[-1] - start if length is None else start + length]


def _pair(*shape: int) -> list[np.ndarray]:
    return [real(*shape), real(*shape)]


_PAIRED: list[tuple[str, Callable[..., Any]]] = [
    ("fft", np.fft.fft),
    ("fft2", np.fft.fft2),
    ("ifft2", np.fft.ifft2),
]

FOURIER: list[Case] = [
    *(case(op, _pair(2, 3, 4), oracle=_of_pairs(f), gradient=True) for op, f in _PAIRED),
    *(case(op, _pair(3, 5), oracle=_of_pairs(f), gradient=True) for op, f in _PAIRED),
    *(case(op, _pair(0, 3, 5), oracle=_of_pairs(f)) for op, f in _PAIRED),
    case("fft", [whole(5), whole(5)], oracle=_of_pairs(np.fft.fft), name="ints"),
    case("rfft", real(2, 5), oracle=_rfft, gradient=True),
    case("rfft", real(2, 5), 4, oracle=_rfft, gradient=True),
    case("rfft", real(5), 8, oracle=_rfft, gradient=True),
    case("rfft", real(0, 5), oracle=_rfft),
    case("rfft", whole(7), oracle=_rfft, name="ints"),
    case("irfft", _pair(2, 4), 5, oracle=_irfft, gradient=True),
    case("irfft", _pair(2, 4), 4, oracle=_irfft, gradient=True),
    case("irfft", _pair(2, 4), oracle=_irfft),
    case("irfft", _pair(5), 11, oracle=_irfft, gradient=True),
    case("irfft", _pair(0, 4), oracle=_irfft),
    case("extract_sequences", real(2, 9), 4, 2, oracle=_windows, gradient=True),
    case("extract_sequences", whole(3, 7), 2, 3, oracle=_windows, name="ints"),
    case("extract_sequences", real(2, 3), 4, 1, oracle=_windows, name="too short"),
    case("extract_sequences", real(0, 6), 3, 1, oracle=_windows),
    case("stft", real(2, 12), 4, 2, 4, oracle=_stft, gradient=True),
    case("stft", real(13), 3, 2, 6, "hamming", False, oracle=_stft, gradient=True, name="hamming"),
    case("stft", real(2, 10), 5, 3, 5, None, oracle=_stft, name="no window"),
    case("stft", real(11), 4, 3, 5, real(4), oracle=_stft, name="own window"),
    case("istft", _pair(2, 5, 3), 4, 2, 4, oracle=_istft, gradient=True),
    case("istft", _pair(4, 4), 5, 2, 6, 7, "hamming", False, oracle=_istft, gradient=True, name="hamming"),
    case("istft", _pair(3, 4), 5, 3, 6, 20, None, oracle=_istft, name="no window"),
    case("istft", _pair(3, 3), 3, 5, 4, None, "hann", False, oracle=_istft, name="gaps"),
]
