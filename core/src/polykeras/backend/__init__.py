"""The resolved backend, which one is current, dtypes, numeric settings."""
