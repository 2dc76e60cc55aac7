"""``import keras`` means Polykeras, in this process, until it is taken back.

What is promised: ``keras`` and ``keras.x.y`` are Polykeras' modules themselves, the same objects, and nothing about
them changes but ``__version__``, which names the Keras whose API they offer. Packages that import Keras for themselves
(entry points of the group ``polykeras.real_keras``) get the real one, as does the real Keras. What Polykeras does not
have, such as ``keras.src``, is a `ModuleNotFoundError`. The design stands in ``docs/decisions/0006``.
"""

from __future__ import annotations

from polykeras.alias.install import install_as_keras, uninstall_as_keras

__all__ = ["install_as_keras", "uninstall_as_keras"]
