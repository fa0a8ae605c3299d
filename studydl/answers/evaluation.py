"""The exact value of a tree.

Sizes stay bounded: a computed value is zero or between 1e-308 and 1e308 in magnitude, and exact fractions of
more than 4096 bits go on as 50 digits. So hostile input costs microseconds, not memory.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TypeAlias

from studydl.answers.tree import (
    MAX_DECADES,
    Binary,
    Call,
    Group,
    Name,
    Node,
    Num,
    Percent,
    Tuple,
    Unary,
    Unreadable,
    Value,
)
from studydl.text import numbers
from studydl.text.numbers import Irrational, Number

MAX_BITS = 4096

Functions: TypeAlias = Mapping[str, Callable[[Number], Number]]

CONSTANTS: dict[str, Number] = {"pi": numbers.PI, "π": numbers.PI, "e": numbers.E}


def evaluate(node: Node, names: Mapping[str, Number] = CONSTANTS, functions: Functions = numbers.FUNCTIONS) -> Value:
    """Return the value of a tree.

    Args:
        node: the tree.
        names: the value of each name in it.
        functions: what each function means.

    Raises:
        Unreadable: division by zero, a logarithm of nothing, a number out of range, a tuple in a calculation.
    """
    while isinstance(node, Group):
        node = node.inner
    if isinstance(node, Tuple):
        return tuple(evaluate(item, names, functions) for item in node.items)
    return _number(node, names, functions)


def _number(node: Node, names: Mapping[str, Number], functions: Functions) -> Number:
    match node:
        case Num():
            return node.value
        case Binary():
            left, right = _number(node.left, names, functions), _number(node.right, names, functions)
            return _bounded(lambda: _OPERATIONS[node.operator](left, right), node.position)
        case Group(inner=inner, position=position):
            if isinstance(inner, Tuple):
                raise Unreadable("a tuple cannot be part of a calculation", position)
            return _number(inner, names, functions)
        case Unary(sign=sign, argument=argument):
            value = _number(argument, names, functions)
            return -value if sign == "-" else value
        case Call(function=function, argument=argument, position=position):
            x = _number(argument, names, functions)
            return _bounded(lambda: functions[function](x), position)
        case Percent(argument=argument):
            return numbers.divide(_number(argument, names, functions), 100)
        case Name(name=name):
            return names[name]
        case Tuple():
            raise Unreadable("a tuple cannot be part of a calculation", 0)


def _bounded(compute: Callable[[], Number], position: int) -> Number:
    """Return what `compute` gives, if it exists and its size is reasonable."""
    try:
        value = compute()
    except ZeroDivisionError:
        raise Unreadable("this divides by zero", position) from None
    except ValueError as trouble:
        raise Unreadable(f"this is {trouble}", position) from None
    except ArithmeticError:
        raise Unreadable(_OUT_OF_RANGE, position) from None
    if not isinstance(value, Irrational):
        top, bottom = value.numerator.bit_length(), value.denominator.bit_length()
        if top + bottom <= 1000:
            return value
        if top <= MAX_BITS and bottom <= MAX_BITS and abs(top - bottom) <= 1000:
            return value
        value = Irrational(numbers.to_decimal(value))
    if abs(value.value.adjusted()) > MAX_DECADES:
        raise Unreadable(_OUT_OF_RANGE, position)
    return value


_OUT_OF_RANGE = "this number is too large or too small: sizes from 1e-308 to 1e308 are read"


def _power(base: Number, exponent: Number) -> Number:
    """Return base to the exponent; what would have too many bits is computed to 50 digits instead."""
    if isinstance(base, int | Fraction) and isinstance(exponent, int | Fraction) and abs(base) not in (0, 1):
        bits = max(base.numerator.bit_length(), base.denominator.bit_length())
        if bits * max(exponent, -exponent) > MAX_BITS:
            base = Irrational(numbers.to_decimal(base))
    return numbers.power(base, exponent)


_OPERATIONS: Mapping[str, Callable[[Number, Number], Number]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "": lambda a, b: a * b,
    "/": numbers.divide,
    "^": _power,
}
