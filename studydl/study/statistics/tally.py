"""What a learner's log comes to, counted in one pass. Pure: the rows are given, the newest first.

An answer is judged against the decision taken at the answer before it on the same card: that one said when to come
back and how well it would be remembered. As the rows run backwards, each card keeps its later answer until the
earlier one is met.
"""

from __future__ import annotations

import operator
from array import array
from bisect import bisect
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias, TypeVar

from studydl.store.statistics import AIDED, AMEND, INTERVIEW, STUDY, UNAIDED, UNDO, Decision, Row
from studydl.study.keys import is_lesson

MATURE = 21  # days between two reviews from which a card counts as mature, as in Anki
BINS = (0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95)  # bounds of predicted retrievability
MASTERY_LEVEL = 2
NEVER = -1
UNIT = 2**40

DeckName: TypeAlias = tuple[str, str]
Curve: TypeAlias = tuple[float, float]
K = TypeVar("K")
V = TypeVar("V")


@dataclass(slots=True)
class Recall:
    """Reviews of one group.

    Args:
        passed: remembered, rated Hard or better.
        of: reviews.
        predicted: sum of the probabilities with which they should have been, in units of 1 / UNIT: whole numbers have
            the same sum in whatever order, and parts, they are added.
    """

    passed: int = 0
    of: int = 0
    predicted: int = 0

    def __add__(self, other: Recall) -> Recall:
        return Recall(self.passed + other.passed, self.of + other.of, self.predicted + other.predicted)


Bins: TypeAlias = tuple[Recall, ...]


@dataclass(slots=True)
class Solved:
    """Answers to problems of one level in one mode.

    Args:
        of: answers.
        right: right ones.
        unaided: right ones without a hint or a second try.
    """

    of: int = 0
    right: int = 0
    unaided: int = 0

    def __add__(self, other: Solved) -> Solved:
        return Solved(self.of + other.of, self.right + other.right, self.unaided + other.unaided)


@dataclass(slots=True)
class Mistake:
    """One misconception.

    Args:
        last_day: study day of the newest answer that showed it.
        since: answers to problems of the family after that one.
        times: answers that showed it.
    """

    last_day: int
    since: int
    times: int = 0


@dataclass(slots=True)
class Tally:
    """What the log comes to.

    Args:
        days: answers in study by study day.
        decks: reviews by deck: of young cards, and of mature ones, which had waited at least 21 days; each by
            predicted retrievability, one group more than there are bounds.
        solved: answers to problems by (mode, level); modes as in `store.statistics`.
        shown: (first, last) study day of an unaided right answer at level 2 or above, by family; without practice.
        mistakes: by (family, name of the misconception).
        families: answers to problems by family.
    """

    days: dict[int, int] = field(default_factory=dict)
    decks: dict[DeckName | None, tuple[Bins, Bins]] = field(default_factory=dict)
    solved: dict[tuple[int, int], Solved] = field(default_factory=dict)
    shown: dict[str, tuple[int, int]] = field(default_factory=dict)
    mistakes: dict[tuple[str, str], Mistake] = field(default_factory=dict)
    families: dict[str, int] = field(default_factory=dict)

    @property
    def answers(self) -> int:
        """Return how many answers in study there are."""
        return sum(self.days.values())

    def deck(self, name: DeckName | None) -> tuple[Bins, Bins]:
        """Return the counts of a deck, to be added to."""
        if name not in self.decks:
            self.decks[name] = _bins(), _bins()
        return self.decks[name]

    def __add__(self, newer: Tally) -> Tally:
        """Return what this part of the log and the part that comes after it amount to."""
        mistakes = {
            (family, name): Mistake(each.last_day, each.since + newer.families.get(family, 0), each.times)
            for (family, name), each in self.mistakes.items()
        }
        return Tally(
            days=_joined(self.days, newer.days, operator.add),
            decks=_joined(self.decks, newer.decks, _both),
            solved=_joined(self.solved, newer.solved, operator.add),
            shown=_joined(self.shown, newer.shown, lambda old, new: (old[0], new[1])),
            mistakes=_joined(
                mistakes, newer.mistakes, lambda older, newer: replace(newer, times=older.times + newer.times)
            ),
            families=_joined(self.families, newer.families, operator.add),
        )


def _joined(older: dict[K, V], newer: dict[K, V], add: Callable[[V, V], V]) -> dict[K, V]:
    return older | {name: add(older[name], value) if name in older else value for name, value in newer.items()}


def _both(older: tuple[Bins, Bins], newer: tuple[Bins, Bins]) -> tuple[Bins, Bins]:
    young, mature = (tuple(map(operator.add, *bins)) for bins in zip(older, newer, strict=True))
    return young, mature


def _bins() -> Bins:
    return tuple(Recall() for _ in range(len(BINS) + 1))


class _Problems:
    """Counts the answers to problems, the newest first."""

    def __init__(self, tally: Tally) -> None:
        self._tally = tally

    def add(self, mode: int, day: int, problem_id: str, misconception: str | None, how: int | None) -> None:
        """Count one answer to a problem."""
        tally = self._tally
        family, _, rest = problem_id.partition("@")
        level = int(rest.split(":")[1])
        solved = tally.solved.get((mode, level))
        if solved is None:
            solved = tally.solved[mode, level] = Solved()
        solved.of += 1
        if how in (AIDED, UNAIDED):
            solved.right += 1
        if how == UNAIDED:
            solved.unaided += 1
            if level >= MASTERY_LEVEL and mode in (STUDY, INTERVIEW):
                _, last = tally.shown.get(family, (day, day))
                tally.shown[family] = day, last
        newer = tally.families.get(family, 0)
        tally.families[family] = newer + 1
        if misconception:
            mistake = tally.mistakes.get((family, misconception))
            if mistake is None:
                mistake = tally.mistakes[family, misconception] = Mistake(day, newer)
            mistake.times += 1


def count(
    rows: Iterable[Row],
    deck_of: Callable[[str], DeckName | None],
    of_cards: Curve,
    of_skills: Curve,
    before: Callable[[Sequence[str]], Iterable[Decision]] = lambda keys: (),
) -> Tally:
    """Count a log, or a part of it. Undone answers do not count, and amended ones count as amended.

    A review is an answer in study to a card that had left its learning steps, at least a day after its last one.
    Its predicted retrievability follows from the stability decided then: (1 + factor * elapsed / stability)^-decay.

    Args:
        rows: as `store.statistics.newest_first` gives them. None of them amends or undoes what is not among them.
        deck_of: gives (origin, name) of a card's deck; None where it is in no deck.
        of_cards: decay and factor of the forgetting curve of cards, see `memory.recall.curve`.
        of_skills: those of skills, whose answers carry a problem.
        before: gives what the last answers to some cards before this part of the log decided.
    """
    tally = Tally()
    problems, days = _Problems(tally), tally.days
    # One look-up by key for each row, then by place: with 100,000 cards each look-up waits for memory.
    places, groups = dict[str, int](), list[tuple[Bins, Bins]]()
    later = array("q")  # twice the study day of a card's later answer, plus 1 if remembered
    undone, amended = set[int](), dict[int, tuple[int | None, int | None, float | None]]()

    def judge(place: int, next_answer: int, day: int, due: int, stability: float, skill: bool) -> None:
        elapsed = (next_answer >> 1) - day
        if elapsed > 0:
            decay, factor = of_skills if skill else of_cards
            predicted = (1 + factor * elapsed / stability) ** -decay
            group = groups[place][due - day >= MATURE][bisect(BINS, predicted)]
            group.of += 1
            group.passed += next_answer & 1
            group.predicted += int(predicted * UNIT)

    for seq, what, key, day, rating, due, stability, target, problem_id, misconception, how in rows:
        if seq in undone:
            continue
        if what <= INTERVIEW:
            if problem_id is not None and not is_lesson(key):
                problems.add(what, day, problem_id, misconception, how)
            if what != STUDY:
                continue
            if seq in amended:
                rating, due, stability = amended[seq]
            days[day] = days.get(day, 0) + 1
            place = places.get(key)
            if place is None:
                place = places[key] = len(later)
                later.append(NEVER)
                groups.append(tally.deck(deck_of(key)))
            next_answer = later[place]
            later[place] = day << 1 | ((rating or 0) > 1)
            if next_answer != NEVER and due is not None and stability:
                judge(place, next_answer, day, due, stability, problem_id is not None)
        elif what == UNDO:
            if target is not None:
                undone.add(target)
        elif what == AMEND:
            if target is not None and target not in amended:
                amended[target] = rating, due, stability
        elif key in places:  # reset: what comes later is not judged by what came before
            later[places[key]] = NEVER
    waiting = [key for key, place in places.items() if later[place] != NEVER]
    for key, day, due, stability, skill in before(waiting):
        if due is not None and stability:
            judge(places[key], later[places[key]], day, due, stability, skill)
    return tally
