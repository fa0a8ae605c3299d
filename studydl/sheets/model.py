"""A practice set as plain data: copies of the same questions with different numbers."""

from __future__ import annotations

from dataclasses import dataclass

from studydl.problems.model import Problem


@dataclass(frozen=True, slots=True)
class Slot:
    """One question of a set before it is drawn.

    Args:
        points: what it is worth, above 0.
        family: a problem family, or empty.
        level: 1 to 3; of a family.
        card: ``deck/card-id`` of a theory question, or empty. Exactly one of family and card is given.
    """

    points: float = 1
    family: str = ""
    level: int = 2
    card: str = ""


@dataclass(frozen=True, slots=True)
class Blueprint:
    """What a set asks.

    Args:
        title: at the top of every page.
        slots: the questions in order.
        minutes: time allowed; None: not said.
    """

    title: str
    slots: tuple[Slot, ...]
    minutes: int | None = None

    @property
    def points(self) -> float:
        """Return what the whole set is worth."""
        return sum(slot.points for slot in self.slots)


@dataclass(frozen=True, slots=True)
class Theory:
    """A question made from a card.

    Args:
        card: ``deck/card-id``.
        kind: basic, cloze, choice, claim or points.
        prompt: markup.
        options: markup, as shown; empty where the answer is written out.
        right: the options that are right, by number from 1.
        answer: markup.
        points: what one would look for in a written answer; markup.
        explanation: markup; may be empty.
        source: may be empty.
    """

    card: str
    kind: str
    prompt: str
    options: tuple[str, ...]
    right: tuple[int, ...]
    answer: str
    points: tuple[str, ...] = ()
    explanation: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One question of one copy.

    Args:
        question: a drawn problem, or theory.
        work: what it costs a person with pen and paper, see `Effort.work`; 0 for theory.
        branch: what it exercises; equal in all copies.
    """

    question: Problem | Theory
    work: int = 0
    branch: str = ""


@dataclass(frozen=True, slots=True)
class Copy:
    """One student's pages.

    Args:
        code: says which copy it is and nothing about its answers.
        name: from the roster, or empty.
        items: one a slot, in order.
    """

    code: str
    name: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A whole practice set.

    Args:
        blueprint: what it asks.
        seed: 0 to 2**64 - 1; the same seed and blueprint make the same set.
        rounds: how often each question was swapped for another; one number a slot.
        copies: at least one.
    """

    blueprint: Blueprint
    seed: int
    rounds: tuple[int, ...]
    copies: tuple[Copy, ...]
