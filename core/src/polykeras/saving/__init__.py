"""Saving and loading models: files that Keras 3 reads, and files that it wrote."""
