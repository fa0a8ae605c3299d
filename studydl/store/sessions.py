"""Study sessions, kept after every answer so that one can be resumed where it stood."""

from __future__ import annotations

from dataclasses import dataclass, fields

from sqlalchemy import Connection, and_, bindparam, exists, func, insert, select, update

from studydl.store.event import Kind
from studydl.store.prepared import Prepared
from studydl.store.tables import events, plans, sessions


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One session.

    Args:
        id: made by the caller with `ids.new_id`.
        mode: study, practice or interview.
        started_ms: UTC epoch milliseconds.
        ended_ms: likewise; None while it may be resumed.
        study_day: the learner's study day.
        plan: JSON text, what was planned at the start.
        state: JSON text, where it stands.
    """

    id: str
    mode: str
    started_ms: int
    ended_ms: int | None
    study_day: int
    plan: str
    state: str


_s = sessions.c
_p = plans.c
_FIELDS = tuple(_p.plan if field.name == "plan" else _s[field.name] for field in fields(SessionRow))
_WITH_PLAN = sessions.join(plans, and_(_p.learner_id == _s.learner_id, _p.session_id == _s.id))
_MINE = _s.learner_id == bindparam("learner")
_THIS = (_MINE, _s.id == bindparam("session"))

_START = insert(sessions)
_PLAN = insert(plans)
_SAVE = Prepared(update(sessions).where(*_THIS).values(state=bindparam("new_state")))
_END = update(sessions).where(*_THIS).values(ended_ms=bindparam("now"))
_GET = select(*_FIELDS).select_from(_WITH_PLAN).where(*_THIS)
_OF_THE_MODE = (_MINE, _s.mode == bindparam("mode"))
_OPEN = (
    select(*_FIELDS)
    .select_from(_WITH_PLAN)
    .where(*_OF_THE_MODE, _s.ended_ms.is_(None))
    .order_by(_s.started_ms.desc(), _s.id.desc())
    .limit(1)
)
_OPEN_ON_DAY = _OPEN.where(_s.study_day == bindparam("day"))
_OF_MODE = select(*_FIELDS).select_from(_WITH_PLAN).where(*_OF_THE_MODE).order_by(_s.started_ms, _s.id)
_ANSWERED = exists().where(
    events.c.learner_id == _s.learner_id, events.c.session_id == _s.id, events.c.kind == Kind.ANSWER.value
)
_ENDED = select(func.count()).select_from(sessions).where(*_OF_THE_MODE, _s.ended_ms.is_not(None), _ANSWERED)


def start(connection: Connection, learner: str, row: SessionRow) -> None:
    """Write a new session."""
    values = {column.name: getattr(row, column.name) for column in _FIELDS if column.name != "plan"}
    connection.execute(_START, {"learner_id": learner, **values})
    connection.execute(_PLAN, {"learner_id": learner, "session_id": row.id, "plan": row.plan})


def save_state(connection: Connection, learner: str, session_id: str, state: str) -> None:
    """Write where a session stands."""
    _SAVE.run(connection, {"learner": learner, "session": session_id, "new_state": state})


def end(connection: Connection, learner: str, session_id: str, ended_ms: int) -> None:
    """Write when a session ended; it is not resumed any more."""
    connection.execute(_END, {"learner": learner, "session": session_id, "now": ended_ms})


def get(connection: Connection, learner: str, session_id: str) -> SessionRow | None:
    """Return one session, or None."""
    row = connection.execute(_GET, {"learner": learner, "session": session_id}).first()
    return None if row is None else SessionRow(*row)


def unfinished(connection: Connection, learner: str, study_day: int | None, mode: str) -> SessionRow | None:
    """Return the newest session of a mode that has not ended, or None.

    Args:
        connection: any.
        learner: whose.
        study_day: the day it was started; None for any.
        mode: study, practice or interview.
    """
    values = {"learner": learner, "mode": mode}
    if study_day is None:
        row = connection.execute(_OPEN, values).first()
    else:
        row = connection.execute(_OPEN_ON_DAY, values | {"day": study_day}).first()
    return None if row is None else SessionRow(*row)


def ended(connection: Connection, learner: str, mode: str) -> int:
    """Return how many sessions of a mode have ended in which something was answered."""
    return int(connection.execute(_ENDED, {"learner": learner, "mode": mode}).scalar_one())


def of_mode(connection: Connection, learner: str, mode: str) -> list[SessionRow]:
    """Return every session of a mode, ended or not, the oldest first."""
    return [SessionRow(*row) for row in connection.execute(_OF_MODE, {"learner": learner, "mode": mode})]
