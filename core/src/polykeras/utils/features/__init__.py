"""`FeatureSpace`: columns of a table encoded for a model."""

from __future__ import annotations

from polykeras.registry import Family, add_family
from polykeras.utils.features.feature import Cross, Feature
from polykeras.utils.features.space import FeatureSpace

add_family(
    Family("feature space", "keras.utils", {"FeatureSpace": FeatureSpace}, base=FeatureSpace, callables=False),
)

__all__ = ["Cross", "Feature", "FeatureSpace"]
