"""The statistics of one learner, all at once."""

from __future__ import annotations

from dataclasses import dataclass

from studydl.memory.recall import curve
from studydl.store import queue
from studydl.store import statistics as kept
from studydl.store.connection import Store
from studydl.study.schedule import Schedule
from studydl.study.statistics import calibration as calibrated
from studydl.study.statistics import mastery, retention, snapshot
from studydl.study.statistics.calibration import Calibration
from studydl.study.statistics.mastery import Accuracy, Habit, Topic
from studydl.study.statistics.retention import DeckRetention, Retention
from studydl.study.statistics.snapshot import Told

FORECAST_DAYS = 30
WEEKS = 53  # in the calendar, this one included
DAYS_A_WEEK = 7
MONDAY = 4  # 1970-01-05, study day 4, was one


@dataclass(frozen=True, slots=True)
class AnswerTime:
    """How long the newest answers to one kind of card took.

    Args:
        kind: basic, cloze, choice, claim, points or skill.
        answers: how many were looked at.
        lower_ms: a quarter took at most so long.
        median_ms: half of them.
        upper_ms: three quarters.
    """

    kind: str
    answers: int
    lower_ms: int
    median_ms: int
    upper_ms: int


@dataclass(frozen=True, slots=True)
class Statistics:
    """Everything that is counted. Undone answers do not count.

    Args:
        today: the study day.
        answers: answers in study, the first ones of new cards included.
        aim: the retention that is scheduled for, 0 to 1.
        retention: over all decks.
        decks: in each deck with a review.
        calibration: prediction against recall.
        forecast: cards due on each of the coming 30 days, today first and with all that is overdue.
        calendar: (study day, answers in study) for each day with any in the last 53 weeks, in order.
        times: by kind of card, over the 2000 newest answers in study.
        topics: topics with their skills.
        habits: mistakes made at least twice.
        accuracy: of problems, by mode and level.
    """

    today: int
    answers: int
    aim: float
    retention: Retention
    decks: tuple[DeckRetention, ...]
    calibration: Calibration
    forecast: tuple[int, ...]
    calendar: tuple[tuple[int, int], ...]
    times: tuple[AnswerTime, ...]
    topics: tuple[Topic, ...]
    habits: tuple[Habit, ...]
    accuracy: tuple[Accuracy, ...]

    @property
    def first_day(self) -> int:
        """Return the Monday with which the calendar begins."""
        return first_day(self.today)


def first_day(today: int) -> int:
    """Return the Monday 52 weeks before this week's."""
    return today - (today - MONDAY) % DAYS_A_WEEK - (WEEKS - 1) * DAYS_A_WEEK


def statistics(store: Store, schedule: Schedule, told: Told = lambda share: None) -> Statistics:
    """Count everything. The first time it takes seconds for a million answers, so not on the interface's own thread.

    Args:
        store: the database.
        schedule: for the study day and the weights.
        told: called now and then, on the same thread.
    """
    connection, learner, today = store.read(), store.learner, schedule.today()
    of_cards, of_skills = (curve(schedule.settings.of(skill)) for skill in (False, True))
    tally = snapshot.tally(store, of_cards, of_skills, told)
    since = first_day(today)
    return Statistics(
        today=today,
        answers=tally.answers,
        aim=schedule.settings.retention,
        retention=retention.overall(tally),
        decks=retention.by_deck(tally, kept.decks_in_order(connection, learner)),
        calibration=calibrated.calibration(tally),
        forecast=tuple(queue.forecast(connection, learner, today, FORECAST_DAYS)),
        calendar=tuple(sorted((day, answers) for day, answers in tally.days.items() if day >= since)),
        times=tuple(_time(times) for times in kept.times(connection, learner)),
        topics=mastery.topics(tally, kept.families(connection, learner)),
        habits=mastery.habits(tally),
        accuracy=mastery.accuracy(tally),
    )


def _time(times: kept.Times) -> AnswerTime:
    """Return quartiles: the least duration that so many took at most."""
    ordered = times.durations_ms
    lower, median, upper = (ordered[-(-len(ordered) * quarter // 4) - 1] for quarter in (1, 2, 3))
    return AnswerTime(times.kind, len(ordered), lower, median, upper)
