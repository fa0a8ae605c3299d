"""A conversation line by line: what is said, and what is read."""

from __future__ import annotations

from typing import TextIO

from studydl.text.safe import safe_text

LONGEST_TOLD = 60  # characters


def told(typed: str) -> str:
    """Return what was typed as it is told again: its first words will do."""
    return safe_text(typed if len(typed) <= LONGEST_TOLD else f"{typed[:LONGEST_TOLD]}…")


class Lines:
    """Two streams to talk over.

    Args:
        input: where the learner's lines come from; a prompt marker is printed only if it is a terminal.
        output: where everything is printed, flushed line by line.
    """

    def __init__(self, input: TextIO, output: TextIO) -> None:
        self.input, self.output = input, output

    def say(self, *lines: str) -> None:
        """Print lines at once."""
        for line in lines:
            self.output.write(line + "\n")
        self.output.flush()

    def read(self) -> str | None:
        """Return the next line without its end, or None when the input has ended."""
        if self.input.isatty():
            self.output.write("> ")
            self.output.flush()
        line = self.input.readline()
        # A lone surrogate, from bytes that are no text, could not be stored.
        return line.strip().encode("utf-8", "replace").decode() if line else None
