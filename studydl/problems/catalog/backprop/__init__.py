"""Problem families about gradients."""
