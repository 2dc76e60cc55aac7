"""What a layer learns from the layers that call it: the training flag and the masks of tensors."""

from __future__ import annotations

import threading
from typing import Any


class CallContext:
    """Facts of one outermost call.

    Attributes:
        training: The flag in force, or ``None`` when nobody gave one.
        root: The layer that was called first.
        masks: Identity of a tensor to the tensor and its mask; keeping the tensor keeps its identity.
    """

    __slots__ = ("masks", "root", "training")

    def __init__(self, training: bool | None, root: Any) -> None:
        self.training = training
        self.root = root
        self.masks: dict[int, tuple[Any, Any]] = {}


class _Here(threading.local):
    context: CallContext | None = None


HERE = _Here()


def mask_of(tensor: Any) -> Any:
    """Return the mask that a layer attached to `tensor` during this call, or ``None``."""
    context = HERE.context
    if context is None or not context.masks:
        return None
    found = context.masks.get(id(tensor))
    return None if found is None else found[1]


def attach_mask(tensor: Any, mask: Any) -> None:
    """Remember `mask` for `tensor` while the outermost call lasts."""
    if HERE.context is not None and mask is not None:
        HERE.context.masks[id(tensor)] = (tensor, mask)
