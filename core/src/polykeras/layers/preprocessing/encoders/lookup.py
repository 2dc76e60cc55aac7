"""Encoders by vocabulary: the place of a value in a list of known ones, and places for the unknown.

Promises: the most frequent value comes first, and of equally frequent ones the larger; indices from 0 are kept for
values outside of the vocabulary, by remainder for integers and by hash for strings. Refuses: a vocabulary that is a
name of a file.
"""

from __future__ import annotations

from collections import Counter
from typing import Any, ClassVar

import numpy as np

from polykeras import ops
from polykeras.layers.preprocessing.encoders.encoder import Encoder, not_on_tensors
from polykeras.layers.preprocessing.encoders.farmhash import fingerprint64

_SHOWN = 5


class LookupEncoder(Encoder):
    """Indices by vocabulary; `IntegerLookupEncoder` and `StringLookupEncoder` say of what.

    Args:
        max_tokens: Most indices, those for unknown values included; no bound for ``None``.
        num_oov_indices: Indices for unknown values; with none of them, unknown values are an error.
        vocabulary: Known values in order; learned for ``None``.
    """

    kind: ClassVar[type] = object
    unknown: ClassVar[Any] = None

    def __init__(
        self, max_tokens: int | None = None, num_oov_indices: int = 1, vocabulary: list[Any] | None = None
    ) -> None:
        if num_oov_indices < 0 or (max_tokens is not None and max_tokens <= num_oov_indices):
            raise ValueError(
                "A vocabulary cannot have these sizes.\n"
                f"Received: max_tokens={max_tokens!r}, num_oov_indices={num_oov_indices!r}.\n"
                "Allowed: num_oov_indices from 0 up, and max_tokens above it, or None.\nChange one of them."
            )
        self.max_tokens = max_tokens
        self.num_oov_indices = num_oov_indices
        self.vocabulary = None if vocabulary is None else self._checked(vocabulary)
        self._counts: Counter[Any] = Counter()
        self._note()

    def _checked(self, vocabulary: Any) -> list[Any]:
        wanted = self.kind
        if not isinstance(vocabulary, (list, tuple)):
            problem = f"a {type(vocabulary).__name__}"
        elif any(not isinstance(item, wanted) or isinstance(item, bool) for item in vocabulary):
            problem = "values of another kind"
        elif len(set(vocabulary)) != len(vocabulary):
            problem = "values that come twice"
        else:
            return list(vocabulary)
        raise ValueError(
            f"A vocabulary cannot be made of this.\nReceived: {problem}.\n"
            f"Allowed: a list of different {wanted.__name__} values; never the name of a file.\n"
            "Pass such a list, or None to learn it from data."
        )

    def _note(self) -> None:
        start = self.num_oov_indices
        self._places = {value: start + index for index, value in enumerate(self.vocabulary or ())}

    @property
    def needs_adapting(self) -> bool:
        """Whether the vocabulary is learned."""
        return True

    @property
    def adapted(self) -> bool:
        """Whether the vocabulary is known."""
        return self.vocabulary is not None

    @property
    def depth(self) -> int | None:
        """Return the number of indices, those for unknown values included."""
        return None if self.vocabulary is None else self.num_oov_indices + len(self.vocabulary)

    def get_vocabulary(self) -> list[Any]:
        """Return the values by index, with a marker for each index of unknown values."""
        return [self.unknown] * self.num_oov_indices + list(self.vocabulary or ())

    def settings(self) -> dict[str, Any]:
        """Return the sizes."""
        return {"max_tokens": self.max_tokens, "num_oov_indices": self.num_oov_indices}

    def get_config(self) -> dict[str, Any]:
        """Return the sizes and the vocabulary."""
        return {**self.settings(), "vocabulary": self.vocabulary}

    def update(self, values: np.ndarray) -> None:
        """Count some values."""
        found, counts = np.unique(values, return_counts=True)
        for value, count in zip(found.tolist(), counts.tolist(), strict=True):
            self._counts[value] += count

    def finish(self) -> None:
        """Note the most frequent values."""
        self._counts.pop(self.unknown, None)
        ranked = sorted(sorted(self._counts, reverse=True), key=self._counts.__getitem__, reverse=True)
        self.vocabulary = ranked if self.max_tokens is None else ranked[: self.max_tokens - self.num_oov_indices]
        self._counts = Counter()
        self._note()

    def encode(self, values: np.ndarray) -> np.ndarray:
        """Return the indices.

        Raises:
            ValueError: If a value is unknown and there is no index for such.
        """
        found, inverse = np.unique(values, return_inverse=True)
        known = [self._places.get(value, -1) for value in found.tolist()]
        strangers = [value for value, index in zip(found.tolist(), known, strict=True) if index < 0]
        if strangers and not self.num_oov_indices:
            raise ValueError(
                "Some values are not in the vocabulary, and there is no index for unknown ones.\n"
                f"Received: {', '.join(map(repr, strangers[:_SHOWN]))}"
                f"{f' and {len(strangers) - _SHOWN} more' if len(strangers) > _SHOWN else ''}.\n"
                f"Allowed: the {len(self._places)} values that were learned.\n"
                "Pass num_oov_indices=1, or adapt to data that have them."
            )
        indices = [
            index if index >= 0 else self.place_of_unknown(value)
            for value, index in zip(found.tolist(), known, strict=True)
        ]
        return np.asarray(indices, "int64")[inverse].reshape(values.shape)

    def place_of_unknown(self, value: Any) -> int:
        """Return the index of a value that is not in the vocabulary."""
        del value
        return 0


class IntegerLookupEncoder(LookupEncoder):
    """Indices of integers."""

    class_name = "IntegerLookup"
    kind = int
    unknown = -1

    def place_of_unknown(self, value: Any) -> int:
        """Return the remainder by the number of indices for unknown values."""
        return int(value) % self.num_oov_indices

    def encode_tensor(self, values: Any) -> Any:
        """Return the indices; -1 for an unknown value that has none."""
        strangers = (
            ops.mod(values, self.num_oov_indices) if self.num_oov_indices > 1 else ops.zeros_like(values)
        ) - int(not self.num_oov_indices)
        # What int32 cannot hold is not met in a tensor.
        held = sorted(value for value in self._places if abs(value) < 1 << 31)
        if not held:
            return strangers
        tokens = ops.convert_to_tensor(np.asarray(held, "int32"))
        places = ops.convert_to_tensor(np.asarray([self._places[value] for value in held], "int32"))
        flat = ops.reshape(values, (-1,))
        nearest = ops.minimum(ops.cast(ops.searchsorted(tokens, flat), "int32"), len(held) - 1)
        hit = ops.equal(ops.take(tokens, nearest), flat)
        return ops.reshape(ops.where(hit, ops.take(places, nearest), ops.reshape(strangers, (-1,))), ops.shape(values))


class StringLookupEncoder(LookupEncoder):
    """Indices of strings."""

    class_name = "StringLookup"
    kind = str
    unknown = "[UNK]"

    def place_of_unknown(self, value: Any) -> int:
        """Return the hash by the number of indices for unknown values."""
        if self.num_oov_indices == 1:
            return 0
        return fingerprint64(value.encode("utf-8", "surrogateescape")) % self.num_oov_indices

    def encode_tensor(self, values: Any) -> Any:
        """Refuse tensors, which hold no strings."""
        raise not_on_tensors("a lookup of strings")
