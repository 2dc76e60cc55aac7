"""Tests of the whole repository; `tests/jobs.py` runs them."""
