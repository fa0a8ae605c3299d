"""Initialization of weights."""
