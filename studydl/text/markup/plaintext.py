"""Markup as plain text for a terminal, a pipe or a screen reader."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.cells import cell_len, chop_cells

from studydl.text.markup.reader import parse
from studydl.text.markup.tree import (
    Block,
    Bullets,
    Code,
    CodeBlock,
    Emphasis,
    Inline,
    Math,
    Paragraph,
    Plain,
    Strong,
    Table,
)
from studydl.text.math import terminal

NARROWEST = 20


def plain(source: str, width: int | None = None) -> str:
    """Write markup as plain text: no escape codes, lists as "- ", code indented by 4, formulas on one line.

    Args:
        source: text in studydl's markup.
        width: terminal columns to wrap paragraphs to, at least 20; None does not wrap. Code and tables are
            never wrapped.

    Raises:
        MarkupError: the markup cannot be read.
    """
    return "\n\n".join("\n".join(_block(block, width)) for block in parse(source))


def _block(block: Block, width: int | None) -> list[str]:
    match block:
        case Paragraph(children):
            return wrap(_inline(children), width)
        case CodeBlock(_, text):
            return [f"    {line}" if line else "" for line in text.split("\n")]
        case Bullets():
            return [line for item in _items(block, width) for line in item]
        case Table(head, rows):
            return _table([[_inline(cell) for cell in row] for row in (head, *rows)])


def _items(block: Bullets, width: int | None) -> Iterable[list[str]]:
    for number, item in enumerate(block.items, block.start):
        marker = f"{number}. " if block.ordered else "- "
        inner = None if width is None else width - len(marker)
        lines: list[str] = []
        for place, part in enumerate(item):
            if place and isinstance(part, Paragraph):
                lines.append("")
            lines += _block(part, inner)
        rest = (" " * len(marker) + line if line else "" for line in lines[1:])
        yield [(marker + (lines[0] if lines else "")).rstrip(), *rest]


def _table(cells: list[list[str]]) -> list[str]:
    widths = [max(cell_len(cell) for cell in column) for column in zip(*cells, strict=True)]
    lines = ["  ".join(_padded(row, widths)).rstrip() for row in cells]
    return [lines[0], "  ".join("-" * width for width in widths), *lines[1:]]


def _padded(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    return [cell + " " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=True)]


def _inline(children: Iterable[Inline]) -> str:
    return "".join(map(_text, children))


def _text(inline: Inline) -> str:
    match inline:
        case Plain(text) | Code(text):
            return text
        case Strong(children) | Emphasis(children):
            return _inline(children)
        case Math(tree):
            return terminal(tree)


def wrap(text: str, width: int | None) -> list[str]:
    """Break text into lines at spaces; a word wider than a line (Chinese has no spaces) is broken inside.

    Args:
        text: plain text; its own newlines stay.
        width: terminal columns, at least 20 are taken; None does not wrap.
    """
    if width is None:
        return text.split("\n")
    width = max(width, NARROWEST)
    return [line for part in text.split("\n") for line in _wrap_line(part, width)]


def _wrap_line(text: str, width: int) -> list[str]:
    lines = [""]
    for word in filter(None, text.split(" ")):
        joined = f"{lines[-1]} {word}" if lines[-1] else word
        if cell_len(joined) <= width:
            lines[-1] = joined
        else:
            lines += chop_cells(word, width)
    return [line for line in lines if line] or [""]
