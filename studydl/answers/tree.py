"""What was read: a small typed tree, its exact value, and how it is written back to the learner.

Sizes stay bounded: a computed value is zero or between 1e-308 and 1e308 in magnitude, and exact fractions of
more than 4096 bits go on as 50 digits. So hostile input costs microseconds, not memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from studydl.text import numbers
from studydl.text.numbers import Irrational, Number

MAX_DECADES = 308
MAX_BITS = 4096
MAX_DIGITS = 40

Value: TypeAlias = Number | tuple["Value", ...] | str
Functions: TypeAlias = Mapping[str, Callable[[Number], Number]]

CONSTANTS: dict[str, Number] = {"pi": numbers.PI, "π": numbers.PI, "e": numbers.E}


class Unreadable(Exception):
    """The text cannot be read; it costs the learner nothing.

    Args:
        message: why, and how to write it instead.
        position: 0-based character where reading stopped.
    """

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.message = message
        self.position = position


@dataclass(frozen=True, slots=True)
class Num:
    """A number as typed: `last` is the power of ten of its last digit, -2 for 0.81."""

    value: int | Fraction
    text: str
    last: int


@dataclass(frozen=True, slots=True)
class Name:
    """A constant or a variable."""

    name: str
    position: int


@dataclass(frozen=True, slots=True)
class Call:
    """A function of one argument."""

    function: str
    argument: Node
    position: int


@dataclass(frozen=True, slots=True)
class Group:
    """Something in brackets; a shape such as 1x64 counts as one."""

    inner: Node
    position: int


@dataclass(frozen=True, slots=True)
class Unary:
    """A sign, "+" or "-"."""

    sign: str
    argument: Node


@dataclass(frozen=True, slots=True)
class Percent:
    """Something followed by %."""

    argument: Node


@dataclass(frozen=True, slots=True)
class Binary:
    """An operation: + - * / ^, or an empty string for a product without its sign."""

    operator: str
    left: Node
    right: Node
    position: int


@dataclass(frozen=True, slots=True)
class Tuple:
    """Several values; a tuple is never part of a calculation."""

    items: tuple[Node, ...]


Node: TypeAlias = Num | Name | Call | Group | Unary | Percent | Binary | Tuple


def number(text: str, position: int) -> Num:
    """Return a plain number of the grammar.

    Raises:
        Unreadable: it has more than 40 digits, or an exponent beyond 308.
    """
    mantissa, _, exponent = text.lower().partition("e")
    whole, _, decimals = mantissa.partition(".")
    if len(whole) + len(decimals) > MAX_DIGITS:
        raise Unreadable(f"this number is too long: at most {MAX_DIGITS} digits are read", position)
    if len(exponent) > 5 or abs(int(exponent or 0)) > MAX_DECADES:
        raise Unreadable(f"this exponent is too large: at most {MAX_DECADES} is read", position)
    last = int(exponent or 0) - len(decimals)
    digits = int(whole + decimals)
    return Num(digits * 10**last if last >= 0 else Fraction(digits, 10**-last), text, last)


def walk(node: Node) -> Iterator[Node]:
    """Yield the node and everything below it."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        yield node
        match node:
            case Call(argument=below) | Group(inner=below) | Unary(argument=below) | Percent(argument=below):
                waiting.append(below)
            case Binary():
                waiting += (node.right, node.left)
            case Tuple():
                waiting += reversed(node.items)


def evaluate(
    node: Node, names: Mapping[str, Number] = CONSTANTS, functions: Functions = numbers.FUNCTIONS
) -> Value:
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


def echo(node: Node) -> str:
    """Write a tree back as it was understood: `log` as ln, every product with its sign."""
    match node:
        case Num(text=text):
            return text
        case Name(name=name):
            return "pi" if name == "π" else name
        case Call(function=function, argument=argument):
            inside = echo(argument.inner if isinstance(argument, Group) else argument)
            return f"{'ln' if function == 'log' else function}({inside})"
        case Group(inner=inner):
            return echo(inner) if isinstance(inner, Tuple) else f"({echo(inner)})"
        case Unary(sign=sign, argument=argument):
            return sign + echo(argument)
        case Percent(argument=argument):
            return echo(argument) + "%"
        case Binary(operator=operator, left=left, right=right):
            sign = f" {operator} " if operator in ("+", "-") else operator or "*"
            return echo(left) + sign + echo(right)
        case Tuple(items=items):
            return f"({', '.join(map(echo, items))}{',' if len(items) == 1 else ''})"
