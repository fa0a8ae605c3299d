"""A learner's own settings: JSON values by name."""

from __future__ import annotations

import json

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from studydl.store.prepared import Prepared
from studydl.store.tables import settings

_MINE = settings.c.learner_id == bindparam("learner")
_THIS = (_MINE, settings.c.name == bindparam("setting"))

_ALL = select(settings.c.name, settings.c.value).where(_MINE).order_by(settings.c.name)
_ONE = Prepared(select(settings.c.value).where(*_THIS))
_CHANGE = update(settings).where(*_THIS).values(value=bindparam("new_value"))
_ADD = insert(settings)
_REMOVE = delete(settings).where(*_THIS)


def get_all(connection: Connection, learner: str) -> dict[str, object]:
    """Return what the learner has set, by name; what is not set is not there."""
    return {name: json.loads(value) for name, value in connection.execute(_ALL, {"learner": learner})}


def text(connection: Connection, learner: str, name: str) -> str | None:
    """Return one thing as the JSON text it is kept as, or None if it is not set."""
    row = _ONE.run(connection, {"learner": learner, "setting": name}).fetchone()
    return None if row is None else str(row[0])


def put(connection: Connection, learner: str, name: str, value: object) -> None:
    """Set one thing; the value must be plain JSON data (a tuple comes back as a list)."""
    text = json.dumps(value, ensure_ascii=False)
    if not connection.execute(_CHANGE, {"learner": learner, "setting": name, "new_value": text}).rowcount:
        connection.execute(_ADD, {"learner_id": learner, "name": name, "value": text})


def remove(connection: Connection, learner: str, name: str) -> None:
    """Forget what was set, so that the default holds again."""
    connection.execute(_REMOVE, {"learner": learner, "setting": name})
