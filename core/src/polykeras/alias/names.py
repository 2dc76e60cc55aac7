"""Names of modules: which are Keras', and where the real ones stand while Polykeras has the name ``keras``."""

from __future__ import annotations

KERAS = "keras"
OURS = "polykeras"
# A key of `sys.modules` that no import statement can name: it is not an identifier.
PLACE = "keras (real)"


def root_of(name: str) -> str:
    """Return the package that a module belongs to: ``"keras"`` for ``"keras.src.ops"``."""
    return name.partition(".")[0]


def moved(name: str, root: str) -> str:
    """Return `name` with another root.

    >>> moved("keras.layers", "polykeras")
    'polykeras.layers'
    """
    _, dot, rest = name.partition(".")
    return root + dot + rest
