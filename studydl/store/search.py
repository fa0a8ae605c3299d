"""The cards that meet some conditions, found without looking at all cards there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, func, select

from studydl.store.conditions import MINE, NARROW, PRESENT, THESE, Base, Condition
from studydl.store.states import COLUMNS, UNSEEN, State, state
from studydl.store.tables import cards, decks, memory

_c, _d, _m = cards.c, decks.c, memory.c
_BATCH = 500  # keys in one statement
PEEK = 2_000  # cards that are sorted before most conditions are asked


class Order(StrEnum):
    """What a list of cards is sorted by."""

    DECK = "deck"  # as in the decks
    TITLE = "title"
    KIND = "kind"
    DUE = "due"
    STABILITY = "stability"
    LAPSES = "lapses"


@dataclass(frozen=True, slots=True)
class Found:
    """A card that was found, without its content; see `cards.CardRow` for the fields.

    Args:
        deck_title: title of its deck.
        state: its memory state; that of a new card if it was never seen.
    """

    key: str
    deck: str
    deck_title: str
    kind: str
    title: str
    level: int | None
    retired_ms: int | None
    added_ms: int | None
    state: State


_FIELDS: tuple[ColumnElement[Any], ...] = (
    *(_c.key, _c.deck, func.coalesce(_d.title, _c.deck), _c.kind, _c.title, _c.level, _c.retired_ms, _c.added_ms),
    *COLUMNS,
)
_STATE = and_(_m.learner_id == _c.learner_id, _m.card_key == _c.key)
_DECK = and_(_d.learner_id == _c.learner_id, _d.origin == _c.origin, _d.name == _c.deck)
_ROWS = select(*_FIELDS).select_from(cards.outerjoin(decks, _DECK).outerjoin(memory, _STATE)).where(MINE)
_ROWS_OF_KEYS = _ROWS.where(_c.key.in_(bindparam("keys", expanding=True)))
_KEYS = select(_c.key).select_from(cards.outerjoin(memory, _STATE))
# The value sorted by, where only some cards have it: those come first, whichever way one sorts. Then what orders cards.
_PLACES: dict[Order, tuple[ColumnElement[Any] | None, tuple[ColumnElement[Any], ...]]] = {
    Order.DECK: (None, (_c.origin, _c.deck, _c.position, _c.key)),
    Order.TITLE: (None, (func.lower(_c.title), _c.key)),
    Order.KIND: (None, (_c.kind, _c.origin, _c.deck, _c.position, _c.key)),
    Order.DUE: (_m.due_day, (_m.due_day, func.coalesce(_m.due_ms, 0), _c.key)),
    Order.STABILITY: (_m.stability, (_m.stability, _c.key)),
    Order.LAPSES: (_m.lapses, (_m.lapses, _c.key)),
}


def first(
    connection: Connection,
    learner: str,
    conditions: Sequence[Condition],
    order: Order = Order.DECK,
    descending: bool = False,
    limit: int = 100,
) -> list[Found]:
    """Return the first cards that meet all conditions.

    Args:
        connection: any.
        learner: whose.
        conditions: none for all cards, retired ones too.
        order: what they are sorted by.
        descending: the other way round.
        limit: how many at most.
    """
    found = _first_keys(connection, learner, conditions, order, descending, limit)
    by_key = rows(connection, learner, found)
    return [by_key[key] for key in found if key in by_key]


def keys(
    connection: Connection,
    learner: str,
    conditions: Sequence[Condition],
    order: Order = Order.DECK,
    descending: bool = False,
) -> list[str]:
    """Return the keys of all cards that meet all conditions, in order; see `first`."""
    asked = _asked(conditions, _narrowest(connection, learner, conditions))
    found = _sorted(asked, order, descending).subquery()
    # As one text, which no key can break: made by SQLite in one go, while Python's other threads run.
    joined = connection.execute(select(func.aggregate_strings(found.c.key, "\n")), {"learner": learner}).scalar()
    return joined.split("\n") if joined else []


def rows(connection: Connection, learner: str, keys: Sequence[str]) -> dict[str, Found]:
    """Return some cards by key; keys of no card are left out."""
    found: dict[str, Found] = {}
    for start in range(0, len(keys), _BATCH):
        values = {"learner": learner, "keys": list(keys[start : start + _BATCH])}
        found |= {row[0]: _found(row) for row in connection.execute(_ROWS_OF_KEYS, values)}
    return found


def _first_keys(
    connection: Connection, learner: str, conditions: Sequence[Condition], order: Order, descending: bool, limit: int
) -> list[str]:
    """Return the keys of the first cards that meet all conditions, without looking at all cards.

    Where one condition leaves few cards, these are listed and sorted. Else the order by deck or title has an index, in
    which as many as wanted are soon found. For any other order see `_peek`; what it does not find is rare, and listed
    by the condition that would take longest to ask of every card.
    """
    narrow = _narrowest(connection, learner, conditions)
    if narrow is None and order not in (Order.DECK, Order.TITLE):
        found = _peek(connection, learner, conditions, order, descending, limit)
        if found is not None:
            return found
        narrow = next((each for each in conditions if each.base is Base.ELSEWHERE and each.listed is not None), None)
    statement = _asked(conditions, narrow)
    return _keys(connection, learner, _sorted(statement, order, descending).limit(limit))


def _peek(
    connection: Connection, learner: str, conditions: Sequence[Condition], order: Order, descending: bool, limit: int
) -> list[str] | None:
    """Return the first keys in an order without an index, or None if too few of the first `PEEK` cards meet all.

    These are sorted by what one table or index knows of them, and only then asked everything else.
    """
    value, places = _PLACES[order]
    if value is None:
        mine, key, base = MINE, _c.key, Base.CARDS
    else:
        mine, key, base = and_(_m.learner_id == bindparam("learner"), value.is_not(None)), _m.card_key, Base.MEMORY
    there = [condition.each for condition in conditions if condition.base is base]
    within = [*places[:-1], key]
    head = select(key).where(mine, *there).order_by(*_turned(within, descending)).limit(PEEK)
    looked_at, found = _keys(connection, learner, head), list[str]()
    met = _KEYS.where(*(condition.each for condition in conditions))
    for start in range(0, len(looked_at), _BATCH):
        batch = looked_at[start : start + _BATCH]
        these = THESE.in_([(learner, each) for each in batch])
        meet = set(_keys(connection, learner, met.where(these)))
        found += [each for each in batch if each in meet]
        if len(found) >= limit:
            return found[:limit]
    if len(looked_at) == PEEK:
        return None
    if value is not None:
        rest = met.where(MINE, value.is_(None)).order_by(*_turned([_c.key], descending)).limit(limit - len(found))
        found += _keys(connection, learner, rest)
    return found


def _narrowest(connection: Connection, learner: str, conditions: Sequence[Condition]) -> Condition | None:
    """Return the condition that the fewest cards meet, if they are few enough to be listed."""
    fewest, narrowest = NARROW + 1, None
    for condition in conditions:
        listed = condition.base is not Base.CARDS or PRESENT in conditions
        if condition.many is not None and listed:
            many = connection.execute(condition.many, {"learner": learner}).scalar_one()
            if many < fewest:
                fewest, narrowest = many, condition
        if fewest <= _BATCH:
            break
    return narrowest


def _asked(conditions: Sequence[Condition], narrow: Condition | None) -> Select[Any]:
    """Return the statement for all conditions, by way of the cards that meet the narrowest if there is one."""
    if narrow is None or narrow.listed is None:
        return _KEYS.where(MINE, *(condition.each for condition in conditions))
    return _KEYS.where(narrow.listed, *(condition.each for condition in conditions if condition is not narrow))


def _keys(connection: Connection, learner: str, statement: Select[Any]) -> list[str]:
    return list(connection.execute(statement, {"learner": learner}).scalars())


def _sorted(statement: Select[Any], order: Order, descending: bool) -> Select[Any]:
    value, places = _PLACES[order]
    last = () if value is None else (value.is_(None),)
    return statement.order_by(*last, *_turned(places, descending))


def _turned(places: Sequence[ColumnElement[Any]], descending: bool) -> list[ColumnElement[Any]]:
    return [place.desc() if descending else place for place in places]


def _found(row: Sequence[Any]) -> Found:
    values = [*row[:8], UNSEEN if row[8] is None else state(row[8:])]
    return Found(*values)
