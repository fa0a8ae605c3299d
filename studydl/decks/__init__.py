"""Markdown decks: parse, validate, evidence, style."""
