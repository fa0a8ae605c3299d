"""Axes of tensors: their order, their sizes, how they are combined and stored."""
