"""Tensors: what they hold, and what becomes of it on the way in."""
