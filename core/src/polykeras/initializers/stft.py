"""Kernels of a convolution that computes a short-time Fourier transform."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from polykeras.initializers.choices import one_of
from polykeras.initializers.initializer import Array, Initializer, host_dtype

Floats: TypeAlias = npt.NDArray[np.float64]

SIDES = ("real", "imag")
SCALINGS = ("density", "spectrum")
WINDOWS: Mapping[str, Callable[[int], Floats]] = MappingProxyType(
    {"bartlett": np.bartlett, "blackman": np.blackman, "boxcar": np.ones, "hamming": np.hamming, "hann": np.hanning}
)


class STFT(Initializer):
    """The real or imaginary part of windowed Fourier modes, shape ``(frame, 1, bins)``.

    Entry ``(t, 0, k)`` is ``window[t] * cos(2 pi t k / n)``, or ``-sin`` for the imaginary part,
    with ``n = 2 * (bins - 1)``.

    Args:
        side: ``"real"`` or ``"imag"``.
        window: Name of a window, its values as a sequence of the frame's length, or ``None``.
        scaling: ``"density"`` divides the window by the root of its sum of squares, ``"spectrum"``
            by its sum, ``None`` by nothing.
        periodic: Whether a named window is one period, for spectra, rather than symmetric.

    Raises:
        ValueError: `side` or `scaling` is none of the above.
    """

    def __init__(
        self,
        side: str = "real",
        window: Any = "hann",
        scaling: str | None = "density",
        periodic: bool = False,
    ) -> None:
        self.side = one_of("STFT", "side", side, SIDES)
        self.window = window
        self.scaling = None if scaling is None else one_of("STFT", "scaling", scaling, SCALINGS)
        self.periodic = periodic

    def __call__(self, shape: Sequence[int], dtype: str | None = None) -> Array:
        """Return the kernel.

        Raises:
            ValueError: `shape` is not ``(frame, channels, bins)``, or the window is not a known
                one, or has another length.
        """
        if len(shape) != 3:
            raise ValueError(
                f"STFT cannot fill a variable of rank {len(shape)}.\n"
                f"Received shape {tuple(shape)}.\n"
                "Allowed: (frame, 1, bins), the kernel of a one-dimensional convolution.\n"
                "Use it for the kernel of Conv1D."
            )
        frame, bins = shape[0], shape[-1]
        # Whole turns are dropped in integers: the angle stays exact however long the frame.
        turn = max(1, 2 * (bins - 1))
        angle = 2.0 * math.pi / turn * (np.outer(np.arange(frame), np.arange(bins)) % turn)
        modes = np.cos(angle) if self.side == "real" else -np.sin(angle)
        kernel = modes * self._window(frame)[:, np.newaxis]
        return np.broadcast_to(kernel[:, np.newaxis], tuple(shape)).astype(host_dtype(dtype))

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of ``__init__``."""
        window = self.window
        if window is not None and not isinstance(window, str):
            window = np.asarray(window, np.float64).tolist()
        return {"side": self.side, "window": window, "scaling": self.scaling, "periodic": self.periodic}

    def _window(self, frame: int) -> Floats:
        if self.window is None:
            return np.ones(frame)
        window = self._unscaled_window(frame)
        if self.scaling == "density":
            return window / math.sqrt(float(np.sum(window * window)))
        return window / float(np.sum(window)) if self.scaling == "spectrum" else window

    def _unscaled_window(self, frame: int) -> Floats:
        if isinstance(self.window, str):
            make = WINDOWS[one_of("STFT", "window", self.window, WINDOWS)]
            return make(frame + 1)[:-1] if self.periodic and frame > 1 else make(frame)
        window = np.asarray(self.window, np.float64)
        if window.shape != (frame,):
            raise ValueError(
                f"STFT cannot put its window on frames of length {frame}.\n"
                f"The window has shape {window.shape}.\n"
                f"Allowed: ({frame},), or a window's name.\n"
                "Pass a window as long as the kernel."
            )
        return window
