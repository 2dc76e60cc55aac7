"""Variables and what happens to them inside losses, loops and compiled steps."""
