"""The colours of pictures; every text has a contrast of at least 4.5 to what it stands on."""

from __future__ import annotations

INK = "#0f172a"
SOFT = "#5b687b"
LINE = "#cbd5e1"
ARROW = "#64748b"
FRAME = "#f5f6f8"
HEADERS = {"input": ("#dbeafe", "#1e3a8a"), "layer": ("#1e293b", "#ffffff"), "op": ("#e2e8f0", "#0f172a")}
"""Fill and text of a box's title, by its kind."""
SUBTITLES = {"input": "#1d4ed8", "layer": "#a3b1c6", "op": "#475569"}
BORDERS = {"input": "#93c5fd", "layer": "#475569", "op": "#94a3b8"}
TRAINABLE = {True: "#15803d", False: "#b45309"}
