"""How much a file may ask for, measured by its own size.

A load holds the file's bytes and the weights made from them, so with these bounds it stays within three
times the file and 200 MB, whatever the file declares.
"""

from __future__ import annotations

JSON_BYTES = 8 << 20
"""A config, or a header of tensors; parsed JSON takes up to twenty times its text."""

MEMBERS = 10_000
"""Members of an archive: config, weights, and files that layers keep beside them."""

SLACK = 64 << 20
"""Bytes that compressed members may unfold to beyond the size of their archive."""
