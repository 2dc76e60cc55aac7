"""Data for loops: which adapter serves a source, and what core does to its batches."""
