"""The gate a drawn problem passes before anyone sees it.

The checks run in the order that keeps rejected draws cheap: formula, effort, rounding, misconceptions, then the
witness.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from studydl.answers.kinds import Choice, Kind
from studydl.answers.values import Value, agree, apart, beyond, is_tie, reach
from studydl.errors import Disagreement
from studydl.problems.code import witness_arguments
from studydl.problems.family import Family, Mistake, params_of

DECLINED = "no such instance"
DEGENERATE = "degenerate"
TOO_LONG = "too long by hand"
TIE = "rounding tie"
BLIND = "blind to mistakes"

TOLERANCES_APART = 4
OPTIONS = 4  # of a choice at most: the right one and three mistakes


class Rejected(Exception):
    """This draw does not pass the gate; the argument is the reason, one of the constants above."""


@dataclass(frozen=True, slots=True)
class Admitted:
    """A draw that passed.

    Args:
        params: the family's parameters.
        variant: the key of their wording.
        kind: the kind of answer asked for.
        value: the exact answer.
        witnessed: what the real operation gave.
        mistakes: the mistakes that give a different value here, with that value, most common first.
    """

    params: Any
    variant: str
    kind: Kind
    value: Value
    witnessed: object
    mistakes: tuple[tuple[Mistake[Any], Value], ...]


def admit(family: Family[Any], params: Any, level: int) -> Admitted:
    """Pass one draw through the gate.

    Args:
        family: the family.
        params: what its `sample` returned.
        level: 1 to 3.

    Raises:
        Rejected: the instance is degenerate, too long, on a rounding tie, or blind to the usual mistakes.
        Disagreement: the routes differ; a bug, never a rejection.
    """
    if params is None:
        raise Rejected(DECLINED)
    try:
        value = family.formula(params)
    except ZeroDivisionError:
        raise Rejected(DEGENERATE) from None
    if value in family.trivial:
        raise Rejected(DEGENERATE)
    if not family.effort(params).within(family.limits[level]):
        raise Rejected(TOO_LONG)
    variant = family.variant(params)
    kind: Kind = family.kind(variant)
    if is_tie(kind, value):
        raise Rejected(TIE)
    mistakes = tuple(_telling(family, params, kind, value))
    if isinstance(kind, Choice):
        mistakes = mistakes[: OPTIONS - 1]
    if len(mistakes) < (2 if isinstance(kind, Choice) or level > 1 else 1):
        raise Rejected(BLIND)
    witnessed = _checked(family, params, value)
    return Admitted(params, variant, kind, value, witnessed, mistakes)


def _checked(family: Family[Any], params: Any, value: Value) -> object:
    """Return what the real operation gives, which must be what the formula gave."""
    try:
        witnessed = witness(family, params)
    except Exception as error:  # whatever the real operation raises, it disagrees
        witnessed = error
    if not agree(family.compared(params, value), witnessed):
        raise Disagreement(
            f"{family.name} version {family.version}: the formula gives {value!r}, the witness {witnessed!r}",
            f"parameters: {params!r}",
        )
    return witnessed


def witness(family: Family[Any], params: Any) -> object:
    """Run the family's real operation on the parameters it names."""
    names = witness_arguments(family)
    return family.witness(**{name: value for name, value in params_of(params).items() if name in names})


def _telling(family: Family[Any], params: Any, kind: Kind, answer: Value) -> Iterator[tuple[Mistake[Any], Value]]:
    """Yield the mistakes a learner's answer can be told apart by: clear of the answer and of each other."""
    taken = [(answer, reach(kind, answer, TOLERANCES_APART))]
    for mistake in family.mistakes:
        try:
            value = mistake.value(params)
        except ZeroDivisionError:
            continue
        if value is None:
            continue
        here = reach(kind, value, TOLERANCES_APART)
        for other, there in taken:
            if not beyond(there, here) and not apart(kind, other, value, TOLERANCES_APART):
                break
        else:
            taken.append((value, here))
            yield mistake, value
