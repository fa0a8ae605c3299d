"""Which problems one can solve by oneself, and again a week later; and the mistakes one keeps making."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from studydl.store.statistics import INTERVIEW, PRACTICE, STUDY
from studydl.study.statistics.share import Share
from studydl.study.statistics.tally import Tally

WEEK = 7  # days between two answers that show mastery
TWICE = 2  # times from which a mistake is one that one keeps making
OVERCOME = 10  # answers to the family's problems without it, after which it is not any more
MODES = {STUDY: "study", PRACTICE: "practice", INTERVIEW: "interview"}
LEVELS = (1, 2, 3)


@dataclass(frozen=True, slots=True)
class Skill:
    """How far one is with a family of problems.

    Args:
        family: its name.
        first_day: study day of the first unaided right answer at level 2 or above; None without one.
        last_day: of the last one.
    """

    family: str
    first_day: int | None = None
    last_day: int | None = None

    @property
    def mastered(self) -> bool:
        """Say whether two such answers are at least a week apart. Stability says nothing here."""
        return self.first_day is not None and self.last_day is not None and self.last_day - self.first_day >= WEEK

    @property
    def begun(self) -> bool:
        """Say whether there is such an answer, but none a week later."""
        return self.first_day is not None and not self.mastered


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic and its skills.

    Args:
        name: as in the names of its families: "conv".
        skills: sorted by family.
    """

    name: str
    skills: tuple[Skill, ...]

    @property
    def mastered(self) -> int:
        """Return how many of its skills are mastered."""
        return sum(skill.mastered for skill in self.skills)

    @property
    def begun(self) -> int:
        """Return how many of its skills lack only the answer a week later."""
        return sum(skill.begun for skill in self.skills)


@dataclass(frozen=True, slots=True)
class Habit:
    """A misconception that came at least twice.

    Args:
        family: of the problems.
        name: of the misconception.
        times: answers that showed it, in study, practice and interviews.
        last_day: study day of the newest one.
        since: answers to the family's problems after that one.
    """

    family: str
    name: str
    times: int
    last_day: int
    since: int

    @property
    def overcome(self) -> bool:
        """Say whether so many answers came since that one does not make it any more."""
        return self.since >= OVERCOME


@dataclass(frozen=True, slots=True)
class Accuracy:
    """How problems of one level go.

    Args:
        mode: "study", "practice" or "interview".
        level: 1 to 3.
        right: right answers of all.
        unaided: right answers without a hint or a second try, of all.
    """

    mode: str
    level: int
    right: Share
    unaided: Share


def topics(tally: Tally, families: Iterable[str]) -> tuple[Topic, ...]:
    """Return the topics in alphabetical order.

    Args:
        tally: the log.
        families: families in the learner's decks; those with an answer that counts are added.
    """
    by_topic: dict[str, list[Skill]] = {}
    for family in sorted({*families, *tally.shown}):
        skill = Skill(family, *tally.shown.get(family, ()))
        by_topic.setdefault(family.partition(".")[0], []).append(skill)
    return tuple(Topic(name, tuple(skills)) for name, skills in sorted(by_topic.items()))


def habits(tally: Tally) -> tuple[Habit, ...]:
    """Return the mistakes made at least twice: those still made first, then by how often and how lately."""
    found = [
        Habit(family, name, mistake.times, mistake.last_day, mistake.since)
        for (family, name), mistake in tally.mistakes.items()
        if mistake.times >= TWICE
    ]
    return tuple(sorted(found, key=lambda h: (h.overcome, -h.times, -h.last_day, h.family, h.name)))


def accuracy(tally: Tally) -> tuple[Accuracy, ...]:
    """Return how problems go by mode and level, where any were answered."""
    found = []
    for mode, name in MODES.items():
        for level in LEVELS:
            solved = tally.solved.get((mode, level))
            if solved:
                right, unaided = Share(solved.right, solved.of), Share(solved.unaided, solved.of)
                found.append(Accuracy(name, level, right, unaided))
    return tuple(found)
