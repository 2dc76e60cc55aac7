"""Pictures of models: what is in one, where it goes, and how it is written as SVG or DOT."""
