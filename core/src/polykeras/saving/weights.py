"""The state of a model as arrays by path, out of the model and back into it.

Taking state out copies nothing until it is written. Putting it in reads and compares everything first
and assigns at the very end, so that a model either gets all of it or keeps what it had; initial values
that are not made yet are never made.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np

from polykeras.layers.weights import LayerWeights
from polykeras.optimizers.optimizer import Optimizer
from polykeras.optimizers.optimizer_state import OptimizerState
from polykeras.plugins.errors import NotBuiltError
from polykeras.random.seed import SeedGenerator
from polykeras.saving.host_dtypes import host_dtype
from polykeras.saving.layout import saved_objects
from polykeras.state import overlay
from polykeras.state.variable import Variable

OWN = "vars"
Stores = Mapping[str, Mapping[str, np.ndarray]]


class Value(NamedTuple):
    """An array to be written: what it is, and how to get it."""

    shape: tuple[int, ...]
    dtype: np.dtype
    host: Callable[[], np.ndarray]


class Entry(NamedTuple):
    """What one object keeps: its path in the file, its name, and its arrays by key."""

    path: str
    name: str
    values: dict[str, Value]


class Mismatch(NamedTuple):
    """An object whose state in the file does not fit, and why."""

    path: str
    reason: str


def entries_of(model: Any) -> list[Entry]:
    """Return the state of a model and of everything in it.

    Raises:
        ValueError: If an object stores under a key that files cannot have.
    """
    return [Entry(_joined(path, OWN), obj.name, _values(obj, path)) for path, obj in saved_objects(model)]


def _values(obj: Any, path: str) -> dict[str, Value]:
    variables = _plain_variables(obj, "save_own_variables")
    if variables is not None:
        return {str(index): _of_variable(variable) for index, variable in enumerate(variables)}
    store: dict[str, Any] = {}
    obj.save_own_variables(store)
    for key in store:
        if not isinstance(key, str) or not key or "/" in key or "\\" in key or key in {".", ".."}:
            raise ValueError(
                f"The state of {path or obj.name!r} cannot be written.\nReceived: the key {key!r} in its store.\n"
                "Allowed: text without slashes.\nChange its `save_own_variables`."
            )
    return {key: _of_array(np.asarray(value)) for key, value in store.items()}


def _of_variable(variable: Variable) -> Value:
    return Value(variable.shape, host_dtype(variable.dtype), lambda: variable.backend.tensors.to_host(variable.value))


def _of_array(array: np.ndarray) -> Value:
    native = array.astype(array.dtype.newbyteorder("="), copy=False) if array.dtype.kind in "iuf" else array
    return Value(native.shape, native.dtype, lambda: native)


def _plain_variables(obj: Any, method: str) -> list[Variable] | None:
    """Return the variables of an object that saves and loads as all do, or ``None`` if it has ways of its own."""
    if isinstance(obj, SeedGenerator):
        return [obj.state]
    base: type = OptimizerState if isinstance(obj, Optimizer) else LayerWeights
    if getattr(type(obj), method) is not getattr(base, method):
        return None
    return obj.variables if isinstance(obj, Optimizer) else obj._own_variables()


def _joined(path: str, name: str) -> str:
    return f"{path}/{name}" if path else name


# ---------------------------------------------------------------------- putting state in


def put(
    model: Any, stores: Stores, source: str, *, skip_mismatch: bool = False, failure: type[ValueError] = ValueError
) -> None:
    """Give a model the state in `stores`, all of it or nothing.

    Args:
        model: A model that is built.
        stores: Arrays by path and key.
        source: The file's name, for messages.
        skip_mismatch: Whether objects whose state does not fit keep what they have.
        failure: Raised for what does not fit.

    Raises:
        ValueError: If the model is not built, or something does not fit.
    """
    if not model.built:
        raise NotBuiltError(
            f"The weights in {source!r} cannot be loaded yet.\n"
            f"Received: the model {model.name!r}, which is not built.\n"
            "Allowed: built models.\nCall it on data, `build` it with an input shape, or start it with `Input(...)`."
        )
    loading = _Loading(stores)
    for path, obj in saved_objects(model):
        loading.add(path, obj)
    if loading.mismatches:
        text = mismatch_text(loading.mismatches, source)
        if not skip_mismatch:
            raise failure(text)
        warnings.warn(text, UserWarning, stacklevel=5)
    # A model that is not compiled has no place for the state of an optimizer, and needs none.
    unread = sorted(
        path.removesuffix(f"/{OWN}")
        for path, arrays in stores.items()
        if arrays and path not in loading.read and not path.startswith("optimizer/")
    )
    if unread:
        warnings.warn(
            f"The file {source!r} holds state that the model {model.name!r} has no place for: {_some(unread)}.",
            UserWarning,
            stacklevel=5,
        )
    assign_all(loading.assignments)


def prepare_optimizer(model: Any, stores: Stores) -> None:
    """Give the optimizer of a compiled model its variables, if the file has values for them."""
    optimizer = getattr(model, "optimizer", None)
    if not isinstance(optimizer, Optimizer) or optimizer.built or not model.built:
        return
    if len(stores.get(f"optimizer/{OWN}", {})) > len(optimizer.variables):
        optimizer.build(model.trainable_variables)


class _Loading:
    """What a file has for a model, compared and collected."""

    def __init__(self, stores: Stores) -> None:
        self._stores = stores
        self.assignments: list[tuple[Variable, Any]] = []
        self.mismatches: list[Mismatch] = []
        self.read: set[str] = set()

    def add(self, path: str, obj: Any) -> None:
        where = _joined(path, OWN)
        self.read.add(where)
        arrays = self._stores.get(where, {})
        if isinstance(obj, Optimizer):
            self._add_optimizer(path, obj, arrays)
        elif isinstance(obj, SeedGenerator):
            # Keras' own files have none: then the generator goes on as it is.
            if arrays:
                self._add_plain(path, [obj.state], arrays)
        else:
            variables = _plain_variables(obj, "load_own_variables")
            if variables is not None:
                self._add_plain(path, variables, arrays)
            else:
                self._add_custom(path, obj, arrays)

    def _add_plain(self, path: str, variables: list[Variable], arrays: Mapping[str, np.ndarray]) -> None:
        found = fitting(path, variables, arrays)
        if isinstance(found, Mismatch):
            self.mismatches.append(found)
        else:
            self.assignments += found

    def _add_optimizer(self, path: str, optimizer: Optimizer, arrays: Mapping[str, np.ndarray]) -> None:
        """Take the state of an optimizer, unless another kind or no training wrote the file."""
        variables = _plain_variables(optimizer, "load_own_variables")
        if not arrays:
            return
        if variables is None:
            self._add_custom(path, optimizer, arrays)
        elif len(arrays) == len(variables) and all(
            arrays[str(index)].shape == variable.shape
            for index, variable in enumerate(variables)
            if str(index) in arrays
        ):
            self._add_plain(path, variables, arrays)
        else:
            warnings.warn(
                f"The state of the optimizer {optimizer.name!r} was not loaded: the file holds {len(arrays)} arrays "
                f"for it, and it has {len(variables)} variables. It starts anew.",
                UserWarning,
                stacklevel=7,
            )

    def _add_custom(self, path: str, obj: Any, arrays: Mapping[str, np.ndarray]) -> None:
        """Let an object load in its own way; what it assigns is kept back until everything is known to fit."""
        scope = overlay.Overlay({})
        try:
            with overlay.overlaid(scope):
                obj.load_own_variables(dict(arrays))
        except (KeyError, TypeError, ValueError) as error:
            self.mismatches.append(Mismatch(path, f"{type(error).__name__}: {error}"))
            return
        self.assignments += scope.writes()


def fitting(
    path: str, variables: list[Variable], arrays: Mapping[str, np.ndarray]
) -> list[tuple[Variable, np.ndarray]] | Mismatch:
    """Return variables with their arrays, numbered from 0 on, or why these do not fit."""
    if len(arrays) != len(variables):
        names = ", ".join(variable.name for variable in variables) or "none"
        return Mismatch(path, f"{len(arrays)} arrays in the file, {len(variables)} variables in the model: {names}")
    found = []
    for index, variable in enumerate(variables):
        array = arrays.get(str(index))
        if array is None:
            return Mismatch(path, f"no array {index} for {variable.name!r}")
        if array.shape != variable.shape:
            return Mismatch(
                path, f"shape {array.shape} in the file, {variable.shape} in the model for {variable.name!r}"
            )
        try:
            found.append((variable, _in_dtype(array, variable.dtype)))
        except TypeError:
            return Mismatch(path, f"{array.dtype} in the file, {variable.dtype} in the model for {variable.name!r}")
    return found


def _in_dtype(array: np.ndarray, dtype: str) -> np.ndarray:
    """Return an array in a variable's dtype.

    Raises:
        TypeError: If its elements are opaque and do not fit.
    """
    wanted = host_dtype(dtype)
    if array.dtype == wanted:
        return array
    if array.dtype.kind == "V" and array.dtype.names is None and array.dtype.name.startswith("void"):
        if array.dtype.itemsize != wanted.itemsize or wanted.name not in {"float8_e4m3fn", "float8_e5m2", "bfloat16"}:
            raise TypeError(dtype)
        return array.view(wanted)
    return array.astype(wanted)


def assign_all(assignments: Iterable[tuple[Variable, Any]]) -> None:
    """Assign values that are known to fit; on a failure, such as a full device, nothing is changed.

    Values are host arrays, or native tensors that a layer assigned in its own way.
    """
    made: list[tuple[Variable, Any]] = []
    unmade: list[tuple[Variable, Any]] = []
    for variable, value in assignments:
        (made if variable.made else unmade).append((variable, value))
    fresh = [(variable, variable.handle_of(value)) for variable, value in unmade]
    natives = [(variable, _native(variable, value)) for variable, value in made]
    for variable, handle in fresh:
        variable.adopt(handle)
    for variable, native in natives:
        variable.write(native)


def _native(variable: Variable, value: Any) -> Any:
    """Return a value as `write` takes it; where `write` copies, a host array need not be copied before."""
    if isinstance(value, np.ndarray) and variable.backend.variables.in_place:
        placed = variable.backend.tensors.place(value)
        if variable.backend.tensors.is_tensor(placed):
            return placed
    return variable.native_of(value)


def mismatch_text(mismatches: list[Mismatch], source: str) -> str:
    """Return the message for state that does not fit."""
    shown = "\n".join(f"  {item.path or 'the model itself'}: {item.reason}" for item in mismatches[:5])
    more = f"\n  and {len(mismatches) - 5} more" if len(mismatches) > 5 else ""
    return (
        f"The weights in {source!r} do not fit {len(mismatches)} of the model's parts.\nReceived:\n{shown}{more}\n"
        "Allowed: the arrays that a model built in the same way saved.\n"
        "Build the model as it was saved, or pass `skip_mismatch=True` to load the parts that fit."
    )


def _some(names: list[str]) -> str:
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
