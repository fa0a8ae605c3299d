"""Reading Markdown: paragraphs, code, lists, tables; inline code, emphasis and `$math$`. Nothing else.

What a terminal and paper cannot both show (HTML, links, images, headings) is refused, so that no deck loses a
word on the way to the learner.
"""

from __future__ import annotations

from functools import cache, lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin

from studydl.text import math
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
from studydl.text.safe import safe_text

MAX_DEPTH = 16


@lru_cache(maxsize=4096)  # the pages of a thousand problems and their key share texts
def parse(source: str) -> tuple[Block, ...]:
    """Read a text in studydl's markup.

    Args:
        source: Markdown.

    Raises:
        MarkupError: a formula that cannot be read, HTML or anything else that cannot be shown; says where.
    """
    return tuple(_Reader(_markdown().parse(source)).blocks())


@cache
def _markdown() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"maxNesting": 100}).enable("table")
    # These would take text away (reference) or make something else of indented and underlined text.
    reader.disable(["code", "lheading", "reference"])
    # Links are refused with our own message; the default percent-encoding of their targets can fail first.
    for name in ("normalizeLink", "normalizeLinkText", "validateLink"):
        setattr(reader, name, str)
    # allow_digits=False misses a formula at the start of a text that ends in a digit (mdit-py-plugins 0.7).
    dollarmath_plugin(reader, allow_labels=False, allow_space=False, double_inline=True)
    return reader


class _Reader:
    """Turns markdown-it's flat list of tokens into blocks."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.index = 0
        self.line = 1
        self.depth = 0

    def blocks(self, until: str = "") -> list[Block]:
        """Read blocks up to a closing token, which is eaten too."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise MarkupError(f"lists within lists, more than {MAX_DEPTH} deep", self.line)
        found: list[Block] = []
        while self.index < len(self.tokens):
            token = self.next()
            if token.type == until:
                break
            found.append(self.block(token))
        self.depth -= 1
        return found

    def next(self) -> Token:
        token = self.tokens[self.index]
        self.index += 1
        self.line = token.map[0] + 1 if token.map else self.line
        return token

    def block(self, token: Token) -> Block:
        match token.type:
            case "paragraph_open":
                children = self.inline(self.next())
                self.next()
                return Paragraph(children)
            case "fence":
                language = safe_text(token.info.strip().split(" ")[0])
                return CodeBlock(language, safe_text(token.content.removesuffix("\n")))
            case "bullet_list_open" | "ordered_list_open":
                ordered = token.type == "ordered_list_open"
                start = int(token.attrs.get("start", 1)) if ordered else 1
                closing = token.type.replace("open", "close")
                return Bullets(tuple(self.items(closing)), ordered, start)
            case "table_open":
                return self.table()
            case "math_block":
                return Paragraph((self.math(token.content, self.line),))
        raise MarkupError(f"{_NAMES.get(token.type, token.type)} cannot be shown", self.line, _HINT)

    def items(self, closing: str) -> list[tuple[Block, ...]]:
        found = []
        while self.next().type != closing:
            found.append(tuple(self.blocks("list_item_close")))
        return found

    def table(self) -> Table:
        rows: list[list[tuple[Inline, ...]]] = []
        while (token := self.next()).type != "table_close":
            if token.type == "tr_open":
                rows.append([])
            elif token.type == "inline":
                rows[-1].append(self.inline(token))
        return Table(tuple(rows[0]), tuple(tuple(row) for row in rows[1:]))

    def inline(self, token: Token) -> tuple[Inline, ...]:
        line = self.line
        levels: list[list[Inline]] = [[]]
        for child in token.children or ():
            match child.type:
                case "text":
                    _add(levels[-1], child.content)
                case "softbreak" | "hardbreak":
                    line += 1
                    _add(levels[-1], " " if child.type == "softbreak" else "\n")
                case "code_inline":
                    levels[-1].append(Code(safe_text(child.content)))
                case "math_inline" | "math_inline_double":
                    levels[-1].append(self.math(child.content, line))
                case "em_open" | "em_close" | "strong_open" | "strong_close" if "_" in child.markup:
                    _add(levels[-1], child.markup)  # __init__ stays __init__: only stars emphasize
                case "em_open" | "strong_open":
                    if len(levels) > MAX_DEPTH:
                        raise MarkupError(f"emphasis more than {MAX_DEPTH} deep", line)
                    levels.append([])
                case "em_close" | "strong_close":
                    made = Emphasis if child.type == "em_close" else Strong
                    children = tuple(levels.pop())
                    levels[-1].append(made(children))
                case kind:
                    raise MarkupError(f"{_NAMES.get(kind, kind)} cannot be shown", line, _HINT)
        return tuple(levels[0])

    def math(self, source: str, line: int) -> Math:
        source = safe_text(source.strip())
        try:
            return Math(math.parse(source), source)
        except math.MathError as error:
            message = f"${source}$: {error.message} (character {error.position + 1})"
            raise MarkupError(message, line, error.hint) from error


def _add(level: list[Inline], text: str) -> None:
    """Append text to a level, joining it with text before it."""
    if level and isinstance(level[-1], Plain):
        text = level.pop().text + text  # type: ignore[union-attr]
    if text:
        level.append(Plain(safe_text(text)))


_HINT = "Write it as text, or put it in `backquotes` to show it as it is."
_NAMES = {
    "html_inline": "HTML",
    "html_block": "HTML",
    "link_open": "a link",
    "image": "an image",
    "heading_open": "a heading",
    "blockquote_open": "a quotation",
    "hr": "a ruled line",
}
