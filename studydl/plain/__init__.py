"""The study session line by line: for screen readers, pipes and terminals without a screen."""

from studydl.plain.conversation import run

__all__ = ["run"]
