"""The quantile function of the normal distribution, with the same bits on every machine.

Promises: a relative error below 2e-15, and bitwise the same
wherever float64 is IEEE 754, because only ``+ - * / sqrt frexp`` are used. Library logarithms
differ in their last bits between processors, so the one needed here is written out.

The approximation is M. J. Wichura, "Algorithm AS 241: the percentage points of the normal
distribution", Applied Statistics 37 (1988), 477-484 (PPND16).
"""

from __future__ import annotations

from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]
_Polynomial: TypeAlias = tuple[float, ...]

# Each pair is (numerator, denominator), highest power first, as published.
_CENTRE: Final[tuple[_Polynomial, _Polynomial]] = (
    (
        2.5090809287301226727e3,
        3.3430575583588128105e4,
        6.7265770927008700853e4,
        4.5921953931549871457e4,
        1.3731693765509461125e4,
        1.9715909503065514427e3,
        1.3314166789178437745e2,
        3.3871328727963666080e0,
    ),
    (
        5.2264952788528545610e3,
        2.8729085735721942674e4,
        3.9307895800092710610e4,
        2.1213794301586595867e4,
        5.3941960214247511077e3,
        6.8718700749205790830e2,
        4.2313330701600911252e1,
        1.0,
    ),
)
_TAIL: Final[tuple[_Polynomial, _Polynomial]] = (
    (
        7.74545014278341407640e-4,
        2.27238449892691845833e-2,
        2.41780725177450611770e-1,
        1.27045825245236838258e0,
        3.64784832476320460504e0,
        5.76949722146069140550e0,
        4.63033784615654529590e0,
        1.42343711074968357734e0,
    ),
    (
        1.05075007164441684324e-9,
        5.47593808499534494600e-4,
        1.51986665636164571966e-2,
        1.48103976427480074590e-1,
        6.89767334985100004550e-1,
        1.67638483018380384940e0,
        2.05319162663775882187e0,
        1.0,
    ),
)
_FAR: Final[tuple[_Polynomial, _Polynomial]] = (
    (
        2.01033439929228813265e-7,
        2.71155556874348757815e-5,
        1.24266094738807843860e-3,
        2.65321895265761230930e-2,
        2.96560571828504891230e-1,
        1.78482653991729133580e0,
        5.46378491116411436990e0,
        6.65790464350110377720e0,
    ),
    (
        2.04426310338993978564e-15,
        1.42151175831644588870e-7,
        1.84631831751005468180e-5,
        7.86869131145613259100e-4,
        1.48753612908506148525e-2,
        1.36929880922735805310e-1,
        5.99832206555887937690e-1,
        1.0,
    ),
)
_CENTRE_WIDTH = 0.425
_TAIL_WIDTH = 5.0
_LN2_HIGH = 0.693147180369123816490  # ln 2 cut after 32 bits: its product with an exponent is exact
_LN2_LOW = 1.90821492927058770002e-10
_SQRT_HALF = 0.70710678118654752440
_LOG_TERMS = 12


def normal_quantile(offset: Floats) -> Floats:
    """Return ``z`` with ``P(Z <= z) = 0.5 + offset`` for standard normal ``Z``.

    Args:
        offset: Probabilities less one half, float64 of shape ``(n,)``, strictly inside (-0.5, 0.5).
            The offset and not the probability is taken because it loses no bits near the median.

    Returns:
        Quantiles, float64 of shape ``(n,)``; odd in `offset`, so draws are exactly symmetric.
    """
    z = offset * _ratio(_CENTRE, _CENTRE_WIDTH * _CENTRE_WIDTH - offset * offset)
    outside = np.flatnonzero(np.abs(offset) > _CENTRE_WIDTH)
    if outside.size:
        tail = offset[outside]
        z[outside] = np.copysign(_upper_quantile(0.5 - np.abs(tail)), tail)
    return z


def _upper_quantile(p: Floats) -> Floats:
    """Return the quantile whose upper tail holds `p`, for `p` below 0.075."""
    r = np.sqrt(-_log(p))
    z = _ratio(_TAIL, r - 1.6)
    far = np.flatnonzero(r > _TAIL_WIDTH)
    if far.size:
        z[far] = _ratio(_FAR, r[far] - _TAIL_WIDTH)
    return z


def _ratio(pair: tuple[_Polynomial, _Polynomial], x: Floats) -> Floats:
    return _horner(pair[0], x) / _horner(pair[1], x)


def _horner(coefficients: _Polynomial, x: Floats) -> Floats:
    value = np.full_like(x, coefficients[0])
    for coefficient in coefficients[1:]:
        value *= x
        value += coefficient
    return value


def _log(x: Floats) -> Floats:
    """Return ``log(x)`` for positive normal `x`, as ``e ln 2 + 2 atanh((m - 1) / (m + 1))``."""
    mantissa, exponent = np.frexp(x)
    small = mantissa < _SQRT_HALF
    mantissa = np.where(small, 2.0 * mantissa, mantissa)  # in [sqrt(1/2), sqrt(2))
    power = (exponent - small).astype(np.float64)
    s = (mantissa - 1.0) / (mantissa + 1.0)  # |s| < 0.172, so 12 terms reach 1e-20
    series = _horner(tuple(1.0 / (2 * k + 1) for k in range(_LOG_TERMS, 0, -1)), s * s)
    return power * _LN2_HIGH + (2.0 * s + (2.0 * s * (s * s) * series + power * _LN2_LOW))
