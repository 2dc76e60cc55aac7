"""How near images are, by the formulas, one window after the other."""

from __future__ import annotations

import math

import numpy as np

from polykeras.conformance.case import INF, Numbers, case

_NUMBERS = Numbers("image_quality")
real, whole = _NUMBERS.real, _NUMBERS.whole
_FIRST = "channels_first"


def _ssim(
    x: np.ndarray, y: np.ndarray, top: float = 1.0, size: int = 11, sigma: float = 1.5, k1: float = 0.01,
    k2: float = 0.03, form: str | None = None,
) -> np.ndarray:  # fmt: skip
    if x.ndim == 3:
        return _ssim(x[None], y[None], top, size, sigma, k1, k2, form)[0]
    if form == _FIRST:
        x, y = np.moveaxis(x, 1, -1), np.moveaxis(y, 1, -1)
    falling = np.exp(-((np.arange(size) - (size - 1) / 2) ** 2) / (2 * sigma**2))
    weights = np.outer(falling, falling)[:, :, None] / falling.sum() ** 2
    c1, c2 = (k1 * top) ** 2, (k2 * top) ** 2
    found = []
    for a, b in zip(x, y, strict=True):
        of_image = []
        for i in range(a.shape[0] - size + 1):
            for j in range(a.shape[1] - size + 1):
                p, q = a[i : i + size, j : j + size], b[i : i + size, j : j + size]
                m, n = (weights * p).sum((0, 1)), (weights * q).sum((0, 1))
                v, w = (weights * (p - m) ** 2).sum((0, 1)), (weights * (q - n) ** 2).sum((0, 1))
                c = (weights * (p - m) * (q - n)).sum((0, 1))
                of_image.append((2 * m * n + c1) * (2 * c + c2) / ((m * m + n * n + c1) * (v + w + c2)))
        found.append(np.mean(of_image))
    return np.array(found)


def _psnr(x: np.ndarray, y: np.ndarray, top: float) -> np.ndarray:
    noise = np.mean((x - y) ** 2)
    return np.array(INF if noise == 0 else 20 * math.log10(top / math.sqrt(noise)))


_IMAGES = real(2, 6, 7, 2, low=0.0, high=1.0)
_NOISY = np.clip(_IMAGES + real(2, 6, 7, 2, low=-0.1, high=0.1), 0, 1)

IMAGE_QUALITY = [
    case("ssim", _IMAGES, _NOISY, 1.0, 5, oracle=_ssim, gradient=True, name="small windows"),
    case("ssim", real(12, 11, 1, low=0.0, high=1.0), real(12, 11, 1, low=0.0, high=1.0), oracle=_ssim),
    case("ssim", _IMAGES.transpose(0, 3, 1, 2).copy(), _NOISY.transpose(0, 3, 1, 2).copy(), 1.0, 3, 1.0, 0.02, 0.04,
         _FIRST, oracle=_ssim, name="channels first"),
    case("psnr", _IMAGES, _NOISY, 1.0, oracle=_psnr, gradient=True),
    case("psnr", whole(4, 3, low=0, high=256), whole(4, 3, low=0, high=256), 255, oracle=_psnr, name="ints"),
    case("psnr", _IMAGES, _IMAGES, 1.0, oracle=_psnr, name="equal"),
]  # fmt: skip
