"""The contract of a problem family: one class that reads as one lesson.

A family draws parameters, computes the answer by an exact formula and by a real torch operation that shares no code
with it, and holds the templates of everything a learner reads. The engine does the rest: see `engine.py`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from functools import cache
from typing import Any, ClassVar, Generic, TypeAlias, TypeVar

from studydl.answers.kinds import Kind
from studydl.answers.values import Value
from studydl.problems.draw import Draw
from studydl.text.numbers import Number

P = TypeVar("P")  # the parameters: a frozen dataclass whose fields are ints, strings, bools, and tuples of these
S = TypeVar("S")
ByVariant: TypeAlias = S | Mapping[str, S]
Facts: TypeAlias = dict[str, Number | str | tuple[Number | str, ...]]


@dataclass(frozen=True, slots=True)
class Effort:
    """What an instance costs a person with pen and paper.

    Args:
        operations: additions, products, comparisons, logarithms.
        digits: digits of the longest number handled.
    """

    operations: int
    digits: int

    @property
    def work(self) -> int:
        """Return one number that orders instances: operations times digits."""
        return self.operations * self.digits

    def within(self, limit: Effort) -> bool:
        """Say whether neither part exceeds the limit."""
        return self.operations <= limit.operations and self.digits <= limit.digits


@dataclass(frozen=True, slots=True)
class Mistake(Generic[P]):
    """A predictable wrong idea.

    Args:
        name: a few words that name it.
        value: the value it gives for these parameters; None where it does not apply.
        says: template of what to tell the learner: what they did, the rule, the numbers here. ``{value}`` is the
            wrong value.
        convention: empty for a mistake. Otherwise words from the family's conventions: the value is right under
            another convention than the one stated by these words.
        teaches: id of the card that teaches the point; may be empty.
    """

    name: str
    value: Callable[[P], Value | None]
    says: str
    convention: str = ""
    teaches: str = ""


class Family(ABC, Generic[P]):
    """A kind of problem.

    Class attributes, all required but the last four:
        name: ``subject.quantity``, the path of its file under ``catalog/``.
        version: raised by one when sampling, gate or mistakes change (not for wording).
        title: as a table of contents would have it.
        source: documentation page, paper or textbook section of the definition.
        answer: the kind of answer.
        prompt: template of the question; states unit, precision and all that is given.
        steps: templates of the worked solution, in the order a person would work; the last one gives ``{answer}``.
        mistakes: the wrong ideas, most common first.
        conventions: templates; every choice that changes the answer.
        trivial: answers that need no work, and are drawn again.
        limits: the most effort a person may be asked for at each level.
        finite: how many different instances there are at a level that has fewer than 200.

    Templates name parameters and facts in braces: ``{kernel}``; ``{p:.3}`` writes a number with 3 decimals.
    ``{answer}`` is always there.
    Where wording depends on the instance, prompt, steps, conventions and answer may be tables keyed by `variant`.
    A choice is declared as ``Choice()``: `formula` gives the right option, the mistakes give the wrong ones, and the
    engine shuffles them.
    """

    name: ClassVar[str]
    version: ClassVar[int]
    title: ClassVar[str]
    source: ClassVar[str]
    answer: ByVariant[Kind]
    prompt: ByVariant[str]
    steps: ByVariant[tuple[str, ...]]
    mistakes: tuple[Mistake[P], ...]
    conventions: ByVariant[tuple[str, ...]] = ()
    trivial: tuple[Value, ...] = (0, 1)
    limits: ClassVar[Mapping[int, Effort]] = {1: Effort(8, 5), 2: Effort(24, 7), 3: Effort(48, 9)}
    finite: ClassVar[Mapping[int, int]] = {}

    @abstractmethod
    def sample(self, draw: Draw, level: int) -> P | None:
        """Draw parameters for a level, 1 to 3; None: this draw leads nowhere, draw again."""

    @abstractmethod
    def formula(self, p: P) -> Value:
        """Return the answer in exact arithmetic: int, Fraction, exact logarithms and roots, or tuples of these."""

    @abstractmethod
    def facts(self, p: P) -> Facts:
        """Return every value the templates name beside the parameters."""

    @abstractmethod
    def effort(self, p: P) -> Effort:
        """Return what this instance costs a person with pen and paper."""

    @staticmethod
    @abstractmethod
    def witness(*args: Any, **kwargs: Any) -> object:
        """Return the answer of the real operation; its arguments are those parameters it needs."""

    def variant(self, p: P) -> str:
        """Return the key of the wording for these parameters."""
        return ""

    def branch(self, p: P) -> str:
        """Return what this instance exercises that others do not: "floor bites", "ties"; copies of a sheet share it."""
        return self.variant(p)

    def compared(self, p: P, value: Value) -> Value:
        """Return the form of the formula's value that the witness must equal; an expression is evaluated here."""
        return value

    def kind(self, variant: str) -> Kind:
        """Return the kind of answer a variant asks for."""
        return self.answer[variant] if isinstance(self.answer, Mapping) else self.answer

    @property
    def topic(self) -> str:
        """Return the subject part of the name."""
        return self.name.partition(".")[0]

    @property
    def id_prefix(self) -> str:
        """Return ``name@version``."""
        return f"{self.name}@{self.version}"


def pick(table: ByVariant[S], variant: str) -> S:
    """Return the entry for a variant from a table, or the thing itself where it is no table."""
    if isinstance(table, Mapping):
        entry: S = table[variant]
        return entry
    return table


def params_of(p: Any) -> dict[str, Any]:
    """Return the fields of a parameters dataclass by name, values as they are."""
    parameters: Any = type(p)
    return {name: getattr(p, name) for name in _names(parameters)}


@cache
def _names(parameters: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(parameters))
