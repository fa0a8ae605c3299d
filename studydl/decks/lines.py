"""The lines of a deck: which of them stand in a code fence, which begin with a label, and the blocks they form."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

Lines = Sequence[tuple[int, str]]  # (1-based line of the file, its text)

LABELS = ("Q", "A", "C", "T", "F", "Points", "Practice", "source", "after", "contrast")
STARTS = ("Q", "C", "T", "F", "Points", "Practice")  # what a card asks
LABEL = re.compile(rf"({'|'.join(LABELS)}):[ \t]*")
_FENCE = re.compile(r"[ \t]*(`{3,}(?=[^`]*$)|~{3,})(.*)")


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, list, table or fence: lines without a blank one between them.

    Args:
        line: 1-based line of its first line.
        text: its lines.
    """

    line: int
    text: str


class Fence:
    """Follows code fences line by line."""

    def __init__(self) -> None:
        self.mark = ""
        self.line = 0

    def feed(self, number: int, text: str) -> bool:
        """Take one line; return whether it belongs to a fence, its first and last lines included.

        Args:
            number: 1-based line of the file.
            text: the line, without a label.
        """
        if not self.mark:
            if opening := _FENCE.fullmatch(text):
                self.mark, self.line = opening[1], number
            return bool(opening)
        stripped = text.strip()
        if len(stripped) >= len(self.mark) and not stripped.strip(self.mark[0]):
            self.mark = ""
        return True


def info(text: str) -> tuple[str, ...]:
    """Return the words after the marks of a fence's first line; none if the line is no such line."""
    opening = _FENCE.fullmatch(text)
    return tuple(opening[2].split()) if opening else ()


def unlabeled(text: str) -> str:
    """Return the line without the label at its start."""
    label = LABEL.match(text)
    return text[label.end() :] if label else text


def outside(lines: Lines) -> Iterator[tuple[int, str]]:
    """Give the lines that stand in no code fence."""
    fence = Fence()
    for number, text in lines:
        if not fence.feed(number, unlabeled(text)):
            yield number, text


def blocks(lines: Iterable[tuple[int, str]]) -> list[Block]:
    """Cut lines into blocks at the blank lines outside code fences.

    Args:
        lines: numbered.
    """
    found: list[Block] = []
    fence, part = Fence(), list[tuple[int, str]]()
    for number, text in [*lines, (0, "")]:
        if fence.feed(number, text) or text.strip():
            part.append((number, text))
        elif part:
            found.append(Block(part[0][0], "\n".join(line.rstrip() for _, line in part)))
            part = []
    if part:  # a fence that is not closed
        found.append(Block(part[0][0], "\n".join(line for _, line in part)))
    return found
