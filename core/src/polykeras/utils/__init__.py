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
    from polykeras.data.py_dataset import PyDataset
    from polykeras.data.py_dataset import PyDataset as Sequence
    from polykeras.random.global_seed import set_random_seed
    from polykeras.registry import (
        CustomObjectScope,
        custom_object_scope,
        deserialize_keras_object,
        get_custom_objects,
        get_registered_name,
        get_registered_object,
        register_keras_serializable,
        serialize_keras_object,
    )
    from polykeras.train.progbar import Progbar
    from polykeras.train.unpack import pack_x_y_sample_weight, unpack_x_y_sample_weight
    from polykeras.utils.audio_dataset import audio_dataset_from_directory
    from polykeras.utils.categorical import to_categorical
    from polykeras.utils.config_dict import Config
    from polykeras.utils.features import FeatureSpace
    from polykeras.utils.file_cache import get_file
    from polykeras.utils.image_dataset import image_dataset_from_directory
    from polykeras.utils.images import array_to_img, img_to_array, load_img, save_img
    from polykeras.utils.normalization import normalize
    from polykeras.utils.plot import model_to_dot, plot_model
    from polykeras.utils.sequences import pad_sequences
    from polykeras.utils.splitting import split_dataset
    from polykeras.utils.symbolic import get_source_inputs, is_keras_tensor
    from polykeras.utils.text_dataset import text_dataset_from_directory
    from polykeras.utils.timeseries import timeseries_dataset_from_array

_NAMES = {
    "Config": "utils.config_dict",
    "CustomObjectScope": "registry",
    "FeatureSpace": "utils.features",
    "Progbar": "train.progbar",
    "PyDataset": "data.py_dataset",
    "Sequence": "data.py_dataset",
    "array_to_img": "utils.images",
    "audio_dataset_from_directory": "utils.audio_dataset",
    "clear_session": "backend.session",
    "custom_object_scope": "registry",
    "deserialize_keras_object": "registry",
    "disable_interactive_logging": "backend.switches",
    "enable_interactive_logging": "backend.switches",
    "get_custom_objects": "registry",
    "get_file": "utils.file_cache",
    "get_registered_name": "registry",
    "get_registered_object": "registry",
    "get_source_inputs": "utils.symbolic",
    "image_dataset_from_directory": "utils.image_dataset",
    "img_to_array": "utils.images",
    "is_interactive_logging_enabled": "backend.switches",
    "is_keras_tensor": "utils.symbolic",
    "load_img": "utils.images",
    "model_to_dot": "utils.plot",
    "normalize": "utils.normalization",
    "pack_x_y_sample_weight": "train.unpack",
    "pad_sequences": "utils.sequences",
    "plot_model": "utils.plot",
    "register_keras_serializable": "registry",
    "save_img": "utils.images",
    "serialize_keras_object": "registry",
    "set_random_seed": "random.global_seed",
    "split_dataset": "utils.splitting",
    "standardize_dtype": "backend.dtypes",
    "text_dataset_from_directory": "utils.text_dataset",
    "timeseries_dataset_from_array": "utils.timeseries",
    "to_categorical": "utils.categorical",
    "unpack_x_y_sample_weight": "train.unpack",
}

__all__ = [
    "Config",
    "CustomObjectScope",
    "FeatureSpace",
    "Progbar",
    "PyDataset",
    "Sequence",
    "array_to_img",
    "audio_dataset_from_directory",
    "clear_session",
    "custom_object_scope",
    "deserialize_keras_object",
    "disable_interactive_logging",
    "enable_interactive_logging",
    "get_custom_objects",
    "get_file",
    "get_registered_name",
    "get_registered_object",
    "get_source_inputs",
    "image_dataset_from_directory",
    "img_to_array",
    "is_interactive_logging_enabled",
    "is_keras_tensor",
    "load_img",
    "model_to_dot",
    "normalize",
    "pack_x_y_sample_weight",
    "pad_sequences",
    "plot_model",
    "register_keras_serializable",
    "save_img",
    "serialize_keras_object",
    "set_random_seed",
    "split_dataset",
    "standardize_dtype",
    "text_dataset_from_directory",
    "timeseries_dataset_from_array",
    "to_categorical",
    "unpack_x_y_sample_weight",
]


def __getattr__(name: str) -> Any:
    """Load a public name at first use."""
    if name not in _NAMES:
        raise AttributeError(f"module 'polykeras.utils' has no attribute {name!r}")
    return getattr(importlib.import_module(f"polykeras.{_NAMES[name]}"), name)
