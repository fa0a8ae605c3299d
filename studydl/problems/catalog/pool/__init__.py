"""Pooling: sizes of its output."""
