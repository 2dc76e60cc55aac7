"""What a picture of a model shows: boxes, groups of boxes and arrows.

Promises plain tuples, keyed by ids made here, so that no name of a layer ever serves as an identifier; and that no
value of a weight is read. Refuses to place or draw: `layout` and `svg` do, or Graphviz.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from polykeras.layers import InputLayer, Layer
from polykeras.models.functional import Functional
from polykeras.models.sequential import Sequential
from polykeras.ops.keras_names import class_name
from polykeras.ops.keras_tensor import KerasTensor, Node
from polykeras.plugins.errors import NotBuiltError


class Show(NamedTuple):
    """What to say of each layer.

    Attributes:
        shapes: Shapes of inputs and outputs.
        dtype: Dtype of the output.
        names: Name of the layer, besides its class.
        activations: Activation function, where the layer has one.
        trainable: Whether it trains, where it has weights.
        nested: The layers of models inside.
    """

    shapes: bool = False
    dtype: bool = False
    names: bool = True
    activations: bool = False
    trainable: bool = False
    nested: bool = False


class Row(NamedTuple):
    """One line under a box's title, such as ``Output shape`` and ``(None, 10)``."""

    label: str
    value: str


class Box(NamedTuple):
    """One layer or op.

    Attributes:
        key: Identifier within the picture.
        title: First line; the class, or the name where it is asked for.
        subtitle: Class beside a name, else empty.
        rows: Further lines.
        kind: ``"input"``, ``"layer"`` or ``"op"``.
        trainable: Whether it trains, ``None`` when that is not shown.
    """

    key: str
    title: str
    subtitle: str
    rows: tuple[Row, ...] = ()
    kind: str = "layer"
    trainable: bool | None = None


class Group(NamedTuple):
    """A model inside the model, drawn as a frame around its boxes."""

    key: str
    title: str
    subtitle: str
    members: tuple[Box | Group, ...]


class Contents(NamedTuple):
    """Boxes and groups in the order of the model, and arrows as pairs of box keys."""

    name: str
    members: tuple[Box | Group, ...]
    arrows: tuple[tuple[str, str], ...]


def contents_of(model: Any, show: Show) -> Contents:
    """Return what a picture of `model` shows.

    A Functional model gives a box for each layer and each op; a Sequential one a chain of its layers; a subclassed
    model, whose inside only its ``call`` knows, one box.

    Raises:
        NotBuiltError: The model does not know its layers' shapes yet.
    """
    if not model.built:
        raise NotBuiltError(
            f"The model {model.name!r} cannot be drawn.\nReceived: a model that is not built.\n"
            "Allowed: built models.\nCall it on data, fit it, or start it with `Input(...)`."
        )
    collector = _Collector(show)
    members = collector.model(model)[0] if _has_inside(model) else (collector.box(model, []),)
    return Contents(model.name, members, tuple(dict.fromkeys(collector.arrows)))


def _has_inside(layer: Any) -> bool:
    return isinstance(layer, (Functional, Sequential)) and getattr(layer, "_graph", None) is not None


class _Ends(NamedTuple):
    """Where arrows of a nested model attach, by position of its inputs and outputs."""

    entries: tuple[tuple[str, ...], ...]
    exits: tuple[str, ...]


class _Collector:
    """Walks a model and the models inside it, giving ids and gathering arrows."""

    def __init__(self, show: Show) -> None:
        self.arrows: list[tuple[str, str]] = []
        self._show = show
        self._count = 0

    def model(self, model: Any) -> tuple[tuple[Box | Group, ...], _Ends]:
        """Return what is directly inside a model that has a graph, and where arrows from outside attach."""
        graph = model._graph
        members: list[Box | Group] = []
        source: dict[int, str] = {}
        entries: dict[int, list[str]] = {id(tensor): [] for tensor in graph.flat_inputs}
        if not isinstance(model, Sequential):  # the input of a chain is not among its layers
            for tensor in graph.flat_inputs:
                members.append(self._input(tensor))
                source[id(tensor)] = members[-1].key
                entries[id(tensor)].append(members[-1].key)
        calls = []
        for operation, nodes in _calls(graph.nodes):
            member, ends = self._member(operation, nodes)
            members.append(member)
            calls.append((nodes, ends))
            for node in nodes:
                source.update(zip(map(id, node.outputs), ends.exits, strict=False))
        # Sources first, all of them: a layer called twice may take what comes after its first call.
        for nodes, ends in calls:
            for node in nodes:
                for tensor, targets in zip(node.inputs, ends.entries, strict=False):
                    self._arrive(tensor, targets, source, entries)
        exits = tuple(source[id(tensor)] for tensor in graph.flat_outputs if id(tensor) in source)
        return tuple(members), _Ends(tuple(tuple(entries[id(tensor)]) for tensor in graph.flat_inputs), exits)

    def _arrive(
        self, tensor: KerasTensor, targets: Sequence[str], source: Mapping[int, str], entries: Mapping[int, list[str]]
    ) -> None:
        if id(tensor) in source:
            self.arrows.extend((source[id(tensor)], target) for target in targets)
        elif id(tensor) in entries:
            entries[id(tensor)].extend(targets)

    def _member(self, operation: Any, nodes: Sequence[Node]) -> tuple[Box | Group, _Ends]:
        if self._show.nested and _has_inside(operation):
            inside, ends = self.model(operation)
            return Group(self._key(), *self._names(operation, operation.name), inside), ends
        box = self.box(operation, nodes)
        widest = max(len(node.inputs) for node in nodes), max(len(node.outputs) for node in nodes)
        return box, _Ends(((box.key,),) * widest[0], (box.key,) * widest[1])

    def _input(self, tensor: KerasTensor) -> Box:
        operation = tensor.node.operation if tensor.node is not None else None
        if isinstance(operation, InputLayer):
            return self._box(operation.name, operation, [], [tensor])
        # A graph may start at any tensor of another graph.
        title, subtitle = (tensor.name, "Input") if self._show.names else ("Input", "")
        return Box(self._key(), title, subtitle, self._rows(None, [], [tensor]), "input")

    def box(self, operation: Any, nodes: Sequence[Node]) -> Box:
        """Return the box of a layer or op with all its calls."""
        inputs = [tensor for node in nodes for tensor in node.inputs]
        outputs = [tensor for node in nodes for tensor in node.outputs]
        return self._box(nodes[0].name if nodes else operation.name, operation, inputs, outputs)

    def _box(self, name: str, operation: Any, inputs: Sequence[KerasTensor], outputs: Sequence[KerasTensor]) -> Box:
        kind = "input" if isinstance(operation, InputLayer) else "layer" if isinstance(operation, Layer) else "op"
        trains = None
        if self._show.trainable and isinstance(operation, Layer) and operation.weights:
            trains = bool(operation.trainable)
        rows = self._rows(operation, inputs, outputs)
        if trains is not None:
            rows = (*rows, Row("Trainable", "yes" if trains else "no"))
        return Box(self._key(), *self._names(operation, name), rows, kind, trains)

    def _names(self, operation: Any, name: str) -> tuple[str, str]:
        kind = type(operation).__name__ if isinstance(operation, Layer) else class_name(operation.name)
        return (name, kind) if self._show.names else (kind, "")

    def _rows(self, operation: Any, inputs: Sequence[KerasTensor], outputs: Sequence[KerasTensor]) -> tuple[Row, ...]:
        rows = []
        activation = getattr(operation, "activation", None)
        if self._show.activations and activation is not None:
            rows.append(Row("Activation", str(getattr(activation, "__name__", type(activation).__name__))))
        if self._show.shapes:
            if inputs:
                rows.append(Row("Input shape", _shapes(inputs)))
            if outputs:
                rows.append(Row("Output shape", _shapes(outputs)))
        if self._show.dtype and (outputs or isinstance(operation, Layer)):
            rows.append(Row("Output dtype", ", ".join(dict.fromkeys(t.dtype for t in outputs)) or _dtype(operation)))
        return tuple(rows)

    def _key(self) -> str:
        self._count += 1
        return f"n{self._count}"


def _calls(nodes: Iterable[Node]) -> list[tuple[Any, list[Node]]]:
    """Group the calls of each layer; each call of an op stands alone."""
    calls: dict[tuple[int, int], tuple[Any, list[Node]]] = {}
    for node in nodes:
        key = (id(node.operation), 0 if isinstance(node.operation, Layer) else id(node))
        calls.setdefault(key, (node.operation, []))[1].append(node)
    return list(calls.values())


def _shapes(tensors: Sequence[KerasTensor]) -> str:
    return ", ".join(dict.fromkeys(str(tuple(tensor.shape)) for tensor in tensors))


def _dtype(operation: Any) -> str:
    return str(getattr(operation, "compute_dtype", "?"))
