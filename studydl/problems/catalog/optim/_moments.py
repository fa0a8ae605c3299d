"""What Adam and AdamW share: moments of the gradients, their bias correction, and steps that may be wrong.

All of it is Decimal arithmetic and runs inside `precise`, whose 50 digits are those of `studydl.text.numbers`: as good
as exact, and many times faster than fractions with roots among them.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from decimal import Context, Decimal, localcontext
from functools import cache, lru_cache
from typing import NamedTuple, TypeAlias

from studydl.problems.catalog.optim._writing import decimal
from studydl.problems.draw import Draw
from studydl.problems.family import Facts
from studydl.text.numbers import DIGITS

Row: TypeAlias = tuple[int | Decimal, ...]  # the gradients of one weight, none of them 0
Numbers: TypeAlias = tuple[Decimal, ...]

BETAS = ((900, 999), (900, 999), (900, 990), (900, 950), (800, 900), (500, 900))  # in thousandths
NOTHING = Decimal(0)


class Betas(NamedTuple):
    """What the averages of gradients and of their squares keep of the old value."""

    first: Decimal
    second: Decimal


@cache
def betas(beta1: int, beta2: int) -> Betas:
    """Return the betas given in thousandths."""
    return Betas(thousandths(beta1), thousandths(beta2))


def precise() -> AbstractContextManager[Context]:
    """Return a context with as many digits as the numbers of answers have."""
    return localcontext(Context(prec=DIGITS))


@cache
def thousandths(count: int) -> Decimal:
    """Return so many thousandths."""
    return Decimal(count).scaleb(-3)


@lru_cache(1024)  # every mistake of an instance asks again
def moments(row: Row, keep: Decimal, power: int) -> Numbers:
    """Return the fading average of a power of the gradients after each update, from 0."""
    found = [NOTHING]
    for g in row:
        found.append(keep * found[-1] + (1 - keep) * g**power)
    return tuple(found[1:])


@lru_cache(1024)
def corrected(row: Row, keep: Decimal, power: int) -> Numbers:
    """Return the same, each divided by 1 minus keep to the power of its update."""
    return tuple(m / (1 - keep**t) for t, m in enumerate(moments(row, keep, power), start=1))


def roots(squares: Numbers) -> Numbers:
    """Return the roots of second moments."""
    return tuple(v.sqrt() for v in squares)


def quotients(tops: Sequence[Decimal | int], bottoms: Numbers, eps: Decimal = NOTHING) -> Numbers:
    """Return the steps at learning rate 1: first moments over roots plus eps."""
    return tuple(top / (bottom + eps) for top, bottom in zip(tops, bottoms, strict=True))


@lru_cache(1024)
def adam(row: Row, b: Betas, eps: Decimal = NOTHING) -> Numbers:
    """Return the steps at learning rate 1: Kingma and Ba (2015), algorithm 1."""
    return quotients(corrected(row, b.first, 1), roots(corrected(row, b.second, 2)), eps)


def uncorrected(row: Row, b: Betas, eps: Decimal = NOTHING) -> Numbers:
    """Return the steps without bias correction."""
    return quotients(moments(row, b.first, 1), roots(moments(row, b.second, 2)), eps)


def second_uncorrected(row: Row, b: Betas, eps: Decimal = NOTHING) -> Numbers:
    """Return the steps if only the first moment were corrected."""
    return quotients(corrected(row, b.first, 1), roots(moments(row, b.second, 2)), eps)


def first_uncorrected(row: Row, b: Betas, eps: Decimal = NOTHING) -> Numbers:
    """Return the steps if only the second moment were corrected."""
    return quotients(moments(row, b.first, 1), roots(corrected(row, b.second, 2)), eps)


def exchanged(row: Row, b: Betas, eps: Decimal = NOTHING) -> Numbers:
    """Return the steps with the betas exchanged."""
    return adam(row, Betas(b.second, b.first), eps)


def timeless(row: Row, b: Betas, eps: Decimal = NOTHING) -> Numbers:
    """Return the steps if every update were corrected like the first one."""
    first, second = moments(row, b.first, 1), moments(row, b.second, 2)
    return quotients([m / (1 - b.first) for m in first], roots(tuple(v / (1 - b.second) for v in second)), eps)


def unrooted(row: Row, b: Betas, eps: Decimal = NOTHING) -> Numbers:
    """Return the steps without the root."""
    return quotients(corrected(row, b.first, 1), corrected(row, b.second, 2), eps)


def unaveraged(row: Row, b: Betas, eps: Decimal = NOTHING) -> Numbers:
    """Return the steps with the gradient itself above, as RMSprop has it."""
    return quotients(row, roots(corrected(row, b.second, 2)), eps)


def moment_facts(row: Row, b: Betas, eps: Decimal = NOTHING) -> Facts:
    """Return what the worked solutions name of the moments of one weight."""
    with precise():
        first, second = corrected(row, b.first, 1), corrected(row, b.second, 2)
        bare, updates = roots(second), range(1, len(row) + 1)
        below = tuple(root + eps for root in bare)
        moves = quotients(first, below)
        rests = [tuple(1 - keep**t for t in updates) for keep in b]
        averages = moments(row, b.first, 1), moments(row, b.second, 2)
    return {
        "beta1": decimal(b.first),
        "beta2": decimal(b.second),
        "gain1": decimal(1 - b.first),
        "gain2": decimal(1 - b.second),
        "moments1": _numbers(averages[0]),
        "moments2": _numbers(averages[1]),
        "rests1": _numbers(rests[0]),
        "rests2": _numbers(rests[1]),
        "corrected1": _numbers(first),
        "corrected2": _numbers(second),
        "roots": _numbers(bare, 5),
        "belows": _numbers(below, 5),
        "moves": _numbers(moves, 5),
        "terms": " + ".join(decimal(x, 5) for x in moves).replace("+ -", "- "),
    }


MOMENT_STEPS = (
    "Averages of gradients, $m <- {beta1} m + {gain1} g$: {moments1}. Corrected, over $1 - {beta1}^t$, that is "
    "{rests1}: {corrected1}.",
    "Averages of squares, $v <- {beta2} v + {gain2} g^2$: {moments2}. Corrected, over $1 - {beta2}^t$, that is "
    "{rests2}: {corrected2}.",
)


def draw_betas(draw: Draw) -> tuple[int, int]:
    """Draw betas in thousandths, the usual ones most often."""
    return draw.choice(BETAS)


def _numbers(xs: Sequence[Decimal], places: int = 7) -> str:
    return ", ".join(decimal(x, places) for x in xs)
