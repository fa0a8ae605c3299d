"""What is printed, computed again: a printed number stands for all that round to it, so an equation holds or does not.

It shares no code with the formulas and their facts: it reads the text a learner reads.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import TypeAlias

from studydl.answers.kinds import Kind, Real
from studydl.text.math import tree
from studydl.text.math.parser import parse

Range: TypeAlias = tuple[float, float]  # the smallest and the largest value

# Mathematics, and the number or two that follow it: "$2 * 3$ = 6", "$frac(1, 3)$ = 1/3 = 0.333", "$frac(1, 8)$ = 12.5%"
_EQUATION = re.compile(r"\$([^$]*)\$((?: = [^\s,]+(?!\S))*)")
_NUMBER = re.compile(r"-?\d+(\.\d+|/\d+)?%?")
_SLACK = 1e-9  # of the size: what floating point may lose
_FUNCTIONS: dict[str, Callable[[float], float]] = {"ln": math.log, "exp": math.exp}


class NotANumber(Exception):
    """The expression holds a name or a sign whose value is not printed."""


def broken(text: str, kind: Kind) -> Iterator[str]:
    """Give the equations of a text whose two sides cannot be the same number.

    Args:
        text: in studydl's markup.
        kind: of the answer, which says to how many significant digits the last number may be rounded.
    """
    for left, right, held in equations(text, kind):
        if not held:
            yield f"{left} is not {right}"


def equations(text: str, kind: Kind) -> Iterator[tuple[Range, Range, bool]]:
    """Give each pair of neighbors around an equals sign whose values are known, and whether they can be equal."""
    for found in _EQUATION.finditer(text):
        values = [
            *_sides(parse(found[1])),
            *(_number(number, kind) for number in found[2].rstrip(".").split(" = ")[1:]),
        ]
        for left, right in pairwise(values):
            if left is not None and right is not None:
                slack = _SLACK * max(1.0, *map(abs, (*left, *right)))
                yield left, right, left[0] <= right[1] + slack and right[0] <= left[1] + slack


def _sides(formula: tree.Node) -> Iterator[Range | None]:
    """Give the value of each side of the equations in a formula; none of a formula that compares otherwise."""
    sides: list[list[tree.Node]] = [[]]
    for item in tree.items_of(formula):
        if isinstance(item, tree.Operator) and item.text in "<>≤≥,;:→≈":
            return
        if isinstance(item, tree.Operator) and item.text == "=":
            sides.append([])
        else:
            sides[-1].append(item)
    for side in sides:
        try:
            yield _Sum(side).value()
        except (NotANumber, ArithmeticError, ValueError):
            yield None


def _number(text: str, kind: Kind) -> Range | None:
    """Return what a number behind the formula stands for; None for what is no number."""
    if not _NUMBER.fullmatch(text):
        return None
    number, percent = text.removesuffix("%"), 100 if text.endswith("%") else 1
    if "/" in number:
        top, bottom = number.split("/")
        return int(top) / int(bottom) / percent, int(top) / int(bottom) / percent
    low, high = _rounded(number)
    if isinstance(kind, Real) and kind.significant is not None and low == high != 0:
        half = 0.5 * 10.0 ** (len(number.lstrip("-")) - kind.significant)
        low, high = low - half, high + half
    return low / percent, high / percent


def _rounded(text: str) -> Range:
    """Return the numbers that are written like this; whole numbers are exact."""
    half = 0.5 * 10.0 ** -len(text.partition(".")[2]) if "." in text else 0.0
    return float(text) - half, float(text) + half


def _hull(values: Sequence[float]) -> Range:
    return min(values), max(values)


def _times(a: Range, b: Range) -> Range:
    return _hull([x * y for x in a for y in b])


def _over(a: Range, b: Range) -> Range:
    if b[0] <= 0 <= b[1]:
        raise NotANumber
    return _hull([x / y for x in a for y in b])


def _power(base: Range, exponent: Range) -> Range:
    if base[0] < 0 and exponent != (2.0, 2.0):
        raise NotANumber
    ends = [x**y for x in base for y in exponent]
    return _hull([*ends, 0.0] if base[0] < 0 < base[1] else ends)


class _Sum:
    """One side of an equation: terms of factors.

    Args:
        items: operands and operators.
    """

    def __init__(self, items: Sequence[tree.Node]) -> None:
        self._items, self._at = items, 0

    def value(self) -> Range:
        """Return the value of all of it.

        Raises:
            NotANumber: something in it has no printed value.
        """
        total = self._term()
        while sign := self._operator("+-"):
            low, high = self._term()
            total = (total[0] + low, total[1] + high) if sign == "+" else (total[0] - high, total[1] - low)
        if self._at < len(self._items):
            raise NotANumber
        return total

    def _operator(self, among: str) -> str:
        item = self._items[self._at] if self._at < len(self._items) else None
        if isinstance(item, tree.Operator) and item.text in among:
            self._at += 1
            return item.text
        return ""

    def _term(self) -> Range:
        product = self._factor()
        while sign := self._operator("·×/"):
            product = _over(product, self._factor()) if sign == "/" else _times(product, self._factor())
        return product

    def _factor(self) -> Range:
        if self._operator("-"):
            low, high = self._factor()
            return -high, -low
        if self._at == len(self._items):
            raise NotANumber
        item = self._items[self._at]
        self._at += 1
        if isinstance(item, tree.Name) and item.text in _FUNCTIONS:
            low, high = self._factor()
            return _FUNCTIONS[item.text](low), _FUNCTIONS[item.text](high)
        return _value(item)


def _value(node: tree.Node) -> Range:
    match node:
        case tree.Number(text) if "e" not in text:
            return _rounded(text)
        case tree.Row(items):
            return _Sum(items).value()
        case tree.Fence("(", body, ")"):
            return _value(body)
        case tree.Fraction(top, bottom):
            return _over(_value(top), _value(bottom))
        case tree.Root(body):
            low, high = _value(body)
            return math.sqrt(max(low, 0.0)), math.sqrt(high)
        case tree.Script(tree.Name("e"), None, exponent, 0) if exponent is not None:
            low, high = _value(exponent)
            return math.exp(low), math.exp(high)
        case tree.Script(base, None, exponent, 0) if exponent is not None:
            return _power(_value(base), _value(exponent))
        case _:
            raise NotANumber
