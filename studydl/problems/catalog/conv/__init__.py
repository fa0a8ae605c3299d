"""Convolution: sizes, shapes, parameters."""
