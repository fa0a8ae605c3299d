"""Problem families about transformers."""
