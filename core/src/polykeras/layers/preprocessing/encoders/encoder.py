"""`Encoder`: what every encoder of columns promises.

Learning goes ``fresh()``, ``update(values)`` per piece, ``finish()``; until then the earlier encoder stays as it is.
"""

from __future__ import annotations

from typing import Any, Self

import numpy as np

from polykeras.backend.config import floatx


class Encoder:
    """Base class: passes values through, and has nothing to learn.

    Attributes:
        class_name: What configs call it: the Keras layer that does the same.
    """

    class_name = "Identity"

    @property
    def needs_adapting(self) -> bool:
        """Whether it has something to learn from data."""
        return False

    @property
    def adapted(self) -> bool:
        """Whether it knows what it needs."""
        return True

    @property
    def depth(self) -> int | None:
        """Return how many indices there are; ``None`` where the outputs are measures."""
        return None

    def fresh(self) -> Self:
        """Return one with the same settings that has learned nothing."""
        return type(self)(**self.settings())

    def update(self, values: np.ndarray) -> None:
        """Learn from some values; their shape does not matter."""

    def finish(self) -> None:
        """Make of what was learned what `encode` needs."""

    def encode(self, values: np.ndarray) -> np.ndarray:
        """Return the encoded values, of the same shape: floats, or indices as int64."""
        return values

    def encode_tensor(self, values: Any) -> Any:
        """Return what `encode` does, for a tensor of the current backend: floats, or indices as int32."""
        return values

    def settings(self) -> dict[str, Any]:
        """Return the constructor's arguments, without what was learned."""
        return {}

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, with what was learned."""
        return self.settings()


def host_float() -> np.dtype[Any]:
    """Return the dtype of floats on the host: floatx, or float32 where NumPy does not have it."""
    name = floatx()
    return np.dtype(name if name in _HOST_FLOATS else "float32")


_HOST_FLOATS = frozenset({"float16", "float32", "float64"})


def not_on_tensors(what: str) -> TypeError:
    """Return the error for an encoder of strings that meets a tensor.

    Args:
        what: The encoder in words, with its article.
    """
    return TypeError(
        f"Strings are not encoded inside of a model, and {what} takes strings.\n"
        "Received: a tensor of a backend.\n"
        "Allowed on tensors: numbers. Strings are encoded on the host, from lists and NumPy arrays.\n"
        "Map the data with the feature space first, for example in the `__getitem__` of a PyDataset, and make the "
        "model from the encoded features."
    )
