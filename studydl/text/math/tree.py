"""The tree of one formula, as it is written: nothing in it is ever computed.

Symbols are stored as the Unicode characters they stand for (``sigma`` is σ, ``<=`` is ≤), so that no renderer
needs a table of names.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from studydl.errors import StudydlError

SIGNS = frozenset("+-±")
PRODUCTS = frozenset("·×÷/@")
SEPARATORS = frozenset(",;:")
POSTFIX = frozenset("%!")
BARS = frozenset("|‖")


class MathError(StudydlError):
    """A formula that cannot be read.

    Args:
        message: what is wrong.
        position: 0-based character of the formula where reading stopped.
        hint: how it should be written; may be empty.
    """

    def __init__(self, message: str, position: int, hint: str = "") -> None:
        super().__init__(message, hint)
        self.position = position


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it was written: ``1.5e-3``; never negative, a sign is an operator."""

    text: str


@dataclass(frozen=True, slots=True)
class Name:
    """A variable (one letter), a function or a longer name (several), or a sign such as ∑ and ∞."""

    text: str


@dataclass(frozen=True, slots=True)
class Word:
    """Upright text that was written in quotes."""

    text: str


@dataclass(frozen=True, slots=True)
class Operator:
    """Anything between, before or after operands: + · ≤ , | % and so on."""

    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """Operands and operators side by side; two operands side by side are a product or an application."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Fence:
    """Something in brackets of any kind: (a, b], {0, 1}, ⌊x⌋, |x|."""

    left: str
    body: Node
    right: str


@dataclass(frozen=True, slots=True)
class Fraction:
    """``frac(top, bottom)``."""

    top: Node
    bottom: Node


@dataclass(frozen=True, slots=True)
class Root:
    """``sqrt(body)``."""

    body: Node


@dataclass(frozen=True, slots=True)
class Accent:
    """``hat(y)``, ``bar(x)``, ``tilde(x)``; kind is the name."""

    kind: str
    body: Node


@dataclass(frozen=True, slots=True)
class Script:
    """A base with primes, a subscript, a superscript."""

    base: Node
    sub: Node | None = None
    sup: Node | None = None
    primes: int = 0


Node: TypeAlias = Number | Name | Word | Operator | Row | Fence | Fraction | Root | Accent | Script


def items_of(node: Node) -> tuple[Node, ...]:
    """Return the items of a row, or the node itself as the only item."""
    return node.items if isinstance(node, Row) else (node,)
