"""How columns are declared: class methods of `FeatureSpace`, and the names that stand for their defaults."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from polykeras.layers.preprocessing.encoders import (
    CustomEncoder,
    DiscretizationEncoder,
    Encoder,
    HashingEncoder,
    IdentityEncoder,
    IntegerLookupEncoder,
    NormalizationEncoder,
    RescalingEncoder,
    StringLookupEncoder,
)
from polykeras.plugins.errors import did_you_mean
from polykeras.utils.features.feature import Cross, Feature

_FLOAT, _INTEGER, _STRING = "float32", "int32", "string"


class Declarations:
    """The class methods. In a feature space a column's key counts, whatever `name` says."""

    @classmethod
    def cross(cls, feature_names: Sequence[str], crossing_dim: int, output_mode: str = "one_hot") -> Cross:
        """Declare two columns of indices, hashed together.

        Args:
            feature_names: Names of the two.
            crossing_dim: Number of buckets.
            output_mode: ``"one_hot"`` or ``"int"``.
        """
        return Cross(feature_names, crossing_dim, output_mode)

    @classmethod
    def feature(cls, dtype: str, preprocessor: Any, output_mode: str) -> Feature:
        """Declare a column with an encoder of one's own.

        Args:
            dtype: Dtype of the raw values.
            preprocessor: Layer or function of an array or tensor of shape ``(batch, values)``.
            output_mode: ``"float"``, ``"int"`` or ``"one_hot"``.
        """
        encoder = preprocessor if isinstance(preprocessor, Encoder) else CustomEncoder(preprocessor)
        return Feature(dtype, encoder, output_mode)

    @classmethod
    def float(cls, name: str | None = None) -> Feature:
        """Declare numbers taken as they are."""
        return Feature(_FLOAT, IdentityEncoder(), "float", name)

    # In this class `float` is the method above; annotations below say `Any` for Python's.
    @classmethod
    def float_rescaled(cls, scale: Any = 1.0, offset: Any = 0.0, name: str | None = None) -> Feature:
        """Declare numbers of which ``value * scale + offset`` is taken."""
        return Feature(_FLOAT, RescalingEncoder(scale, offset), "float", name)

    @classmethod
    def float_normalized(cls, name: str | None = None) -> Feature:
        """Declare numbers of which the mean is taken away and which are divided by the deviation, both learned."""
        return Feature(_FLOAT, NormalizationEncoder(), "float", name)

    @classmethod
    def float_discretized(
        cls,
        num_bins: int | None,
        bin_boundaries: Sequence[Any] | None = None,
        output_mode: str = "one_hot",
        name: str | None = None,
    ) -> Feature:
        """Declare numbers put into bins.

        Args:
            num_bins: Bins of about equal numbers of samples, learned; ``None`` with `bin_boundaries`.
            bin_boundaries: Ascending boundaries.
            output_mode: ``"one_hot"`` or ``"int"``.
            name: What to call it; in a feature space its key counts.
        """
        return Feature(_FLOAT, DiscretizationEncoder(num_bins, bin_boundaries), output_mode, name)

    @classmethod
    def integer_categorical(
        cls,
        max_tokens: int | None = None,
        num_oov_indices: int = 1,
        output_mode: str = "one_hot",
        name: str | None = None,
    ) -> Feature:
        """Declare integers by a vocabulary, which is learned.

        Args:
            max_tokens: Most indices, those for unknown values included.
            num_oov_indices: Indices for unknown values, which come first.
            output_mode: ``"one_hot"`` or ``"int"``.
            name: What to call it; in a feature space its key counts.
        """
        return Feature(_INTEGER, IntegerLookupEncoder(max_tokens, num_oov_indices), output_mode, name)

    @classmethod
    def string_categorical(
        cls,
        max_tokens: int | None = None,
        num_oov_indices: int = 1,
        output_mode: str = "one_hot",
        name: str | None = None,
    ) -> Feature:
        """Declare strings by a vocabulary, which is learned; arguments as for `integer_categorical`."""
        return Feature(_STRING, StringLookupEncoder(max_tokens, num_oov_indices), output_mode, name)

    @classmethod
    def integer_hashed(cls, num_bins: int, output_mode: str = "one_hot", name: str | None = None) -> Feature:
        """Declare integers put into `num_bins` buckets by their hash."""
        return Feature(_INTEGER, HashingEncoder(num_bins), output_mode, name)

    @classmethod
    def string_hashed(cls, num_bins: int, output_mode: str = "one_hot", name: str | None = None) -> Feature:
        """Declare strings put into `num_bins` buckets by their hash."""
        return Feature(_STRING, HashingEncoder(num_bins, strings=True), output_mode, name)


def feature_of(value: Any, hashing_dim: int, bins: int) -> Feature:
    """Return a feature that a user declared, as itself, by name, or as data.

    Args:
        value: What stands in `features`.
        hashing_dim: Buckets of hashed features given by name.
        bins: Bins of discretized features given by name.

    Raises:
        ValueError: If it is none of these.
    """
    if isinstance(value, Feature):
        return value
    by_name: dict[str, Callable[[], Feature]] = {
        "float": Declarations.float,
        "float_rescaled": Declarations.float_rescaled,
        "float_normalized": Declarations.float_normalized,
        "float_discretized": lambda: Declarations.float_discretized(bins),
        "integer_categorical": Declarations.integer_categorical,
        "string_categorical": Declarations.string_categorical,
        "integer_hashed": lambda: Declarations.integer_hashed(hashing_dim),
        "string_hashed": lambda: Declarations.string_hashed(hashing_dim),
    }
    make = by_name.get(value) if isinstance(value, str) else None
    if make is None:
        hint = did_you_mean(value, list(by_name)) if isinstance(value, str) else ""
        raise ValueError(
            f"There is no such kind of feature.{hint}\nReceived: {value!r}.\n"
            f"Allowed: {', '.join(by_name)}, or what the class methods of these names return.\nChoose one of them."
        )
    return make()


def cross_of(value: Any, features: Mapping[str, Feature], crossing_dim: int) -> Cross:
    """Return a cross that a user declared, as itself or by the names of its features.

    Raises:
        ValueError: If a name is unknown, or a feature has no indices.
    """
    cross = value if isinstance(value, Cross) else Cross(value, crossing_dim)
    unknown = [name for name in cross.feature_names if name not in features]
    if unknown:
        raise ValueError(
            f"A cross names features that are not there.{did_you_mean(unknown[0], list(features))}\n"
            f"Received: {', '.join(map(repr, unknown))} in {cross.feature_names!r}.\n"
            f"Allowed: {', '.join(map(repr, features))}.\nAdd them to `features`, or correct the names."
        )
    measures = [name for name in cross.feature_names if not _has_indices(features[name])]
    if measures:
        raise ValueError(
            f"Only features with indices can be crossed.\nReceived: {', '.join(map(repr, measures))}, whose values are "
            "measures.\nAllowed: categorical, hashed and discretized features.\nDiscretize them."
        )
    return cross


def _has_indices(feature: Feature) -> bool:
    encoder = feature.preprocessor
    measures = (IdentityEncoder, RescalingEncoder, NormalizationEncoder)
    return feature.output_mode != "float" or not isinstance(encoder, (*measures, CustomEncoder))
