"""The cases of every family of ops; one table of each drives all questions."""

from __future__ import annotations

from polykeras.conformance.case import Case
from polykeras.conformance.cases.alignment import ALIGNMENT
from polykeras.conformance.cases.arithmetic import ARITHMETIC
from polykeras.conformance.cases.attention import ATTENTION
from polykeras.conformance.cases.bits import BITS
from polykeras.conformance.cases.casting import CASTING
from polykeras.conformance.cases.closeness import CLOSENESS
from polykeras.conformance.cases.colors import COLORS
from polykeras.conformance.cases.comparison import COMPARISON
from polykeras.conformance.cases.complex_numbers import COMPLEX_IN_OTHERS, COMPLEX_NUMBERS
from polykeras.conformance.cases.convolution import CONVOLUTION
from polykeras.conformance.cases.coordinates import COORDINATES
from polykeras.conformance.cases.creation import CREATION
from polykeras.conformance.cases.decoding import DECODING
from polykeras.conformance.cases.distances import DISTANCES
from polykeras.conformance.cases.exponential import EXPONENTIAL
from polykeras.conformance.cases.filters import FILTERS
from polykeras.conformance.cases.fourier import FOURIER
from polykeras.conformance.cases.image_quality import IMAGE_QUALITY
from polykeras.conformance.cases.images import IMAGES
from polykeras.conformance.cases.indexing import INDEXING
from polykeras.conformance.cases.integers import INTEGERS
from polykeras.conformance.cases.linalg import LINALG
from polykeras.conformance.cases.linear import LINEAR
from polykeras.conformance.cases.losses import LOSSES
from polykeras.conformance.cases.manipulation import MANIPULATION
from polykeras.conformance.cases.nan_reductions import NAN_REDUCTIONS
from polykeras.conformance.cases.nonlinear import NONLINEAR
from polykeras.conformance.cases.normalization import NORMALIZATION
from polykeras.conformance.cases.order import ORDER
from polykeras.conformance.cases.patches import PATCHES
from polykeras.conformance.cases.ranges import RANGES
from polykeras.conformance.cases.reduce import REDUCE
from polykeras.conformance.cases.resizing import RESIZING
from polykeras.conformance.cases.saturation import SATURATION
from polykeras.conformance.cases.segments import SEGMENTS
from polykeras.conformance.cases.special import SPECIAL_FUNCTIONS
from polykeras.conformance.cases.statistics import STATISTICS
from polykeras.conformance.cases.transforms import TRANSFORMS
from polykeras.conformance.cases.trigonometry import TRIGONOMETRY

FAMILIES: dict[str, list[Case]] = {
    "arithmetic": ARITHMETIC,
    "exponential": EXPONENTIAL,
    "trigonometry": TRIGONOMETRY,
    "special": SPECIAL_FUNCTIONS,
    "comparison": COMPARISON,
    "closeness": CLOSENESS,
    "saturation": SATURATION,
    "complex_numbers": COMPLEX_NUMBERS,
    "fourier": FOURIER,
    "integers": INTEGERS,
    "bits": BITS,
    "casting": CASTING,
    "reduce": REDUCE,
    "distances": DISTANCES,
    "nan_reductions": NAN_REDUCTIONS,
    "order": ORDER,
    "segments": SEGMENTS,
    "statistics": STATISTICS,
    "creation": CREATION,
    "manipulation": MANIPULATION,
    "indexing": INDEXING,
    "linalg": LINALG,
    "linear": LINEAR,
    "nonlinear": NONLINEAR,
    "ranges": RANGES,
    "convolution": CONVOLUTION,
    "images": IMAGES,
    "colors": COLORS,
    "patches": PATCHES,
    "resizing": RESIZING,
    "filters": FILTERS,
    "image_quality": IMAGE_QUALITY,
    "coordinates": COORDINATES,
    "transforms": TRANSFORMS,
    "attention": ATTENTION,
    "normalization": NORMALIZATION,
    "losses": LOSSES,
    "alignment": ALIGNMENT,
    "decoding": DECODING,
}
"""Name of the family, which is that of the module of its ops, to its cases."""

CASES: list[Case] = [*(case for cases in FAMILIES.values() for case in cases), *COMPLEX_IN_OTHERS]
"""All of them."""
