"""Markup for Typst, which sets the PDF. Every character that means something to Typst is escaped."""

from __future__ import annotations

import re
from collections.abc import Iterable

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
from studydl.text.math import typst as formulas

_SPECIAL = re.compile(r"""[\\#$*_`<>@=~'"/\[\]{}+\-]""")
_NUMBERED = re.compile(r"^(\s*\d+)\.(?=\s|$)", re.MULTILINE)  # would begin a list


def typst(source: str) -> str:
    """Write markup as Typst markup.

    Args:
        source: text in studydl's markup.

    Raises:
        MarkupError: the markup cannot be read.
    """
    return "\n\n".join(map(_block, parse(source)))


def escaped(text: str) -> str:
    """Write text that Typst sets as it is."""
    return _NUMBERED.sub(r"\1\\.", _SPECIAL.sub(r"\\\g<0>", text))


def _block(block: Block) -> str:
    match block:
        case Paragraph(children):
            return _inline(children)
        case CodeBlock(language, text):
            lang = f", lang: {formulas.quoted(language)}" if language else ""
            return f"#raw({formulas.quoted(text)}, block: true{lang})"
        case Bullets(items, ordered, start):
            listed = ", ".join(_content(item) for item in items)
            return f"#enum(start: {start}, {listed})" if ordered else f"#list({listed})"
        case Table(head, rows):
            cells = ", ".join(f"[{_inline(cell)}]" for row in rows for cell in row)
            first = ", ".join(f"[*{_inline(cell)}*]" for cell in head)
            return f"#table(columns: {len(head)}, table.header({first}), {cells})"


def _content(blocks: Iterable[Block]) -> str:
    return "[" + "\n\n".join(map(_block, blocks)) + "]"


def _inline(children: Iterable[Inline]) -> str:
    return "".join(map(_text, children))


def _text(inline: Inline) -> str:
    match inline:
        case Plain(text):
            return escaped(text).replace("\n", " \\\n")
        case Code(text):
            return f"#raw({formulas.quoted(text)})"
        case Strong(children):
            return f"#strong[{_inline(children)}]"
        case Emphasis(children):
            return f"#emph[{_inline(children)}]"
        case Math(tree):
            return formulas.typst(tree)
