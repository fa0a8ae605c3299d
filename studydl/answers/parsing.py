"""The parser: the grammar file, and how its rules build the tree.

Imports lark, so this module is imported only when something is parsed.
"""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path
from typing import cast

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import UnexpectedCharacters, UnexpectedToken

from studydl.answers.complaints import complaint
from studydl.answers.tree import (
    Binary,
    Call,
    Group,
    Name,
    Node,
    Percent,
    Tuple,
    Unary,
    Unreadable,
    number,
)

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")


@lru_cache(256)  # an answer is compared with many others, and a tree never changes
def parse(text: str) -> Node:
    """Return the tree of a folded text.

    Raises:
        Unreadable: the text is not in the grammar, has two readings, or has too long a number.
    """
    try:
        return cast("Node", _parser().parse(text))  # the transformer has turned the whole tree into a Node
    except UnexpectedToken as trouble:
        at_end = trouble.token.type == "$END"
        position = len(text) if at_end else trouble.token.start_pos or 0
        raise Unreadable(complaint(text, position, "" if at_end else str(trouble.token)), position) from None
    except UnexpectedCharacters as trouble:
        position = trouble.pos_in_stream or 0
        raise Unreadable(complaint(text, position, text[position]), position) from None


@cache
def _parser() -> Lark:
    grammar = Path(__file__).with_name("grammar.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", lexer="basic", maybe_placeholders=False, transformer=_Build())


@v_args(inline=True)
class _Build(Transformer[Token, Node]):
    """Builds the tree while parsing, and refuses what has two readings."""

    def start(self, node: Node) -> Node:
        return node

    def number(self, token: Token) -> Node:
        return number(token, token.start_pos or 0)

    def shape(self, token: Token) -> Node:
        at = token.start_pos or 0
        return Group(Tuple(tuple(number(part.strip(), at) for part in token.lower().split("x"))), at)

    def name(self, token: Token) -> Node:
        return Name(str(token), token.start_pos or 0)

    def call(self, token: Token, argument: Node) -> Node:
        return Call("sqrt" if token == "√" else token.lower(), argument, token.start_pos or 0)

    def percent(self, argument: Node) -> Node:
        return Percent(argument)

    def unary(self, token: Token, argument: Node) -> Node:
        return Unary(str(token), argument)

    def binary(self, left: Node, token: Token, right: Node) -> Node:
        return Binary("^" if token == "**" else str(token), left, right, token.start_pos or 0)

    def superscript(self, base: Node, token: Token) -> Node:
        at = token.start_pos or 0
        exponent: Node = number(token.strip("⁺⁻").translate(_SUPERSCRIPTS), at)
        return Binary("^", base, Unary("-", exponent) if token[0] == "⁻" else exponent, at)

    def divide(self, left: Node, token: Token, right: Node) -> Node:
        at = token.start_pos or 0
        below = right
        while isinstance(below, Unary):
            below = below.argument
        if isinstance(below, Percent):
            raise Unreadable("this has two readings: write a/(b%) or (a/b)%", at)
        if isinstance(below, Binary) and not below.operator:
            raise Unreadable("this has two readings: write 1/(2*pi) or (1/2)*pi", at)
        return Binary("/", left, right, at)

    def implied(self, left: Node, right: Node) -> Node:
        first = right
        while isinstance(first, Binary | Percent):
            first = first.left if isinstance(first, Binary) else first.argument
        at = first.position if isinstance(first, Name | Group) else 0
        if isinstance(left, Binary) and left.operator == "^":
            raise Unreadable("this has two readings: write 2^(3*pi) or (2^3)*pi", at)
        if isinstance(left, Call) and not isinstance(left.argument, Group):
            raise Unreadable("this has two readings: write sqrt(2*pi) or sqrt(2)*pi", at)
        return Binary("", left, right, at)

    def tuple(self, *items: Node) -> Node:
        return Tuple(items)

    def bracket(self, token: Token, inner: Node | None = None) -> Node:
        return Group(Tuple(()) if inner is None else inner, token.start_pos or 0)
