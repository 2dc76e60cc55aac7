"""Distributions made of uniform draws, for a backend that has no native function for them.

Promises: one key, and a number of uniform draws that is fixed by the shape, so that the same text runs eagerly, in
traced functions and with sizes known only when a graph runs. Where a method rejects proposals, it makes as many for
each element as leave none accepted with a probability below 1e-8. Parameters are inside their ranges: whoever
calls has seen to that. Every function takes the backend's random provider, a key, a shape, and ``"float32"`` or
``"float64"``; `randint` takes any integer dtype.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from polykeras import ops

_GAMMA_ROUNDS = 8
_BINOMIAL_ROUNDS = 16
_BINOMIAL_TERMS = 56
_SMALL_MEAN = 10.0
_HALF_STEP = 2.0**-25
_SQRT_TWO = 2.0**0.5


def gamma(random: Any, key: Any, shape: Sequence[Any], dtype: str, alpha: Any) -> Any:
    """Return draws from the gamma distribution with scale 1.

    G. Marsaglia and W. W. Tsang, "A simple method for generating gamma variables", ACM Transactions on Mathematical
    Software 26 (2000), 363-372.

    Args:
        random: Random provider.
        key: Native key.
        shape: Shape of the result.
        dtype: ``"float32"`` or ``"float64"``.
        alpha: Shape parameter, positive, broadcasting to `shape`.
    """
    unit = random.uniform(key, (2 * _GAMMA_ROUNDS + 1, *shape), dtype, 0.0, 1.0)
    return ops.exp(_log_gamma(unit, alpha))


def beta(random: Any, key: Any, shape: Sequence[Any], dtype: str, alpha: Any, beta: Any) -> Any:
    """Return draws from the beta distribution: ``x / (x + y)`` for two gamma draws.

    The quotient is taken from their logarithms, since both draws may be below the least number of the dtype.

    Args:
        random: Random provider.
        key: Native key.
        shape: Shape of the result.
        dtype: ``"float32"`` or ``"float64"``.
        alpha: First parameter, positive, broadcasting to `shape`.
        beta: Second parameter, positive, broadcasting to `shape`.
    """
    rounds = 2 * _GAMMA_ROUNDS + 1
    first, second = ops.split(random.uniform(key, (2 * rounds, *shape), dtype, 0.0, 1.0), [rounds], axis=0)
    return ops.sigmoid(_log_gamma(first, alpha) - _log_gamma(second, beta))


def _log_gamma(unit: Any, alpha: Any) -> Any:
    """Return the logarithms of gamma draws, from ``2 * rounds + 1`` rows of uniform ones."""
    centred, height, power = ops.split(unit, [_GAMMA_ROUNDS, 2 * _GAMMA_ROUNDS], axis=0)
    low = ops.less(alpha, 1.0)
    d = alpha + ops.cast(low, alpha.dtype) - 1.0 / 3.0
    normal = _SQRT_TWO * ops.erfinv(2.0 * centred - (1.0 - 2.0 * _HALF_STEP))
    volume = (1.0 + normal / ops.sqrt(9.0 * d)) ** 3
    inside = ops.greater(volume, 0.0)
    volume = ops.where(inside, volume, ops.ones_like(volume))
    accepted = ops.log(height + _HALF_STEP) < 0.5 * normal * normal + d * (1.0 - volume + ops.log(volume))
    drawn = ops.log(d) + ops.log(_first(ops.logical_and(inside, accepted), volume))
    # Below 1 the draw of alpha + 1 times U ** (1 / alpha) is one of alpha (section 6 of the paper).
    exponent = ops.where(low, 1.0 / alpha, ops.zeros_like(alpha))
    return drawn + ops.log(ops.squeeze(power, 0) + _HALF_STEP) * exponent


def _first(accepted: Any, proposals: Any) -> Any:
    """Return the first accepted proposal along axis 0, or the very first where none is."""
    chosen = ops.expand_dims(ops.argmax(ops.cast(accepted, "int32"), axis=0), 0)
    return ops.squeeze(ops.take_along_axis(proposals, chosen, axis=0), 0)


def binomial(random: Any, key: Any, shape: Sequence[Any], dtype: str, counts: Any, probabilities: Any) -> Any:
    """Return draws from the binomial distribution, as floats.

    Below a mean of 10 by the inverse of the distribution function, above it by transformed rejection: algorithm BTRS of
    W. Hörmann, "The generation of binomial random variates", Journal of Statistical Computation and Simulation 46
    (1993), 101-110. A probability above one half is drawn as its complement.

    Args:
        random: Random provider.
        key: Native key.
        shape: Shape of the result.
        dtype: ``"float32"`` or ``"float64"``.
        counts: Whole numbers of trials, at least 0, broadcasting to `shape`.
        probabilities: In [0, 1], broadcasting to `shape`.
    """
    unit = random.uniform(key, (2 * _BINOMIAL_ROUNDS, *shape), dtype, 0.0, 1.0)
    counts, probabilities = (_of_rank(value, len(shape)) for value in (counts, probabilities))
    mirrored = ops.greater(probabilities, 0.5)
    p = ops.where(mirrored, 1.0 - probabilities, probabilities)
    few = ops.less(counts * p, _SMALL_MEAN)
    first, _ = ops.split(unit, [1], axis=0)
    # Each branch sees numbers that it can bear where the other one is taken.
    inverted = _inverted(ops.squeeze(first, 0), ops.where(few, counts, 1.0 + 0.0 * counts), ops.where(few, p, 0.0 * p))
    rejected = _rejected(unit, ops.where(few, 40.0 + 0.0 * counts, counts), ops.where(few, 0.5 + 0.0 * p, p))
    drawn = ops.where(few, inverted, rejected)
    return ops.where(mirrored, counts - drawn, drawn)


def _of_rank(value: Any, rank: int) -> Any:
    for _ in range(rank - len(value.shape)):
        value = ops.expand_dims(value, 0)
    return value


def _inverted(unit: Any, counts: Any, p: Any) -> Any:
    """Return how many values of the distribution function a uniform draw exceeds.

    The function is tabulated at the shape of the parameters; from a mean below 10 all but 1e-20 lies in the table.
    """
    log_mass = counts * ops.log1p(-p)
    odds = p / (1.0 - p)
    mass = ops.exp(log_mass)
    below = mass
    drawn = ops.zeros_like(unit)
    for successes in range(1, _BINOMIAL_TERMS):
        drawn = drawn + ops.cast(ops.greater_equal(unit, below), unit.dtype)
        mass = mass * odds * ops.maximum(counts - (successes - 1.0), 0.0) / successes
        below = below + mass
    # The sum of the masses may stay one rounding below 1.
    return ops.minimum(drawn, counts)


def _rejected(unit: Any, n: Any, p: Any) -> Any:
    """Return draws by BTRS; the names are the paper's."""
    u, v = ops.split(unit, 2, axis=0)
    u = u - (0.5 - _HALF_STEP)
    deviation = ops.sqrt(n * p * (1.0 - p))
    b = 1.15 + 2.53 * deviation
    a = -0.0873 + 0.0248 * b + 0.01 * p
    alpha = (2.83 + 5.1 / b) * deviation
    mode = ops.floor((n + 1.0) * p)
    us = ops.maximum(0.5 - ops.absolute(u), _HALF_STEP)
    k = ops.floor((2.0 * a / us + b) * u + n * p + 0.5)
    inside = ops.logical_and(ops.greater_equal(k, 0.0), ops.less_equal(k, n))
    k = ops.where(inside, k, mode + 0.0 * k)
    squeezed = ops.logical_and(ops.greater_equal(us, 0.07), ops.less_equal(v, 0.92 - 4.2 / b))
    height = ops.log((v + _HALF_STEP) * alpha / (a / (us * us) + b))
    accepted = ops.logical_or(squeezed, ops.less_equal(height, _log_mass_over_mode(k, mode, n, p)))
    return _first(ops.logical_and(inside, accepted), k)


def _log_mass_over_mode(k: Any, mode: Any, n: Any, p: Any) -> Any:
    """Return the logarithm of the mass at `k` over that at `mode`, with Stirling's series for the factorials."""
    odds = p / (1.0 - p)
    return (
        (mode + 0.5) * ops.log((mode + 1.0) / (odds * (n - mode + 1.0)))
        - (n + 1.0) * ops.log1p((mode - k) / (n - mode + 1.0))
        + (k + 0.5) * ops.log(odds * (n - k + 1.0) / (k + 1.0))
        + (_stirling(mode) + _stirling(n - mode) - _stirling(k) - _stirling(n - k))
    )


def _stirling(k: Any) -> Any:
    """Return what Stirling's formula lacks of ``log(k!)``; 3e-4 off at 0, which has no weight here, 4e-6 at 1."""
    over = 1.0 / (k + 1.0)
    square = over * over
    return (1.0 / 12.0 - (1.0 / 360.0 - square / 1260.0) * square) * over


def randint(random: Any, key: Any, shape: Sequence[Any], dtype: str, minval: Any, maxval: Any) -> Any:
    """Return whole numbers in ``[minval, maxval)``: 63 random bits modulo the width, in int64.

    No number is more likely than another by more than the width over 2**63. A backend whose int64 is int32 brings a
    function of its own.

    Args:
        random: Random provider.
        key: Native key.
        shape: Shape of the result.
        dtype: Integer dtype.
        minval: Least value: an integer, or an int64 tensor that broadcasts to `shape`.
        maxval: Upper bound, not drawn: an integer, or an int64 tensor that broadcasts to `shape`.
    """
    high, low = ops.split(ops.cast(random.bits(key, (2, *shape)), "int64"), 2, axis=0)
    words = ops.squeeze(high % 2**31 * 2**32 + low, 0)
    minval, maxval = (ops.convert_to_tensor(bound, "int64") for bound in (minval, maxval))
    return ops.cast(words % ops.maximum(maxval - minval, 1) + minval, dtype)
