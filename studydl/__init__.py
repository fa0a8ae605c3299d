"""studydl: deep-learning flashcards and problems whose answers are verified by running code."""

__version__ = "0.1.0"
