"""Problem families about attention."""
