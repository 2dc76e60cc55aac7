"""Ops of Keras that are no single op here: what the graph of a file gets in their place.

Keras writes a class of its own for its activation `relu` with more than a threshold of 0, and for
conversions that change nothing. Reading one gives the ops it means; writing gives these ops.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from polykeras import activations, ops
from polykeras.registry.serialization import malformed

_ACTIVATIONS = "keras.src.activations.activations"
_CORE = "keras.src.ops.core"
_NUMPY = "keras.src.ops.numpy"


def _converted(x: Any, dtype: Any = None, sparse: Any = None, ragged: Any = None) -> Any:
    """Return a symbolic tensor as it is, or cast."""
    del sparse, ragged
    return x if dtype is None or x.dtype == dtype else ops.cast(x, dtype)


_FUNCTIONS: dict[tuple[str, str], Callable[..., Any]] = {
    (_ACTIVATIONS, "ReLU"): activations.relu,
    (_CORE, "ConvertToTensor"): _converted,
    (_NUMPY, "Array"): _converted,
}


def composite(entry: dict[str, Any]) -> Callable[..., Any] | None:
    """Return a function of tensors for the config of such an op, or ``None`` when it is none of them.

    Args:
        entry: An entry of ``layers`` in the config of a Functional model.

    Raises:
        ValueError: If the fields are not those of the op.
    """
    function = _FUNCTIONS.get((str(entry.get("module")), str(entry.get("class_name"))))
    if function is None:
        return None
    fields = {key: value for key, value in entry["config"].items() if key != "name"}

    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **fields, **kwargs)
        except TypeError as error:
            raise malformed("op", entry, str(error)) from error

    return call
