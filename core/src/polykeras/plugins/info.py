"""Facts that cross the contract: plain tuples, cheap to import, with no behaviour of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

CONTRACT: tuple[int, int] = (0, 1)
"""Version of the contract, ``(major, minor)``; 0.x until four backends pass the conformance suite."""


class BackendInfo(NamedTuple):
    """What a backend says of itself before its framework is imported.

    Attributes:
        name: The name users choose it by, lower case.
        contract: Version of the contract it was written for, ``(major, minor)``.
        framework: Import name of the framework, or ``None`` when it needs none.
        framework_distribution: Distribution that provides the framework, as pip names it.
        framework_minimum: Least version of that distribution, for example ``"2.4"``.
        priority: Among several installed backends the highest is chosen when nobody asks for one.
        capabilities: Names of optional abilities: ``"jit"``, ``"symbolic_shapes"``, ``"x64_scope"``;
            ``"eager_compiles"`` where each eager computation is compiled too, so that several are better jitted as one.
        unsupported: Op name to the reason why this backend cannot offer it.
    """

    name: str
    contract: tuple[int, int] = CONTRACT
    framework: str | None = None
    framework_distribution: str | None = None
    framework_minimum: str | None = None
    priority: int = 0
    capabilities: frozenset[str] = frozenset()
    unsupported: dict[str, str] = {}  # noqa: RUF012 - a NamedTuple default, never mutated


class Device(NamedTuple):
    """A device that a backend can compute on.

    Attributes:
        name: Kind and number, such as ``"cpu:0"``, ``"gpu:1"`` or ``"tpu:0"``.
        description: What the framework calls the hardware, or an empty string.
    """

    name: str
    description: str = ""


class VariableSpec(NamedTuple):
    """Everything a store is told about a variable it is to create.

    Attributes:
        shape: Static shape.
        dtype: Canonical dtype name, such as ``"float32"``.
        path: Slash-separated path, unique within its model, such as ``"dense/kernel"``.
        trainable: Whether gradients are asked for.
        placement: ``"device"``, or ``"host"`` for counters and seeds that the host reads at every step.
        layout: Distribution layout, or ``None``.
        aggregation: How replicas agree: ``"none"``, ``"sum"``, ``"mean"`` or ``"only_first_replica"``.
    """

    shape: tuple[int, ...]
    dtype: str
    path: str
    trainable: bool = True
    placement: str = "device"
    layout: Any = None
    aggregation: str = "none"


class Facets(NamedTuple):
    """Attributes that a framework's own users and functions look for, by name.

    Each is a function of the object, called when the attribute is read and is not there otherwise; a method is a
    function that returns one.

    Attributes:
        variable: On variables of the backend.
        layer: On layers and models whose variables are of the backend.
    """

    variable: Mapping[str, Callable[[Any], Any]] = MappingProxyType({})
    layer: Mapping[str, Callable[[Any], Any]] = MappingProxyType({})


class TensorSpec(NamedTuple):
    """Shape and dtype of a tensor that need not exist; unknown sizes are ``None``."""

    shape: tuple[int | None, ...]
    dtype: str


class DataRequest(NamedTuple):
    """What a user handed to ``fit``, ``evaluate`` or ``predict``, for an adapter to claim.

    Attributes:
        x: Inputs, or a whole source of batches.
        y: Targets, or ``None``.
        sample_weight: Weights per sample, or ``None``.
        batch_size: Samples per batch, or ``None`` when the caller left it open.
        shuffle: Whether each epoch permutes the samples.
        names: Names of the model's inputs where it takes a dict, for sources whose columns have names; else ``None``.
    """

    x: Any
    y: Any = None
    sample_weight: Any = None
    batch_size: int | None = None
    shuffle: bool = False
    names: tuple[str, ...] | None = None
