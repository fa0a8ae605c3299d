"""Understands a typed text as an answer of one kind: units, thousands, percent, options, items."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from studydl.answers.compare import plain
from studydl.answers.kinds import Choice, Expression, Integer, Items, Kind, Ratio, Real, Shape, Vector, Words
from studydl.answers.reading import fold, read
from studydl.answers.tree import Call, Group, Node, Num, Percent, Tuple, Unary, Unreadable, Value, evaluate, walk
from studydl.answers.units import split_unit
from studydl.answers.values import parse_item
from studydl.answers.writing import decimal, join
from studydl.text.numbers import FUNCTIONS, Number, divide

_THOUSANDS = re.compile(r"\s*[+-]?\d{1,3}(,\d{3})+\s*", re.ASCII)
_DECIMAL_COMMA = re.compile(r"\d,\d", re.ASCII)
_BRACKETS = {"(": ")", "[": "]", "{": "}"}


@dataclass(frozen=True, slots=True)
class Given:
    """What a learner gave.

    Args:
        value: its exact value.
        read_as: how it was understood: ``13/16 = 0.8125``.
        tree: its structure; None for choices, items and words.
    """

    value: Value
    read_as: str
    tree: Node | None = None


def understand(kind: Kind, text: str) -> Given:
    """Understand a text as an answer of this kind.

    Args:
        kind: what the question asks for.
        text: what was typed, anything at all.

    Raises:
        Unreadable: it cannot be read, names another unit, or is a tuple where a number is asked for or the reverse.
    """
    if len(text) > 4096:
        text = text[:4096]  # fold refuses it by its length
    folded = fold(text)
    if not folded.strip():
        raise Unreadable("nothing is typed yet", 0)
    match kind:
        case Integer() | Real() | Ratio():
            return _number(kind, folded)
        case Shape() | Vector():
            return _tuple(kind, text)
        case Choice():
            return _choice(kind, text)
        case Expression():
            tree = read(text, kind.variables).tree
            return Given(text, read(text, kind.variables).echo, tree)
        case Items():
            return _items(kind, folded)
        case Words():
            words = " ".join(text.split())
            return Given(words, words)
