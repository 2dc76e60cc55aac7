"""Variables: named state with a value that a backend keeps.

A variable's backend is bound by name when it is declared; its value is a thunk, made at the first
read and skipped when a value is assigned before. Copies and pickles carry host values and get ids of
their own.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from polykeras import tree
from polykeras.backend import current, dtypes, facets, resolved
from polykeras.backend.config import floatx
from polykeras.ops import abstract
from polykeras.ops.operators import ArrayOperators, call_op
from polykeras.plugins.errors import ShapeError
from polykeras.plugins.info import VariableSpec
from polykeras.registry.naming import current_path
from polykeras.state import overlay

if TYPE_CHECKING:
    from polykeras.backend.resolved import Backend


class _Copies(threading.local):
    """Which backend keeps the variables that this thread copies; ``None`` for the one that keeps the original."""

    backend_name: str | None = None


COPIES = _Copies()
_ids = itertools.count()
_materialize_lock = threading.RLock()
_UNMADE: Any = object()


class Variable(ArrayOperators):
    """State with a shape, a dtype and a value that can be assigned.

    Args:
        initializer: A value, or a callable ``(shape, dtype) -> array``.
        shape: Static shape; required with a callable.
        dtype: Dtype name; floatx, or the value's own, for ``None``.
        trainable: Whether training gives it gradients.
        autocast: Whether a layer's compute dtype applies on reading.
        aggregation: How replicas agree: ``"none"``, ``"sum"``, ``"mean"``, ``"only_first_replica"``.
        synchronization: Accepted for Keras' sake; ``"auto"``.
        name: Name; ``"variable"`` for ``None``.
        layout: Distribution layout.

    Raises:
        ValueError: If a callable comes without a shape, or a shape has unknown sizes.
    """

    _polykeras_variable = True

    def __init__(
        self,
        initializer: Any,
        shape: Any = None,
        dtype: Any = None,
        trainable: bool = True,
        autocast: bool = True,
        aggregation: str = "none",
        synchronization: str = "auto",
        name: str | None = None,
        layout: Any = None,
        **kwargs: Any,
    ) -> None:
        self.id = next(_ids)
        self.name = name or "variable"
        self.path = kwargs.pop("path", None) or "/".join(filter(None, (current_path(), self.name)))
        self.trainable = bool(trainable)
        self.autocast = autocast
        self.aggregation = aggregation
        self.synchronization = synchronization
        self.layout = layout
        self.regularizer: Any = None
        self.constraint: Any = None
        self.overwrite_with_gradient = False
        self._placement: str = kwargs.pop("placement", "device")
        if kwargs:
            raise TypeError(
                f"Variable {self.name!r} got arguments that it does not have: {', '.join(sorted(kwargs))}.\n"
                "Allowed: initializer, shape, dtype, trainable, autocast, aggregation, "
                "synchronization, name, layout.\nRemove them."
            )
        self._thunk, self.shape, self.dtype = _declaration(initializer, shape, dtype, self.name)
        self._backend_name = current.current_name()
        self._backend: Backend | None = None
        self._handle: Any = _UNMADE

    @property
    def ndim(self) -> int:
        """Return the number of axes."""
        return len(self.shape)

    @property
    def backend(self) -> Backend:
        """Return the backend that keeps the value, importing its framework."""
        if self._backend is None:
            self._backend = resolved.resolve(self._backend_name)
        return self._backend

    @property
    def backend_name(self) -> str:
        """Return the backend's name, importing nothing."""
        return self._backend_name

    @property
    def store_handle(self) -> Any:
        """Return the store's own handle, making the value if that is still to be done."""
        if self._handle is _UNMADE:
            with _materialize_lock:
                if self._handle is _UNMADE:
                    self._handle = self._make(self._thunk)
        return self._handle

    @property
    def made(self) -> bool:
        """Return whether the value exists already."""
        return self._handle is not _UNMADE

    def _make(self, thunk: Callable[[], Any]) -> Any:
        spec = VariableSpec(
            self.shape, self.dtype, self.path, self.trainable, self._placement, self.layout, self.aggregation
        )
        backend = self.backend
        with backend.precision_scope(frozenset((self.dtype,))), current.override(backend):
            return backend.variables.create(spec, thunk)

    @property
    def value(self) -> Any:
        """Return the value as a native tensor: the newest one that this thread's scopes hold.

        While shapes are inferred it is a symbolic tensor, so that no weight is made for them.
        """
        if current.ACTIVE.overridden and abstract.in_abstract_scope():
            return abstract.symbol_of(self)
        if overlay.ACTIVE.anywhere:
            found = overlay.read(self.id)
            if not overlay.missing(found):
                return found
        handle = self._handle
        if handle is _UNMADE:
            handle = self.store_handle
        return self._backend.variables.read(handle)  # type: ignore[union-attr]

    def assign(self, value: Any) -> Any:
        """Set the value and return it.

        Args:
            value: Anything an op takes, of the variable's shape; cast to its dtype.

        Raises:
            ShapeError: If the shapes differ.
        """
        if abstract.in_abstract_scope():
            self._check_shape(abstract.spec_of(value, "assign").dims)
            probe = overlay.top()
            if probe is not None and probe.probe:
                probe.written[self.id] = self
            return value
        native = self._native(value)
        top = overlay.top()
        if top is None:
            self.write(native)
            return native
        if top.constant:
            native = self.backend.training.stop_gradient(native)
        top.values[self.id] = native
        top.written[self.id] = self
        return native

    def assign_add(self, value: Any) -> Any:
        """Add `value` and return the sum."""
        return self.assign(call_op("add", self, value))

    def assign_sub(self, value: Any) -> Any:
        """Subtract `value` and return the difference."""
        return self.assign(call_op("subtract", self, value))

    def write(self, native: Any) -> None:
        """Replace the stored value, past every overlay; `native` has the right shape and dtype."""
        if self._handle is _UNMADE:
            with _materialize_lock:
                if self._handle is _UNMADE:
                    self._handle = self._make(lambda: native)
                    return
        self.backend.variables.write(self._handle, native)

    def native_of(self, value: Any) -> Any:
        """Return a value as the tensor that `write` takes, in the variable's dtype; the variable stays as it is.

        Raises:
            ShapeError: If the shapes differ.
        """
        with self.backend.precision_scope(frozenset((self.dtype,))):
            return self._native(value)

    def handle_of(self, value: Any) -> Any:
        """Return a handle that holds a value, for `adopt`; the variable stays as it is."""
        return self._make(lambda: value)

    def adopt(self, handle: Any) -> None:
        """Take a handle, so that an initial value that is not made yet never will be."""
        self._handle = handle

    def _native(self, value: Any) -> Any:
        backend = self.backend
        tensors = backend.tensors
        if getattr(type(value), "_polykeras_variable", False):
            value = value.numpy() if value.backend is not backend else value.value
        if type(value) not in backend.types and not tensors.is_tensor(value):
            host = np.asarray(value)
            self._check_shape(host.shape)
            return tensors.from_host(host, self.dtype)
        if tuple(value.shape) != self.shape:
            self._check_shape(tuple(value.shape))
        if tensors.dtype_name(value) != self.dtype:
            with current.override(backend):
                return backend.op.cast(value, self.dtype)
        return value

    def _check_shape(self, shape: Any) -> None:
        if tuple(shape) == self.shape:
            return
        raise ShapeError(
            f"Variable {self.path!r} cannot be assigned this value.\n"
            f"Received: shape {tuple(shape)}.\nAllowed: shape {self.shape}.\n"
            "Reshape the value first."
        )

    def numpy(self) -> np.ndarray:
        """Return the value as a NumPy array of its own memory."""
        return np.array(self.backend.tensors.to_host(self.value))

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        """Return the value for NumPy."""
        host = self.numpy()
        return host if dtype is None else host.astype(dtype)

    def __getattr__(self, name: str) -> Any:
        """Return what the framework's own functions look for on its variables, where the backend offers it."""
        backend_name = self.__dict__.get("_backend_name")
        offer = None if backend_name is None or name.startswith("__") else facets.of_variable(backend_name, name)
        if offer is None:
            if hasattr(type(self), name):  # a property of that name failed: once more, for its own error
                return object.__getattribute__(self, name)
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}", name=name, obj=self)
        return offer(self)

    def __jax_array__(self) -> Any:
        """Return the value where a framework that asks this way takes the variable for a tensor of its own."""
        return self.value

    @classmethod
    def __torch_function__(
        cls, function: Callable[..., Any], types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        """Call a framework's function that asks this way with values in place of variables."""
        del types
        values = tree.map_structure(_value_of, args)
        return function(*values, **tree.map_structure(_value_of, kwargs or {}))

    def __tf_tensor__(self, dtype: Any = None, name: str | None = None) -> Any:
        """Return the value where a framework that asks this way meets the variable beside a tensor of its own."""
        return self.value

    def __bool__(self) -> bool:
        raise TypeError(
            f"Variable {self.path!r} was used as a Python boolean.\n"
            f"Received: a variable of shape {self.shape}.\nAllowed: booleans.\n"
            "Compare its value, for example `bool(v.numpy() > 0)`."
        )

    def __getitem__(self, idx: Any) -> Any:
        """Return a part of the value, as NumPy's indexing has it."""
        return call_op("get_item", self, idx)

    def __iter__(self) -> Iterator[Any]:
        """Yield the rows."""
        if not self.shape:
            raise TypeError(
                f"Variable {self.path!r} was iterated over.\nReceived: a scalar.\n"
                "Allowed: variables with one axis or more.\nUse its value."
            )
        return (self[row] for row in range(self.shape[0]))

    def __len__(self) -> int:
        """Return the size of the first axis."""
        if not self.shape:
            raise TypeError(
                f"Variable {self.path!r} has no length.\nReceived: a scalar.\n"
                "Allowed: variables with one axis or more.\nUse its value."
            )
        return int(self.shape[0])

    def __int__(self) -> int:
        return int(self.numpy())

    def __float__(self) -> float:
        return float(self.numpy())

    def __repr__(self) -> str:
        """Return path, shape and dtype, without reading the value."""
        return f"<Variable path={self.path}, shape={self.shape}, dtype={self.dtype}, trainable={self.trainable}>"

    # Identity, so that variables can be keys; `==` compares values as Keras does.
    __hash__ = object.__hash__

    def __eq__(self, other: object) -> Any:
        return True if other is self else call_op("equal", self, other)

    def __ne__(self, other: object) -> Any:
        return False if other is self else call_op("not_equal", self, other)

    def __getstate__(self) -> dict[str, Any]:
        """Return the attributes with a host value in place of the handle."""
        state = self.__dict__.copy()
        state["_handle"] = None
        state["_backend"] = None
        state["_thunk"] = self.numpy() if self.made else self._thunk
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Restore under a fresh id; the value goes to the backend at the first read."""
        self.__dict__.update(state)
        self.id = next(_ids)
        self._handle = _UNMADE
        if COPIES.backend_name is not None:
            self._backend_name = COPIES.backend_name
        if isinstance(self._thunk, np.ndarray):
            self._thunk = _Constant(self._thunk)

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """Return a variable of its own with an equal value."""
        twin = type(self).__new__(type(self))
        memo[id(self)] = twin
        twin.__setstate__(self.__getstate__())
        return twin


def _value_of(leaf: Any) -> Any:
    return leaf.value if isinstance(leaf, Variable) else leaf


class _Constant:
    """A thunk that gives a host array; a class, so that it pickles."""

    def __init__(self, value: np.ndarray) -> None:
        self._value = value

    def __call__(self) -> np.ndarray:
        return self._value


class _Drawn:
    """A thunk that asks an initializer for values."""

    def __init__(self, initializer: Callable[..., Any], shape: tuple[int, ...], dtype: str) -> None:
        self._call = initializer
        self._shape = shape
        self._dtype = dtype

    def __call__(self) -> Any:
        return self._call(self._shape, dtype=self._dtype)


def _declaration(initializer: Any, shape: Any, dtype: Any, name: str) -> tuple[Callable[[], Any], tuple[int, ...], str]:
    """Return thunk, shape and dtype of a variable declared with these arguments."""
    if callable(initializer):
        if shape is None:
            raise ValueError(
                f"Variable {name!r} has a callable initializer and no shape.\n"
                f"Received: initializer={initializer!r}, shape=None.\n"
                "Allowed: a static shape beside a callable initializer.\nPass `shape=`."
            )
        sizes = _static(shape, name)
        standard = dtypes.standardize_dtype(dtype) if dtype is not None else floatx()
        return _Drawn(initializer, sizes, standard), sizes, standard
    value = _host_copy(initializer)
    if dtype is not None:
        standard = dtypes.standardize_dtype(dtype)
    elif value.dtype == np.float64 and not hasattr(initializer, "dtype"):
        standard = floatx()
    elif value.dtype == np.int64 and not hasattr(initializer, "dtype"):
        standard = "int32"
    else:
        standard = dtypes.standardize_dtype(value.dtype)
    return _Constant(value), tuple(value.shape), standard


def _host_copy(value: Any) -> np.ndarray:
    # The value is made later: until then neither a caller's array nor a tensor may change it.
    if isinstance(value, Variable):
        return value.numpy()
    for backend in resolved.resolved_backends():
        if backend.tensors.is_tensor(value):
            return np.array(backend.tensors.to_host(value))
    return np.array(value)


def _static(shape: Any, name: str) -> tuple[int, ...]:
    sizes = (shape,) if isinstance(shape, int) else tuple(shape)
    if any(not isinstance(size, (int, np.integer)) or size < 0 for size in sizes):
        raise ValueError(
            f"Variable {name!r} needs a static shape.\nReceived: shape={sizes}.\n"
            "Allowed: integers from 0 up.\n"
            "Give the layer an input whose last axes are known, for example `Input((28, 28, 1))`."
        )
    return tuple(int(size) for size in sizes)
