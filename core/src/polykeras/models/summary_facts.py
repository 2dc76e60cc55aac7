"""What a summary says of a model, read through the public face of models and layers.

Promises plain tuples that can be made by hand, compared and rendered anywhere, and that no value of a
weight is ever read: an unbuilt or never-run model is summarised without its framework.
Refuses to draw: `polykeras.models.summary` turns these facts into text.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Protocol, runtime_checkable

UNKNOWN_SHAPE = "?"


class SummaryRow(NamedTuple):
    """One layer of a summary.

    Attributes:
        name: Name of the layer.
        class_name: Name of its class.
        output_shape: Its output shape as text, ``"?"`` when unknown.
        parameters: Number of its weights' elements, or ``None`` while it is not built.
        connected_to: Where its inputs come from, such as ``("dense[0][0]",)``.
        trainable: Whether it trains; ``None`` when it has no weights.
        depth: 0 for a layer of the model itself, 1 inside a nested model, and so on.
    """

    name: str
    class_name: str
    output_shape: str
    parameters: int | None
    connected_to: tuple[str, ...] = ()
    trainable: bool | None = None
    depth: int = 0


class ParameterTotal(NamedTuple):
    """How many elements a group of weights has, and how many bytes they take."""

    elements: int = 0
    size_bytes: int = 0


class SummaryFacts(NamedTuple):
    """Everything a summary shows.

    Attributes:
        name: Name of the model.
        rows: Its layers in order.
        trainable: Total of the trainable weights.
        non_trainable: Total of the other weights.
        optimizer: Total of the optimizer's variables, or ``None`` when it has none yet.
        connected: Whether the graph branches, so that connections are worth a column.
    """

    name: str
    rows: tuple[SummaryRow, ...]
    trainable: ParameterTotal
    non_trainable: ParameterTotal
    optimizer: ParameterTotal | None = None
    connected: bool = False

    @property
    def total(self) -> ParameterTotal:
        """All weights and the optimizer's variables together."""
        groups = (self.trainable, self.non_trainable, self.optimizer or ParameterTotal())
        return ParameterTotal(sum(g.elements for g in groups), sum(g.size_bytes for g in groups))


@runtime_checkable
class ConnectedModel(Protocol):
    """A model made of a graph, which can say where each layer's inputs come from."""

    def layer_connections(self) -> Mapping[str, Sequence[str]]:
        """Return, by layer name, its inputs as ``"name[node][tensor]"``."""


def summary_facts(model: Any, *, expand_nested: bool = False, layer_range: Sequence[str] | None = None) -> SummaryFacts:
    """Read the facts of `model`.

    Args:
        model: A model: `name`, `layers`, `trainable_weights`, `non_trainable_weights`, and once compiled
            `optimizer`. One with `layer_connections()` gets its connections shown if its graph branches.
        expand_nested: Also list the layers of nested models.
        layer_range: Names, or regular expressions, of the first and the last layer to list.

    Returns:
        The facts; totals are those of the whole model whatever `layer_range` is.

    Raises:
        ValueError: `layer_range` is not two strings, or one of them matches no layer.
    """
    layers = _in_range(model.layers, layer_range)
    return SummaryFacts(
        name=model.name,
        rows=tuple(_rows(model, layers, expand_nested=expand_nested, depth=0)),
        trainable=_total(model.trainable_weights),
        non_trainable=_total(model.non_trainable_weights),
        optimizer=_optimizer_total(getattr(model, "optimizer", None)),
        connected=_branches(model),
    )


def _rows(model: Any, layers: Iterable[Any], *, expand_nested: bool, depth: int) -> Iterator[SummaryRow]:
    connections = model.layer_connections() if isinstance(model, ConnectedModel) else {}
    for layer in layers:
        yield SummaryRow(
            name=layer.name,
            class_name=type(layer).__name__,
            output_shape=_output_shape(layer),
            parameters=layer.count_params() if layer.built else None,
            connected_to=tuple(connections.get(layer.name, ())),
            trainable=bool(layer.trainable) if layer.weights else None,
            depth=depth,
        )
        if expand_nested and hasattr(layer, "layers"):
            yield from _rows(layer, layer.layers, expand_nested=True, depth=depth + 1)


def _branches(model: Any) -> bool:
    """Whether some layer is fed by anything but the one layer listed before it."""
    if not isinstance(model, ConnectedModel):
        return False
    connections = model.layer_connections()
    names = [layer.name for layer in getattr(model, "layers", ())]
    if not connections:
        return False
    expected: list[list[str]] = [[], *([name] for name in names[:-1])]
    return any(
        [source.rsplit("[", 2)[0] for source in connections.get(name, ())] != feeds
        for name, feeds in zip(names, expected, strict=False)
    )


def _output_shape(layer: Any) -> str:
    shapes = list(_shapes(_symbolic_output(layer)))
    if not shapes:
        shapes = list(_shapes(_inferred_shape(layer)))
    if not shapes:
        return UNKNOWN_SHAPE
    if len(shapes) == 1:
        return str(shapes[0])
    return f"[{', '.join(map(str, shapes))}]"


def _symbolic_output(layer: Any) -> Any:
    # A layer never called on a symbolic tensor, or called several times, has no single output: asking
    # raises, and which of these it raises depends on why.
    try:
        return layer.output
    except (AttributeError, ValueError, RuntimeError):
        return None


def _inferred_shape(layer: Any) -> Any:
    """The shape that follows from what the layer was built on, for layers run on real batches only."""
    try:
        config = layer.get_build_config() or {}
        if "input_shape" in config:
            return layer.compute_output_shape(config["input_shape"])
        return layer.compute_output_shape(**config["shapes_dict"]) if "shapes_dict" in config else None
    except (AttributeError, NotImplementedError, TypeError, ValueError):
        return None


def _shapes(value: Any) -> Iterator[tuple[int | None, ...]]:
    """Every shape in a structure of tensors or of shapes."""
    if value is None:
        return
    if hasattr(value, "shape"):
        yield tuple(value.shape)
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _shapes(item)
    elif all(size is None or isinstance(size, int) for size in value):
        yield tuple(value)
    else:
        for item in value:
            yield from _shapes(item)


def _optimizer_total(optimizer: Any) -> ParameterTotal | None:
    # Before it is built an optimizer has its counters only, which say nothing of what it will take.
    return _total(optimizer.variables) if optimizer is not None and optimizer.built else None


def _total(variables: Iterable[Any]) -> ParameterTotal:
    elements = bits = 0
    for variable in variables:
        size = math.prod(variable.shape)
        elements += size
        bits += size * bits_of(str(variable.dtype))
    return ParameterTotal(elements, -(-bits // 8))


def bits_of(dtype: str) -> int:
    """Return the bits that one element takes.

    Args:
        dtype: Canonical name, such as ``"float32"``, ``"bool"`` or ``"float8_e4m3fn"``.

    >>> bits_of("bfloat16"), bits_of("int4"), bits_of("bool"), bits_of("float8_e4m3fn")
    (16, 4, 8, 8)
    """
    digits = re.match(r"[a-z]+(\d+)", dtype)
    return int(digits[1]) if digits else 8


def _in_range(layers: Sequence[Any], layer_range: Sequence[str] | None) -> Sequence[Any]:
    if layer_range is None:
        return layers
    if (
        isinstance(layer_range, str)
        or len(layer_range) != 2
        or not all(isinstance(bound, str) for bound in layer_range)
    ):
        raise ValueError(
            f"summary() cannot use this `layer_range`.\nReceived: {layer_range!r}.\n"
            "Allowed: None, or a list or tuple of two strings, the names (or regular expressions) of the first and "
            "the last layer.\nPass for example layer_range=['conv2d', 'dense']."
        )
    names = [layer.name for layer in layers]
    first, last = (_matching(bound, names) for bound in layer_range)
    low, high = sorted((first[0], last[-1]))
    return layers[low : high + 1]


def _matching(bound: str, names: Sequence[str]) -> list[int]:
    """Indices of the layers called `bound`, or else of those that it matches as an expression."""
    if bound in names:
        return [names.index(bound)]
    problem = "no layer has this name or matches it as a regular expression"
    cause: re.error | None = None
    found: list[int] = []
    try:
        found = [index for index, name in enumerate(names) if re.match(bound, name)]
    except re.error as error:
        problem, cause = f"no layer has this name, and as a regular expression it is broken ({error})", error
    if found:
        return found
    raise ValueError(
        f"summary() cannot find an end of `layer_range`: {problem}.\nReceived: {bound!r}.\n"
        f"Layers of this model: {', '.join(names) or 'none'}.\nName one of them, or leave `layer_range` out."
    ) from cause
