"""Sources for the conformance suite: a ledger and a tape."""

from __future__ import annotations

from typing import Any

import numpy as np
from ledger import Index, Ledger, Tape

from polykeras.conformance.adapters import AdapterCase
from polykeras.plugins import DataRequest

LINES = np.arange(30.0, dtype="float32").reshape(10, 3)
BATCHES: list[Any] = [(LINES[start : start + 4, :2], LINES[start : start + 4, 2:]) for start in range(0, 10, 4)]

CASES = [
    AdapterCase("a ledger", lambda: DataRequest(Ledger(LINES), batch_size=4), BATCHES, shuffles=True),
    AdapterCase("a tape", lambda: DataRequest(Tape(LINES, 4)), BATCHES),
]
FOREIGN = [DataRequest(Index()), DataRequest(Ledger)]
