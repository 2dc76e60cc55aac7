"""An encoder around a layer or function that a user brought."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from polykeras.backend.resolved import resolved_backends
from polykeras.layers.preprocessing.encoders.encoder import Encoder


class CustomEncoder(Encoder):
    """Whatever a user's layer or function does to a column of shape ``(batch, values)``.

    A layer with a method ``adapt`` is given all values at once.

    Args:
        function: Layer or function of a tensor.
    """

    class_name = ""

    def __init__(self, function: Callable[[Any], Any]) -> None:
        self.function = function
        self._values: list[np.ndarray] = []
        self._adapted = not callable(getattr(function, "adapt", None))

    @property
    def needs_adapting(self) -> bool:
        """Whether the layer learns from data."""
        return callable(getattr(self.function, "adapt", None))

    @property
    def adapted(self) -> bool:
        """Whether it has been given data, if it learns."""
        return self._adapted

    @property
    def depth(self) -> int | None:
        """Return how many indices the layer says that it has."""
        size = getattr(self.function, "vocabulary_size", None)
        size = size() if callable(size) else getattr(self.function, "num_bins", None)
        return None if size is None else int(size)

    def update(self, values: np.ndarray) -> None:
        """Keep some values."""
        self._values.append(values)

    def finish(self) -> None:
        """Give the layer all values."""
        if self.needs_adapting:
            self.function.adapt(np.concatenate(self._values))  # type: ignore[attr-defined]
        self._values = []
        self._adapted = True

    def encode(self, values: np.ndarray) -> np.ndarray:
        """Return what the function makes of the values, on the host."""
        result = self.function(values)
        for backend in resolved_backends():
            if backend.tensors.is_tensor(result):
                return backend.tensors.to_host(result)
        return np.asarray(result)

    def encode_tensor(self, values: Any) -> Any:
        """Return what the function makes of a tensor."""
        return self.function(values)

    def settings(self) -> dict[str, Any]:
        """Return the function."""
        return {"function": self.function}
