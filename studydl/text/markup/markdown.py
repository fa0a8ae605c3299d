"""Markup as Markdown that any reader shows: formulas become one line of Unicode text."""

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
from studydl.text.math import terminal

_SPECIAL = re.compile(r"[\\`*_$\[\]<>|~&]")  # $ begins a formula on GitHub
_LEADING = re.compile(r"^(\s*)([#+-]|\d+[.)])(?=\s|$)", re.MULTILINE)  # would begin a heading or a list


def markdown(source: str) -> str:
    """Write markup as CommonMark with tables.

    Args:
        source: text in studydl's markup.

    Raises:
        MarkupError: the markup cannot be read.
    """
    return "\n\n".join(map(_block, parse(source)))


def escaped(text: str) -> str:
    """Write text that Markdown shows as it is."""
    return _LEADING.sub(_without_list, _SPECIAL.sub(r"\\\g<0>", text))


def _without_list(match: re.Match[str]) -> str:
    return f"{match[1]}{match[2][:-1]}\\{match[2][-1]}"


def _block(block: Block) -> str:
    match block:
        case Paragraph(children):
            return _inline(children)
        case CodeBlock(language, text):
            fence = "`" * max(3, 1 + max((len(ticks) for ticks in re.findall("`+", text)), default=0))
            return f"{fence}{language}\n{text}\n{fence}"
        case Bullets(items, ordered, start):
            return "\n".join(
                _item(f"{number}. " if ordered else "- ", item) for number, item in enumerate(items, start)
            )
        case Table(head, rows):
            lines = ["| " + " | ".join(map(_inline, row)) + " |" for row in (head, *rows)]
            return "\n".join([lines[0], "|" + " --- |" * len(head), *lines[1:]])


def _item(marker: str, blocks: Iterable[Block]) -> str:
    return marker + "\n\n".join(map(_block, blocks)).replace("\n", "\n" + " " * len(marker))


def _inline(children: Iterable[Inline]) -> str:
    return "".join(map(_text, children))


def _text(inline: Inline) -> str:
    match inline:
        case Plain(text):
            return escaped(text).replace("\n", "  \n")
        case Code(text):
            ticks = "`" * (1 + max((len(run) for run in re.findall("`+", text)), default=0))
            space = " " if text.startswith("`") or text.endswith("`") else ""
            return f"{ticks}{space}{text}{space}{ticks}"
        case Strong(children):
            return f"**{_inline(children)}**"
        case Emphasis(children):
            return f"*{_inline(children)}*"
        case Math(tree):
            return escaped(terminal(tree))
