"""Which events were taken back, as a condition that every statement on the log can use."""

from __future__ import annotations

from sqlalchemy import ColumnElement, FromClause, exists

from studydl.store.event import Kind
from studydl.store.tables import events


def undone(event: FromClause = events) -> ColumnElement[bool]:
    """Return the condition that a later event takes this one back.

    Args:
        event: the log, or an alias of it.
    """
    undo = events.alias()
    return exists().where(
        undo.c.learner_id == event.c.learner_id,
        undo.c.target_id == event.c.id,
        undo.c.kind == Kind.UNDO.value,
    )
