"""Images of other sizes on PyTorch: its own kernel for linear weights."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch.nn import functional

from polykeras.backend.resolved import FALLBACK_BODIES


def resample(
    images: torch.Tensor, size: Sequence[int], interpolation: str, antialias: bool, start: int
) -> torch.Tensor:
    """Return images of another size.

    PyTorch's cubic weights are other ones, and it finds the nearest pixel by float32, which is now and then the next.
    """
    linear = interpolation == "bilinear" and not antialias and images.is_floating_point()
    if not linear or images.dim() - start not in {2, 3} or start > 2:
        result: torch.Tensor = FALLBACK_BODIES["resample"](images, size, interpolation, antialias, start)
        return result
    x = images if images.dim() == start + 2 else torch.movedim(images, -1, -3)
    alone = x.dim() == 3
    y = functional.interpolate(x.unsqueeze(0) if alone else x, size=tuple(size), mode="bilinear")
    if alone:
        y = y.squeeze(0)
    return y if images.dim() == start + 2 else torch.movedim(y, -3, -1)


NATIVES: dict[str, Callable[..., Any]] = {
    "resample": resample,
}
