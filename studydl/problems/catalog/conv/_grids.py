"""Small arrays of whole numbers, written for a reader."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

Rows: TypeAlias = tuple[tuple[int, ...], ...]

APART = "     "


def block(*grids: tuple[str, Sequence[Sequence[int | str]]]) -> str:
    """Return grids side by side as a block of code, each under its title, which may be empty."""
    columns = [_lines(title, rows) for title, rows in grids]
    height = max(map(len, columns))
    padded = [[line.ljust(max(map(len, lines))) for line in lines] for lines in columns]
    blank = [[" " * len(lines[0])] * (height - len(lines)) for lines in padded]
    full = [lines + more for lines, more in zip(padded, blank, strict=True)]
    return "\n".join(["```", *(APART.join(parts).rstrip() for parts in zip(*full, strict=True)), "```"])


def signed(number: int) -> str:
    """Return a number as a factor in math: negative ones in brackets."""
    return f"({number})" if number < 0 else str(number)


def products(left: Sequence[int], right: Sequence[int]) -> str:
    """Return a sum of products with its value, in math."""
    terms = " + ".join(f"{signed(a)} * {signed(b)}" for a, b in zip(left, right, strict=True))
    return f"{terms} = {sum(a * b for a, b in zip(left, right, strict=True))}"


def added(numbers: Sequence[int]) -> str:
    """Return a sum in math: 3 - 2 + 5."""
    first, *rest = numbers
    return str(first) + "".join(f" {'-' if number < 0 else '+'} {abs(number)}" for number in rest)


def _lines(title: str, rows: Sequence[Sequence[int | str]]) -> list[str]:
    width = max(len(str(item)) for row in rows for item in row)
    lines = ["  ".join(str(item).rjust(width) for item in row) for row in rows]
    return [title, *lines] if title else lines
