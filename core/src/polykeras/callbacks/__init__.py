"""Callbacks: what users and the library hang into `fit`, `evaluate` and `predict`."""

from __future__ import annotations

from polykeras.callbacks.callback import Callback
from polykeras.callbacks.callback_list import CallbackList
from polykeras.callbacks.history import History
from polykeras.callbacks.lazy_logs import LazyLogs
from polykeras.callbacks.progbar_logger import ProgbarLogger

__all__ = ["Callback", "CallbackList", "History", "LazyLogs", "ProgbarLogger"]
