"""Whether a value is right as far as it goes: too few digits, cut off, or off by one in the last place."""

from __future__ import annotations

from fractions import Fraction
from math import floor

from studydl.answers.compare import close, unit_in_last_place
from studydl.answers.kinds import Kind, Ratio, Real, Vector, asks_percent
from studydl.answers.tree import Group, Node, Num, Percent, Tuple, Unary, Value
from studydl.answers.writing import count
from studydl.text.numbers import Number, leading, to_fraction

_FEW_FOR_EXACT = "Right as far as it goes; the question asks for the exact value, as a fraction."
_CUT_OFF = "Nearly: the last place looks cut off. Round it instead."
_OFF_BY_ONE = "Nearly: the last place is off by one. Keep more digits on the way, and round once, at the end."


def shortfall(kind: Kind, correct: Value, given: Value, tree: Node | None) -> str:
    """Say what is missing from a value that is right but imprecise.

    Args:
        kind: what the question asks for.
        correct: the right value.
        given: the learner's, which is not close to it.
        tree: how the learner wrote it.

    Returns:
        What to tell the learner; empty where the value is not right.
    """
    if not isinstance(kind, Real | Ratio | Vector) or isinstance(correct, str) or isinstance(given, str):
        return ""
    if not isinstance(correct, tuple) and not isinstance(given, tuple):
        return _number(kind, correct, given, tree)
    if not isinstance(correct, tuple) or not isinstance(given, tuple) or len(correct) != len(given):
        return ""
    messages = [
        shortfall(kind, right, theirs, node)
        for right, theirs, node in zip(correct, given, _items(tree, len(given)), strict=True)
        if not close(kind, right, theirs)
    ]
    return messages[0] if all(messages) else ""


def _number(kind: Real | Ratio | Vector, correct: Number, given: Number, tree: Node | None) -> str:
    right, theirs = to_fraction(correct), to_fraction(given)
    if not right or not theirs:
        return ""
    unit = unit_in_last_place(kind, correct) if isinstance(kind, Real | Vector) else Fraction(0)
    off, last = abs(theirs - right), _last_place(kind, tree)
    if last is not None and Fraction(10) ** last > unit:
        digits = leading(given) - last + 1
        lone_one = digits == 1 and last >= 0 and abs(theirs) == Fraction(10) ** last
        matches = 2 * off <= Fraction(10) ** last and not lone_one and (unit or digits > 1)
        return _too_few(kind) if matches else ""
    if not unit or 10 * off > abs(right):
        return ""
    rounded = floor(right / unit + Fraction(1, 2)) * unit
    if abs(theirs - rounded) > unit:
        return ""
    return _CUT_OFF if abs(theirs) == abs(right) // unit * unit else _OFF_BY_ONE


def _too_few(kind: Real | Ratio | Vector) -> str:
    if isinstance(kind, Ratio) or (kind.places is None and isinstance(kind, Vector)):
        return _FEW_FOR_EXACT
    if isinstance(kind, Real) and kind.significant is not None:
        asked = count(kind.significant, "significant digit")
    else:
        asked = count(kind.places or 0, "decimal")
    return f"Right as far as it goes; the question asks for {asked}."


def _last_place(kind: Kind, node: Node | None) -> int | None:
    """Return the power of ten of the last digit of a plain number; None for anything worked out."""
    match node:
        case Unary(argument=below) | Group(inner=below):
            return _last_place(kind, below)
        case Percent(argument=Num(last=last)):
            return last if asks_percent(kind) else last - 2
        case Num(last=last):
            return last
        case _:
            return None


def _items(node: Node | None, length: int) -> tuple[Node | None, ...]:
    while isinstance(node, Group):
        node = node.inner
    return node.items if isinstance(node, Tuple) else (None,) * length
