"""Calling layers on symbolic tensors: inference of outputs, recording, endpoints, input conversion."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from polykeras import regularizers, tree
from polykeras.backend import current, dtypes
from polykeras.layers import arguments
from polykeras.layers.call_context import HERE, CallContext
from polykeras.ops import abstract, convert, keras_tensor
from polykeras.ops.keras_tensor import KerasTensor
from polykeras.ops.shape_rules import Spec
from polykeras.plugins.errors import PolykerasError, SymbolicTensorError
from polykeras.plugins.info import TensorSpec
from polykeras.registry.naming import name_scope

if TYPE_CHECKING:
    from polykeras.layers.layer import Layer


def get_regularizer(identifier: Any) -> Any:
    """Return the regularizer that `identifier` means."""
    return regularizers.get(identifier)


def from_shape(shape: Any, dtype: str) -> Any:
    """Return symbolic tensors for a shape or a structure of shapes."""
    if isinstance(shape, dict):
        return {key: from_shape(value, dtype) for key, value in shape.items()}
    if isinstance(shape, (list, tuple)) and shape and isinstance(shape[0], (list, tuple, dict)):
        return type(shape)(from_shape(value, dtype) for value in shape)
    return KerasTensor(shape, dtype)


def call(layer: Layer, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Build `layer` if need be, infer its outputs and record the call."""
    given, keywords = args, dict(kwargs)
    cast = _caster(layer)
    args = tuple(tree.map_structure(cast, value) for value in args)
    kwargs = {
        key: value if key in ("training", "mask") else tree.map_structure(cast, value) for key, value in kwargs.items()
    }
    layer.check_inputs(args[0] if args else None)
    layer._build_once(args, kwargs)
    layer.check_inputs(args[0] if args else None)
    with layer._context(kwargs):
        outputs = layer.compute_output_spec(*args, **kwargs)
    layer.built = True
    if abstract.in_abstract_scope():
        return outputs
    recorded = keras_tensor.record(layer, given, keywords, outputs)
    first = next((leaf for leaf in tree.flatten(recorded) if isinstance(leaf, KerasTensor)), None)
    if first is not None and first.node is not None:
        layer.note_call(first.node, recorded)
    return recorded


def _caster(layer: Layer) -> Callable[[Any], Any]:
    """Return what makes a symbolic input look as the layer's ``call`` will see it."""
    dtype = layer.compute_dtype

    def cast(leaf: Any) -> Any:
        if isinstance(leaf, KerasTensor):
            if layer.autocast and dtypes.is_float(leaf.dtype) and dtypes.is_float(dtype) and leaf.dtype != dtype:
                return keras_tensor.anonymous(Spec(leaf.dims, dtype))
            return leaf
        return leaf

    return cast


def output_spec(layer: Layer, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Return the symbolic outputs of ``layer.call``.

    The rules of core come first. Where the body calls a framework's own function, the backend
    evaluates it abstractly.
    """
    from_shapes = _by_output_shape(layer, args, kwargs)
    if from_shapes is not None:
        return from_shapes
    context = HERE.context
    try:
        with abstract.abstract_scope(), name_scope(layer.name):
            if context is None:
                HERE.context = CallContext(kwargs.get("training"), layer)
            return tree.map_structure(_as_symbolic, layer.call(*args, **_accepted(layer, kwargs)))
    except SymbolicTensorError as error:
        return _by_backend(layer, args, kwargs, error)
    finally:
        HERE.context = context


def _accepted(layer: Layer, kwargs: dict[str, Any]) -> dict[str, Any]:
    if layer._facts.training:
        return kwargs
    return {key: value for key, value in kwargs.items() if key != "training"}


def _as_symbolic(leaf: Any) -> Any:
    if leaf is None or isinstance(leaf, KerasTensor):
        return leaf
    return keras_tensor.anonymous(abstract.spec_of(leaf, "call"))


def _by_output_shape(layer: Layer, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Use the layer's own `compute_output_shape`, where its author wrote one and one tensor goes in."""
    written = type(layer).compute_output_shape
    if getattr(written, "__qualname__", "").startswith("Layer.") or len(args) != 1:
        return None
    if any(isinstance(leaf, KerasTensor) for leaf in tree.flatten(list(kwargs.values()))):
        return None
    shape = layer.compute_output_shape(arguments.shape_of(args[0]))
    if not isinstance(shape, (list, tuple)) or not all(size is None or isinstance(size, int) for size in shape):
        return None
    return KerasTensor(_same_dims(args[0], shape), layer.compute_dtype)


def _same_dims(source: Any, shape: Sequence[int | None]) -> list[Any]:
    """Keep the identity of the unknown batch size across the layer."""
    dims: list[Any] = list(shape)
    if isinstance(source, KerasTensor) and source.dims and dims and dims[0] is None:
        dims[0] = source.dims[0] if source.shape[0] is None else None
    return dims


def _by_backend(layer: Layer, args: tuple[Any, ...], kwargs: dict[str, Any], cause: SymbolicTensorError) -> Any:
    """Let the backend evaluate ``call`` abstractly on stand-ins for the symbolic tensors."""
    flat, treedef = tree.flatten_with_spec((args, _accepted(layer, kwargs)))
    positions = [index for index, leaf in enumerate(flat) if isinstance(leaf, KerasTensor)]
    specs = [TensorSpec(flat[index].shape, flat[index].dtype) for index in positions]

    def run(*tensors: Any) -> Any:
        filled = list(flat)
        for index, tensor in zip(positions, tensors, strict=True):
            filled[index] = tensor
        new_args, new_kwargs = tree.unflatten(treedef, filled)
        return layer.call(*new_args, **new_kwargs)

    try:
        with abstract.suspended():
            result = current.current().training.abstract_eval(run, specs)
    except PolykerasError:
        raise
    except Exception as error:  # noqa: BLE001 - a user's `call` may raise anything; the cause is told
        raise SymbolicTensorError(
            f"The outputs of layer {layer.name!r} cannot be inferred.\n"
            f"Received: inputs of shape {[spec.shape for spec in specs]}; its `call` raised "
            f"{type(error).__name__}: {error}\n"
            "Allowed: `polykeras.ops`, or a framework's functions that can be evaluated abstractly.\n"
            "Define `compute_output_shape` on the layer."
        ) from cause
    return _specs_as_leaves(result)


def _specs_as_leaves(structure: Any) -> Any:
    """Turn specs, which are tuples, into symbolic tensors, which are leaves."""
    if isinstance(structure, TensorSpec):
        return KerasTensor(structure.shape, structure.dtype)
    if isinstance(structure, dict):
        return {key: _specs_as_leaves(value) for key, value in structure.items()}
    if isinstance(structure, (list, tuple)):
        return type(structure)(_specs_as_leaves(value) for value in structure)
    return structure


def endpoint(layer: Layer, side: str) -> Any:
    """Return the symbolic input or output of the first recorded call of `layer`."""
    nodes = layer._nodes
    if not nodes:
        raise AttributeError(
            f"The layer {layer.name!r} has no symbolic {side}.\nReceived: a layer that was never called "
            "on a symbolic tensor.\nAllowed: layers of a Functional or built Sequential model.\n"
            "Call it on `Input(...)` first."
        )
    node, outputs = nodes[0]
    if side == "output":
        return outputs
    return node.args[0] if node.args else node.inputs


def input_converter(layer: Layer) -> Callable[[Any], Any]:
    """Return what turns one leaf of a call's arguments into a tensor of the layer's compute dtype."""
    backend = current.current()
    tensors = backend.tensors
    dtype = layer.compute_dtype
    cast_floats = layer.autocast and dtypes.is_float(dtype)

    def convert_leaf(leaf: Any) -> Any:
        if getattr(type(leaf), "_polykeras_variable", False):
            leaf = leaf.value
        if tensors.is_tensor(leaf):
            own = tensors.dtype_name(leaf)
            return backend.op.cast(leaf, dtype) if cast_floats and own != dtype and dtypes.is_float(own) else leaf
        if convert.is_host_array(leaf):
            own = dtypes.standardize_dtype(leaf.dtype)
            if own == "string":
                return leaf  # few frameworks have tensors of text; a layer that takes text takes it from the host
            target = dtype if cast_floats and dtypes.is_float(own) else tensors.canonical_dtype(own)
            return tensors.from_host(leaf, target)
        if hasattr(leaf, "__array__") and not isinstance(leaf, (bool, int, float, str)):
            return convert.to_native(backend, leaf, None, layer.name)
        return leaf

    return convert_leaf
