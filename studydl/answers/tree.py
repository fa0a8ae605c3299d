"""What was read: a small typed tree, and how it is written back to the learner."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from studydl.text.numbers import Number

MAX_DECADES = 308  # as in double precision
MAX_DIGITS = 40

Value: TypeAlias = Number | tuple["Value", ...] | str


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
