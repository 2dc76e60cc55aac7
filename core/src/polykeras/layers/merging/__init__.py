"""Layers of several inputs and one output."""
