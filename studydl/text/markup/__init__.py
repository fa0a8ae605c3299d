"""studydl's markup: one tree of blocks and inlines, and the same as plain terminal text."""

from studydl.text.markup.plaintext import plain
from studydl.text.markup.reader import parse
from studydl.text.markup.tree import (
    Block,
    Bullets,
    Code,
    CodeBlock,
    Emphasis,
    Inline,
    MarkupError,
    Math,
    Paragraph,
    Plain,
    Strong,
    Table,
)
from studydl.text.markup.verbatim import verbatim

__all__ = [
    "Block",
    "Bullets",
    "Code",
    "CodeBlock",
    "Emphasis",
    "Inline",
    "MarkupError",
    "Math",
    "Paragraph",
    "Plain",
    "Strong",
    "Table",
    "parse",
    "plain",
    "verbatim",
]
