"""What there is to study: the candidates, not their order."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    or_,
    select,
    tuple_,
)

from studydl.memory.model import Phase
from studydl.store.states import COLUMNS, UNSEEN, State, state
from studydl.store.tables import cards, decks, memory

Rows: TypeAlias = Select[*tuple[Any, ...]]
Decks: TypeAlias = Sequence[tuple[str, str]]

_c, _d, _m = cards.c, decks.c, memory.c


@dataclass(frozen=True, slots=True)
class Candidate:
    """A card that may be studied, without its content; see `cards.CardRow` for the fields."""

    key: str
    note: str
    origin: str
    deck: str
    position: int
    kind: str
    family: str | None
    level: int | None
    after: tuple[str, ...]
    contrast: str
    state: State


_FIELDS: tuple[ColumnElement[Any], ...] = (
    *(_c.key, _c.note, _c.origin, _c.deck, _c.position, _c.kind, _c.family, _c.level, _c.after, _c.contrast),
    *COLUMNS,
)
_STATE = and_(_m.learner_id == _c.learner_id, _m.card_key == _c.key)
_DECK = and_(_d.learner_id == _c.learner_id, _d.origin == _c.origin, _d.name == _c.deck)
_HERE = and_(_c.learner_id == bindparam("learner"), _c.retired_ms.is_(None))
_AWAKE = and_(
    or_(_m.suspended.is_(None), _m.suspended.is_(False)),
    or_(_m.buried_day.is_(None), _m.buried_day < bindparam("today")),
)
_IN_STEPS = _m.phase.in_([Phase.LEARNING.value, Phase.RELEARNING.value])
_DUE = or_(_IN_STEPS, and_(_m.phase == Phase.REVIEW.value, _m.due_day <= bindparam("today")))
_UNSEEN = or_(_m.phase.is_(None), _m.phase == Phase.NEW.value)

_higher = cards.alias("higher")
_higher_memory = memory.alias("higher_memory")
_OF_SKILLS = _c.kind == "skill"
# The level of a skill that is scheduled is nearly always the highest one seen; the exact rule is memory's.
_SCHEDULED = or_(
    ~_OF_SKILLS,
    ~exists()
    .where(_higher.c.learner_id == _c.learner_id, _higher.c.note == _c.note, _higher.c.level > _c.level)
    .where(_higher_memory.c.learner_id == _c.learner_id, _higher_memory.c.card_key == _higher.c.key)
    .where(_higher_memory.c.phase != Phase.NEW.value, _higher.c.retired_ms.is_(None)),
)


def _candidates(*conditions: ColumnElement[bool]) -> tuple[Rows, Rows]:
    """Return the statement for all decks, and the one for some decks."""
    joined = cards.join(decks, _DECK).outerjoin(memory, _STATE)
    every = select(*_FIELDS).select_from(joined).where(_HERE, *conditions)
    every = every.order_by(_d.position, _d.origin, _d.name, _c.position, _c.key)
    return every, every.where(tuple_(_c.origin, _c.deck).in_(bindparam("decks", expanding=True)))


_DUE_CARDS = _candidates(_DUE, _AWAKE, ~_OF_SKILLS)
_UNSEEN_CARDS = _candidates(_UNSEEN, _AWAKE, ~_OF_SKILLS)
_SKILLS = _candidates(_OF_SKILLS)
_COMES = case((_m.buried_day >= _m.due_day, _m.buried_day + 1), else_=_m.due_day)
_FORECAST = (
    select(_COMES, func.count())
    .select_from(memory.join(cards, _STATE))
    .where(
        _HERE,
        _m.phase != Phase.NEW.value,
        _m.suspended.is_(False),
        _m.due_day <= bindparam("last"),
        _SCHEDULED,
    )
    .group_by(_COMES)
)


_STUDIED = (
    select(_c.note).select_from(memory.join(cards, _STATE)).where(_HERE, _m.last_day == bindparam("today")).distinct()
)


def studied(connection: Connection, learner: str, today: int) -> set[str]:
    """Return the notes of which a card was studied today: their siblings wait until tomorrow."""
    return set(connection.execute(_STUDIED, {"learner": learner, "today": today}).scalars())


def due(connection: Connection, learner: str, today: int, decks: Decks | None = None) -> list[Candidate]:
    """Return the cards to review: those in learning steps whenever these end, and reviews due by today.

    Suspended, buried and retired cards are left out, and skills: see `skills`.

    Args:
        connection: any.
        learner: whose.
        today: the study day.
        decks: (origin, name) of the decks wanted; all when None.

    Returns:
        Candidates in the order of decks and cards.
    """
    return _fetch(connection, _DUE_CARDS, decks, {"learner": learner, "today": today})


def unseen(
    connection: Connection, learner: str, today: int, decks: Decks | None = None, limit: int | None = None
) -> list[Candidate]:
    """Return the cards never studied, in the order of decks and cards; without skills, suspended and buried ones.

    Args:
        connection: any.
        learner: whose.
        today: the study day.
        decks: (origin, name) of the decks wanted; all when None.
        limit: how many at most; all when None.
    """
    return _fetch(connection, _UNSEEN_CARDS, decks, {"learner": learner, "today": today}, limit)


def skills(connection: Connection, learner: str, decks: Decks | None = None) -> list[Candidate]:
    """Return every level of every skill, seen or not, suspended and buried ones too: memory says which is scheduled."""
    return _fetch(connection, _SKILLS, decks, {"learner": learner})


def forecast(connection: Connection, learner: str, today: int, days: int) -> list[int]:
    """Return how many cards come on each of the coming days, today first and with all that is overdue.

    A card that was put off comes when that is over.

    Args:
        connection: any.
        learner: whose.
        today: the study day.
        days: how many days, at least 1.
    """
    coming = [0] * days
    for day, count in connection.execute(_FORECAST, {"learner": learner, "last": today + days - 1}):
        if day < today + days:
            coming[max(day - today, 0)] += count
    return coming


def _fetch(
    connection: Connection,
    statements: tuple[Rows, Rows],
    decks: Decks | None,
    values: dict[str, object],
    limit: int | None = None,
) -> list[Candidate]:
    if decks is None:
        statement = statements[0]
    else:
        statement, values = statements[1], values | {"decks": list(decks)}
    rows = connection.execute(statement if limit is None else statement.limit(limit), values)
    return [_candidate(row) for row in rows]


def _candidate(row: Sequence[Any]) -> Candidate:
    phase = row[10]
    values = [*row[:8], tuple(json.loads(row[8])), row[9], UNSEEN if phase is None else state(row[10:])]
    return Candidate(*values)
