"""Layers that move elements and compute nothing."""
