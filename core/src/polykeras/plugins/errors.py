"""Every error of Polykeras' own: one tree, each message in four parts.

What failed, what was received, what is allowed, what to do next.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class PolykerasError(Exception):
    """Base of Polykeras' own errors."""


# The names are the contract's: they say what happened, not that it is an error (N818).
class BackendNotFound(PolykerasError, LookupError):  # noqa: N818
    """No installed distribution offers the backend asked for."""


class BackendBroken(PolykerasError, RuntimeError):  # noqa: N818
    """A plugin raised while it was loaded, or its framework is missing; the cause is kept."""


class BackendIncompatible(PolykerasError, RuntimeError):  # noqa: N818
    """Plugin, core and framework do not fit: the message says which to upgrade."""


class BackendIncomplete(PolykerasError, RuntimeError):  # noqa: N818
    """A plugin lacks what the contract asks for; everything missing is named at once."""


class UnsupportedOp(PolykerasError, NotImplementedError):  # noqa: N818
    """The backend declares, with a reason, that it does not offer an op."""


class BackendMismatch(PolykerasError, TypeError):  # noqa: N818
    """Tensors of two backends met in one call."""


class SymbolicTensorError(PolykerasError, TypeError):
    """A symbolic tensor was used where values are needed."""


class AdapterNotFound(PolykerasError, TypeError):  # noqa: N818
    """No data adapter claims what was passed."""


class ConfigError(PolykerasError, ValueError):
    """An environment variable or the config file holds something that has no meaning."""


class ShapeError(PolykerasError, ValueError):
    """Shapes do not fit."""


class DtypeError(PolykerasError, TypeError):
    """Dtypes do not fit."""


class NotCompiledError(PolykerasError, ValueError):
    """A model was trained or evaluated before `compile`."""


class NotBuiltError(PolykerasError, ValueError):
    """Weights were asked for before their shapes are known."""


class UnknownVariables(PolykerasError, ValueError):  # noqa: N818
    """A compiled step assigned variables that it was not compiled with."""


class UnsafeFileError(PolykerasError, ValueError):
    """A file asks for what a file may not do: code, other files, links, more memory than its own size."""


class CorruptFileError(PolykerasError, ValueError):
    """A file is damaged, truncated, or not what its name says."""


class DownloadError(PolykerasError, OSError):
    """A file could not be fetched from the network, or not be kept; the cause is kept."""


def did_you_mean(name: str, choices: Iterable[str]) -> str:
    """Return ``" Did you mean 'x'?"`` for close matches of `name`, else an empty string.

    Args:
        name: What was received; its case does not matter.
        choices: What it may have been meant to be.

    >>> did_you_mean("Adm", ["adam", "sgd"])
    " Did you mean 'adam'?"
    """
    by_lower: dict[str, str] = {}
    for choice in choices:
        by_lower.setdefault(str(choice).lower(), str(choice))
    close = difflib.get_close_matches(str(name).lower(), by_lower, n=3)
    return f" Did you mean {' or '.join(repr(by_lower[match]) for match in close)}?" if close else ""
