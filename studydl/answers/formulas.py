"""Whether two formulas are equal: compared at exact rational points, never by a computer algebra system."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TypeGuard

from studydl.answers.evaluation import CONSTANTS, Functions, evaluate
from studydl.answers.tree import Binary, Call, Node, Num, Unreadable, Value, walk
from studydl.text.numbers import FUNCTIONS, Number, same

# Mostly positive, so that logarithms and roots exist; small, so that powers stay exact.
_POINTS = tuple(
    Fraction(top, bottom)
    for top, bottom in ((1, 3), (5, 4), (2, 7), (7, 3), (3, 11), (-9, 5), (13, 6), (11, 17), (-2, 5), (23, 9))
)
_ENOUGH = 4
_MAX_COSTLY = 8  # functions and fractional powers: 0.1 ms each, at every point


def equal_formulas(correct: Node, given: Node, variables: Sequence[str], functions: Functions = FUNCTIONS) -> bool:
    """Say whether two formulas agree at every point where both exist.

    Args:
        correct: the right formula.
        given: the learner's.
        variables: the names that may occur.
        functions: what the functions in the learner's formula mean.

    Returns:
        False also where fewer than 4 of the 10 points can be compared.
    """
    compared = 0
    for index in range(len(_POINTS)):
        names = _point(variables, index)
        try:
            right, theirs = evaluate(correct, names), evaluate(given, names, functions)
        except Unreadable:
            continue
        if not _equal(right, theirs):
            return False
        compared += 1
    return compared >= _ENOUGH


def check_cost(tree: Node) -> None:
    """Refuse a formula that would take too long to compare.

    Raises:
        Unreadable: it has more than 8 functions and fractional powers.
    """
    costly = [node.position for node in walk(tree) if _is_costly(node)]
    if len(costly) > _MAX_COSTLY:
        raise Unreadable(f"this is too long: at most {_MAX_COSTLY} functions and powers are read", costly[-1])


def _is_costly(node: Node) -> TypeGuard[Call | Binary]:
    if isinstance(node, Binary):
        return node.operator == "^" and not (isinstance(node.right, Num) and node.right.last >= 0)
    return isinstance(node, Call)


def _point(variables: Sequence[str], index: int) -> Mapping[str, Number]:
    """Return one point: every variable gets another number, so that x - y and y - x differ."""
    return CONSTANTS | {
        name: _POINTS[(index + 3 * place) % len(_POINTS)] + Fraction(place, 31) for place, name in enumerate(variables)
    }


def _equal(a: Value, b: Value) -> bool:
    if isinstance(a, tuple) and isinstance(b, tuple):
        return len(a) == len(b) and all(map(_equal, a, b))
    if isinstance(a, str | tuple) or isinstance(b, str | tuple):
        return False
    return same(a, b)
