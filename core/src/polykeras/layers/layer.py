"""`Layer`: weights, building and calling.

A call learns its arguments' shapes once, at build. After that a native tensor of the right dtype goes
straight to ``call``; everything else (symbolic tensors, arrays, structures, masks) takes the general
path, which converts, checks, infers and records.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from polykeras import ops, tree
from polykeras.backend import current, facets, resolved
from polykeras.backend.current import ACTIVE
from polykeras.layers import arguments, symbolic
from polykeras.layers.call_context import HERE, CallContext, attach_mask, mask_of
from polykeras.layers.dtype_policy import DTypePolicy, get_policy
from polykeras.layers.input_spec import check_inputs
from polykeras.layers.layer_config import LayerConfig, noting_shapes
from polykeras.layers.weights import LayerWeights
from polykeras.ops import abstract
from polykeras.ops.operation import Operation
from polykeras.plugins.errors import PolykerasError
from polykeras.registry.naming import checked_name, current_path, name_scope, unique_name

_NO_TYPES: frozenset[type] = frozenset()


class Layer(LayerWeights, LayerConfig, Operation):
    """A callable with weights: subclass it, make weights in ``build`` and compute in ``call``.

    Args:
        activity_regularizer: Regularizer of the outputs.
        trainable: Whether its weights train.
        dtype: Dtype or policy in which it computes and keeps weights; floatx for ``None``.
        autocast: Whether float inputs are cast to the compute dtype.
        name: Name; made from the class's name for ``None``.
    """

    _polykeras_layer = True
    # Whether outputs get a mask though no input has one.
    _makes_masks = False

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "build" in cls.__dict__:
            cls.build = noting_shapes(cls.__dict__["build"])  # type: ignore[method-assign]

    def __init__(
        self,
        *,
        activity_regularizer: Any = None,
        trainable: bool = True,
        dtype: Any = None,
        autocast: bool = True,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        self._start_tracking()
        shape = kwargs.pop("input_shape", None)
        if kwargs:
            raise ValueError(
                f"{type(self).__name__} got arguments that it does not have.\n"
                f"Received: {', '.join(f'{key}={value!r}' for key, value in kwargs.items())}.\n"
                "Allowed besides its own: activity_regularizer, trainable, dtype, autocast, name.\n"
                "Check the spelling."
            )
        kind = type(self)
        self.name = unique_name(kind.__name__) if name is None else checked_name(name, kind.__name__)
        self.dtype_policy: DTypePolicy = get_policy(dtype)
        self.autocast = autocast
        self.activity_regularizer = symbolic.get_regularizer(activity_regularizer)
        self.input_spec: Any = None
        self.supports_masking = False
        self.built = kind.build is Layer.build and not self._may_hold_layers()
        self._trainable = trainable
        self._path: str | None = None
        self._nodes: list[Any] = []
        self._build_shapes: Any = None
        self._called = False
        self._losses_noted = False
        self._facts = arguments.call_facts(self.call)
        self._input_shape_argument = shape
        self._forget_fast_path()

    def _forget_fast_path(self) -> None:
        self._fast_types = _NO_TYPES
        self._fast_backend: Any = None
        self._fast_dtype: Any = None

    def rebind(self) -> None:
        """Forget which backend the layer was called on; the next call finds out where its weights are."""
        self._forget_fast_path()
        self._called = False

    # ------------------------------------------------------------------ what subclasses write

    def build(self, input_shape: Any) -> None:
        """Make the weights for inputs of `input_shape`; by default there are none."""
        self.built = True

    def call(self, *args: Any, **kwargs: Any) -> Any:
        """Compute the outputs."""
        raise NotImplementedError(
            f"The layer class {type(self).__name__} has no `call`.\n"
            f"Received: a call of {self.name!r}.\nAllowed: layers that define `call(self, inputs)`.\n"
            "Define it."
        )

    def compute_mask(self, inputs: Any, previous_mask: Any) -> Any:
        """Return the mask of the outputs: by default the inputs' own."""
        del inputs
        return previous_mask

    def compute_output_shape(self, *args: Any, **kwargs: Any) -> Any:
        """Return the outputs' shape for inputs of the given shape."""
        spec = self.compute_output_spec(*(symbolic.from_shape(shape, self.compute_dtype) for shape in args), **kwargs)
        return arguments.shape_of(spec)

    def compute_output_spec(self, *args: Any, **kwargs: Any) -> Any:
        """Return symbolic outputs for symbolic inputs, running no framework where rules suffice."""
        return symbolic.output_spec(self, args, kwargs)

    def symbolic_call(self, *args: Any, **kwargs: Any) -> Any:
        """Return symbolic outputs that remember this call."""
        return symbolic.call(self, args, kwargs)

    # ------------------------------------------------------------------ properties

    @property
    def path(self) -> str:
        """Return the name, prefixed by those of the layers it was built in."""
        return self._path or self.name

    @property
    def dtype(self) -> str:
        """Return the dtype of the weights."""
        return self.dtype_policy.variable_dtype

    @property
    def variable_dtype(self) -> str:
        """Return the dtype of the weights."""
        return self.dtype_policy.variable_dtype

    @property
    def compute_dtype(self) -> str:
        """Return the dtype of the computation."""
        return self.dtype_policy.compute_dtype

    @property
    def input_dtype(self) -> str:
        """Return the dtype that inputs are cast to."""
        return self.dtype_policy.compute_dtype

    @property
    def native_module(self) -> Any:
        """Return the framework's own object for this layer, where its backend has made one; it is not copied."""
        return self.__dict__.get("_native_module")

    @native_module.setter
    def native_module(self, module: Any) -> None:
        object.__setattr__(self, "_native_module", module)

    @property
    def quantization_mode(self) -> str | None:
        """Return ``None``: the layer is not quantized."""
        return None

    @property
    def input(self) -> Any:
        """Return the symbolic input of the layer's first call."""
        return symbolic.endpoint(self, "input")

    @property
    def output(self) -> Any:
        """Return the symbolic output of the layer's first call."""
        return symbolic.endpoint(self, "output")

    # ------------------------------------------------------------------ calling

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the layer on tensors, arrays, structures of them, or symbolic tensors."""
        try:
            fast_types = self._fast_types
        except AttributeError:
            raise _not_initialized(self) from None
        if len(args) == 1:
            x = args[0]
            if (type(x) in fast_types and x.dtype is self._fast_dtype) or (type(x) is list and self._passes(x)):
                active = ACTIVE.here() if ACTIVE.overridden else ACTIVE.default
                if active is self._fast_backend:
                    context = HERE.context
                    if context is None:
                        if not kwargs or (len(kwargs) == 1 and "training" in kwargs):
                            return self._outermost(x, kwargs.get("training"))
                    elif not kwargs and not context.masks:
                        if self._facts.training:
                            return self.call(x, training=context.training)
                        return self.call(x)
        return self._general_call(args, kwargs)

    def _passes(self, tensors: list[Any]) -> bool:
        """Return whether a list holds only tensors that may go straight to ``call``, as merges take them."""
        types, dtype = self._fast_types, self._fast_dtype
        for x in tensors:  # a loop: a generator costs as much again
            if type(x) not in types or x.dtype is not dtype:
                return False
        return bool(tensors)

    def _outermost(self, x: Any, training: bool | None) -> Any:
        """Call a built layer on a native tensor, with no layer around it."""
        HERE.context = CallContext(training, self)
        try:
            self._clear_losses()
            if self._facts.training and training is not None:
                return self.call(x, training=training)
            return self.call(x)
        finally:
            HERE.context = None

    def _general_call(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if abstract.in_abstract_scope() or arguments.any_symbolic((args, kwargs)):
            return self.symbolic_call(*args, **kwargs)
        with self._home():
            args, kwargs = self._converted(args, kwargs)
            self._build_once(args, kwargs)
            self.check_inputs(args[0] if args else kwargs.get(self._facts.first or ""))
            with self._context(kwargs) as outermost:
                return self._run(args, kwargs, outermost=outermost)

    def check_inputs(self, inputs: Any) -> None:
        """Raise `ShapeError` where inputs, real or symbolic, do not meet `input_spec`."""
        check_inputs(self.input_spec, inputs, self.name)

    def _run(self, args: tuple[Any, ...], kwargs: dict[str, Any], *, outermost: bool) -> Any:
        masks = self._take_masks(args, kwargs)
        if outermost and not abstract.in_abstract_scope():
            self._clear_losses()
        # A built layer makes no weights, so the scope matters only the first time.
        with name_scope(self.name) if not self._called else contextlib.nullcontext():
            outputs = self.call(*args, **kwargs)
        if not self._called:
            self._first_call_done()
        if self.activity_regularizer is not None:
            for output in tree.flatten(outputs):
                self.add_loss(self.activity_regularizer(output))
        if self._makes_masks or any(mask is not None for mask in masks):
            self._give_masks(args, masks, outputs)
        return outputs

    def _first_call_done(self) -> None:
        self._called = True
        self.built = True
        self._enable_fast_path()

    def _enable_fast_path(self) -> None:
        """Let plain native tensors pass from now on, where nothing has to be done around ``call``.

        Their shapes were checked at build. A wrong shape later is the framework's own error.
        """
        if self.activity_regularizer is not None or self._makes_masks:
            return
        backend = self._backend()
        if backend is None or backend.needs_scope(frozenset((self.compute_dtype,))):
            return
        self._fast_backend = backend
        self._fast_dtype = backend.tensors.from_host(0, self.compute_dtype).dtype
        self._fast_types = backend.types

    def _backend(self) -> Any:
        variable = self._first_variable()
        if variable is not None:
            return variable.backend
        return current.current() if ACTIVE.default_name is not None or resolved.resolved_backends() else None

    @contextlib.contextmanager
    def _home(self) -> Iterator[None]:
        """Enter the backend that keeps this layer's weights, and its precision, where they differ."""
        variable = self._first_variable()
        backend = current.current() if variable is None else variable.backend
        with contextlib.ExitStack() as stack:
            if backend is not current.current():
                stack.enter_context(current.override(backend))
            dtypes = frozenset((self.compute_dtype,))
            if HERE.context is None and backend.needs_scope(dtypes):
                stack.enter_context(backend.precision_scope(dtypes))
            yield

    @contextlib.contextmanager
    def _context(self, kwargs: dict[str, Any]) -> Iterator[bool]:
        """Resolve ``training``: the argument, else the caller's; yield whether this call is outermost."""
        previous = HERE.context
        given = kwargs.get("training")
        if previous is None:
            HERE.context = CallContext(given, self)
        elif given is not None and given is not previous.training:
            HERE.context = CallContext(given, previous.root)
            HERE.context.masks = previous.masks
        context = HERE.context
        assert context is not None  # noqa: S101 - set just above
        if self._facts.training:
            if given is None and context.training is not None:
                kwargs["training"] = context.training
        else:
            kwargs.pop("training", None)
        try:
            yield previous is None
        finally:
            HERE.context = previous

    def _converted(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Turn arrays into tensors and cast float tensors to the compute dtype."""
        convert = symbolic.input_converter(self)
        new_args = tuple(tree.map_structure(convert, value) for value in args)
        return new_args, {
            key: value if key in ("training", "mask") else tree.map_structure(convert, value)
            for key, value in kwargs.items()
        }

    def _build_once(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """Build on the shapes of the first call."""
        if self.built:
            return
        self._path = f"{current_path()}/{self.name}".lstrip("/")
        given = {key: value for key, value in kwargs.items() if value is not None}
        with contextlib.suppress(TypeError):  # the call itself reports arguments that do not fit
            given = self._facts.signature.bind_partial(*args, **kwargs).arguments
        shapes = arguments.build_arguments(self.build, given, self._facts.first)
        with abstract.suspended(), name_scope(self.name):
            self.build(**shapes)
        self._build_shapes = shapes
        self.built = True

    def _take_masks(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> list[Any]:
        context = HERE.context
        if context is None or not context.masks:
            return []
        first = args[0] if args else kwargs.get(self._facts.first or "")
        masks = tree.map_structure(mask_of, first)
        if self._facts.mask and kwargs.get("mask") is None and len(args) < 2:
            kwargs["mask"] = masks
        return tree.flatten(masks)

    def _give_masks(self, args: tuple[Any, ...], masks: list[Any], outputs: Any) -> None:
        if not self.supports_masking:
            return
        previous = masks[0] if len(masks) == 1 else masks
        for output, mask in zip(
            tree.flatten(outputs), tree.flatten(self.compute_mask(args[0] if args else None, previous)), strict=False
        ):
            attach_mask(output, mask)

    def __getstate__(self) -> dict[str, Any]:
        """Return the attributes, but not recorded calls, which belong to graphs, nor the framework's own object."""
        left = ("_native_module", "_kept")
        return {name: value for name, value in self.__dict__.items() if name not in left} | {"_nodes": []}

    def add_loss(self, loss: Any) -> None:
        """Add a scalar, or a list of them, to what training minimises."""
        for value in tree.flatten(loss):
            self._note_loss(ops.sum(value) if getattr(value, "shape", ()) else value)

    def __getattr__(self, name: str) -> Any:
        """Return what the framework's users expect of a module, where the backend of the weights offers it."""
        offer = None if name.startswith("_") or "_tracked" not in self.__dict__ else self._offered(name)
        if offer is None:
            if hasattr(type(self), name):  # a property of that name failed: once more, for its own error
                return object.__getattribute__(self, name)
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}", name=name, obj=self)
        return offer(self)

    def _offered(self, name: str) -> Any:
        variable = self._first_variable()
        return facets.of_layer(current.current_name() if variable is None else variable.backend_name, name)

    def __repr__(self) -> str:
        """Return class, name and whether it is built."""
        return f"<{type(self).__name__} name={self.name}, built={self.built}>"


def _not_initialized(layer: Layer) -> PolykerasError:
    return PolykerasError(
        f"A layer of class {type(layer).__name__} was used before it was initialised.\n"
        "Received: a layer whose `__init__` did not run `Layer.__init__`.\n"
        "Allowed: subclasses that call `super().__init__()`.\n"
        "Put `super().__init__()` first in its `__init__`."
    )
