"""Callbacks: what users and the library hang into `fit`, `evaluate` and `predict`."""

from __future__ import annotations

from polykeras.callbacks.callback import Callback
from polykeras.callbacks.callback_list import CallbackList
from polykeras.callbacks.early_stopping import EarlyStopping
from polykeras.callbacks.history import History
from polykeras.callbacks.lambda_callback import LambdaCallback
from polykeras.callbacks.lazy_logs import LazyLogs
from polykeras.callbacks.model_checkpoint import ModelCheckpoint
from polykeras.callbacks.progbar_logger import ProgbarLogger
from polykeras.callbacks.terminate_on_nan import TerminateOnNaN

__all__ = [
    "Callback",
    "CallbackList",
    "EarlyStopping",
    "History",
    "LambdaCallback",
    "LazyLogs",
    "ModelCheckpoint",
    "ProgbarLogger",
    "TerminateOnNaN",
]
