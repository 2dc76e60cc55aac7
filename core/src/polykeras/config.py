"""Settings under the names of `keras.config`.

They belong to the process. Nothing is read from or written to a file here, and importing this module imports no
framework.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, NoReturn

from polykeras.backend import current
from polykeras.backend.config import (
    epsilon,
    floatx,
    image_data_format,
    set_epsilon,
    set_floatx,
    set_image_data_format,
)
from polykeras.backend.current import current_name as backend
from polykeras.backend.run_limits import (
    max_epochs,
    max_steps_per_epoch,
    set_max_epochs,
    set_max_steps_per_epoch,
)
from polykeras.backend.switches import (
    disable_flash_attention,
    disable_interactive_logging,
    disable_traceback_filtering,
    enable_flash_attention,
    enable_interactive_logging,
    enable_traceback_filtering,
    is_flash_attention_enabled,
    is_interactive_logging_enabled,
    is_nnx_enabled,
    is_traceback_filtering_enabled,
)
from polykeras.plugins.errors import ConfigError

if TYPE_CHECKING:
    from polykeras.layers.dtype_policy import dtype_policy, set_dtype_policy

# Policies stand beside the layers, which settings alone need not load.
_LATE = frozenset({"dtype_policy", "set_dtype_policy"})

__all__ = [
    "backend",
    "disable_flash_attention",
    "disable_interactive_logging",
    "disable_traceback_filtering",
    "dtype_policy",
    "enable_flash_attention",
    "enable_interactive_logging",
    "enable_traceback_filtering",
    "enable_unsafe_deserialization",
    "epsilon",
    "floatx",
    "image_data_format",
    "is_flash_attention_enabled",
    "is_interactive_logging_enabled",
    "is_nnx_enabled",
    "is_traceback_filtering_enabled",
    "max_epochs",
    "max_steps_per_epoch",
    "set_backend",
    "set_dtype_policy",
    "set_epsilon",
    "set_floatx",
    "set_image_data_format",
    "set_max_epochs",
    "set_max_steps_per_epoch",
]


def set_backend(backend: str) -> None:
    """Make `backend` the process-wide default; models built before keep their own.

    Args:
        backend: Name of an installed backend.

    Raises:
        BackendNotFound: No installed distribution offers it.
    """
    current.set_backend(backend)


def enable_unsafe_deserialization() -> NoReturn:
    """Refuse: there is no switch for the process that lets every file run code.

    Raises:
        ConfigError: Always; it says what to do for the file at hand.
    """
    raise ConfigError(
        "There is no process-wide switch that lets model files run code.\n"
        "Received: a call of `config.enable_unsafe_deserialization`.\n"
        "Allowed: built-in objects, and what this process registered or passes in.\n"
        "Remove the call; decorate your own classes and functions with `saving.register_keras_serializable`, or pass "
        "them to `saving.load_model` in `custom_objects`."
    )


def __getattr__(name: str) -> Any:
    """Load what belongs to the layers at first use."""
    if name in _LATE:
        return getattr(importlib.import_module("polykeras.layers.dtype_policy"), name)
    raise AttributeError(f"module 'polykeras.config' has no attribute {name!r}")
