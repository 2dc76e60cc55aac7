"""What a feature space is told of each column: its kind, its encoder, and the form of what comes out."""

from __future__ import annotations

from collections.abc import Iterable

from polykeras.backend import dtypes
from polykeras.layers.preprocessing.encoders import Crossing, Encoder

_FEATURE_MODES = ("int", "one_hot", "float")
_CROSS_MODES = ("int", "one_hot")


class Feature:
    """A column.

    Args:
        dtype: Dtype of the raw values: a float or integer dtype, or ``"string"``.
        preprocessor: The encoder.
        output_mode: ``"float"``, ``"int"`` for indices, or ``"one_hot"`` for codes of zeros and ones.
        name: What whoever declared it calls it; in a feature space its key counts.

    Attributes:
        kind: ``"float"``, ``"int"`` or ``"string"``.
    """

    def __init__(self, dtype: str, preprocessor: Encoder, output_mode: str, name: str | None = None) -> None:
        self.dtype = dtypes.standardize_dtype(dtype)
        self.preprocessor = preprocessor
        self.output_mode = _checked_mode(output_mode, _FEATURE_MODES)
        self.name = name
        self.kind = "string" if self.dtype == "string" else "float" if dtypes.is_float(self.dtype) else "int"


class Cross:
    """Two columns of indices, hashed together.

    Args:
        feature_names: Names of the two.
        crossing_dim: Number of buckets.
        output_mode: ``"one_hot"`` or ``"int"``.
    """

    def __init__(self, feature_names: Iterable[str], crossing_dim: int, output_mode: str = "one_hot") -> None:
        self.feature_names = (feature_names,) if isinstance(feature_names, str) else tuple(feature_names)
        if len(self.feature_names) != 2:
            raise ValueError(
                "Features are crossed in pairs.\n"
                f"Received: feature_names={self.feature_names!r}.\n"
                "Allowed: two names of features.\nCross them two by two."
            )
        self.crossing_dim = crossing_dim
        self.output_mode = _checked_mode(output_mode, _CROSS_MODES)
        self.crossing = Crossing(crossing_dim)

    @property
    def name(self) -> str:
        """Return the name of what comes out."""
        return "_X_".join(self.feature_names)


def _checked_mode(mode: str, allowed: tuple[str, ...]) -> str:
    if mode not in allowed:
        raise ValueError(
            f"A feature has no such form.\nReceived: output_mode={mode!r}.\n"
            f"Allowed: {', '.join(map(repr, allowed))}.\nChoose one of them."
        )
    return mode
