"""What a user's object is: told without pyarrow, which only the data of pyarrow and polars need."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any


def is_polars(kind: type) -> bool:
    """Return whether a type, or a base of it, is one of polars'."""
    return any(base.__module__.partition(".")[0] == "polars" for base in kind.__mro__)


def require_pyarrow() -> None:
    """Refuse to go on without pyarrow.

    Raises:
        ImportError: It is not installed.
    """
    if find_spec("pyarrow") is None:
        raise ImportError(
            "The data of polars cannot be read.\nReceived: polars without pyarrow, which reads what it hands over.\n"
            "Allowed: polars beside pyarrow 18 or later.\nRun `pip install pyarrow`."
        )


def collected(x: Any) -> Any:
    """Return a lazy frame of polars as a frame, and everything else as it is."""
    return x.collect() if is_polars(type(x)) and hasattr(x, "collect") else x
