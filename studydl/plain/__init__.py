"""The study session line by line."""
