"""Spaced repetition, pure: study days, FSRS, steps, fuzz, levels, queue order."""
