"""What a learner's log comes to, counted in one pass. Pure: the rows are given, the newest first.

An answer is judged against the decision taken at the answer before it on the same card: that one said when to come
back and how well it would be remembered. As the rows run backwards, each card keeps its later answer until the
earlier one is met.
"""

from __future__ import annotations

from array import array
from bisect import bisect
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from studydl.store.statistics import AIDED, AMEND, INTERVIEW, STUDY, UNAIDED, UNDO, Row
from studydl.study.keys import is_lesson

MATURE = 21  # days between two reviews from which a card counts as mature, as in Anki
BINS = (0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95)  # bounds of predicted retrievability
MASTERY_LEVEL = 2
NEVER = -1

DeckName: TypeAlias = tuple[str, str]
Curve: TypeAlias = tuple[float, float]


@dataclass(slots=True)
class Recall:
    """Reviews of one group.

    Args:
        passed: remembered, rated Hard or better.
        of: reviews.
        predicted: sum of the probabilities with which they should have been.
    """

    passed: int = 0
    of: int = 0
    predicted: float = 0.0

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
    """

    days: dict[int, int] = field(default_factory=dict)
    decks: dict[DeckName | None, tuple[Bins, Bins]] = field(default_factory=dict)
    solved: dict[tuple[int, int], Solved] = field(default_factory=dict)
    shown: dict[str, tuple[int, int]] = field(default_factory=dict)
    mistakes: dict[tuple[str, str], Mistake] = field(default_factory=dict)

    @property
    def answers(self) -> int:
        """Return how many answers in study there are."""
        return sum(self.days.values())

    def deck(self, name: DeckName | None) -> tuple[Bins, Bins]:
        """Return the counts of a deck, to be added to."""
        if name not in self.decks:
            self.decks[name] = _bins(), _bins()
        return self.decks[name]


def _bins() -> Bins:
    return tuple(Recall() for _ in range(len(BINS) + 1))


class _Problems:
    """Counts the answers to problems, the newest first."""

    def __init__(self, tally: Tally) -> None:
        self._tally = tally
        self._of_family: dict[str, int] = {}

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
        newer = self._of_family.get(family, 0)
        self._of_family[family] = newer + 1
        if misconception:
            mistake = tally.mistakes.get((family, misconception))
            if mistake is None:
                mistake = tally.mistakes[family, misconception] = Mistake(day, newer)
            mistake.times += 1


def count(rows: Iterable[Row], deck_names: Mapping[str, DeckName], of_cards: Curve, of_skills: Curve) -> Tally:
    """Count a log. Undone answers do not count, and amended ones count as amended.

    A review is an answer in study to a card that had left its learning steps, at least a day after its last one.
    Its predicted retrievability follows from the stability decided then: (1 + factor * elapsed / stability)^-decay.

    Args:
        rows: as `store.statistics.newest_first` gives them.
        deck_names: (origin, name) of the deck of every card.
        of_cards: decay and factor of the forgetting curve of cards, see `memory.recall.curve`.
        of_skills: those of skills, whose answers carry a problem.
    """
    tally = Tally()
    problems, days = _Problems(tally), tally.days
    # One look-up by key for each row, then arrays by place: with 100,000 cards each look-up waits for memory.
    places = {key: place for place, key in enumerate(deck_names)}
    groups = [tally.deck(name) for name in deck_names.values()]
    later = array("q", [NEVER]) * len(places)  # twice the study day of a card's later answer, plus 1 if remembered
    undone, amended = set[str](), dict[str, tuple[int | None, int | None, float | None]]()
    for event_id, what, key, day, rating, due, stability, target, problem_id, misconception, how in rows:
        if event_id in undone:
            continue
        if what <= INTERVIEW:
            if problem_id is not None and not is_lesson(key):
                problems.add(what, day, problem_id, misconception, how)
            if what != STUDY:
                continue
            if event_id in amended:
                rating, due, stability = amended[event_id]
            days[day] = days.get(day, 0) + 1
            place = places.get(key)
            if place is None:  # of a card that is in no deck
                place = places[key] = len(later)
                later.append(NEVER)
                groups.append(tally.deck(None))
            next_answer = later[place]
            later[place] = day << 1 | ((rating or 0) > 1)
            if next_answer != NEVER and due is not None and stability:
                elapsed, passed = (next_answer >> 1) - day, next_answer & 1
                if elapsed > 0:
                    decay, factor = of_cards if problem_id is None else of_skills
                    predicted = (1 + factor * elapsed / stability) ** -decay
                    group = groups[place][due - day >= MATURE][bisect(BINS, predicted)]
                    group.of += 1
                    group.passed += passed
                    group.predicted += predicted
        elif what == UNDO:
            if target is not None:
                undone.add(target)
        elif what == AMEND:
            if target is not None and target not in amended:
                amended[target] = rating, due, stability
        elif key in places:  # reset: what comes later is not judged by what came before
            later[places[key]] = NEVER
    return tally
