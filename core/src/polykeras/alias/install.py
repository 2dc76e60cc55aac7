"""Give the name ``keras`` to Polykeras and take it back."""

from __future__ import annotations

import sys

from polykeras.alias import insiders
from polykeras.alias.finder import AliasFinder
from polykeras.alias.names import KERAS, OURS, PLACE, moved, root_of
from polykeras.version import KERAS_API_VERSION, __version__


class _Installed:
    """The finder that stands in `sys.meta_path`, while it does."""

    finder: AliasFinder | None = None


_installed = _Installed()


def install_as_keras() -> None:
    """Make ``import keras`` mean Polykeras, in this process.

    ``keras.layers`` is then ``polykeras.layers`` itself, and ``keras.__version__`` the version of Keras whose API is
    offered. Frameworks that import Keras for themselves get the real one, whether they were imported before or are
    imported after. Names that were bound earlier stay what they are. Calling it again changes nothing.

    Call it before threads import anything; ``polykeras run`` does so for a whole script.

    >>> import polykeras
    >>> polykeras.install_as_keras()
    >>> import keras
    >>> keras.layers is polykeras.layers
    True
    >>> polykeras.uninstall_as_keras()
    """
    if _installed.finder is not None:
        return
    roots = insiders.listed()
    _move_modules(KERAS, PLACE)
    # After the move, which is how modules of the real Keras that came first are seen.
    insiders.take_over(roots | {PLACE})
    _installed.finder = AliasFinder(roots - {KERAS})
    sys.meta_path.insert(0, _installed.finder)
    vars(sys.modules[OURS])["__version__"] = KERAS_API_VERSION


def uninstall_as_keras() -> None:
    """Give the name ``keras`` back: from now on it means the real one, if that is installed.

    Names that were bound meanwhile stay what they are. Without an alias nothing happens.
    """
    if _installed.finder is None:
        return
    vars(sys.modules[OURS])["__version__"] = __version__
    if _installed.finder in sys.meta_path:
        sys.meta_path.remove(_installed.finder)
    _installed.finder = None
    insiders.give_back()
    for name in [name for name in sys.modules if root_of(name) == KERAS]:
        del sys.modules[name]
    _move_modules(PLACE, KERAS)


def _move_modules(source: str, target: str) -> None:
    """Move the modules of the real Keras to another key."""
    for name in [name for name in sys.modules if root_of(name) == source]:
        sys.modules[moved(name, target)] = sys.modules.pop(name)
