"""Problems that are drawn, checked and waiting; each is served once."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from studydl.store.tables import ready_problems

_r = ready_problems.c
_MINE = _r.learner_id == bindparam("learner")
_THIS = (_MINE, _r.id == bindparam("problem_id"))

_GET = select(_r.problem).where(*_THIS)
_ADD = insert(ready_problems)
_NEXT = (
    select(_r.id, _r.problem)
    .where(
        _MINE,
        _r.family == bindparam("family"),
        _r.version == bindparam("version"),
        _r.level == bindparam("level"),
        _r.served_ms.is_(None),
    )
    .order_by(_r.made_ms, _r.id)
    .limit(1)
)
_SERVE = update(ready_problems).where(*_THIS).values(served_ms=bindparam("now"))
_COUNTS = (
    select(_r.family, _r.version, _r.level, func.count())
    .where(_MINE, _r.served_ms.is_(None))
    .group_by(_r.family, _r.version, _r.level)
)
_KINDS = select(_r.family, _r.version).where(_MINE, _r.served_ms.is_(None)).distinct()
_DROP_KIND = delete(ready_problems).where(
    _MINE, _r.family == bindparam("family"), _r.version == bindparam("version"), _r.served_ms.is_(None)
)
_DROP_SERVED = delete(ready_problems).where(_MINE, _r.served_ms < bindparam("before"))


def add(
    connection: Connection,
    learner: str,
    family: str,
    version: int,
    level: int,
    seed: int,
    problem_json: str,
    now_ms: int,
) -> bool:
    """Keep a problem for later.

    Args:
        connection: from `Store.write`.
        learner: whose.
        family: its family.
        version: the family's version.
        level: 1 to 3.
        seed: 0 to 2**64 - 1; with the others it makes the problem's id.
        problem_json: the whole problem.
        now_ms: UTC epoch milliseconds.

    Returns:
        False if it is there already, served or not.
    """
    problem_id = f"{family}@{version}:{level}:{seed}"
    if get(connection, learner, problem_id) is not None:
        return False
    values = {"learner_id": learner, "id": problem_id, "family": family, "version": version, "level": level}
    connection.execute(_ADD, values | {"problem": problem_json, "made_ms": now_ms, "served_ms": None})
    return True


def take(connection: Connection, learner: str, family: str, version: int, level: int, now_ms: int) -> str | None:
    """Return the problem that has waited longest, and never return it again; None if none is waiting.

    Args:
        connection: from `Store.write`.
        learner: whose.
        family: which family.
        version: which version of it.
        level: 1 to 3.
        now_ms: UTC epoch milliseconds.
    """
    values = {"learner": learner, "family": family, "version": version, "level": level}
    row = connection.execute(_NEXT, values).first()
    if row is None:
        return None
    connection.execute(_SERVE, {"learner": learner, "problem_id": row.id, "now": now_ms})
    found: str = row.problem
    return found


def get(connection: Connection, learner: str, problem_id: str) -> str | None:
    """Return a problem by its id, served or not, or None."""
    return connection.execute(_GET, {"learner": learner, "problem_id": problem_id}).scalar()


def counts(connection: Connection, learner: str) -> dict[tuple[str, int, int], int]:
    """Return how many problems wait by (family, version, level); those with none are not listed."""
    rows = connection.execute(_COUNTS, {"learner": learner})
    return {(family, version, level): count for family, version, level, count in rows}


def drop_stale(connection: Connection, learner: str, versions: Mapping[str, int], served_before_ms: int) -> int:
    """Remove waiting problems of versions that are no longer current, and those served long ago.

    Args:
        connection: from `Store.write`.
        learner: whose.
        versions: the current version of every family.
        served_before_ms: problems served before this are removed, UTC epoch milliseconds; the log keeps what was asked.

    Returns:
        How many were removed.
    """
    gone = connection.execute(_DROP_SERVED, {"learner": learner, "before": served_before_ms}).rowcount
    for family, version in connection.execute(_KINDS, {"learner": learner}).all():
        if versions.get(family) != version:
            values = {"learner": learner, "family": family, "version": version}
            gone += connection.execute(_DROP_KIND, values).rowcount
    return gone
