"""The tree of a text in studydl's markup. All text in it has passed `safe_text`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from studydl.errors import StudydlError
from studydl.text import math


class MarkupError(StudydlError):
    """Markup that cannot be shown.

    Args:
        message: what is wrong.
        line: 1-based line of the text.
        hint: how it should be written; may be empty.
    """

    def __init__(self, message: str, line: int, hint: str = "") -> None:
        super().__init__(message, hint)
        self.line = line


@dataclass(frozen=True, slots=True)
class Plain:
    """Text as it is; a newline in it is a line break that was asked for."""

    text: str


@dataclass(frozen=True, slots=True)
class Code:
    """Inline code."""

    text: str


@dataclass(frozen=True, slots=True)
class Strong:
    """Strong emphasis."""

    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Emphasis:
    """Emphasis."""

    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Math:
    """A formula.

    Args:
        tree: as parsed.
        source: as written, without dollar signs.
    """

    tree: math.Node
    source: str


Inline: TypeAlias = Plain | Code | Strong | Emphasis | Math


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph."""

    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """Code on lines of its own.

    Args:
        language: first word of the fence's info string; may be empty.
        text: the code, without a final newline.
    """

    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list.

    Args:
        items: the blocks of each item.
        ordered: True for 1. 2. 3.
        start: number of the first item, when ordered.
    """

    items: tuple[tuple[Block, ...], ...]
    ordered: bool = False
    start: int = 1


@dataclass(frozen=True, slots=True)
class Table:
    """A table; every row has as many cells as the head."""

    head: tuple[tuple[Inline, ...], ...]
    rows: tuple[tuple[tuple[Inline, ...], ...], ...]


Block: TypeAlias = Paragraph | CodeBlock | Bullets | Table
