"""Entropy, KL divergence, cross-entropy."""
