"""The fingerprint of integers' decimal digits, on tensors: the same buckets as on the host, inside of a model.

Words of 64 bits are tensors of int32 with a last axis of 8 bytes, lowest first: no backend has to have unsigned or wide
integers, and no sum leaves 31 bits. A decimal of int32 has at most 11 characters, so the fingerprint's short forms do.
Some hundred small operations: meant for compiled steps, and for columns, not for images.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from polykeras import ops

MOST_BUCKETS = (1 << 31) // 256 - 1
_BYTES = 8
_LONGEST = 11
_K0 = 0xC3A5C85C97CB3127
_K2 = 0x9AE16A3B2F90404F


def buckets_of_integers(values: Any, num_bins: int) -> Any:
    """Return ``fingerprint64(str(value)) % num_bins`` for a tensor of int32.

    Args:
        values: Tensor of any shape, dtype int32.
        num_bins: Number of buckets, at most `MOST_BUCKETS`.

    Returns:
        Tensor of the same shape, dtype int32.
    """
    characters, length = _characters(ops.expand_dims(ops.cast(values, "int32"), -1))  # (..., 11), (..., 1)
    start = _from_start(characters, length, list(range(_BYTES)))
    end = ops.flip(characters[..., :_BYTES], axis=-1)  # the last 8 characters in order
    factor = _plus(_constant(_K2), _small(length * 2))
    low, high = _up_to_16(start, end, factor)
    low_of_7, high_of_7 = _up_to_7(start, end, length)
    short = ops.less(length, _BYTES)
    word = _mixed(ops.where(short, low_of_7, low), ops.where(short, high_of_7, high), factor)
    word = ops.where(ops.less(length, 4), _up_to_3(characters, length), word)
    bucket = ops.zeros_like(word[..., 0])
    for place in reversed(range(_BYTES)):
        bucket = ops.mod(bucket * 256 + word[..., place], num_bins)
    return bucket


def _characters(values: Any) -> tuple[Any, Any]:
    """Return the characters of decimals, the last one first and 0 after the first, and how many there are.

    Args:
        values: Tensor of shape ``(..., 1)``.
    """
    below = ops.less(values, 0)
    negative = ops.cast(below, "int32")
    least = ops.where(below, values, -values)  # not above 0, for -2**31 has no counterpart above
    powers = _row([10**place for place in range(10)])
    quotients = ops.floor_divide(least + (powers - 1), powers)  # (..., 10), rounded towards 0
    count = 1 + ops.sum(ops.cast(ops.less(quotients[..., 1:], 0), "int32"), axis=-1, keepdims=True)
    quotients = ops.concatenate([quotients, ops.zeros_like(values), ops.zeros_like(values)], axis=-1)  # (..., 12)
    digits = quotients[..., 1:] * 10 - quotients[..., :-1] + ord("0")  # (..., 11)
    places = _row(list(range(_LONGEST)))
    sign = ops.cast(ops.equal(places, count), "int32") * negative * ord("-")
    return digits * ops.cast(ops.less(places, count), "int32") + sign, count + negative


def _from_start(characters: Any, length: Any, positions: list[int]) -> Any:
    """Return the characters at some positions, counted from the first one; anything beyond the last."""
    return _at(characters, length - 1 - _row(positions))


def _at(characters: Any, places: Any) -> Any:
    """Return the characters at places counted from the last one, for each row its own."""
    wanted = ops.equal(ops.expand_dims(places, -1), _row(list(range(_LONGEST))))  # (..., places, 11)
    return ops.sum(ops.cast(wanted, "int32") * ops.expand_dims(characters, -2), axis=-1)


def _up_to_3(characters: Any, length: Any) -> Any:
    first = _from_start(characters, length, [0])
    middle = _at(characters, length - 1 - ops.floor_divide(length, 2))
    y = _times(_small(first + middle * 256), _constant(_K2))
    z = _times(_small(length + characters[..., :1] * 4), _constant(_K0))
    return _times(_shift_mix(ops.bitwise_xor(y, z)), _constant(_K2))


def _up_to_7(start: Any, end: Any, length: Any) -> tuple[Any, Any]:
    """Return the two words that are mixed of 4 to 7 characters."""
    four = _row([1] * 4 + [0] * 4)
    low = _carried(start * four * 8 + length * _row([1] + [0] * 7))
    return low, ops.concatenate([end[..., 4:], ops.zeros_like(end[..., 4:])], axis=-1)


def _up_to_16(start: Any, end: Any, factor: Any) -> tuple[Any, Any]:
    """Return the two words that are mixed of 8 to 16 characters."""
    a = _plus(start, _constant(_K2))
    c = _plus(_times(_rotated(end, 37), factor), a)
    return c, _times(_plus(_rotated(a, 25), end), factor)


def _mixed(low: Any, high: Any, factor: Any) -> Any:
    a = _shift_mix(_times(ops.bitwise_xor(low, high), factor))
    return _times(_shift_mix(_times(ops.bitwise_xor(high, a), factor)), factor)


# ---------------------------------------------------------------------- words of 8 bytes


def _row(values: list[int]) -> Any:
    return ops.convert_to_tensor(np.asarray(values, "int32"))


def _constant(value: int) -> Any:
    return _row([(value >> 8 * place) & 255 for place in range(_BYTES)])


def _small(value: Any) -> Any:
    """Return numbers from 0 to 2**28, of shape ``(..., 1)``, as words."""
    return _carried(value * _row([1] + [0] * 7))


def _carried(sums: Any) -> Any:
    """Return sums per byte, each below 2**20, as bytes; what overflows the last one is dropped."""
    pairs = sums[..., 0::2] + sums[..., 1::2] * 256  # (..., 4)
    parts, carry = [], 0
    for place in range(_BYTES // 2):
        whole = pairs[..., place] + carry
        parts.append(ops.bitwise_and(whole, 65535))
        carry = ops.floor_divide(whole, 65536)
    halves = ops.stack(parts, axis=-1)
    split = ops.stack([ops.bitwise_and(halves, 255), ops.floor_divide(halves, 256)], axis=-1)  # (..., 4, 2)
    return ops.reshape(split, (*ops.shape(halves)[:-1], _BYTES))


def _plus(first: Any, second: Any) -> Any:
    return _carried(first + second)


# Byte k of a product is the sum of first[i] * second[k - i]; index 8 is a zero.
_PRODUCT = np.asarray([[k - i if k >= i else _BYTES for k in range(_BYTES)] for i in range(_BYTES)], "int32")


def _times(first: Any, second: Any) -> Any:
    shifted = _bytes_at(second, _PRODUCT.reshape(-1))
    shifted = ops.reshape(shifted, (*ops.shape(second)[:-1], _BYTES, _BYTES))
    return _carried(ops.sum(ops.expand_dims(first, -1) * shifted, axis=-2))


def _bytes_at(word: Any, places: np.ndarray) -> Any:
    """Return the bytes at some places; place 8 is a zero."""
    padded = ops.concatenate([word, ops.zeros_like(word[..., :1])], axis=-1)
    return ops.take(padded, ops.convert_to_tensor(places.astype("int32")), axis=-1)


def _moved(word: Any, places: list[int], part: int) -> Any:
    """Return bytes at 9 places, moved by `part` bits towards the first."""
    taken = _bytes_at(word, np.asarray(places))
    low = ops.floor_divide(taken[..., :_BYTES], 1 << part)
    return low + ops.bitwise_and(taken[..., 1:] * (1 << (8 - part)), 255)


def _rotated(word: Any, bits: int) -> Any:
    whole, part = divmod(bits, 8)
    return _moved(word, [(place + whole) % _BYTES for place in range(_BYTES + 1)], part)


def _shift_mix(word: Any) -> Any:
    whole, part = divmod(47, 8)
    return ops.bitwise_xor(word, _moved(word, [min(place + whole, _BYTES) for place in range(_BYTES + 1)], part))
