"""`Config`: settings of a script, read as attributes, frozen when they must not change any more."""

from __future__ import annotations

import json
from collections.abc import ItemsView, Iterator, KeysView, ValuesView
from typing import Any


class Config:
    """A dictionary whose keys are attributes too, and which can be frozen.

    Args:
        **kwargs: First entries.

    >>> settings = Config(rate=0.1, units=32)
    >>> settings.units = 64
    >>> settings["units"], settings.frozen
    (64, False)
    >>> settings.to_json()
    '{"rate": 0.1, "units": 64}'
    """

    _config: dict[str, Any]
    _frozen: bool

    def __init__(self, **kwargs: Any) -> None:
        object.__setattr__(self, "_config", dict(kwargs))
        object.__setattr__(self, "_frozen", False)

    @property
    def frozen(self) -> bool:
        """Return whether changes are refused."""
        return self._frozen

    def freeze(self) -> None:
        """Refuse changes from now on."""
        object.__setattr__(self, "_frozen", True)

    def unfreeze(self) -> None:
        """Allow changes again."""
        object.__setattr__(self, "_frozen", False)

    def as_dict(self) -> dict[str, Any]:
        """Return the entries as a new dictionary."""
        return dict(self._config)

    def to_json(self) -> str:
        """Return the entries as JSON."""
        return json.dumps(self._config)

    def keys(self) -> KeysView[str]:
        """Return the names."""
        return self._config.keys()

    def values(self) -> ValuesView[Any]:
        """Return the values."""
        return self._config.values()

    def items(self) -> ItemsView[str, Any]:
        """Return the pairs of name and value."""
        return self._config.items()

    def get(self, keyname: str, value: Any = None) -> Any:
        """Return the entry `keyname`, or `value` if there is none."""
        return self._config.get(keyname, value)

    def pop(self, *args: Any) -> Any:
        """Remove and return an entry: ``pop(name)`` or ``pop(name, default)``."""
        self._check_open()
        return self._config.pop(*args)

    def update(self, *args: Any, **kwargs: Any) -> None:
        """Take entries from a mapping, from pairs, or by name."""
        self._check_open()
        self._config.update(*args, **kwargs)

    def __getitem__(self, key: str) -> Any:
        return self._config[key]

    def __setitem__(self, key: str, item: Any) -> None:
        self._check_open()
        self._config[key] = item

    def __delitem__(self, key: str) -> None:
        self._check_open()
        del self._config[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._config)

    def __len__(self) -> int:
        return len(self._config)

    def __contains__(self, item: object) -> bool:
        return item in self._config

    def __getattr__(self, name: str) -> Any:
        # While a copy or a pickle is being made there is no `_config` yet.
        entries = self.__dict__.get("_config", {})
        if name not in entries:
            raise AttributeError(
                f"This Config has no entry {name!r}.\nReceived: config.{name}.\n"
                f"Allowed: {', '.join(map(str, entries)) or 'nothing, it is empty'}.\n"
                "Set it first, or use `get` with a default."
            )
        return entries[name]

    def __setattr__(self, name: str, value: Any) -> None:
        self[name] = value

    def __delattr__(self, name: str) -> None:
        if name not in self._config:
            raise AttributeError(f"This Config has no entry {name!r}.")
        del self[name]

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Take the state of a copy past `__setattr__`, which would make entries of it."""
        self.__dict__.update(state)

    def __repr__(self) -> str:
        """Return the entries."""
        return f"<Config {self._config!r}>"

    def _check_open(self) -> None:
        if self._frozen:
            raise ValueError(
                "This Config cannot be changed.\nReceived: a change after `freeze`.\n"
                "Allowed: reading.\nCall `unfreeze` first, or make a new Config."
            )
