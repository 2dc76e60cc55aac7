"""Models out of JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from polykeras.models.model import Model
from polykeras.registry import deserialize_keras_object
from polykeras.registry.nesting import MOST_LEVELS


def model_from_json(json_string: str, custom_objects: Mapping[str, Any] | None = None) -> Model:
    """Return the model that JSON describes: built and compiled as it was, with new weights.

    Args:
        json_string: What `Model.to_json` returned, or what Keras 3 wrote.
        custom_objects: Names the caller vouches for, besides those registered.

    Raises:
        UnsafeFileError: If the config holds or names code.
        ValueError: If the text is no JSON, or no config of a model.
    """
    try:
        config = json.loads(json_string)
    except RecursionError:
        raise _no_model(json_string, f"nested more than {MOST_LEVELS} levels deep") from None
    except (ValueError, TypeError) as error:
        raise _no_model(json_string, f"no JSON ({error})") from error
    model = deserialize_keras_object(config, custom_objects)
    if not isinstance(model, Model):
        raise _no_model(json_string, f"what describes an object of type {type(model).__name__}")
    return model


def _no_model(text: object, reason: str) -> ValueError:
    shown = repr(text)
    return ValueError(
        f"This text is no model: it is {reason}.\n"
        f"Received: {shown if len(shown) <= 300 else shown[:300] + '...'}.\n"
        "Allowed: the JSON of a model's config.\nPass what `model.to_json()` returned."
    )
