"""Pooling over windows and over whole axes."""
