"""One way for every area to turn identifiers and configs into objects, and objects into configs.

Promises: each area has ``get``, ``serialize`` and ``deserialize`` from one table of identifiers.
Configs are those of Keras 3, ``{"module", "class_name", "config", "registered_name"}``, and the
older ``{"class_name", "config"}``; what is written here loads in Keras and the other way round.
Refuses: names outside the table unless the caller registered them. A file's ``module`` is compared,
never imported; a file that names a registered object does not get a built-in of the same name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from polykeras.registry import known
from polykeras.registry.nesting import checked_depth
from polykeras.registry.objects import CustomObjectScope, get_registered_object
from polykeras.registry.serialization import (
    FUNCTION,
    made,
    malformed,
    object_from_config,
    serialize_keras_object,
    unknown,
)
from polykeras.registry.sharing import ObjectSharingScope


class Family:
    """The objects of one area, such as the initializers.

    Args:
        kind: What one of them is called in messages, such as ``"initializer"``.
        module: Public module that configs name, such as ``"keras.initializers"``.
        table: Every identifier that `get` takes, to its class or function. The same class may stand
            under several; a class's own name must be among them.
        base: Class that instances must have; ``None`` when anything callable will do.
        callables: Whether a plain callable is taken in place of an instance of `base`.
        modules: Classes that configs file under another module, such as ``{Initializer: "keras"}``.
        registered: Classes whose configs carry their own name as registered name, as Keras does it for
            those that it does not export.
    """

    def __init__(
        self,
        kind: str,
        module: str,
        table: Mapping[str, Any],
        *,
        base: type | None = None,
        callables: bool = True,
        modules: Mapping[type, str] | None = None,
        registered: Iterable[type] = (),
    ) -> None:
        self.kind = kind
        self.module = module
        self.table = dict(table)
        self._base = base
        self._callables = callables
        self._modules = dict(modules or {})
        self._registered = frozenset(registered)
        self._members = set(self.table.values())

    def get(self, identifier: Any) -> Any:
        """Return the object that `identifier` means.

        Args:
            identifier: ``None``, a name, a config, a class to be called without arguments, or an
                object that is ready, which comes back as it is.

        Raises:
            ValueError: Nothing is known by that name, or it is no such object.
        """
        if identifier is None:
            return None
        if isinstance(identifier, str):
            return self._accepted(_instance(self._named(identifier)), identifier)
        if isinstance(identifier, dict):
            return self.deserialize(identifier)
        if isinstance(identifier, type):
            return self._accepted(identifier(), identifier)
        return self._accepted(identifier, identifier)

    def serialize(self, obj: Any) -> Any:
        """Return `obj` as JSON-able data: a config, a built-in function's name, or ``None``.

        Raises:
            ValueError: `obj` is neither a function nor an object with ``get_config``.
        """
        if obj is None:
            return None
        if callable(obj) and not isinstance(obj, type) and obj in self._members:
            return obj.__name__
        if (hasattr(obj, "get_config") or hasattr(obj, "__name__")) and not isinstance(obj, type):
            return serialize_keras_object(obj)
        raise ValueError(
            f"This {self.kind} cannot be written down: {obj!r}.\n"
            "Allowed: functions, and objects with a method `get_config`.\n"
            "Add `get_config`, returning the arguments of `__init__` as a dictionary."
        )

    def deserialize(
        self, config: Any, custom_objects: Mapping[str, Any] | None = None, *, base: type | None = None
    ) -> Any:
        """Return the object that `config` describes.

        Args:
            config: What `serialize` returned, or a config written by Keras.
            custom_objects: Names the caller vouches for, besides those registered.
            base: Class that the object must have in place of the family's: one above it.

        Raises:
            ValueError: The config is malformed, names something unknown, or its arguments do not fit.
        """
        if config is None:
            return None
        with checked_depth(config), CustomObjectScope(custom_objects), ObjectSharingScope():
            if isinstance(config, str):
                return self._accepted(_instance(self._named(config)), config, base)
            return self._accepted(self._described(config), config, base)

    def builtin(self, module: str, name: str) -> Any:
        """Return the built-in that configs call `name` in `module`, or ``None``."""
        member = self.table.get(name)
        return member if member is not None and self.module_of(member) == module else None

    def module_of(self, member: Any) -> str | None:
        """Return the module that configs name for a built-in, or ``None`` when it is not ours."""
        return self._modules.get(member, self.module) if member in self._members else None

    def registered_name_of(self, member: Any) -> str | None:
        """Return the registered name that configs carry for a built-in: none, or the class's own."""
        return member.__name__ if member in self._registered else None

    def _described(self, config: Any) -> Any:
        """Return the object of a config of either form."""
        if not isinstance(config, dict):
            raise malformed(self.kind, config, f"it is of type {type(config).__name__}")
        name, inner = config.get("class_name"), config.get("config")
        if not isinstance(name, str):
            raise malformed(self.kind, config, 'it has no "class_name"')
        if name == FUNCTION and isinstance(inner, str):
            return self._named(inner)
        if "module" in config or config.get("registered_name") is not None:
            return object_from_config(config, self.kind, self.table)
        member = self._named(name)  # the older form: names only
        inner = {} if inner is None else inner
        if not isinstance(member, type):
            return member
        if not isinstance(inner, dict):
            raise malformed(self.kind, config, f'its "config" is of type {type(inner).__name__}')
        return made(member, inner, self.kind)

    def _named(self, name: str) -> Any:
        member = get_registered_object(name, None, self.table)
        if member is None:
            raise unknown(self.kind, name, None, self.table)
        return member

    def _accepted(self, obj: Any, source: object, base: type | None = None) -> Any:
        base = base or self._base
        if base is not None and isinstance(obj, base):
            return obj
        if (self._callables or self._base is None) and callable(obj):
            return obj
        raise ValueError(
            f"This is no {self.kind}: {source!r}, of type {type(source).__name__}.\n"
            f"Allowed: a name, a config, {self._allowed()}, or None.\n"
            f"Names: {', '.join(sorted(self.table))}."
        )

    def _allowed(self) -> str:
        kinds = [f"an object of class {self._base.__name__}"] if self._base is not None else []
        if self._callables or self._base is None:
            kinds.append("a callable")
        return ", ".join(kinds)


def _instance(member: Any) -> Any:
    return member() if isinstance(member, type) else member


def add_family(family: Family) -> Family:
    """Make a family known to whoever must find objects of any area, and return it."""
    known.add_area(family)
    return family
