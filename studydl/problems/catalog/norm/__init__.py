"""Problem families about normalization layers."""
