"""What statistics are made of: the log in one pass, and what its cards belong to.

A learner may have a million answers, so the rows come as plain tuples; `studydl.study.statistics.tally` counts them.
They come newest first: then an undo is met before what it takes back, and an amendment before the answer it amends.
A window function that finds each answer's predecessor was no faster: SQLite sorts the whole log for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import Connection, Select, and_, bindparam, case, func, or_, select

from studydl.memory.model import Phase
from studydl.store.activity import RECENT_ANSWERS
from studydl.store.event import Kind
from studydl.store.prepared import Prepared
from studydl.store.tables import cards, decks, events
from studydl.store.undone import undone

STUDY, PRACTICE, INTERVIEW, AMEND, UNDO, RESET = range(6)  # what a row says: an answer in a mode, or a change
WRONG, AIDED, UNAIDED = range(3)  # how a problem went: not right, right with help, right without

# (place in the log, what, card, study day, rating, due day, stability, target's place, problem, misconception, how)
# The due day is None where the card went into learning steps; what is about problems is None for other cards.
Row: TypeAlias = tuple[
    int, int, str, int, int | None, int | None, float | None, int | None, str | None, str | None, int | None
]
# (card, study day, due day, stability, whether it was a problem): what an answer decided, as it was amended last
Decision: TypeAlias = tuple[str, int, int | None, float | None, bool]
# (card, origin and name of its deck, when it was added in UTC epoch milliseconds, 0 where nobody knows)
Place: TypeAlias = tuple[str, str, str, int]
_BATCH = 500  # keys in one statement


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


_target, _amend, _amended = (events.alias(name) for name in ("target", "amend", "amended"))
_MINE = events.c.learner_id == bindparam("learner")
_ANSWER, _AMEND, _UNDO = (events.c.kind == kind.value for kind in (Kind.ANSWER, Kind.AMEND, Kind.UNDO))
_RESET = and_(events.c.kind == Kind.RESET.value, events.c.mode == "study")
_MODE = case((events.c.mode == "study", STUDY), (events.c.mode == "practice", PRACTICE), else_=INTERVIEW)
_TARGET = (
    select(_target.c.seq)
    .where(_target.c.learner_id == events.c.learner_id, _target.c.id == events.c.target_id)
    .scalar_subquery()
)
_ROWS = Prepared(
    select(
        events.c.seq,
        case((_ANSWER, _MODE), (_AMEND, AMEND), (_UNDO, UNDO), else_=RESET),
        events.c.card_key,
        events.c.study_day,
        events.c.rating,
        case((events.c.phase == Phase.REVIEW.value, events.c.due_day)),
        events.c.stability,
        case((events.c.target_id.is_not(None), _TARGET)),
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
    .where(events.c.seq > bindparam("after"), events.c.seq <= bindparam("upto"))
    .order_by(events.c.seq.desc())
)
_REACHES_BACK = (
    select(events.c.seq)
    .select_from(
        events.join(_target, and_(_target.c.learner_id == events.c.learner_id, _target.c.id == events.c.target_id))
    )
    .where(_MINE, or_(_AMEND, _UNDO), events.c.seq > bindparam("after"), events.c.seq <= bindparam("upto"))
    .where(_target.c.kind.in_([Kind.ANSWER.value, Kind.AMEND.value, Kind.RESET.value]))
    .where(_target.c.seq <= bindparam("after"))
    .limit(1)
)
_LENGTH = select(func.max(events.c.seq)).where(_MINE)
_TIMES = (
    select(cards.c.kind, events.c.duration_ms)
    .select_from(events.join(cards, and_(cards.c.learner_id == events.c.learner_id, cards.c.key == events.c.card_key)))
    .where(_MINE, _ANSWER, events.c.mode == "study", events.c.duration_ms.is_not(None))
    .where(~undone())
    .order_by(events.c.seq.desc())
    .limit(RECENT_ANSWERS)
)
# The last answer or reset of each card that stands, and the last amendment of it that stands.
_last = (
    select(events.c.card_key, func.max(events.c.seq).label("seq"))
    .where(_MINE, events.c.card_key.in_(bindparam("keys", expanding=True)), events.c.seq <= bindparam("upto"))
    .where(events.c.mode == "study", or_(_ANSWER, _RESET), ~undone())
    .group_by(events.c.card_key)
    .subquery("last")
)
_last_amend = (
    select(func.max(_amend.c.seq + 0))  # so that SQLite goes by the target, not through the log from its end
    .where(_amend.c.learner_id == events.c.learner_id, _amend.c.target_id == events.c.id)
    .where(_amend.c.kind == Kind.AMEND.value, ~undone(_amend))
    .scalar_subquery()
)
_said = case((_amended.c.seq.is_(None), events.c.phase), else_=_amended.c.phase)
_DECISIONS = (
    select(
        events.c.card_key,
        events.c.study_day,
        case(
            (_said != Phase.REVIEW.value, None), (_amended.c.seq.is_(None), events.c.due_day), else_=_amended.c.due_day
        ),
        case((_amended.c.seq.is_(None), events.c.stability), else_=_amended.c.stability),
        events.c.problem_id.is_not(None),
    )
    .select_from(
        _last.join(events, and_(events.c.learner_id == bindparam("learner"), events.c.seq == _last.c.seq)).outerjoin(
            _amended, and_(_amended.c.learner_id == events.c.learner_id, _amended.c.seq == _last_amend)
        )
    )
    .where(_ANSWER)
)
_DECKS = (
    select(decks.c.origin, decks.c.name, decks.c.title)
    .where(decks.c.learner_id == bindparam("learner"))
    .order_by(decks.c.position, decks.c.origin, decks.c.name)
)
_MY_CARDS = cards.c.learner_id == bindparam("learner")
_CARDS: Select[*tuple[Any, ...]] = (
    select(cards.c.key, cards.c.origin, cards.c.deck, func.coalesce(cards.c.added_ms, 0))
    .where(_MY_CARDS)
    .order_by(cards.c.key)
)
_PLACES = Prepared(_CARDS)
_FAMILIES = (
    select(cards.c.family)
    .where(_MY_CARDS, cards.c.retired_ms.is_(None), cards.c.level >= 2)
    .distinct()
    .order_by(cards.c.family)
)


def newest_first(connection: Connection, learner: str, after: int, upto: int) -> Iterator[Row]:
    """Return answers, amendments, undos and resets of the log, newest first.

    Args:
        connection: any. Read the rows to the end before writing.
        learner: whose.
        after: only events after this place in the log.
        upto: place of the last event wanted.
    """
    values = {"learner": learner, "after": after, "upto": upto}
    rows: Iterator[Row] = iter(_ROWS.run(connection, values))  # type: ignore[call-overload]
    return rows


def reaches_back(connection: Connection, learner: str, after: int, upto: int) -> bool:
    """Say whether an event in one part of the log changes what an answer or reset before that part comes to.

    Args:
        connection: any.
        learner: whose.
        after: the part begins after this place.
        upto: place of its last event.
    """
    return connection.execute(_REACHES_BACK, {"learner": learner, "after": after, "upto": upto}).first() is not None


def decisions(connection: Connection, learner: str, keys: Sequence[str], upto: int) -> Iterator[Decision]:
    """Yield what the last answer of each card in study decided; none for a card never answered, or reset since.

    Args:
        connection: any.
        learner: whose.
        keys: the cards.
        upto: place of the last event in the log that counts; what amends or undoes such events counts wherever it is.
    """
    for start in range(0, len(keys), _BATCH):
        values = {"learner": learner, "keys": list(keys[start : start + _BATCH]), "upto": upto}
        yield from map(tuple, connection.execute(_DECISIONS, values))


def length(connection: Connection, learner: str) -> int:
    """Return how many events the log has."""
    return connection.execute(_LENGTH, {"learner": learner}).scalar_one() or 0


def decks_in_order(connection: Connection, learner: str) -> list[Deck]:
    """Return the decks there are and were, in the order of the home screen."""
    return [Deck(*row) for row in connection.execute(_DECKS, {"learner": learner})]


def places(connection: Connection, learner: str) -> list[Place]:
    """Return where each card is, retired ones too, sorted by key."""
    return list(_PLACES.run(connection, {"learner": learner}).fetchall())


def families(connection: Connection, learner: str) -> list[str]:
    """Return the families of problems in the learner's decks that have a level 2, sorted."""
    return [family for (family,) in connection.execute(_FAMILIES, {"learner": learner}) if family]


def times(connection: Connection, learner: str) -> list[Times]:
    """Return how long the 2000 newest answers in study took, by kind of card, sorted by kind."""
    found: dict[str, list[int]] = {}
    for kind, duration_ms in connection.execute(_TIMES, {"learner": learner}):
        found.setdefault(kind, []).append(duration_ms or 0)
    return [Times(kind, tuple(sorted(found[kind]))) for kind in sorted(found)]
