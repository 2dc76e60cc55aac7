"""Names and classes: what may be found by name, and how objects become configs and back."""

from __future__ import annotations

from polykeras.registry.family import Family, add_family
from polykeras.registry.objects import (
    CustomObjectScope,
    custom_object_scope,
    get_custom_objects,
    get_registered_name,
    get_registered_object,
    register_keras_serializable,
)
from polykeras.registry.serialization import deserialize_keras_object, function_config, serialize_keras_object
from polykeras.registry.sharing import ObjectSharingScope

__all__ = [
    "CustomObjectScope",
    "Family",
    "ObjectSharingScope",
    "add_family",
    "custom_object_scope",
    "deserialize_keras_object",
    "function_config",
    "get_custom_objects",
    "get_registered_name",
    "get_registered_object",
    "register_keras_serializable",
    "serialize_keras_object",
]
