"""From the config of a Functional model to its graph.

Promises: layers are made once each and called in the recorded order of their calls; a call waits until
its inputs are there, wherever in the config they stand. Nothing is guessed: a name, a call or an output
that the config does not have is an error.
Refuses: calls that wait for each other, two layers of one name, and classes that are neither built in nor
registered.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Any, NamedTuple

from polykeras import layers, tree
from polykeras.models.composite_ops import composite
from polykeras.models.functional_config import counts_from_one
from polykeras.ops.keras_names import OpParts, call_from_parts, is_op_module, op_of_class
from polykeras.ops.keras_tensor import TAG, KerasTensor
from polykeras.ops.operation import Operation
from polykeras.registry import deserialize_keras_object
from polykeras.registry.serialization import fitting


class _Call(NamedTuple):
    name: str
    number: int
    args: Any
    kwargs: Any


class GraphReader:
    """Reads ``layers``, ``input_layers`` and ``output_layers`` of a config.

    Args:
        config: The config of a Functional model.

    Raises:
        ValueError: If the config is malformed or names something unknown.
    """

    def __init__(self, config: dict[str, Any]) -> None:
        self._operations: dict[str, Any] = {}
        self._outputs: dict[tuple[str, int], list[Any]] = {}
        self._calls: list[_Call] = []
        for entry in _listed(config.get("layers"), "layers"):
            self._add(entry)
        self._run()
        self.inputs = self._ends(config.get("input_layers"))
        self.outputs = self._ends(config.get("output_layers"))

    def _add(self, entry: Any) -> None:
        if not isinstance(entry, dict) or not isinstance(entry.get("config"), dict):
            raise _malformed(f"a layer is {_text(entry)}", "dictionaries with class_name, config and name")
        name = entry.get("name", entry["config"].get("name"))
        if not isinstance(name, str) or name in self._operations:
            raise _malformed(f"a layer is called {name!r}", "names, each of them once")
        self._operations[name] = self._operation(name, entry)
        for number, node in enumerate(_listed(entry.get("inbound_nodes", []), "inbound_nodes")):
            if not isinstance(node, dict):
                raise _malformed(f"a call of {name!r} is {_text(node)}", 'dictionaries with "args" and "kwargs"')
            args, kwargs = node.get("args", []), node.get("kwargs", {})
            if not isinstance(args, (list, tuple)) or not isinstance(kwargs, dict):
                raise _malformed(f"a call of {name!r} is {_text(node)}", '"args" as a list, "kwargs" as a dictionary')
            self._calls.append(_Call(name, number, args, kwargs))

    def _operation(self, name: str, entry: dict[str, Any]) -> Any:
        """Return a layer, a function of tensors, or an op with the fields of its config."""
        function = composite(entry)
        if function is not None:
            return function
        if is_op_module(entry.get("module")):
            return op_of_class(entry["module"], str(entry.get("class_name"))), entry["config"]
        described = {key: value for key, value in entry.items() if key != "inbound_nodes"}
        layer = layers.FAMILY.deserialize(described, base=Operation)
        if layer.name != name:
            raise _malformed(f"the layer {name!r} calls itself {layer.name!r}", "one name in both places")
        if isinstance(layer, layers.InputLayer):
            self._outputs[name, 0] = [layer.output]
        return layer

    # ------------------------------------------------------------------ calls, each after those it needs

    def _run(self) -> None:
        waiting: dict[tuple[str, int], list[int]] = {}
        missing: list[int] = []
        for position, call in enumerate(self._calls):
            needed = {place for place in self._needs(call) if place not in self._outputs}
            missing.append(len(needed))
            for place in needed:
                waiting.setdefault(place, []).append(position)
        ready = deque(position for position, count in enumerate(missing) if count == 0)
        done = 0
        while ready:
            call = self._calls[ready.popleft()]
            with fitting("call of", call.name, {"args": call.args, "kwargs": call.kwargs}):
                self._outputs[call.name, call.number] = self._made(call)
            done += 1
            for position in waiting.pop((call.name, call.number), ()):
                missing[position] -= 1
                if missing[position] == 0:
                    ready.append(position)
        if done < len(self._calls):
            stuck = sorted({self._calls[i].name for i, count in enumerate(missing) if count > 0})
            raise _malformed(
                f"these layers wait for calls that are not there, or for each other: {', '.join(stuck[:10])}",
                "calls on the outputs of other calls, without cycles",
            )

    def _needs(self, call: _Call) -> Iterator[tuple[str, int]]:
        """Yield the calls that this one needs: those of its tensors, and the layer's own earlier one."""
        for place in _tensors((call.args, call.kwargs)):
            name, number, _ = self._place(place)
            yield name, number
        if call.number:
            yield call.name, call.number - 1

    def _made(self, call: _Call) -> list[KerasTensor]:
        operation = self._operations[call.name]
        args = [self._value(argument) for argument in call.args]
        kwargs = {key: self._value(value) for key, value in call.kwargs.items()}
        # On anything else a call would compute, and take the memory that the file says.
        if not any(isinstance(leaf, KerasTensor) for leaf in tree.flatten((args, kwargs))):
            raise self._no_tensor(call)
        if isinstance(operation, Operation):
            if kwargs.get("mask", 0) is None:
                del kwargs["mask"]
            outputs = operation(*args, **kwargs)
        elif callable(operation):
            return self._symbols(call, operation(*args, **kwargs))
        else:
            found, config = operation
            fields = {key: self._value(value) for key, value in config.items()}
            outputs = call_from_parts(found, OpParts(fields, tuple(args), kwargs))
        tensors = self._symbols(call, outputs)
        if tensors[0].node is not None and not isinstance(operation, Operation):
            tensors[0].node.name = call.name
        return tensors

    def _symbols(self, call: _Call, outputs: Any) -> list[KerasTensor]:
        tensors = [leaf for leaf in tree.flatten(outputs) if isinstance(leaf, KerasTensor)]
        if not tensors or any(tensor.node is None for tensor in tensors):
            raise self._no_tensor(call)
        return tensors

    def _no_tensor(self, call: _Call) -> ValueError:
        return _malformed(f"the call {call.number} of {call.name!r} is on no symbolic tensor", "calls on tensors")

    # ------------------------------------------------------------------ values and tensors

    def _value(self, value: Any) -> Any:
        """Return an argument, with tensors in place of what stands for them."""
        if isinstance(value, (list, tuple)):
            return [self._value(item) for item in value]
        if not isinstance(value, dict):
            return value
        if value.get("class_name") == TAG:
            return self._tensor(_history(value))
        if "class_name" in value:
            return deserialize_keras_object(value)
        return {key: self._value(item) for key, item in value.items()}

    def _place(self, place: Any) -> tuple[str, int, int]:
        name, number, index = place
        if name not in self._operations:
            raise _malformed(f"a tensor comes from {name!r}, which is no layer of the model", "names of its layers")
        return name, number, index

    def _tensor(self, place: Any) -> KerasTensor:
        name, number, index = self._place(place)
        outputs = self._outputs.get((name, number))
        if outputs is None or not 0 <= index < len(outputs):
            raise _malformed(f"a tensor is {list(place)!r}", "the outputs of calls that the config holds")
        tensor: KerasTensor = outputs[index]
        return tensor

    def _ends(self, structure: Any) -> Any:
        """Return the inputs or outputs in their structure."""
        if _is_place(structure):
            name, number, index = structure
            shift = 1 if counts_from_one(self._operations.get(name)) else 0
            return self._tensor((name, number - shift, index))
        if isinstance(structure, dict):
            return {key: self._ends(value) for key, value in structure.items()}
        if isinstance(structure, (list, tuple)) and structure:
            items = [self._ends(item) for item in structure]
            return tuple(items) if isinstance(structure, tuple) else items
        raise _malformed(f"inputs or outputs are {_text(structure)}", "[name, call, output], and structures of them")


def _is_place(value: Any) -> bool:
    return (
        isinstance(value, (list, tuple))
        and len(value) == 3
        and isinstance(value[0], str)
        and all(isinstance(number, int) and not isinstance(number, bool) for number in value[1:])
    )


def _tensors(value: Any) -> Iterator[Any]:
    """Yield the places of the tensors in the arguments of a call."""
    if isinstance(value, dict):
        if value.get("class_name") == TAG:
            yield _history(value)
        else:
            for item in value.values():
                yield from _tensors(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _tensors(item)


def _history(value: dict[str, Any]) -> Any:
    fields = value.get("config")
    place = fields.get("keras_history") if isinstance(fields, dict) else None
    if not _is_place(place):
        raise _malformed(f"a tensor comes from {_text(place)}", "[name, call, output]")
    return place


def _listed(value: Any, what: str) -> list[Any]:
    if not isinstance(value, (list, tuple)):
        raise _malformed(f"{what!r} is {_text(value)}", "a list")
    return list(value)


def _text(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 200 else f"{text[:200]}..."


def _malformed(reason: str, allowed: str) -> ValueError:
    return ValueError(
        "The config of this Functional model is malformed.\n"
        f"Received: {reason}.\nAllowed: {allowed}.\nPass what `get_config` returned."
    )
