"""Statistics in words: what each figure says, the same on the screen, in a terminal and on a page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from studydl.memory.days import EPOCH
from studydl.study.statistics.calibration import Bin
from studydl.study.statistics.figures import Statistics
from studydl.study.statistics.mastery import Habit
from studydl.study.statistics.share import Share

NEW_LEARNER = "Nothing to count yet. Study a little: your first figures stand here after the first session."


@dataclass(frozen=True, slots=True)
class Section:
    """A group of figures.

    Args:
        name: stable, in lower case.
        title: as shown.
        says: one line on what the figures say.
        empty: what to say while there are none.
    """

    name: str
    title: str
    says: str
    empty: str


SECTIONS = (
    Section(
        "retention",
        "What you remember",
        "Of the cards that came back, how many you knew; mature: after 21 days.",
        "Nothing yet: a card counts once it has left learning and comes back.",
    ),
    Section(
        "forecast",
        "The next 30 days",
        "Cards falling due on each day; today holds what is overdue too.",
        "Nothing falls due in the next 30 days.",
    ),
    Section(
        "calendar",
        "Your year",
        "Answers in study on each day; a fuller square is more.",
        "No day with answers yet.",
    ),
    Section(
        "topics",
        "Mastered topics",
        "Level 2 or above solved without help, again a week later; not in practice.",
        "None begun yet: solve a problem of level 2 without help, and again a week later.",
    ),
    Section(
        "habits",
        "Mistakes you keep making",
        "Made at least twice; ten problems of the family without it overcome it.",
        "None: no named mistake was made twice.",
    ),
    Section(
        "accuracy",
        "Problems by level",
        "Right answers, and those without a hint or second try; by mode and level.",
        "No problem answered yet.",
    ),
    Section(
        "times",
        "Time for an answer",
        "Of your newest 2,000 answers: the middle one, and in brackets the middle half.",
        "Nothing timed yet.",
    ),
    Section(
        "decks",
        "Decks",
        "What you remember, deck by deck; one far below may need better cards.",
        "Nothing yet: a deck stands here once a card of it has come back.",
    ),
    Section(
        "calibration",
        "Can the schedule be trusted?",
        "If it predicts well, you remember 90% of the cards with a 90% chance.",
        "Nothing yet: predictions are compared with what you remember once cards come back.",
    ),
)


def is_empty(name: str, seen: Statistics) -> bool:
    """Say whether a section has nothing to show."""
    match name:
        case "retention" | "calibration":
            return not seen.retention.total.of
        case "forecast":
            return not any(seen.forecast)
        case "topics":
            return not any(topic.mastered + topic.begun for topic in seen.topics)
        case _:
            return not getattr(seen, name)


def percent(rate: float | None) -> str:
    """Return a rate as whole percent, "91%"; never 100% or 0% for what is not quite so."""
    if rate is None:
        return "–"
    rounded = round(100 * rate)
    return f"{min(max(rounded, rate > 0), 100 - (rate < 1))}%"


def share_text(share: Share) -> str:
    """Return a share: "91% of 1,240"."""
    return f"{percent(share.rate)} of {share.of:,}"


def bounds_text(share: Share) -> str:
    """Return between what the true rate lies with 95% confidence: "85-95%"."""
    low, high = share.interval
    return f"{100 * low:.0f}-{100 * high:.0f}%"


def verdict(found: Bin) -> str:
    """Say what a bin of predictions came to."""
    if found.fits:
        return "as predicted"
    return "more than predicted" if (found.recalled.rate or 0) > found.predicted else "less than predicted"


def seconds_text(ms: int) -> str:
    """Return a duration: "8 s" or "1:15 min"."""
    seconds = round(ms / 1000)
    return f"{seconds} s" if seconds < 100 else f"{seconds // 60}:{seconds % 60:02} min"


def date_of(day: int) -> date:
    """Return the date of a study day."""
    return date.fromordinal(day + EPOCH)


def ago(day: int, today: int) -> str:
    """Return how long ago a study day is."""
    days = today - day
    return "today" if days <= 0 else "yesterday" if days == 1 else f"{days:,} days ago"


def habit_text(habit: Habit, today: int) -> str:
    """Return how often a mistake was made, and when last."""
    since = f"{habit.since:,} answered since" if habit.since else "none answered since"
    return f"{habit.times:,} times, last {ago(habit.last_day, today)}, {since}"


def calibration_text(seen: Statistics) -> str:
    """Return prediction and recall in one line."""
    found = seen.calibration
    return (
        f"Predicted {percent(found.predicted)}, remembered {share_text(found.recalled)};"
        f" off by {100 * (found.error or 0):.1f} points on average."
    )
