"""Tools that scripts reach for under the names of `keras.utils`."""

from __future__ import annotations

from polykeras.random.global_seed import set_random_seed
from polykeras.train.progbar import Progbar
from polykeras.train.unpack import pack_x_y_sample_weight, unpack_x_y_sample_weight

__all__ = ["Progbar", "pack_x_y_sample_weight", "set_random_seed", "unpack_x_y_sample_weight"]
