"""A backend after resolution: everything its plugin answered, bound into plain attributes.

A hook call costs microseconds and an op must not, so each backend hook is called once, here.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from polykeras.backend.session import at_clear
from polykeras.plugins.discovery import LoadedPlugin, load_backend
from polykeras.plugins.errors import BackendIncomplete, UnsupportedOp
from polykeras.plugins.info import BackendInfo
from polykeras.plugins.protocols import (
    NativeOp,
    RandomProvider,
    TensorProvider,
    TrainingProvider,
    VariableStore,
)

FALLBACK_BODIES: dict[str, NativeOp] = {}
"""Bodies of the derived ops by name, filled by `polykeras.ops.dispatch` as the ops are defined."""

_lock = threading.RLock()
_welcomes: list[Callable[[Backend], None]] = []
_resolved: dict[str, Backend] = {}


class OpTable:
    """The functions that serve a backend's ops, one attribute each, found at first use."""

    def __init__(self, info: BackendInfo, natives: Mapping[str, NativeOp]) -> None:
        self._info = info
        self._natives = natives

    def __getattr__(self, name: str) -> NativeOp:
        """Bind and return the function for `name`: the native one, else the derived body."""
        if name.startswith("__"):
            raise AttributeError(name)
        reason = self._info.unsupported.get(name)
        if reason is not None:
            function = _refuse(self._info.name, name, reason)
        else:
            found = self._natives.get(name) or FALLBACK_BODIES.get(name)
            if found is None:
                raise BackendIncomplete(
                    f"The backend {self._info.name!r} cannot run the op {name!r}.\n"
                    f"Received: a plugin with {len(self._natives)} native functions, none of that name.\n"
                    "Allowed: every primitive has a native function or a reason under `unsupported`.\n"
                    "Update the plugin, or report the missing primitive to its author."
                )
            function = found
        setattr(self, name, function)
        return function


def _refuse(backend: str, name: str, reason: str) -> NativeOp:
    def unsupported(*_args: object) -> object:
        raise UnsupportedOp(
            f"The op {name!r} does not run on the backend {backend!r}.\n"
            f"Reason given by its plugin: {reason}\n"
            "Allowed: the ops listed by `polykeras plugins`.\n"
            "Use another op, or another backend for this part of the model."
        )

    return unsupported


class Backend:
    """One resolved backend; compare by identity, name it by `name`."""

    def __init__(
        self,
        info: BackendInfo,
        tensors: TensorProvider,
        natives: Mapping[str, NativeOp],
        providers: tuple[RandomProvider, VariableStore, TrainingProvider],
    ) -> None:
        self.info = info
        self.name = info.name
        self.tensors = tensors
        self.types: frozenset[type] = tensors.types
        self.float_dtypes: frozenset[Any] = tensors.float_dtypes
        self.natives = natives
        self.op = OpTable(info, natives)
        self.random, self.variables, self.training = providers
        self._scopes: dict[frozenset[str], Callable[[], AbstractContextManager[Any]] | None] = {}

    def __repr__(self) -> str:
        """Return a short form for messages."""
        return f"<Backend {self.name!r}>"

    def __reduce__(self) -> tuple[Callable[[str], Backend], tuple[str]]:
        """Copy and pickle by name: a backend is one per process."""
        return (resolve, (self.name,))

    def __deepcopy__(self, memo: dict[int, Any]) -> Backend:
        """Return this backend."""
        return self

    def precision_scope(self, dtypes: frozenset[str]) -> AbstractContextManager[Any]:
        """Return a context in which tensors of `dtypes` keep their precision."""
        scope = self._scope(dtypes)
        return nullcontext() if scope is None else scope()

    def needs_scope(self, dtypes: frozenset[str]) -> bool:
        """Return whether computing in `dtypes` needs `precision_scope` at all."""
        return self._scope(dtypes) is not None

    def _scope(self, dtypes: frozenset[str]) -> Callable[[], AbstractContextManager[Any]] | None:
        if dtypes not in self._scopes:
            self._scopes[dtypes] = self.tensors.precision_scope(dtypes)
        return self._scopes[dtypes]


def resolve(name: str) -> Backend:
    """Return the backend called `name`, importing its framework at the first call."""
    found = _resolved.get(name)
    if found is not None:
        return found
    with _lock:
        if name not in _resolved:
            backend = _bind(load_backend(name))
            for welcome in _welcomes:
                welcome(backend)
            _resolved[name] = backend
        return _resolved[name]


def resolved_backends() -> tuple[Backend, ...]:
    """Return the backends whose frameworks are loaded in this process."""
    return tuple(_resolved.values())


def on_resolve(function: Callable[[Backend], None]) -> Callable[[Backend], None]:
    """Have `function` called with each backend that is resolved from now on; a decorator."""
    _welcomes.append(function)
    return function


@at_clear
def drop_compiled_code() -> None:
    """Let the backends drop compiled code that they keep for the process.

    `clear_caches` is optional in the contract: only a framework with such caches has something to drop.
    """
    for backend in resolved_backends():
        drop = getattr(backend.training, "clear_caches", None)
        if drop is not None:
            drop()


def _bind(loaded: LoadedPlugin) -> Backend:
    answers = {
        facet: loaded.ask(f"polykeras_{facet}") for facet in ("tensors", "ops", "random", "variables", "training")
    }
    missing = [facet for facet, answer in answers.items() if not answer]
    if missing:
        raise BackendIncomplete(
            f"The backend {loaded.name!r} of {loaded.distribution} {loaded.version} is incomplete.\n"
            f"Received no answer to: {', '.join(f'polykeras_{facet}' for facet in missing)}.\n"
            "Allowed: a backend answers every backend hook of the contract.\n"
            "Update the plugin, or report this to its author."
        )
    natives: dict[str, NativeOp] = {}
    for mapping in reversed(answers["ops"]):
        natives.update(mapping)
    providers = (answers["random"], answers["variables"], answers["training"])
    return Backend(loaded.info, answers["tensors"], natives, providers)
