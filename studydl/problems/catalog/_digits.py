"""How many decimals worked solutions write, so that whoever goes on with what is printed reaches the answer printed."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from studydl.text.numbers import Number, fixed

MORE = 4  # decimals beyond the usual ones; what is still not enough then is a tie, which admission rejects
TIE = 1e-9  # as near to halfway between two answers a computation may round either way


def rounded(x: Number, places: int) -> float:
    """Return a number as it is printed with this many decimals."""
    return float(fixed(x, places))


def leads(printed: float, exact: Number, places: int) -> bool:
    """Say whether a result computed from printed numbers rounds to the same decimals as the exact one."""
    return abs(printed - rounded(exact, places)) < 0.5 * 10.0**-places - TIE


def enough(results: Callable[[int], Iterable[tuple[float, Number]]], asked: int, least: int = 4) -> int:
    """Return how many decimals to write, the usual ones if these are enough.

    Args:
        results: what follows from numbers with this many decimals, each beside what is right.
        asked: decimals of the answer.
        least: the usual number of decimals.
    """
    tried = range(least, least + MORE)
    return next((n for n in tried if all(leads(printed, exact, asked) for printed, exact in results(n))), least + MORE)
