"""Names and classes: what may be found by name, and how objects become configs and back."""

from __future__ import annotations

from polykeras.registry.family import Family, add_family, families
from polykeras.registry.objects import (
    CustomObjectScope,
    custom_object_scope,
    get_custom_objects,
    get_registered_name,
    get_registered_object,
    register_keras_serializable,
)

__all__ = [
    "CustomObjectScope",
    "Family",
    "add_family",
    "custom_object_scope",
    "families",
    "get_custom_objects",
    "get_registered_name",
    "get_registered_object",
    "register_keras_serializable",
]
