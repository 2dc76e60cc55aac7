"""Tools that scripts reach for under the names of `keras.utils`; each is loaded when it is first named."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from polykeras.backend.dtypes import standardize_dtype
    from polykeras.backend.session import clear_session
    from polykeras.backend.switches import (
        disable_interactive_logging,
        enable_interactive_logging,
        is_interactive_logging_enabled,
    )
    from polykeras.random.global_seed import set_random_seed
    from polykeras.registry import (
        CustomObjectScope,
        custom_object_scope,
        get_custom_objects,
        get_registered_name,
        get_registered_object,
        register_keras_serializable,
    )
    from polykeras.train.progbar import Progbar
    from polykeras.train.unpack import pack_x_y_sample_weight, unpack_x_y_sample_weight
    from polykeras.utils.categorical import to_categorical
    from polykeras.utils.config_dict import Config
    from polykeras.utils.normalization import normalize
    from polykeras.utils.plot import model_to_dot, plot_model
    from polykeras.utils.sequences import pad_sequences
    from polykeras.utils.symbolic import get_source_inputs, is_keras_tensor

_NAMES = {
    "Config": "utils.config_dict",
    "CustomObjectScope": "registry",
    "Progbar": "train.progbar",
    "clear_session": "backend.session",
    "custom_object_scope": "registry",
    "disable_interactive_logging": "backend.switches",
    "enable_interactive_logging": "backend.switches",
    "get_custom_objects": "registry",
    "get_registered_name": "registry",
    "get_registered_object": "registry",
    "get_source_inputs": "utils.symbolic",
    "is_interactive_logging_enabled": "backend.switches",
    "is_keras_tensor": "utils.symbolic",
    "model_to_dot": "utils.plot",
    "normalize": "utils.normalization",
    "pack_x_y_sample_weight": "train.unpack",
    "pad_sequences": "utils.sequences",
    "plot_model": "utils.plot",
    "register_keras_serializable": "registry",
    "set_random_seed": "random.global_seed",
    "standardize_dtype": "backend.dtypes",
    "to_categorical": "utils.categorical",
    "unpack_x_y_sample_weight": "train.unpack",
}

__all__ = [
    "Config",
    "CustomObjectScope",
    "Progbar",
    "clear_session",
    "custom_object_scope",
    "disable_interactive_logging",
    "enable_interactive_logging",
    "get_custom_objects",
    "get_registered_name",
    "get_registered_object",
    "get_source_inputs",
    "is_interactive_logging_enabled",
    "is_keras_tensor",
    "model_to_dot",
    "normalize",
    "pack_x_y_sample_weight",
    "pad_sequences",
    "plot_model",
    "register_keras_serializable",
    "set_random_seed",
    "standardize_dtype",
    "to_categorical",
    "unpack_x_y_sample_weight",
]


def __getattr__(name: str) -> Any:
    """Load a public name at first use."""
    if name not in _NAMES:
        raise AttributeError(f"module 'polykeras.utils' has no attribute {name!r}")
    return getattr(importlib.import_module(f"polykeras.{_NAMES[name]}"), name)
