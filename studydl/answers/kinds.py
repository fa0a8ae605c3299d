"""The kinds of answer a question can ask for, and the answer itself.

A kind says how an answer is written and how exact it must be. It never holds a value: `Answer` is a kind
with the value that is right.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, TypeAlias


@dataclass(frozen=True, slots=True)
class Integer:
    """A whole number, exactly.

    Args:
        unit: what is counted ("bytes"), or None.
    """

    unit: str | None = None
    name: ClassVar[str] = "integer"


@dataclass(frozen=True, slots=True)
class Real:
    """A real number to a stated precision: give exactly one of places and significant.

    Args:
        places: decimals asked for.
        significant: significant digits asked for.
        unit: "bits", "nats", "%" or None.
    """

    places: int | None = None
    significant: int | None = None
    unit: str | None = None
    name: ClassVar[str] = "real"

    def __post_init__(self) -> None:
        if (self.places is None) == (self.significant is None):
            raise ValueError("Real needs either places or significant digits")


@dataclass(frozen=True, slots=True)
class Ratio:
    """An exact fraction; any form of the same number is right (3/4, 0.75, 75%)."""

    unit: str | None = None
    name: ClassVar[str] = "fraction"


@dataclass(frozen=True, slots=True)
class Shape:
    """A tuple of whole numbers, exactly: (1, 64, 112, 112) or 1x64x112x112."""

    name: ClassVar[str] = "shape"


@dataclass(frozen=True, slots=True)
class Vector:
    """A tuple of real numbers, each to a stated precision.

    Args:
        places: decimals asked for in each component; None asks for exact components.
    """

    places: int | None = None
    name: ClassVar[str] = "vector"


@dataclass(frozen=True, slots=True)
class Items:
    """Several numbers or words separated by commas.

    Args:
        ordered: True for a sequence, False for a set.
    """

    ordered: bool = True
    name: ClassVar[str] = "items"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several options, by its number or its text.

    Args:
        options: the options as shown, in the order shown; none yet in a family, whose engine draws them.
    """

    options: tuple[str, ...] = ()
    name: ClassVar[str] = "choice"


@dataclass(frozen=True, slots=True)
class Expression:
    """A formula in the named variables; any equal form is right.

    Args:
        variables: the names that may occur.
    """

    variables: tuple[str, ...]
    name: ClassVar[str] = "expression"


@dataclass(frozen=True, slots=True)
class Words:
    """A short text; case, spacing and width of characters do not matter.

    Args:
        accepted: other spellings that are right too.
    """

    accepted: tuple[str, ...] = ()
    name: ClassVar[str] = "text"


Kind: TypeAlias = Integer | Real | Ratio | Shape | Vector | Items | Choice | Expression | Words


def unit_of(kind: Kind) -> str | None:
    """Return the unit a kind asks for, or None."""
    return kind.unit if isinstance(kind, Integer | Real | Ratio) else None


def asks_percent(kind: Kind) -> bool:
    """Say whether the question asks for percent: 25 and 25% are the same then."""
    return unit_of(kind) == "%"


@dataclass(frozen=True, slots=True)
class Answer:
    """The right answer to one question.

    Args:
        kind: how it is written and how exact a learner's must be.
        value: the exact value, as a string of the answer grammar (irrational numbers: 20 significant digits).
        text: the value as a learner is shown it.
    """

    kind: Kind
    value: str
    text: str


@dataclass(frozen=True, slots=True)
class Misconception:
    """A wrong idea with the value it gives for one question.

    Args:
        name: a few words that name it.
        kind: "mistake", or "convention" when the value is right under another convention than the one stated.
        value: what it gives here, as a string of the answer grammar.
        message: what to tell the learner, one or two kind sentences.
        teaches: id of the card that teaches it, or None.
    """

    name: str
    kind: str
    value: str
    message: str
    teaches: str | None = None
