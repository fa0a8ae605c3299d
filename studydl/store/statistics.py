"""What statistics are made of: the log in one pass, and what its cards belong to.

A learner may have a million answers, so the rows come as plain tuples; `studydl.study.statistics.tally` counts them.
They come newest first: then an undo is met before what it takes back, and an amendment before the answer it amends.
A window function that finds each answer's predecessor was no faster: SQLite sorts the whole log for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import Connection, Select, and_, bindparam, case, exists, func, or_, select

from studydl.memory.model import Phase
from studydl.store.activity import RECENT_ANSWERS
from studydl.store.event import Kind
from studydl.store.prepared import Prepared
from studydl.store.tables import cards, decks, events

STUDY, PRACTICE, INTERVIEW, AMEND, UNDO, RESET = range(6)  # what a row says: an answer in a mode, or a change
WRONG, AIDED, UNAIDED = range(3)  # how a problem went: not right, right with help, right without

# (id, what, card, study day, rating, due day, stability, id of the target, problem, misconception, how)
# The due day is None where the card went into learning steps; what is about problems is None for other cards.
Row: TypeAlias = tuple[
    str, int, str, int, int | None, int | None, float | None, str | None, str | None, str | None, int | None
]


@dataclass(frozen=True, slots=True)
class Deck:
    """A deck that has, or had, cards.

    Args:
        origin: "studydl" or "mine".
        name: its name.
        title: as shown.
    """

    origin: str
    name: str
    title: str


@dataclass(frozen=True, slots=True)
class Times:
    """How long the newest answers to one kind of card took.

    Args:
        kind: basic, cloze, choice, claim, points or skill.
        durations_ms: each one's milliseconds, shortest first.
    """

    kind: str
    durations_ms: tuple[int, ...]


_undo = events.alias("undo")

_MINE = events.c.learner_id == bindparam("learner")
_ANSWER, _AMEND, _UNDO = (events.c.kind == kind.value for kind in (Kind.ANSWER, Kind.AMEND, Kind.UNDO))
_RESET = and_(events.c.kind == Kind.RESET.value, events.c.mode == "study")
_MODE = case((events.c.mode == "study", STUDY), (events.c.mode == "practice", PRACTICE), else_=INTERVIEW)
_ROWS = Prepared(
    select(
        events.c.id,
        case((_ANSWER, _MODE), (_AMEND, AMEND), (_UNDO, UNDO), else_=RESET),
        events.c.card_key,
        events.c.study_day,
        events.c.rating,
        case((events.c.phase == Phase.REVIEW.value, events.c.due_day)),
        events.c.stability,
        events.c.target_id,
        events.c.problem_id,
        events.c.misconception,
        case(
            (events.c.problem_id.is_(None), None),
            (events.c.verdict != "correct", WRONG),
            (or_(events.c.aided.is_(True), events.c.hints > 0), AIDED),
            else_=UNAIDED,
        ),
    )
    .where(_MINE, or_(_ANSWER, _AMEND, _UNDO, _RESET))
    .order_by(events.c.seq.desc())
)
_LENGTH = select(func.max(events.c.seq)).where(_MINE)
_TIMES = (
    select(cards.c.kind, events.c.duration_ms)
    .select_from(events.join(cards, and_(cards.c.learner_id == events.c.learner_id, cards.c.key == events.c.card_key)))
    .where(_MINE, _ANSWER, events.c.mode == "study", events.c.duration_ms.is_not(None))
    .where(
        ~exists().where(
            _undo.c.learner_id == events.c.learner_id,
            _undo.c.target_id == events.c.id,
            _undo.c.kind == Kind.UNDO.value,
        )
    )
    .order_by(events.c.seq.desc())
    .limit(RECENT_ANSWERS)
)
_DECKS = (
    select(decks.c.origin, decks.c.name, decks.c.title)
    .where(decks.c.learner_id == bindparam("learner"))
    .order_by(decks.c.position, decks.c.origin, decks.c.name)
)
_MY_CARDS = cards.c.learner_id == bindparam("learner")
_CARDS: Select[*tuple[Any, ...]] = select(cards.c.key, cards.c.origin, cards.c.deck).where(_MY_CARDS)
_DECK_NAMES = Prepared(_CARDS)
_FAMILIES = (
    select(cards.c.family)
    .where(_MY_CARDS, cards.c.retired_ms.is_(None), cards.c.level >= 2)
    .distinct()
    .order_by(cards.c.family)
)


def newest_first(connection: Connection, learner: str) -> Iterator[Row]:
    """Return the answers, amendments, undos and resets of the log, newest first.

    Args:
        connection: any. Read the rows to the end before writing.
        learner: whose.
    """
    rows: Iterator[Row] = iter(_ROWS.run(connection, {"learner": learner}))  # type: ignore[call-overload]
    return rows


def length(connection: Connection, learner: str) -> int:
    """Return how many events the log has."""
    return connection.execute(_LENGTH, {"learner": learner}).scalar_one() or 0


def decks_in_order(connection: Connection, learner: str) -> list[Deck]:
    """Return the decks there are and were, in the order of the home screen."""
    return [Deck(*row) for row in connection.execute(_DECKS, {"learner": learner})]


def deck_names(connection: Connection, learner: str) -> dict[str, tuple[str, str]]:
    """Return (origin, name) of the deck of every card by the card's key, retired ones too."""
    rows = _DECK_NAMES.run(connection, {"learner": learner}).fetchall()
    return {key: (origin, name) for key, origin, name in rows}


def families(connection: Connection, learner: str) -> list[str]:
    """Return the families of problems in the learner's decks that have a level 2, sorted."""
    return [family for (family,) in connection.execute(_FAMILIES, {"learner": learner}) if family]


def times(connection: Connection, learner: str) -> list[Times]:
    """Return how long the 2000 newest answers in study took, by kind of card, sorted by kind."""
    found: dict[str, list[int]] = {}
    for kind, duration_ms in connection.execute(_TIMES, {"learner": learner}):
        found.setdefault(kind, []).append(duration_ms or 0)
    return [Times(kind, tuple(sorted(found[kind]))) for kind in sorted(found)]
