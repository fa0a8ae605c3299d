"""Understands a typed text as an answer of one kind: units, thousands, percent, options, items."""

from __future__ import annotations

import re
from dataclasses import dataclass

from studydl.answers.compare import plain
from studydl.answers.formulas import check_cost
from studydl.answers.kinds import (
    Choice,
    Expression,
    Integer,
    Items,
    Kind,
    Ratio,
    Real,
    Shape,
    Vector,
    Words,
    asks_percent,
)
from studydl.answers.reading import Reading, fold, read
from studydl.answers.tree import (
    Group,
    Node,
    Num,
    Percent,
    Tuple,
    Unary,
    Unreadable,
    Value,
    walk,
)
from studydl.answers.units import split_unit
from studydl.answers.values import parse_item
from studydl.answers.writing import decimal, join

_THOUSANDS = re.compile(r"\s*[+-]?\d{1,3}(,\d{3})+\s*", re.ASCII)
COMMA = re.compile(r"(?<=\d),(?=\d)", re.ASCII)
COMMA_HINT = "write a decimal point (0.8125), and thousands without a separator (1792)"
_CROSSES = {ord(c): "x" for c in "×✕✖⨯"}
_COMMAS = {ord(c): "," for c in "，、،"}
_BRACKETS = {"(": ")", "[": "]", "{": "}"}


@dataclass(frozen=True, slots=True)
class Given:
    """What a learner gave.

    Args:
        value: its exact value; a text for choices, words and formulas.
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
        Unreadable: it cannot be read, names another unit, or is a tuple where a number is asked for.
    """
    folded = fold(text)
    if not folded.strip():
        raise Unreadable("nothing is typed yet", 0)
    match kind:
        case Integer() | Real() | Ratio():
            return _number(kind, folded)
        case Shape() | Vector():
            return _shown(kind, read(text.translate(_CROSSES) if isinstance(kind, Shape) else folded))
        case Expression(variables=variables):
            reading = read(folded, variables)
            check_cost(reading.tree)
            return Given(folded, reading.echo, reading.tree)
        case Choice(options=options):
            return _choice(options, text.strip(), folded.strip())
        case Items():
            return _items(kind, text)
        case Words():
            words = " ".join(text.split())
            return Given(words, words)


def as_asked(kind: Kind, tree: Node, value: Value) -> Value:
    """Return a value as the question counts it: 25 for 25% where percent is asked for."""
    if isinstance(value, str | tuple) or not asks_percent(kind):
        return value
    return value * 100 if any(isinstance(node, Percent) for node in walk(tree)) else value


def _number(kind: Integer | Real | Ratio, folded: str) -> Given:
    body, unit = split_unit(folded, kind.unit)
    if unit != kind.unit and unit is not None:
        asked = f"the question asks for {kind.unit}" if kind.unit else "no unit is asked for"
        raise Unreadable(f"this is in {unit}; {asked}", len(body))
    if isinstance(kind, Integer) and _THOUSANDS.fullmatch(body):
        body = body.replace(",", "")
    comma = COMMA.search(body)
    try:
        reading = read(body)
    except Unreadable as trouble:
        raise (Unreadable(COMMA_HINT, comma.start()) if comma else trouble) from None
    if not isinstance(reading.value, tuple):
        return _shown(kind, reading)
    if comma and not isinstance(reading.tree, Group):
        raise Unreadable(COMMA_HINT, comma.start())
    raise Unreadable("one number is asked for, this is a tuple", 0)


def _shown(kind: Kind, reading: Reading) -> Given:
    """Return the value with its reading, spelled out where the text was more than plain numbers."""
    value, echo = as_asked(kind, reading.tree, reading.value), reading.echo
    if _is_plain(kind, reading.tree):
        return Given(value, echo, reading.tree)
    text, exact = _spelled(kind, value)
    percent = "%" if asks_percent(kind) else ""
    return Given(value, f"{echo} {'=' if exact else '≈'} {text}{percent}", reading.tree)


def _is_plain(kind: Kind, node: Node) -> bool:
    """Say whether there is nothing to work out: 0.81, -3, (1, 64), and 81% where % is asked for."""
    match node:
        case Unary(argument=below) | Group(inner=below):
            return _is_plain(kind, below)
        case Percent(argument=below):
            return asks_percent(kind) and _is_plain(kind, below)
        case Tuple(items=items):
            return all(_is_plain(kind, item) for item in items)
        case Num(text=text):
            return "e" not in text.lower()
        case _:
            return False


def _spelled(kind: Kind, value: Value) -> tuple[str, bool]:
    """Return the decimals of a value, and whether they are all of it."""
    if isinstance(value, str):
        return value, True
    if not isinstance(value, tuple):
        return decimal(value)
    parts = [_spelled(kind, item) for item in value]
    return join(kind, [text for text, _ in parts]), all(exact for _, exact in parts)


def _choice(options: tuple[str, ...], text: str, folded: str) -> Given:
    if text in options:
        return Given(text, text)
    for option in options:
        if plain(option) == plain(text):
            return Given(option, option)
    number = folded.rstrip(".)")
    if number.isascii() and number.isdigit() and 1 <= int(number) <= len(options):
        option = options[int(number) - 1]
        return Given(option, option)
    raise Unreadable(f"type a number from 1 to {len(options)}, or the text of an option", 0)


def _items(kind: Items, text: str) -> Given:
    text = text.translate(_COMMAS).strip()
    if _BRACKETS.get(text[:1]) == text[-1:]:
        text = text[1:-1]
    parts = [" ".join(part.split()) for part in text.split(",")]
    return Given(tuple(map(parse_item, parts)), join(kind, parts))
