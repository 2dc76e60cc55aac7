"""TensorFlow, imported so that the Keras inside it finds a backend that it knows.

While TensorFlow is imported it may import the real Keras, which reads ``KERAS_BACKEND``: with the name of a backend
that it does not know the import dies, and with that of another framework it loads that one too.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

_VARIABLE = "KERAS_BACKEND"
_LOG_LEVEL = "TF_CPP_MIN_LOG_LEVEL"


@contextmanager
def _for_real_keras() -> Iterator[None]:
    """Name a backend that the real Keras knows, and keep the start-up notices of TensorFlow's own library quiet."""
    before = os.environ.get(_VARIABLE)
    os.environ[_VARIABLE] = "tensorflow"
    quiet = _LOG_LEVEL not in os.environ
    if quiet:
        os.environ[_LOG_LEVEL] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ[_VARIABLE]
        else:
            os.environ[_VARIABLE] = before
        if quiet:
            del os.environ[_LOG_LEVEL]


def _leave_polykeras_alone() -> None:
    """Have autograph call Polykeras' functions as they are: they trace well, and it warns of each that it cannot read.

    The list of such packages is not published; without it there are warnings and nothing worse.
    """
    with suppress(ImportError, AttributeError):
        config: Any = importlib.import_module("tensorflow.python.autograph.core.config")
        rules = tuple(config.DoNotConvert(package) for package in ("polykeras", "keras_tf"))
        config.CONVERSION_RULES = rules + config.CONVERSION_RULES


with _for_real_keras():
    tf: Any = importlib.import_module("tensorflow")
    """TensorFlow itself, without the types that it does not publish."""
    _leave_polykeras_alone()
