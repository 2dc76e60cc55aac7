"""Keywords of former versions of Keras that ops still take: what they are called now, or what to call instead."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

_NAMES = {"multi_hot": {"num_tokens": "num_classes"}}
_OFF = {
    "layer_normalization": {"rms_scaling": "Call `ops.rms_normalization`: the scale was not that of the mean square."}
}


class _Op(Protocol):
    name: str
    parameters: tuple[str, ...]


def apply(op: _Op, values: list[Any], given: Mapping[str, Any]) -> list[Any]:
    """Return the values of an op's parameters with those that were given by a former name.

    Args:
        op: The op.
        values: A value for each of its parameters.
        given: What was given by names that it has not.

    Raises:
        TypeError: A name that it never had.
        ValueError: A name whose meaning is gone, unless it is turned off.
    """
    names, off = _NAMES.get(op.name, {}), _OFF.get(op.name, {})
    for name, value in given.items():
        if name in names:
            values[op.parameters.index(names[name])] = value
        elif name not in off:
            allowed = ", ".join([*op.parameters, *names, *off])
            raise TypeError(
                f"The op `{op.name}` has no such argument.\nReceived: {name}={value!r}.\nAllowed: {allowed}.\n"
                "Correct the name, or leave it out."
            )
        elif value:
            raise ValueError(
                f"The op `{op.name}` does that no longer.\nReceived: {name}={value!r}.\nAllowed: {name}=False.\n"
                f"{off[name]}"
            )
    return values
