"""Encoders of columns: what turns raw numbers and strings into numbers that a model takes.

Each learns what it needs from arrays, in any number of pieces, and encodes on the host with NumPy. Those of numbers
encode tensors of a backend too, inside of a model. What they learned is plain data: lists of numbers or strings.
"""

from polykeras.layers.preprocessing.encoders.crossing import Crossing
from polykeras.layers.preprocessing.encoders.custom import CustomEncoder
from polykeras.layers.preprocessing.encoders.discretization import DiscretizationEncoder
from polykeras.layers.preprocessing.encoders.encoder import Encoder
from polykeras.layers.preprocessing.encoders.hashing import HashingEncoder
from polykeras.layers.preprocessing.encoders.lookup import IntegerLookupEncoder, LookupEncoder, StringLookupEncoder
from polykeras.layers.preprocessing.encoders.scaling import IdentityEncoder, NormalizationEncoder, RescalingEncoder

__all__ = [
    "Crossing",
    "CustomEncoder",
    "DiscretizationEncoder",
    "Encoder",
    "HashingEncoder",
    "IdentityEncoder",
    "IntegerLookupEncoder",
    "LookupEncoder",
    "NormalizationEncoder",
    "RescalingEncoder",
    "StringLookupEncoder",
]
