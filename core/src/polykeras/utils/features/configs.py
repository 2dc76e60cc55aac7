"""Features as data, and back: the config of a feature space.

Promises: the form that Keras writes, each encoder under the name of the layer that does the same, with what it has
learned as lists of numbers and strings. Refuses: other names than these and what the caller vouches for; vocabularies
that are names of files.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from polykeras.layers.preprocessing.encoders import (
    CustomEncoder,
    DiscretizationEncoder,
    Encoder,
    HashingEncoder,
    IdentityEncoder,
    IntegerLookupEncoder,
    LookupEncoder,
    NormalizationEncoder,
    RescalingEncoder,
    StringLookupEncoder,
)
from polykeras.plugins.errors import UnsafeFileError
from polykeras.registry.serialization import deserialize_keras_object, serialize_keras_object
from polykeras.utils.features.feature import Cross, Feature

_MODULE = "keras.src.layers.preprocessing.feature_space"


def feature_config(feature: Feature) -> dict[str, Any]:
    """Return a feature as data."""
    encoder = feature.preprocessor
    if isinstance(encoder, CustomEncoder):
        inner = serialize_keras_object(encoder.function)
    else:
        inner = {
            "module": "keras.layers",
            "class_name": encoder.class_name,
            "config": encoder.get_config(),
            "registered_name": None,
        }
    config = {"dtype": feature.dtype, "preprocessor": inner, "output_mode": feature.output_mode}
    return {"module": _MODULE, "class_name": "Feature", "config": config, "registered_name": "Feature"}


def cross_config(cross: Cross) -> dict[str, Any]:
    """Return a cross as data."""
    config = {
        "feature_names": list(cross.feature_names),
        "crossing_dim": cross.crossing_dim,
        "output_mode": cross.output_mode,
    }
    return {"module": _MODULE, "class_name": "Cross", "config": config, "registered_name": "Cross"}


def feature_from_config(config: Any) -> Any:
    """Return the feature that `config` describes; what is no config comes back as it is."""
    if not isinstance(config, dict):
        return config
    inner = _inner(config, "Feature")
    return Feature(inner["dtype"], _encoder(inner["preprocessor"], inner["dtype"]), inner["output_mode"])


def cross_from_config(config: Any) -> Any:
    """Return the cross that `config` describes; what is no config comes back as it is."""
    if not isinstance(config, dict):
        return config
    inner = _inner(config, "Cross")
    return Cross(inner["feature_names"], inner["crossing_dim"], inner["output_mode"])


def _inner(config: dict[str, Any], name: str) -> dict[str, Any]:
    inner = config.get("config")
    if config.get("class_name") != name or not isinstance(inner, dict):
        raise ValueError(
            f"This is no config of a {name.lower()}.\nReceived: {str(config)[:200]}.\n"
            f'Allowed: {{"class_name": "{name}", "config": {{argument: value}}}}.\nPass what `get_config` returned.'
        )
    return inner


def _encoder(config: Any, dtype: str) -> Encoder:
    if not isinstance(config, dict):
        raise ValueError(
            f"The config of a feature names no encoder.\nReceived: {str(config)[:200]}.\n"
            "Allowed: the config of a preprocessing layer or of a registered function.\n"
            "Pass what `get_config` returned."
        )
    name, inner = config.get("class_name"), config.get("config")
    make = _ENCODERS.get(str(name))
    module = str(config.get("module"))
    if make is None or not isinstance(inner, dict) or not module.startswith("keras."):
        return CustomEncoder(deserialize_keras_object(config))
    return make({**inner, "strings": dtype == "string"})


def _identity(config: dict[str, Any]) -> Encoder:
    del config
    return IdentityEncoder()


def _rescaling(config: dict[str, Any]) -> Encoder:
    return RescalingEncoder(config["scale"], config["offset"])


def _normalization(config: dict[str, Any]) -> Encoder:
    return NormalizationEncoder(config.get("mean"), config.get("variance"))


def _discretization(config: dict[str, Any]) -> Encoder:
    bins, boundaries = config.get("num_bins"), config.get("bin_boundaries")
    if bins is not None and boundaries is not None:
        return DiscretizationEncoder.learned(bins, boundaries)
    return DiscretizationEncoder(bins, boundaries)


def _hashing(config: dict[str, Any]) -> Encoder:
    if config.get("salt") is not None or config.get("mask_value") is not None:
        raise ValueError(
            "This hash is not offered.\n"
            f"Received: salt={config.get('salt')!r}, mask_value={config.get('mask_value')!r}.\n"
            "Allowed: neither, as a feature space makes it.\nMake the feature anew."
        )
    return HashingEncoder(config["num_bins"], bool(config["strings"]))


def _lookup(kind: type[LookupEncoder]) -> Callable[[dict[str, Any]], Encoder]:
    def make(config: dict[str, Any]) -> Encoder:
        vocabulary = config.get("vocabulary")
        if vocabulary is not None and not isinstance(vocabulary, (list, tuple)):
            raise UnsafeFileError(
                f"A config gives a vocabulary that is no list.\nReceived: {str(vocabulary)[:200]!r}.\n"
                "Allowed: lists of values. No file or address is read for a vocabulary.\n"
                "Ask whoever made the config; do not load it elsewhere either."
            )
        return kind(
            config.get("max_tokens"), config.get("num_oov_indices", 1), None if vocabulary is None else list(vocabulary)
        )

    return make


_ENCODERS: dict[str, Callable[[dict[str, Any]], Encoder]] = {
    "Discretization": _discretization,
    "Hashing": _hashing,
    "Identity": _identity,
    "IntegerLookup": _lookup(IntegerLookupEncoder),
    "Normalization": _normalization,
    "Rescaling": _rescaling,
    "StringLookup": _lookup(StringLookupEncoder),
    "TFDIdentity": _identity,
}
