"""One way for every area to turn identifiers and configs into objects, and objects into configs.

Promises: each area has ``get``, ``serialize`` and ``deserialize`` from one table of identifiers.
Configs are those of Keras 3, ``{"module", "class_name", "config", "registered_name"}``, and the
older ``{"class_name", "config"}``; what is written here loads in Keras and the other way round.
Refuses: names outside the table unless the caller registered them. A file's ``module`` is compared,
never imported; a file that names a registered object does not get a built-in of the same name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from polykeras.plugins.errors import did_you_mean
from polykeras.registry.objects import (
    CustomObjectScope,
    custom_names,
    get_registered_name,
    get_registered_object,
)

_FUNCTION = "function"


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
    ) -> None:
        self.kind = kind
        self.module = module
        self.table = dict(table)
        self._base = base
        self._callables = callables
        self._modules = dict(modules or {})
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
            return self._accepted(_instance(self._named(identifier, None)), identifier)
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
        if hasattr(obj, "get_config") and not isinstance(obj, type):
            return self._config(obj)
        if callable(obj) and hasattr(obj, "__name__"):
            if obj in self._members:
                return obj.__name__
            name = get_registered_name(obj)
            return {"module": "builtins", "class_name": _FUNCTION, "config": name, "registered_name": _FUNCTION}
        raise ValueError(
            f"This {self.kind} cannot be written down: {obj!r}.\n"
            "Allowed: functions, and objects with a method `get_config`.\n"
            "Add `get_config`, returning the arguments of `__init__` as a dictionary."
        )

    def deserialize(self, config: Any, custom_objects: Mapping[str, Any] | None = None) -> Any:
        """Return the object that `config` describes.

        Args:
            config: What `serialize` returned, or a config written by Keras.
            custom_objects: Names the caller vouches for, besides those registered.

        Raises:
            ValueError: The config is malformed, names something unknown, or its arguments do not fit.
        """
        if config is None:
            return None
        if isinstance(config, str):
            return self._accepted(_instance(self._named(config, custom_objects)), config)
        name, inner = self._parts(config)
        if name == _FUNCTION and isinstance(inner, str):
            return self._accepted(self._named(inner, custom_objects), config)
        member = self._member(name, config, custom_objects)
        if not isinstance(member, type):
            return self._accepted(member, config)
        if not isinstance(inner, dict):
            raise self._malformed(config, f'its "config" is of type {type(inner).__name__}')
        with CustomObjectScope(custom_objects):
            return self._accepted(self._from_config(member, inner), config)

    def builtin(self, module: str, name: str) -> Any:
        """Return the built-in that configs call `name` in `module`, or ``None``."""
        member = self.table.get(name)
        return member if member is not None and self.module_of(member) == module else None

    def module_of(self, member: Any) -> str | None:
        """Return the module that configs name for a built-in, or ``None`` when it is not ours."""
        return self._modules.get(member, self.module) if member in self._members else None

    def _config(self, obj: Any) -> dict[str, Any]:
        kind = type(obj)
        module = self.module_of(kind)
        return {
            "module": module or kind.__module__,
            "class_name": kind.__name__,
            "config": obj.get_config(),
            "registered_name": None if module else get_registered_name(kind),
        }

    def _named(self, name: str, custom_objects: Mapping[str, Any] | None) -> Any:
        member = get_registered_object(name, custom_objects, self.table)
        if member is None:
            raise self._unknown(name, custom_objects)
        return member

    def _member(self, name: str, config: dict[str, Any], custom_objects: Mapping[str, Any] | None) -> Any:
        """Return the class or function of a config, by the rules its form asks for."""
        registered = config.get("registered_name")
        if "module" not in config and registered is None:  # the older form: names only
            return self._named(name, custom_objects)
        if registered in {None, name}:
            member = self.builtin(str(config["module"]), name)
            if member is not None:
                return member
        # Not falling back to the table: a file must not get a built-in under a registered name.
        for candidate in (registered, name):
            member = get_registered_object(candidate, custom_objects) if isinstance(candidate, str) else None
            if member is not None:
                return member
        raise self._unknown(str(registered or name), custom_objects, config.get("module"))

    def _from_config(self, member: type, inner: dict[str, Any]) -> Any:
        build: Callable[[dict[str, Any]], Any] | None = getattr(member, "from_config", None)
        try:
            return build(inner) if build is not None else member(**inner)
        except (TypeError, KeyError) as error:
            raise ValueError(
                f"The {self.kind} {member.__name__} cannot be made from its config.\n"
                f"Received {inner!r}: {error}.\n"
                f"Allowed: the arguments of `{member.__name__}`, by name.\n"
                "Correct the config, or give the class a `from_config` that understands it."
            ) from error

    def _accepted(self, obj: Any, source: object) -> Any:
        if self._base is not None and isinstance(obj, self._base):
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

    def _parts(self, config: Any) -> tuple[str, Any]:
        if not isinstance(config, dict):
            raise self._malformed(config, f"it is of type {type(config).__name__}")
        name = config.get("class_name")
        if not isinstance(name, str):
            raise self._malformed(config, 'it has no "class_name"')
        inner = config.get("config")
        return name, {} if inner is None else inner

    def _malformed(self, config: object, reason: str) -> ValueError:
        return ValueError(
            f"The config of this {self.kind} is malformed: {reason}.\n"
            f"Received: {config!r}.\n"
            'Allowed: {"class_name": name, "config": {argument: value}}, or a name.\n'
            "Pass what `serialize` returned."
        )

    def _unknown(self, name: str, custom_objects: Mapping[str, Any] | None, module: object = None) -> ValueError:
        names = sorted({*self.table, *custom_names(custom_objects)})
        where = f" in module {module!r}" if module is not None else ""
        return ValueError(
            f"No {self.kind} is called {name!r}{where}.{did_you_mean(name, names)}\n"
            f"Known: {', '.join(names)}.\n"
            "If it is your own, decorate it with `register_keras_serializable` or pass it in `custom_objects`."
        )


def _instance(member: Any) -> Any:
    return member() if isinstance(member, type) else member


_families: dict[str, Family] = {}


def add_family(family: Family) -> Family:
    """Make a family known to whoever must find objects of any area, and return it."""
    _families[family.module] = family
    return family


def families() -> Mapping[str, Family]:
    """Return the families of all areas imported so far, by public module."""
    return _families
