"""FarmHash's ``Fingerprint64`` of byte strings, in NumPy: the hash that never changes, whatever the machine.

The function is the one that FarmHash (G. Pike and J. Alakuijala, 2014) promises to keep stable forever, so that a
value falls into the same bucket on every backend, in every process and release. Whoever hashes a million rows hashes
few different values; each is hashed once. Arithmetic is modulo 2**64, with Python's integers masked.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

_MASK = (1 << 64) - 1
_K0 = 0xC3A5C85C97CB3127
_K1 = 0xB492B66FBE98F273
_K2 = 0x9AE16A3B2F90404F
_BLOCK = 64


def fingerprint64(data: bytes) -> int:
    """Return the fingerprint of `data`, from 0 to 2**64 - 1.

    Args:
        data: Bytes of any length.

    >>> hex(fingerprint64(b""))
    '0x9ae16a3b2f90404f'
    """
    length = len(data)
    if length <= 16:
        return _up_to_16(data)
    if length <= 32:
        return _up_to_32(data)
    if length <= _BLOCK:
        return _up_to_64(data)
    return _long(data)


def fingerprints(values: Iterable[bytes]) -> np.ndarray:
    """Return the fingerprints of many byte strings, of shape ``(count,)``, dtype ``uint64``."""
    return np.fromiter((fingerprint64(value) for value in values), dtype=np.uint64)


def _word(data: bytes, start: int, size: int = 8) -> int:
    return int.from_bytes(data[start : start + size], "little")


def _rotate(value: int, shift: int) -> int:
    return ((value >> shift) | (value << (64 - shift))) & _MASK


def _shift_mix(value: int) -> int:
    return value ^ (value >> 47)


def _mixed(low: int, high: int, factor: int) -> int:
    a = _shift_mix(((low ^ high) * factor) & _MASK)
    return (_shift_mix(((high ^ a) * factor) & _MASK) * factor) & _MASK


def _up_to_16(data: bytes) -> int:
    length = len(data)
    factor = (_K2 + length * 2) & _MASK
    if length >= 8:
        a = (_word(data, 0) + _K2) & _MASK
        b = _word(data, length - 8)
        c = (_rotate(b, 37) * factor + a) & _MASK
        d = ((_rotate(a, 25) + b) * factor) & _MASK
        return _mixed(c, d, factor)
    if length >= 4:
        return _mixed(length + (_word(data, 0, 4) << 3), _word(data, length - 4, 4), factor)
    if length:
        y = data[0] + (data[length >> 1] << 8)
        z = length + (data[-1] << 2)
        return (_shift_mix((y * _K2 & _MASK) ^ (z * _K0 & _MASK)) * _K2) & _MASK
    return _K2


def _up_to_32(data: bytes) -> int:
    length = len(data)
    factor = (_K2 + length * 2) & _MASK
    a = (_word(data, 0) * _K1) & _MASK
    b = _word(data, 8)
    c = (_word(data, length - 8) * factor) & _MASK
    d = (_word(data, length - 16) * _K2) & _MASK
    low = (_rotate((a + b) & _MASK, 43) + _rotate(c, 30) + d) & _MASK
    return _mixed(low, (a + _rotate((b + _K2) & _MASK, 18) + c) & _MASK, factor)


def _up_to_64(data: bytes) -> int:
    length = len(data)
    factor = (_K2 + length * 2) & _MASK
    a = (_word(data, 0) * _K2) & _MASK
    b = _word(data, 8)
    c = (_word(data, length - 8) * factor) & _MASK
    d = (_word(data, length - 16) * _K2) & _MASK
    y = (_rotate((a + b) & _MASK, 43) + _rotate(c, 30) + d) & _MASK
    z = _mixed(y, (a + _rotate((b + _K2) & _MASK, 18) + c) & _MASK, factor)
    e = (_word(data, 16) * factor) & _MASK
    f = _word(data, 24)
    g = ((y + _word(data, length - 32)) * factor) & _MASK
    h = ((z + _word(data, length - 24)) * factor) & _MASK
    low = (_rotate((e + f) & _MASK, 43) + _rotate(g, 30) + h) & _MASK
    return _mixed(low, (e + _rotate((f + a) & _MASK, 18) + g) & _MASK, factor)


def _weak(data: bytes, start: int, a: int, b: int) -> tuple[int, int]:
    """Return two words that 32 bytes from `start` on and two seeds are mixed into."""
    first, second, third, fourth = (_word(data, start + 8 * index) for index in range(4))
    a = (a + first) & _MASK
    b = _rotate((b + a + fourth) & _MASK, 21)
    c = a
    a = (a + second + third) & _MASK
    b = (b + _rotate(a, 44)) & _MASK
    return (a + fourth) & _MASK, (b + c) & _MASK


def _long(data: bytes) -> int:
    length = len(data)
    x, y = 81, (81 * _K1 + 113) & _MASK
    z = (_shift_mix((y * _K2 + 113) & _MASK) * _K2) & _MASK
    v, w = (0, 0), (0, 0)
    x = (x * _K2 + _word(data, 0)) & _MASK
    end = (length - 1) // _BLOCK * _BLOCK
    for start in range(0, end, _BLOCK):
        x, y, z, v, w = _step(data, start, (x, y, z, v, w), _K1, 1)
    rest = (length - 1) & (_BLOCK - 1)
    factor = (_K1 + ((z & 0xFF) << 1)) & _MASK
    first = (w[0] + rest) & _MASK
    v = ((v[0] + first) & _MASK, v[1])
    w = ((first + v[0]) & _MASK, w[1])
    x, y, z, v, w = _step(data, end + rest - (_BLOCK - 1), (x, y, z, v, w), factor, 9)
    low = (_mixed(v[0], w[0], factor) + _shift_mix(y) * _K0 + z) & _MASK
    return _mixed(low, (_mixed(v[1], w[1], factor) + x) & _MASK, factor)


_State = tuple[int, int, int, tuple[int, int], tuple[int, int]]


def _step(data: bytes, start: int, state: _State, factor: int, weight: int) -> _State:
    """Return the state after the 64 bytes from `start` on."""
    x, y, z, v, w = state
    x = (_rotate((x + y + v[0] + _word(data, start + 8)) & _MASK, 37) * factor) & _MASK
    y = (_rotate((y + v[1] + _word(data, start + 48)) & _MASK, 42) * factor) & _MASK
    x ^= (w[1] * weight) & _MASK
    y = (y + v[0] * weight + _word(data, start + 40)) & _MASK
    z = (_rotate((z + w[0]) & _MASK, 33) * factor) & _MASK
    v = _weak(data, start, (v[1] * factor) & _MASK, (x + w[0]) & _MASK)
    w = _weak(data, start + 32, (z + w[1]) & _MASK, (y + _word(data, start + 16)) & _MASK)
    return z, y, x, v, w
