"""The log: rows are appended and read, never changed. It is the learner's history; all else follows from it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields
from operator import attrgetter
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, exists, func, insert, select

from studydl.store.event import Event, Kind, effective
from studydl.store.prepared import Prepared
from studydl.store.tables import events, sessions
from studydl.store.undone import undone

__all__ = [
    "Event",
    "Kind",
    "append",
    "effective",
    "end",
    "everything",
    "last_deed",
    "made_mistake",
    "of_card",
    "of_session",
    "read_ahead",
    "study",
]

_MINE = events.c.learner_id == bindparam("learner")
_FIELDS = tuple(field.name for field in fields(Event))
_GIVEN = tuple(name for name in _FIELDS if name != "seq")
_NEW = {f"new_{name}": events.c[name] for name in _GIVEN}
_values_of = attrgetter(*_GIVEN)

_NEXT = select(func.coalesce(func.max(events.c.seq), 0) + 1).where(_MINE).scalar_subquery()
_KNOWN = exists(select(1).select_from(events).where(_MINE, events.c.id == bindparam("new_id", type_=events.c.id.type)))
_APPEND = Prepared(
    insert(events).from_select(
        ["learner_id", "seq", *(column.name for column in _NEW.values())],
        select(
            bindparam("learner", type_=events.c.learner_id.type),
            _NEXT,
            *(bindparam(name, type_=column.type) for name, column in _NEW.items()),
        ).where(~_KNOWN),
    )
)


_READ: Select[*tuple[Any, ...]] = select(*(events.c[name] for name in _FIELDS)).where(_MINE)
_EVERYTHING = _READ.order_by(events.c.seq)
_END = select(func.coalesce(func.max(events.c.seq), 0)).where(_MINE)
_LEAN = tuple(name for name in _FIELDS if name not in ("text", "problem", "data"))
_STUDY = (
    select(*(events.c[name] for name in _LEAN))
    .where(_MINE, events.c.mode == "study", events.c.seq > bindparam("after"))
    .order_by(events.c.seq)
)


def _about(condition: ColumnElement[bool]) -> tuple[Select[*tuple[Any, ...]], ...]:
    """Select the rows that meet a condition, and the amendments and undos that name one of them.

    Two statements, unordered: SQLite reads the whole log for one with OR, UNION or ORDER BY.
    """
    named = select(events.c.id).where(_MINE, condition).scalar_subquery()
    return _READ.where(condition), _READ.where(events.c.target_id.in_(named))


_MISTAKEN = (
    select(events.c.seq)
    .where(_MINE, events.c.card_key.in_(bindparam("keys", expanding=True)))
    .where(events.c.mode == "study", events.c.misconception == bindparam("misconception"), ~undone())
    .limit(1)
)
_IN_SESSION = exists().where(sessions.c.learner_id == events.c.learner_id, sessions.c.id == events.c.session_id)
_LAST_DEED = (
    select(events.c.session_id)
    .where(_MINE, events.c.study_day >= bindparam("since"), events.c.session_id.is_not(None), ~_IN_SESSION)
    .where(events.c.kind != Kind.UNDO.value, ~undone())
    .order_by(events.c.seq.desc())
    .limit(1)
)
_AHEAD = Prepared(select(1).select_from(events).where(_MINE, events.c.card_key == bindparam("key")).limit(1))
_OF_CARD = _about(events.c.card_key == bindparam("key"))
_OF_SESSION = _about(events.c.session_id == bindparam("session"))


def append(connection: Connection, learner: str, event: Event) -> bool:
    """Write an event at the end of the log.

    Args:
        connection: from `Store.write`.
        learner: whose.
        event: what happened; its `seq` is not used.

    Returns:
        False if an event with this id is there already; nothing is written then.
    """
    values = dict(zip(_NEW, _values_of(event), strict=True))
    if event.text is not None:
        values["new_text"] = _storable(event.text)
    return _APPEND.run(connection, {"learner": learner, **values}).rowcount == 1


def read_ahead(connection: Connection, learner: str, key: str) -> None:
    """Have SQLite read the page of the index where the next event of a card goes: half of what `append` would take.

    In a log of a million events the page of a card not seen for months is not in memory.
    """
    _AHEAD.run(connection, {"learner": learner, "key": key}).fetchone()


def of_card(connection: Connection, learner: str, key: str) -> list[Event]:
    """Return the events of one card in order, undone and amended ones too."""
    return _found(connection, _OF_CARD, {"learner": learner, "key": key})


def of_session(connection: Connection, learner: str, session_id: str) -> list[Event]:
    """Return the events of one session in order, with what later ones undo or amend of it."""
    return _found(connection, _OF_SESSION, {"learner": learner, "session": session_id})


def made_mistake(connection: Connection, learner: str, keys: Sequence[str], misconception: str) -> bool:
    """Say whether an answer to one of these cards in study showed this misconception, and was not undone.

    Practice and interviews do not count: what they show never changes what comes in study.

    Args:
        connection: any.
        learner: whose.
        keys: the levels of a skill.
        misconception: its name; names are unique within a family.
    """
    values = {"learner": learner, "keys": list(keys), "misconception": misconception}
    return connection.execute(_MISTAKEN, values).first() is not None


def last_deed(connection: Connection, learner: str, since_day: int) -> list[Event]:
    """Return the events of what was done last, outside a session, to one or several cards at once; in order.

    Args:
        connection: any.
        learner: whose.
        since_day: what was done on earlier study days is left alone.

    Returns:
        Empty if nothing was done, or all of it was taken back.
    """
    last = connection.execute(_LAST_DEED, {"learner": learner, "since": since_day}).scalar()
    return effective(of_session(connection, learner, last)) if last else []


def everything(connection: Connection, learner: str) -> Iterator[Event]:
    """Yield the whole log in order, without holding it in memory. Read it to the end before writing."""
    for row in connection.execute(_EVERYTHING, {"learner": learner}):
        yield Event(*row)


def end(connection: Connection, learner: str) -> int:
    """Return the place of the last event, which is how many there are."""
    return int(connection.execute(_END, {"learner": learner}).scalar_one())


def study(connection: Connection, learner: str, after: int = 0) -> list[Event]:
    """Return what moved memory, in order, without texts and problems, undone and amended events too.

    Args:
        connection: any.
        learner: whose.
        after: only events after this place in the log.
    """
    rows = connection.execute(_STUDY, {"learner": learner, "after": after})
    return [Event(**dict(zip(_LEAN, row, strict=True))) for row in rows]


def _found(
    connection: Connection, statements: tuple[Select[*tuple[Any, ...]], ...], values: dict[str, object]
) -> list[Event]:
    found = {row.seq: row for statement in statements for row in connection.execute(statement, values)}
    return [Event(*found[seq]) for seq in sorted(found)]


def _storable(text: str) -> str:
    """Return text that every database takes: no lone surrogates (undecodable keyboard input), no NUL."""
    return text.encode("utf-8", "replace").decode().replace("\0", "\ufffd")
