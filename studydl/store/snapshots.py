"""What the log came to at one place, kept so that the next count need not begin at its beginning."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, and_, bindparam, delete, insert, select

from studydl.store.tables import events, snapshots


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A count of the log up to one event.

    Args:
        seq: place of that event.
        value: what it came to, as text.
    """

    seq: int
    value: str


_MINE = snapshots.c.learner_id == bindparam("learner")
_THIS = (_MINE, snapshots.c.name == bindparam("snapshot"))
# Another log than the one that was counted (a backup, restored) has another event at that place.
_SAME = and_(
    events.c.learner_id == snapshots.c.learner_id,
    events.c.seq == snapshots.c.seq,
    events.c.id == snapshots.c.event_id,
)
_GET = select(snapshots.c.seq, snapshots.c.value).select_from(snapshots.join(events, _SAME)).where(*_THIS)
_REMOVE = delete(snapshots).where(*_THIS)
_PUT = insert(snapshots).from_select(
    ["learner_id", "name", "seq", "event_id", "value"],
    select(
        events.c.learner_id,
        bindparam("snapshot", type_=snapshots.c.name.type),
        events.c.seq,
        events.c.id,
        bindparam("new_value", type_=snapshots.c.value.type),
    ).where(events.c.learner_id == bindparam("learner"), events.c.seq == bindparam("place")),
)


def get(connection: Connection, learner: str, name: str) -> Snapshot | None:
    """Return a snapshot, or None if there is none of this log."""
    row = connection.execute(_GET, {"learner": learner, "snapshot": name}).first()
    return None if row is None else Snapshot(*row)


def put(connection: Connection, learner: str, name: str, snapshot: Snapshot) -> None:
    """Keep a snapshot in the place of the one before.

    Args:
        connection: from `Store.write`.
        learner: whose.
        name: what was counted.
        snapshot: of a log that has an event at its place.
    """
    connection.execute(_REMOVE, {"learner": learner, "snapshot": name})
    connection.execute(_PUT, {"learner": learner, "snapshot": name, "place": snapshot.seq, "new_value": snapshot.value})
