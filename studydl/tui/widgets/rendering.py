"""studydl's markup as Rich renderables. Nothing here goes through console markup, so text stays text."""

from __future__ import annotations

from collections.abc import Iterable

from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from studydl.text import markup
from studydl.text.math import terminal
from studydl.text.safe import safe_text
from studydl.tui.widgets.look import Look

NUMBERED = 3  # lines of code from which on they are numbered


def plain(text: str, style: str = "") -> Text:
    """Return text as it is, with nothing in it that a terminal would act on."""
    return Text(safe_text(text), style)


def spaced(parts: Iterable[RenderableType]) -> Group:
    """Return renderables one under the other with an empty line between."""
    lines: list[RenderableType] = []
    for part in parts:
        if lines:
            lines.append("")
        lines.append(part)
    return Group(*lines)


def rendered(source: str, look: Look, style: str = "") -> Group:
    """Draw a text in studydl's markup; one that cannot be read is shown as written.

    Args:
        source: markup, from anyone.
        look: the colors.
        style: style of its paragraphs.
    """
    try:
        blocks = markup.parse(source)
    except markup.MarkupError:
        return Group(plain(source, style))
    return spaced(_block(block, look, style) for block in blocks)


def _block(block: markup.Block, look: Look, style: str) -> RenderableType:
    match block:
        case markup.Paragraph(children):
            return _inline(children, look, style)
        case markup.CodeBlock(language, text):
            return code(text, look, language)
        case markup.Bullets(items, ordered, start):
            return _list(items, start if ordered else None, look, style)
        case markup.Table():
            return _table(block, look)


def code(text: str, look: Look, language: str = "python") -> RenderableType:
    """Draw code, highlighted; with line numbers where there are lines enough to talk about.

    Args:
        text: the code.
        look: the colors.
        language: its language; empty for none.
    """
    from rich.syntax import Syntax

    words = safe_text(text)
    drawn = Syntax(words, language or "text", theme=look.syntax).highlight(words)
    drawn.rstrip()
    drawn.style = ""  # the theme's own background stays behind the code
    lines = drawn.split("\n", allow_blank=True)
    if len(lines) < NUMBERED:
        return Padding(drawn, (0, 0, 0, 2))
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(justify="right", style=look.dim, min_width=4)
    grid.add_column(overflow="fold")
    for number, line in enumerate(lines, start=1):
        grid.add_row(str(number), line)
    return grid


def _list(items: tuple[tuple[markup.Block, ...], ...], start: int | None, look: Look, style: str) -> Table:
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_column(justify="right", style=look.dim)
    grid.add_column(overflow="fold")
    for number, blocks in enumerate(items, start=start or 0):
        mark = "•" if start is None else f"{number}."
        grid.add_row(mark, Group(*(_block(block, look, style) for block in blocks)))
    return grid


def _table(table: markup.Table, look: Look) -> Table:
    drawn = Table(box=box.SIMPLE_HEAD, border_style=look.dim, pad_edge=False)
    for cell in table.head:
        drawn.add_column(_inline(cell, look, ""), overflow="fold")
    for row in table.rows:
        drawn.add_row(*(_inline(cell, look, "") for cell in row))
    return drawn


def _inline(children: Iterable[markup.Inline], look: Look, style: str) -> Text:
    text = Text(style=style)
    for child in children:
        match child:
            case markup.Plain(words):
                text.append(words)
            case markup.Code(words):
                text.append(words, look.accent)
            case markup.Math(tree):
                text.append(safe_text(terminal(tree)))
            case markup.Strong(inner):
                text.append_text(_styled(_inline(inner, look, ""), "bold"))
            case markup.Emphasis(inner):
                text.append_text(_styled(_inline(inner, look, ""), "italic"))
    return text


def _styled(text: Text, style: str) -> Text:
    text.stylize(style)
    return text
