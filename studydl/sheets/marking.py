"""Marking a set's answers, and what they say about questions and copies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt

from studydl.answers.grading import grade
from studydl.answers.kinds import Choice
from studydl.problems.model import Problem
from studydl.sheets.answers import Row, is_date
from studydl.sheets.model import Sheet, Slot, Theory

FEW = 10  # answers below which a share says next to nothing


class Result(StrEnum):
    """How one answer was marked."""

    CORRECT = "correct"
    IMPRECISE = "imprecise"  # right value, too few digits: part of the points
    CONVENTION = "convention"  # right under another convention than the one stated: part of the points
    INCORRECT = "incorrect"
    BLANK = "blank"
    BY_HAND = "by hand"  # unreadable, or a question that no program can mark


@dataclass(frozen=True, slots=True)
class Mark:
    """One marked answer.

    Args:
        question: from 1.
        answer: as given.
        result: how it was marked.
        points: what it earned; 0 while it waits for a hand.
        misconception: the one it shows, or None.
        note: why it must be marked by hand; may be empty.
    """

    question: int
    answer: str
    result: Result
    points: float
    misconception: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Marked:
    """One student's marked answers."""

    row: Row
    marks: tuple[Mark, ...]

    @property
    def points(self) -> float:
        """Return the points earned so far, without what waits for a hand."""
        return sum(mark.points for mark in self.marks)


@dataclass(frozen=True, slots=True)
class Share:
    """How many of some answers are correct.

    Args:
        name: of the question or copy.
        correct: how many.
        of: answers marked; blank ones count, those waiting for a hand do not.
        misconceptions: (name, times) seen, most frequent first.
    """

    name: str
    correct: int
    of: int
    misconceptions: tuple[tuple[str, int], ...] = ()

    @property
    def interval(self) -> tuple[float, float]:
        """Return the 95% interval of the share; 0 to 1 without answers."""
        return wilson(self.correct, self.of)

    @property
    def few(self) -> bool:
        """Say whether there are too few answers to judge by."""
        return self.of < FEW


def mark(sheet: Sheet, rows: Sequence[Row], part: float = 0.5) -> tuple[Marked, ...]:
    """Mark every answer.

    Args:
        sheet: the set.
        rows: the answers.
        part: share of the points for an imprecise answer and for one under another convention, 0 to 1.
    """
    copies = {copy.code: copy for copy in sheet.copies}
    marked = []
    for row in rows:
        items = copies[row.copy].items
        marks = (
            _mark(number, slot, item.question, answer, part)
            for number, (slot, item, answer) in enumerate(
                zip(sheet.blueprint.slots, items, row.answers, strict=True), 1
            )
        )
        marked.append(Marked(row, tuple(marks)))
    return tuple(marked)


def by_question(sheet: Sheet, marked: Sequence[Marked]) -> tuple[Share, ...]:
    """Return for each question the share of correct answers, over all copies."""
    return tuple(
        _share(str(number), [one.marks[number - 1] for one in marked])
        for number in range(1, len(sheet.blueprint.slots) + 1)
    )


def by_copy(sheet: Sheet, marked: Sequence[Marked]) -> tuple[Share, ...]:
    """Return for each copy the share of correct answers, over all questions; copies nobody answered are left out."""
    found = (
        (copy.code, [m for one in marked if one.row.copy == copy.code for m in one.marks]) for copy in sheet.copies
    )
    return tuple(_share(code, marks) for code, marks in found if marks)


def wilson(correct: int, of: int) -> tuple[float, float]:
    """Return the 95% Wilson score interval of a share.

    Source: Wilson (1927), Probable inference, the law of succession, and statistical inference; JASA 22.

    Args:
        correct: successes.
        of: trials; 0 gives (0, 1).
    """
    if not of:
        return 0.0, 1.0
    z = 1.959963984540054
    share, square = correct / of, z * z
    center = (share + square / (2 * of)) / (1 + square / of)
    half = z * sqrt(share * (1 - share) / of + square / (4 * of * of)) / (1 + square / of)
    return max(0.0, center - half), min(1.0, center + half)


def _mark(number: int, slot: Slot, question: Problem | Theory, answer: str, part: float) -> Mark:
    if not answer:
        return Mark(number, answer, Result.BLANK, 0.0)
    if is_date(answer):
        return Mark(number, answer, Result.BY_HAND, 0.0, note="a spreadsheet made a date of it")
    if isinstance(question, Theory):
        return _mark_theory(number, slot, question, answer)
    kind = question.answer.kind
    text = _option(answer, kind.options) if isinstance(kind, Choice) else answer
    verdict = grade(question.answer, text, question.misconceptions)
    result, earned = _EARNED[verdict.outcome.value]
    points = slot.points * (part if earned is None else earned)
    note = verdict.message if result is Result.BY_HAND else ""
    return Mark(number, answer, result, points, verdict.misconception, note)


_EARNED: dict[str, tuple[Result, float | None]] = {
    "correct": (Result.CORRECT, 1.0),
    "imprecise": (Result.IMPRECISE, None),
    "convention": (Result.CONVENTION, None),
    "incorrect": (Result.INCORRECT, 0.0),
    "unreadable": (Result.BY_HAND, 0.0),
}


def _mark_theory(number: int, slot: Slot, question: Theory, answer: str) -> Mark:
    if not question.options:
        return Mark(number, answer, Result.BY_HAND, 0.0, note="a written answer")
    chosen = {_option(each, question.options) for each in answer.replace(";", ",").split(",")}
    if not chosen <= set(question.options):
        return Mark(number, answer, Result.BY_HAND, 0.0, note="none of the options")
    right = chosen == {question.options[one - 1] for one in question.right}
    return Mark(number, answer, Result.CORRECT if right else Result.INCORRECT, slot.points if right else 0.0)


def _option(answer: str, options: Sequence[str]) -> str:
    """Return the option a letter or number stands for, or the answer itself."""
    short = answer.strip().rstrip(".)").lower()
    for index, option in enumerate(options):
        if short in (chr(ord("a") + index), str(index + 1), option.lower()):
            return option
    return answer


def _share(name: str, marks: Iterable[Mark]) -> Share:
    counted = [m for m in marks if m.result is not Result.BY_HAND]
    seen = Counter(m.misconception for m in counted if m.misconception)
    return Share(name, sum(m.result is Result.CORRECT for m in counted), len(counted), tuple(seen.most_common()))
