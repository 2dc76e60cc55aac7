"""Variables on PyTorch: parameters and tensors, written in place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from keras_torch.tensors import device, dtype, from_host
from polykeras.plugins import VariableSpec


class TorchStore:
    """Variable store whose handles are the tensors themselves; trainable ones are `Parameter`s."""

    in_place = True

    def create(self, spec: VariableSpec, init: Callable[[], Any]) -> torch.Tensor:
        """Return a tensor that holds ``init()``."""
        where = torch.device("cpu") if spec.placement == "host" else device()
        value = init()
        if isinstance(value, torch.Tensor):
            tensor = value.detach().to(where, dtype(spec.dtype), copy=True)
        else:
            tensor = from_host(value, dtype(spec.dtype), where)
        if spec.trainable and (tensor.is_floating_point() or tensor.is_complex()):
            return torch.nn.Parameter(tensor)
        return tensor

    def read(self, handle: torch.Tensor) -> torch.Tensor:
        """Return the tensor."""
        return handle

    def write(self, handle: torch.Tensor, value: torch.Tensor) -> None:
        """Copy `value` into the tensor."""
        with torch.no_grad():
            handle.copy_(value)
