"""Problem families on clustering: one step of k-means, and how a clustering is compared with true classes."""
