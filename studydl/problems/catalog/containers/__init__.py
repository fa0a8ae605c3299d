"""Containers of layers."""
