"""Collecting what is wrong with a deck: all of it, each with its line, instead of stopping at the first."""

from __future__ import annotations

from collections.abc import Sequence

from studydl.errors import DeckError
from studydl.text.safe import safe_text

MOST = 100  # errors kept of one file


class DeckErrors(DeckError):
    """Everything that is wrong with one deck, in the order of its lines.

    Args:
        errors: at least one.
    """

    def __init__(self, errors: Sequence[DeckError]) -> None:
        first = errors[0]
        super().__init__(first.path, first.line, "")
        self.message = "\n".join(str(error) for error in errors)
        self.args = (self.message,)
        self.errors = tuple(errors)


class Trouble:
    """The errors found in one file so far.

    Args:
        path: the file.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.errors: list[DeckError] = []
        self.count = 0

    def add(self, line: int, message: str, hint: str = "") -> None:
        """Note one error.

        Args:
            line: 1-based line of the file.
            message: what is wrong there.
            hint: how it should look.
        """
        self.count += 1
        if self.count <= MOST:
            self.errors.append(DeckError(self.path, line, message, hint))


def quoted(text: str, limit: int = 40) -> str:
    """Return the text in quotation marks, short and safe to print."""
    shown = safe_text(" ".join(text.split()))
    return f'"{shown if len(shown) <= limit else shown[: limit - 1] + "…"}"'
