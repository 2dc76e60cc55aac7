"""Training: compile, steps, loops, progress."""
