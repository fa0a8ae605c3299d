"""Problem families on matrices: what products cost and what sparse storage takes."""
