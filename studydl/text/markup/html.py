"""Markup as HTML: what a browser shows and prints."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

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
from studydl.text.math.mathml import mathml


def html(source: str) -> str:
    """Write markup as HTML elements; formulas are MathML, and no text of it is ever read as HTML.

    Args:
        source: text in studydl's markup.

    Raises:
        MarkupError: the markup cannot be read.
    """
    return "\n".join(map(_block, parse(source)))


def _block(block: Block) -> str:
    match block:
        case Paragraph(children):
            return f"<p>{_inline(children)}</p>"
        case CodeBlock(_, text):
            return f"<pre><code>{escape(text)}</code></pre>"
        case Bullets(items, ordered, start):
            listed = "".join(f"<li>{''.join(map(_block, item))}</li>" for item in items)
            return f'<ol start="{start}">{listed}</ol>' if ordered else f"<ul>{listed}</ul>"
        case Table(head, rows):
            first = "".join(f"<th>{_inline(cell)}</th>" for cell in head)
            rest = "".join(f"<tr>{''.join(f'<td>{_inline(cell)}</td>' for cell in row)}</tr>" for row in rows)
            return f"<table><thead><tr>{first}</tr></thead><tbody>{rest}</tbody></table>"


def _inline(children: Iterable[Inline]) -> str:
    return "".join(map(_text, children))


def _text(inline: Inline) -> str:
    match inline:
        case Plain(text):
            return escape(text).replace("\n", "<br>")
        case Code(text):
            return f"<code>{escape(text)}</code>"
        case Strong(children):
            return f"<strong>{_inline(children)}</strong>"
        case Emphasis(children):
            return f"<em>{_inline(children)}</em>"
        case Math(tree):
            return mathml(tree)
