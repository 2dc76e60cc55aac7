"""Draws on PyTorch: keys folded from a seed generator's two words.

The words live on the host, so an eager draw never waits for the device. On the CPU it uses NumPy's
Philox with the whole 64-bit key, since `torch.Generator` keeps 32 bits of a seed there. Inside
`torch.compile` the same key feeds Threefry written with tensor ops, since nothing may leave the graph.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
import torch

from keras_torch.capture import in_graph
from keras_torch.tensors import device
from keras_torch.tensors import dtype as native_dtype
from polykeras.random import rejection
from polykeras.random.fold import DOMAIN, MASK, fold, threefry_words

_UNIT = 2.0**-24
_TINY = 2.0**-25
_STEPS = {torch.bfloat16: 2.0**8, torch.float16: 2.0**11}


class Key(NamedTuple):
    """Two 32-bit words: Python ints in eager code, int64 tensors inside a compiled graph."""

    first: Any
    second: Any


class TorchRandom:
    """Random provider for PyTorch."""

    def seed_framework(self, seed: int) -> None:
        """Seed PyTorch's own generators, which code that calls `torch.rand` draws from."""
        torch.manual_seed(seed)

    def advance(self, state: torch.Tensor) -> torch.Tensor:
        """Return the state with its counter one further, modulo 2**32."""
        if in_graph():
            wide = state.to(torch.int64) + torch.tensor([0, 1], device=state.device)
            return (wide & MASK).to(torch.uint32)
        seed, counter = state.tolist()
        return torch.tensor((seed, (counter + 1) & MASK), dtype=torch.uint32)

    def fold(self, state: torch.Tensor, stream: int) -> Key:
        """Return the key of ``(seed, counter)`` on `stream`."""
        if in_graph():
            wide = state.to(torch.int64)
            return Key(*threefry_words(stream, DOMAIN, wide[0], wide[1], mask=MASK))
        seed, counter = state.tolist()
        return Key(*fold(seed, counter, stream))

    def key_words(self, key: Key) -> tuple[int, int]:
        """Return a concrete key as two words."""
        return int(key.first), int(key.second)

    def bits(self, key: Key, shape: tuple[int, ...]) -> torch.Tensor:
        """Return uniform uint32 words."""
        if isinstance(key.first, torch.Tensor):
            return _traced_words(key, shape).to(torch.uint32)
        host = _philox(key).bit_generator.random_raw(math.prod(shape)) >> np.uint64(32)
        return torch.from_numpy(host.astype(np.uint32).reshape(shape)).to(device())

    def uniform(self, key: Key, shape: tuple[int, ...], dtype: str, minval: Any, maxval: Any) -> torch.Tensor:
        """Return draws from ``[minval, maxval)``."""
        unit = _unit(key, shape, native_dtype(dtype))
        if isinstance(minval, (int, float)) and isinstance(maxval, (int, float)) and (minval, maxval) == (0, 1):
            return unit
        return unit * (maxval - minval) + minval

    def normal(self, key: Key, shape: tuple[int, ...], dtype: str, mean: Any, stddev: Any) -> torch.Tensor:
        """Return draws from the normal distribution."""
        kind = native_dtype(dtype)
        if isinstance(key.first, torch.Tensor):
            unit = _unit(key, (2, *shape), torch.float32)
            # Box and Muller, "A note on the generation of random normal deviates", 1958.
            radius = torch.sqrt(-2.0 * torch.log(unit[0] + _TINY))
            draw = (radius * torch.cos(2.0 * math.pi * unit[1])).to(kind)
        elif device().type == "cpu":
            draw = torch.from_numpy(np.asarray(_philox(key).standard_normal(shape, dtype=_host_float(kind)))).to(kind)
        else:
            draw = torch.randn(shape, generator=_generator(key), dtype=kind, device=device())
        return draw * stddev + mean

    def bernoulli(self, key: Key, shape: tuple[int, ...], probability: Any) -> torch.Tensor:
        """Return booleans that are true with `probability`."""
        return _unit(key, shape, torch.float32) < probability

    def gamma(self, key: Key, shape: tuple[int, ...], dtype: str, alpha: torch.Tensor) -> torch.Tensor:
        """Return draws from the gamma distribution."""
        if not _on_host(key):
            drawn: torch.Tensor = rejection.gamma(self, key, shape, dtype, alpha)
            return drawn
        return _from_host(_philox(key).gamma(alpha.numpy(), size=shape), dtype)

    def beta(
        self, key: Key, shape: tuple[int, ...], dtype: str, alpha: torch.Tensor, beta: torch.Tensor
    ) -> torch.Tensor:
        """Return draws from the beta distribution."""
        if not _on_host(key):
            drawn: torch.Tensor = rejection.beta(self, key, shape, dtype, alpha, beta)
            return drawn
        return _from_host(_philox(key).beta(alpha.numpy(), beta.numpy(), size=shape), dtype)

    def binomial(
        self, key: Key, shape: tuple[int, ...], dtype: str, counts: torch.Tensor, probabilities: torch.Tensor
    ) -> torch.Tensor:
        """Return draws from the binomial distribution, as floats."""
        if not _on_host(key):
            drawn: torch.Tensor = rejection.binomial(self, key, shape, dtype, counts, probabilities)
            return drawn
        return _from_host(_philox(key).binomial(counts.long().numpy(), probabilities.numpy(), size=shape), dtype)


def _on_host(key: Key) -> bool:
    """Return whether NumPy draws: in eager code, for tensors on the CPU."""
    return not isinstance(key.first, torch.Tensor) and device().type == "cpu"


def _from_host(drawn: Any, dtype: str) -> torch.Tensor:
    return torch.from_numpy(np.asarray(drawn)).to(native_dtype(dtype))


def _unit(key: Key, shape: tuple[int, ...], kind: torch.dtype) -> torch.Tensor:
    """Return draws from [0, 1)."""
    if isinstance(key.first, torch.Tensor):
        unit = (_traced_words(key, shape) >> 8).to(torch.float32) * _UNIT
    elif device().type == "cpu":
        unit = torch.from_numpy(np.asarray(_philox(key).random(shape, dtype=_host_float(kind))))
    else:
        return torch.rand(shape, generator=_generator(key), dtype=kind, device=device())
    steps = _STEPS.get(kind)
    if steps is not None:
        # Rounded to nearest, the largest draws would become 1.
        unit = torch.floor(unit * steps) / steps
    return unit.to(kind)


def _host_float(kind: torch.dtype) -> Any:
    return np.float64 if kind is torch.float64 else np.float32


def _philox(key: Key) -> np.random.Generator:
    return np.random.Generator(np.random.Philox(key=(key.first << 32) | key.second))


def _generator(key: Key) -> torch.Generator:
    return torch.Generator(device()).manual_seed((key.first << 32) | key.second)


def _traced_words(key: Key, shape: tuple[int, ...]) -> torch.Tensor:
    count = torch.arange(math.prod(shape), dtype=torch.int64, device=device())
    first = key.first.to(device())
    second = key.second.to(device())
    words, _ = threefry_words(first, second, count & MASK, count >> 32, mask=MASK)
    return words.reshape(shape)
