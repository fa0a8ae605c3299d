"""Values of answers: exact in memory, strings of the answer grammar in JSON and in the database.

This is what the problem engine needs of the room; comparison is in `compare`, writing in `writing`.
"""

from __future__ import annotations

import re
from fractions import Fraction

from studydl.answers.compare import agree, apart, beyond, close, is_tie, reach
from studydl.answers.kinds import Answer, Choice, Expression, Items, Kind, Words
from studydl.answers.reading import read
from studydl.answers.tree import MAX_DIGITS, Unreadable, Value
from studydl.answers.writing import describe, display, display_answer, join
from studydl.text import numbers
from studydl.text.numbers import Irrational, Number

__all__ = [
    "Value",
    "agree",
    "apart",
    "beyond",
    "canonical",
    "close",
    "describe",
    "display",
    "is_tie",
    "make_answer",
    "parse_value",
    "reach",
]

_RATIONAL = re.compile(rf"(-?\d{{1,{MAX_DIGITS}}})(?:/(0*[1-9]\d{{0,{MAX_DIGITS - 1}}}))?", re.ASCII)
_LETTERS = re.compile(r"[^\W\d_]")


def make_answer(kind: Kind, value: Value) -> Answer:
    """Return the answer with this value: its canonical string, and how a learner is shown it.

    Args:
        kind: the kind of answer.
        value: exact. A choice is the text of the option, an expression its formula.
    """
    return Answer(kind, canonical(kind, value), display_answer(kind, value))


def canonical(kind: Kind, value: Value) -> str:
    """Write a value as a string of the answer grammar; irrational numbers to 20 significant digits."""
    if isinstance(value, str):
        return value
    if isinstance(value, tuple):
        return join(kind, [canonical(kind, item) for item in value])
    return _canonical(value)


def _canonical(x: Number) -> str:
    text = numbers.canonical(x)
    if isinstance(x, Irrational) or all(len(part) <= MAX_DIGITS for part in text.lstrip("-").split("/")):
        return text
    return numbers.canonical(Irrational(numbers.to_decimal(x)))  # longer than the grammar reads


def parse_value(kind: Kind, text: str) -> Value:
    """Return the value a canonical string stands for, the inverse of `canonical`.

    Raises:
        ValueError: the text is not in the answer grammar.
    """
    if isinstance(kind, Choice | Expression | Words):
        return text
    if isinstance(kind, Items):
        return tuple(parse_item(part) for part in text.split(","))
    return _parse(text)


def parse_item(text: str) -> Value:
    """Return one of several items: a number where it holds no letter, else the words."""
    text = text.strip()
    if _LETTERS.search(text):
        return text
    try:
        return _parse(text)
    except ValueError:
        return text


def _parse(text: str) -> Value:
    """Read a canonical number or tuple; the common forms without the parser, which takes longer."""
    if match := _RATIONAL.fullmatch(text):
        top, bottom = int(match[1]), int(match[2] or 1)
        return top if bottom == 1 else Fraction(top, bottom)
    if text.startswith("(") and text.endswith(")") and text.count("(") == 1:
        return tuple(_parse(part.strip()) for part in text[1:-1].split(",") if part.strip())
    try:
        return read(text).value
    except Unreadable as trouble:
        raise ValueError(f"{text!r} is not a value: {trouble.message}") from trouble
