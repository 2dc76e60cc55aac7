"""`Functional`: a model made of a graph of symbolic tensors."""

from __future__ import annotations

from polykeras.models.model import Model


class Functional(Model):
    """What ``Model(inputs, outputs)`` makes; its class name is what files carry."""

    _only_functional = True
