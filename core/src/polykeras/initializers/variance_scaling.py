"""Draws whose variance follows from the shape, so that signals keep their size through layers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, TypeAlias

from polykeras.initializers.choices import one_of
from polykeras.initializers.initializer import Array, RandomInitializer
from polykeras.random import host

Axes: TypeAlias = "Sequence[int] | None"

MODES = ("fan_in", "fan_out", "fan_avg")
DISTRIBUTIONS = ("truncated_normal", "untruncated_normal", "uniform")
_TRUNCATED_STDDEV = 0.87962566103423978  # of a standard normal kept within two standard deviations


class VarianceScaling(RandomInitializer):
    """Draws with variance ``scale / n``, where ``n`` is a count of the kernel's connections.

    Args:
        scale: Positive factor.
        mode: What ``n`` is: ``"fan_in"``, ``"fan_out"`` or their mean, ``"fan_avg"``.
        distribution: ``"truncated_normal"`` (also called ``"normal"``), ``"untruncated_normal"``
            or ``"uniform"``.
        seed: Integer in [0, 2**32), or ``None`` for a fresh one.
        input_axes: Axes whose sizes multiply to the fan-in; used when `output_axes` is given too.
        output_axes: Axes whose sizes multiply to the fan-out. Without both, the last two axes are
            (inputs, outputs) and the others a receptive field that counts in either.

    Raises:
        ValueError: `scale` is not positive, or `mode` or `distribution` is none of the above.

    >>> VarianceScaling(scale=2.0, seed=1)((3, 3, 8, 16), "float32").shape
    (3, 3, 8, 16)
    """

    def __init__(
        self,
        scale: float = 1.0,
        mode: str = "fan_in",
        distribution: str = "truncated_normal",
        seed: int | None = None,
        input_axes: Axes = None,
        output_axes: Axes = None,
    ) -> None:
        super().__init__(seed)
        if not scale > 0:
            raise ValueError(
                f"VarianceScaling cannot scale the variance by scale={scale}.\n"
                "Allowed: numbers above 0.\n"
                "For values that are all zero use Zeros."
            )
        self.scale = scale
        self.mode = one_of("VarianceScaling", "mode", mode, MODES)
        name = "truncated_normal" if distribution == "normal" else distribution
        self.distribution = one_of("VarianceScaling", "distribution", name, DISTRIBUTIONS)
        self.input_axes = input_axes
        self.output_axes = output_axes

    def __call__(self, shape: Sequence[int], dtype: str | None = None) -> Array:
        """Return draws of `shape`, in a float dtype."""
        name = self._float_dtype(dtype)
        variance = self.scale / max(1.0, self._connections(shape))
        if self.distribution == "uniform":
            limit = math.sqrt(3.0 * variance)
            return host.uniform(self._key(), shape, name, -limit, limit)
        if self.distribution == "untruncated_normal":
            return host.normal(self._key(), shape, name, 0.0, math.sqrt(variance))
        return host.truncated_normal(self._key(), shape, name, 0.0, math.sqrt(variance) / _TRUNCATED_STDDEV)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of ``__init__``."""
        return {
            **super().get_config(),
            "scale": self.scale,
            "mode": self.mode,
            "distribution": self.distribution,
            "input_axes": self.input_axes,
            "output_axes": self.output_axes,
        }

    def _connections(self, shape: Sequence[int]) -> float:
        fan_in, fan_out = compute_fans(shape, self.input_axes, self.output_axes)
        return {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}[self.mode]


class _NamedScaling(VarianceScaling):
    """A published choice of scale, mode and distribution; its config has the rest."""

    _choice: tuple[float, str, str]

    def __init__(self, seed: int | None = None, input_axes: Axes = None, output_axes: Axes = None) -> None:
        super().__init__(*self._choice, seed=seed, input_axes=input_axes, output_axes=output_axes)

    def get_config(self) -> dict[str, Any]:
        """Return the seed and the axes."""
        config = super().get_config()
        return {name: config[name] for name in ("seed", "input_axes", "output_axes")}


class GlorotUniform(_NamedScaling):
    """Uniform in ``-/+ sqrt(6 / (fan_in + fan_out))`` (X. Glorot and Y. Bengio, AISTATS 2010).

    Args:
        seed: Integer in [0, 2**32), or ``None`` for a fresh one.
        input_axes: As in `VarianceScaling`.
        output_axes: As in `VarianceScaling`.
    """

    _choice = (1.0, "fan_avg", "uniform")


class GlorotNormal(_NamedScaling):
    """Truncated normal, variance ``2 / (fan_in + fan_out)`` (X. Glorot and Y. Bengio, AISTATS 2010).

    Args:
        seed: Integer in [0, 2**32), or ``None`` for a fresh one.
        input_axes: As in `VarianceScaling`.
        output_axes: As in `VarianceScaling`.
    """

    _choice = (1.0, "fan_avg", "truncated_normal")


class HeUniform(_NamedScaling):
    """Uniform in ``-/+ sqrt(6 / fan_in)`` (K. He, X. Zhang, S. Ren and J. Sun, ICCV 2015).

    Args:
        seed: Integer in [0, 2**32), or ``None`` for a fresh one.
        input_axes: As in `VarianceScaling`.
        output_axes: As in `VarianceScaling`.
    """

    _choice = (2.0, "fan_in", "uniform")


class HeNormal(_NamedScaling):
    """Truncated normal, variance ``2 / fan_in`` (K. He, X. Zhang, S. Ren and J. Sun, ICCV 2015).

    Args:
        seed: Integer in [0, 2**32), or ``None`` for a fresh one.
        input_axes: As in `VarianceScaling`.
        output_axes: As in `VarianceScaling`.
    """

    _choice = (2.0, "fan_in", "truncated_normal")


class LecunUniform(_NamedScaling):
    """Uniform in ``-/+ sqrt(3 / fan_in)`` (Y. LeCun, L. Bottou, G. Orr and K.-R. Mueller, 1998).

    Args:
        seed: Integer in [0, 2**32), or ``None`` for a fresh one.
        input_axes: As in `VarianceScaling`.
        output_axes: As in `VarianceScaling`.
    """

    _choice = (1.0, "fan_in", "uniform")


class LecunNormal(_NamedScaling):
    """Truncated normal, variance ``1 / fan_in`` (Y. LeCun, L. Bottou, G. Orr and K.-R. Mueller, 1998).

    Args:
        seed: Integer in [0, 2**32), or ``None`` for a fresh one.
        input_axes: As in `VarianceScaling`.
        output_axes: As in `VarianceScaling`.
    """

    _choice = (1.0, "fan_in", "truncated_normal")


def compute_fans(shape: Sequence[int], input_axes: Axes = None, output_axes: Axes = None) -> tuple[int, int]:
    """Return ``(fan_in, fan_out)`` of a kernel: how many values each output sums, each input feeds.

    Args:
        shape: ``()`` gives (1, 1), ``(n,)`` gives (n, n), ``(inputs, outputs)`` those two, and
            ``(*window, inputs, outputs)`` both times the product of `window`.
        input_axes: Axes to multiply instead; used when `output_axes` is given too.
        output_axes: The same for outputs.

    Raises:
        ValueError: An axis is not one of `shape`.

    >>> compute_fans((3, 3, 8, 16))
    (72, 144)
    """
    if input_axes is not None and output_axes is not None:
        return _product(shape, input_axes), _product(shape, output_axes)
    if len(shape) < 2:
        size = math.prod(shape)
        return size, size
    window = math.prod(shape[:-2])
    return shape[-2] * window, shape[-1] * window


def _product(shape: Sequence[int], axes: int | Sequence[int]) -> int:
    chosen = (axes,) if isinstance(axes, int) else tuple(axes)
    rank = len(shape)
    outside = [axis for axis in chosen if not -rank <= axis < rank]
    if outside:
        raise ValueError(
            f"The fans of shape {tuple(shape)} cannot be counted over axes {chosen}.\n"
            f"There is no axis {outside[0]} in rank {rank}.\n"
            f"Allowed: {-rank} to {rank - 1}.\n"
            "Correct `input_axes` or `output_axes`."
        )
    return math.prod(shape[axis] for axis in chosen)
