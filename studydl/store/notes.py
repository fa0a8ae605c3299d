"""What a learner wrote down about a card: an event, like all that a learner does."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, select

from studydl.store.event import Kind
from studydl.store.prepared import Prepared
from studydl.store.tables import events
from studydl.store.undone import undone

_OF_CARD = Prepared(
    select(events.c.text)
    .where(events.c.learner_id == bindparam("learner"), events.c.card_key == bindparam("key"))
    .where(events.c.kind == Kind.NOTE.value, ~undone())
    .order_by(events.c.seq.desc())
    .limit(1)
)


def of_card(connection: Connection, learner: str, key: str) -> str:
    """Return the learner's note on a card, the last one that was not undone; empty when there is none."""
    row = _OF_CARD.run(connection, {"learner": learner, "key": key}).fetchone()
    return str(row[0] or "") if row else ""
