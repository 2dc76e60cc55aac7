"""Rules for initial values, found by name, class or config."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from polykeras.initializers.constant import Constant, Identity, Ones, Zeros
from polykeras.initializers.draws import RandomNormal, RandomUniform, TruncatedNormal
from polykeras.initializers.initializer import Initializer
from polykeras.initializers.orthogonal import Orthogonal
from polykeras.initializers.stft import STFT
from polykeras.initializers.variance_scaling import (
    GlorotNormal,
    GlorotUniform,
    HeNormal,
    HeUniform,
    LecunNormal,
    LecunUniform,
    VarianceScaling,
)
from polykeras.registry import Family, add_family

IdentityInitializer = identity = Identity
OrthogonalInitializer = orthogonal = Orthogonal
STFTInitializer = stft = STFT
constant = Constant
glorot_normal = GlorotNormal
glorot_uniform = GlorotUniform
he_normal = HeNormal
he_uniform = HeUniform
lecun_normal = LecunNormal
lecun_uniform = LecunUniform
ones = Ones
random_normal = RandomNormal
random_uniform = RandomUniform
truncated_normal = TruncatedNormal
variance_scaling = VarianceScaling
zeros = Zeros

FAMILY = add_family(
    Family(
        "initializer",
        "keras.initializers",
        {
            "Constant": Constant,
            "GlorotNormal": GlorotNormal,
            "GlorotUniform": GlorotUniform,
            "HeNormal": HeNormal,
            "HeUniform": HeUniform,
            "Identity": Identity,
            "IdentityInitializer": Identity,
            "Initializer": Initializer,
            "LecunNormal": LecunNormal,
            "LecunUniform": LecunUniform,
            "Ones": Ones,
            "Orthogonal": Orthogonal,
            "OrthogonalInitializer": Orthogonal,
            "RandomNormal": RandomNormal,
            "RandomUniform": RandomUniform,
            "STFT": STFT,
            "STFTInitializer": STFT,
            "TruncatedNormal": TruncatedNormal,
            "VarianceScaling": VarianceScaling,
            "Zeros": Zeros,
            "constant": Constant,
            "glorot_normal": GlorotNormal,
            "glorot_uniform": GlorotUniform,
            "he_normal": HeNormal,
            "he_uniform": HeUniform,
            "identity": Identity,
            "initializer": Initializer,
            "lecun_normal": LecunNormal,
            "lecun_uniform": LecunUniform,
            "normal": RandomNormal,
            "one": Ones,
            "ones": Ones,
            "orthogonal": Orthogonal,
            "random_normal": RandomNormal,
            "random_uniform": RandomUniform,
            "stft": STFT,
            "truncated_normal": TruncatedNormal,
            "uniform": RandomUniform,
            "variance_scaling": VarianceScaling,
            "zero": Zeros,
            "zeros": Zeros,
        },
        base=Initializer,
        modules={Initializer: "keras"},
    )
)


def get(identifier: Any) -> Initializer | Callable[..., Any] | None:
    """Return the initializer that `identifier` means.

    Args:
        identifier: A name, a config, a class, an initializer, a function of (shape, dtype), or ``None``.

    Raises:
        ValueError: It means none.

    >>> get("zeros")((2,), "int32")
    array([0, 0], dtype=int32)
    """
    return cast("Initializer | Callable[..., Any] | None", FAMILY.get(identifier))


def serialize(initializer: Any) -> Any:
    """Return the config of an initializer, or the name of a built-in function, or ``None``."""
    return FAMILY.serialize(initializer)


def deserialize(
    config: Any, custom_objects: Mapping[str, Any] | None = None
) -> Initializer | Callable[..., Any] | None:
    """Return the initializer that a config describes.

    Args:
        config: What `serialize` returned, or what Keras wrote.
        custom_objects: Names the caller vouches for.

    Raises:
        ValueError: The config is malformed or names something unknown.
    """
    return cast("Initializer | Callable[..., Any] | None", FAMILY.deserialize(config, custom_objects))
