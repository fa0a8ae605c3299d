"""Problem families on principal component analysis."""
