"""From symbolic outputs back to inputs: the graph of a Functional model as a flat, validated plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any, NamedTuple

from polykeras import tree
from polykeras.layers.layer import Layer
from polykeras.models.graph_order import key_of, ordered
from polykeras.models.unknown_sizes import UnknownSizes
from polykeras.ops.keras_tensor import KerasTensor, Node


class Step(NamedTuple):
    """One call of the plan.

    Attributes:
        operation: Layer or op that is called.
        gather: Makes positional and keyword arguments from the slots.
        single: Slot of the only argument, or -1 when there is more than one tensor argument.
        outputs: Slots that the results go to.
        node: The recorded call.
    """

    operation: Callable[..., Any]
    gather: Callable[[list[Any]], tuple[tuple[Any, ...], dict[str, Any]]]
    single: int
    outputs: tuple[int, ...]
    node: Node


class Graph:
    """A validated plan from `inputs` to `outputs`, both structures of symbolic tensors.

    Raises:
        ValueError: If an output does not depend on the inputs alone, or an input is not an `Input`.
    """

    def __init__(self, inputs: Any, outputs: Any) -> None:
        self.inputs = inputs
        self.outputs = outputs
        self.flat_inputs: list[KerasTensor] = tree.flatten(inputs)
        self.flat_outputs, self._output_tree = tree.flatten_with_spec(outputs)
        self._check_inputs()
        self._slots: dict[int, int] = {}
        self._sizes = UnknownSizes()
        for tensor in self.flat_inputs:
            self._sizes.add(self._slot(tensor), tensor)
        self.nodes = self._sorted_nodes()
        self.steps = [self._step(node) for node in self.nodes]
        self._size = len(self._slots)
        self._input_slots = [self._slots[id(tensor)] for tensor in self.flat_inputs]
        self._output_slots = [self._slots[id(tensor)] for tensor in self.flat_outputs]
        self._single_output = self._output_slots[0] if outputs is self.flat_outputs[0] else -1

    def __getstate__(self) -> dict[str, Any]:
        """Return the graph as a recipe: calls in order, tensors as numbers of slots."""
        tensors = [*self.flat_inputs, *(tensor for node in self.nodes for tensor in node.outputs)]

        def refer(structure: Any) -> Any:
            return tree.map_structure(
                lambda leaf: _Slot(self._slots[id(leaf)]) if isinstance(leaf, KerasTensor) else leaf, structure
            )

        return {
            "tensors": [(self._slots[id(t)], t.dims, t.dtype, t.name) for t in tensors],
            "sources": [t.node.operation if t.node and not t.node.inputs else None for t in self.flat_inputs],
            "calls": [(n.operation, refer(n.args), refer(n.kwargs), refer(n.outputs)) for n in self.nodes],
            "inputs": refer(self.inputs),
            "outputs": refer(self.outputs),
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Make the tensors and nodes of the recipe anew, for the layers that came with it."""
        tensors: dict[int, KerasTensor] = {}
        for slot, dims, dtype, name in state["tensors"]:
            tensors[slot] = KerasTensor(dims, dtype, name=name)

        def resolve(structure: Any) -> Any:
            return tree.map_structure(lambda leaf: tensors[leaf.index] if isinstance(leaf, _Slot) else leaf, structure)

        inputs = resolve(state["inputs"])
        for tensor, source in zip(tree.flatten(inputs), state["sources"], strict=True):
            if source is not None:
                _record(source, (), {}, [tensor])
        for operation, args, kwargs, outputs in state["calls"]:
            _record(operation, resolve(args), resolve(kwargs), resolve(outputs))
        self.__init__(inputs, resolve(state["outputs"]))  # type: ignore[misc]

    def _check_inputs(self) -> None:
        if not self.flat_inputs or not self.flat_outputs:
            raise ValueError(
                "A model needs at least one input and one output.\n"
                f"Received: {len(self.flat_inputs)} inputs, {len(self.flat_outputs)} outputs.\n"
                "Allowed: structures of symbolic tensors.\nPass `inputs=` and `outputs=`."
            )
        for role, tensors in (("input", self.flat_inputs), ("output", self.flat_outputs)):
            for tensor in tensors:
                if not isinstance(tensor, KerasTensor):
                    raise TypeError(
                        f"A model's {role}s are symbolic tensors.\n"
                        f"Received: {tensor!r} of type {type(tensor).__name__}.\n"
                        "Allowed: what `Input(...)` and calls on it return.\n"
                        "Build the model from `Input(...)`."
                    )
        if len({id(tensor) for tensor in self.flat_inputs}) != len(self.flat_inputs):
            raise ValueError(
                "A model's inputs contain the same tensor twice.\n"
                f"Received: {[tensor.name for tensor in self.flat_inputs]}.\n"
                "Allowed: every input once.\nRemove the repetition."
            )

    def _slot(self, tensor: KerasTensor) -> int:
        return self._slots.setdefault(id(tensor), len(self._slots))

    def _sorted_nodes(self) -> list[Node]:
        """Return the nodes between inputs and outputs, each after those it needs, in recorded order."""
        given = {id(tensor) for tensor in self.flat_inputs}
        done: dict[int, Node] = {}
        order: list[Node] = []
        stack: list[tuple[Node, bool]] = [
            (self._node_of(tensor), False) for tensor in reversed(self.flat_outputs) if id(tensor) not in given
        ]
        while stack:
            node, ready = stack.pop()
            if id(node) in done:
                continue
            if ready:
                done[id(node)] = node
                order.append(node)
                continue
            stack.append((node, True))
            stack.extend((self._node_of(tensor), False) for tensor in reversed(node.inputs) if id(tensor) not in given)
        return order

    def _node_of(self, tensor: KerasTensor) -> Node:
        if tensor.node is None or tensor.node.is_start:
            raise ValueError(
                "A model's output depends on a tensor that is not among its inputs.\n"
                f"Received: {tensor!r}, which comes from no call on the given inputs.\n"
                f"Allowed: {', '.join(repr(item) for item in self.flat_inputs)}.\n"
                "Add the missing `Input(...)` to `inputs=`."
            )
        return tensor.node

    def _step(self, node: Node) -> Step:
        plain = len(node.args) == 1 and not node.kwargs and isinstance(node.args[0], KerasTensor)
        single = self._slots[id(node.args[0])] if plain else -1
        gather = self._gatherer(node)
        outputs = tuple(self._slot(tensor) for tensor in node.outputs)
        for slot, tensor in zip(outputs, node.outputs, strict=True):
            self._sizes.add(slot, tensor)
        return Step(node.operation, gather, single, outputs, node)

    def _gatherer(self, node: Node) -> Callable[[list[Any]], tuple[tuple[Any, ...], dict[str, Any]]]:
        """Return what fills a call's arguments from the slots."""
        if not node.kwargs and all(isinstance(argument, KerasTensor) for argument in node.args):
            positions = [self._slots[id(argument)] for argument in node.args]
            return lambda slots: (tuple([slots[i] for i in positions]), {})
        first = node.args[0] if len(node.args) == 1 else None
        if (
            not node.kwargs
            and isinstance(first, (list, tuple))
            and all(isinstance(item, KerasTensor) for item in first)
        ):
            positions = [self._slots[id(item)] for item in first]
            return lambda slots: (([slots[i] for i in positions],), {})
        flat, treedef = tree.flatten_with_spec((node.args, node.kwargs))
        filled = [(i, self._slots[id(leaf)]) for i, leaf in enumerate(flat) if isinstance(leaf, KerasTensor)]
        readers = ((i, self._sizes.reader(leaf)) for i, leaf in enumerate(flat))
        sizes = [(i, read) for i, read in readers if read is not None]

        def gather(slots: list[Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
            leaves = list(flat)
            for index, slot in filled:
                leaves[index] = slots[slot]
            for index, read in sizes:
                leaves[index] = read(slots)
            args, kwargs = tree.unflatten(treedef, leaves)
            return args, kwargs

        return gather

    def slots_of(self, values: list[Any]) -> list[Any]:
        """Return the slots at the start of a run, with flat input `values` in theirs."""
        slots: list[Any] = [None] * self._size
        for slot, value in zip(self._input_slots, values, strict=True):
            slots[slot] = value
        return slots

    def run(self, values: list[Any]) -> Any:
        """Return the outputs for flat input `values`, native or symbolic."""
        slots = self.slots_of(values)
        for operation, gather, single, outputs, _ in self.steps:
            if single >= 0:
                result = operation(slots[single])
            else:
                args, kwargs = gather(slots)
                result = operation(*args, **kwargs)
            if len(outputs) == 1 and not isinstance(result, (list, tuple, dict)):
                slots[outputs[0]] = result
            else:
                for slot, leaf in zip(outputs, tree.flatten(result), strict=True):
                    slots[slot] = leaf
        if self._single_output >= 0:
            return slots[self._single_output]
        return tree.unflatten(self._output_tree, [slots[i] for i in self._output_slots])

    def layers(self) -> list[Layer]:
        """Return the input layers and every layer called, each once, those far from the outputs first."""
        found = [
            source.operation
            for item in self.order()
            if (source := item if isinstance(item, Node) else item.node) is not None
            # A tensor inside a larger graph brings no layer: it stands for itself.
            and (isinstance(item, Node) or source.is_start)
            and isinstance(source.operation, Layer)
        ]
        _check_names(found)
        return found

    def order(self) -> list[KerasTensor | Node]:
        """Return the inputs and the first call of each layer or op, in the order of Keras."""
        return ordered(self.flat_outputs, self.flat_inputs, self.nodes)

    def calls(self) -> dict[int, list[Node]]:
        """Return the calls of each layer or op, as they were recorded, by `key_of`."""
        found: dict[int, list[Node]] = {}
        for node in self.nodes:
            found.setdefault(key_of(node), []).append(node)
        for nodes in found.values():
            if len(nodes) > 1:
                numbers = {id(node): number for number, (node, _) in enumerate(nodes[0].operation._nodes)}
                nodes.sort(key=lambda node: numbers.get(id(node), len(numbers)))
        return found

    def connections(self) -> dict[str, tuple[str, ...]]:
        """Return, by layer name, its inputs as ``"name[node][tensor]"``."""
        answer: dict[str, tuple[str, ...]] = {}
        numbers = {id(node): number for calls in self.calls().values() for number, node in enumerate(calls)}
        for tensor in self.flat_inputs:
            if tensor.node is not None:
                answer[_name(tensor.node)] = ()
                numbers[id(tensor.node)] = 0
        for node in self.nodes:
            name = _name(node)
            sources = tuple(
                f"{_name(tensor.node)}[{numbers.get(id(tensor.node), 0)}][{tensor.index}]"
                for tensor in node.inputs
                if tensor.node is not None
            )
            answer[name] = answer.get(name, ()) + sources
        return answer


class _Slot:
    """Stands for a tensor in a recipe."""

    __slots__ = ("index",)

    def __init__(self, index: int) -> None:
        self.index = index


def _record(operation: Any, args: Any, kwargs: Any, outputs: list[KerasTensor]) -> None:
    node = Node(operation, args, kwargs, outputs)
    for index, tensor in enumerate(outputs):
        tensor.node, tensor.index = node, index
    if isinstance(operation, Layer):
        operation.note_call(node, outputs[0] if len(outputs) == 1 else outputs)


def _name(node: Node) -> str:
    return str(getattr(node.operation, "name", node.operation))


def _check_names(layers: list[Layer]) -> None:
    repeated = [name for name, count in Counter(layer.name for layer in layers).items() if count > 1]
    if repeated:
        raise ValueError(
            "Two layers of a model have the same name.\n"
            f"Received: {', '.join(repr(name) for name in repeated)} more than once.\n"
            "Allowed: unique names.\nGive them other names."
        )
