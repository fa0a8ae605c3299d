"""The newest attempts at problems, in every mode: what weak spots are found from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, select

from studydl.store.event import Kind
from studydl.store.tables import events
from studydl.store.undone import undone

_ATTEMPTS = (
    select(
        events.c.card_key,
        events.c.problem_id,
        events.c.study_day,
        events.c.verdict,
        events.c.misconception,
    )
    .where(
        events.c.learner_id == bindparam("learner"),
        events.c.kind == Kind.ANSWER.value,
        events.c.problem_id.is_not(None),
        ~undone(),
    )
    .order_by(events.c.seq.desc())
    .limit(bindparam("most"))
)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One answer to a problem.

    Args:
        key: key of the skill's level, or a practice or interview key.
        family: of the problem.
        level: 1 to 3.
        study_day: when.
        right: True if the verdict was "correct", with or without hints.
        misconception: the name of the one it showed, or None.
    """

    key: str
    family: str
    level: int
    study_day: int
    right: bool
    misconception: str | None


def newest_attempts(connection: Connection, learner: str, most: int) -> Iterator[Attempt]:
    """Yield the newest attempts at problems, undone ones left out, the newest first.

    Args:
        connection: any. Read to the end before writing.
        learner: whose.
        most: how many at most.
    """
    rows = connection.execute(_ATTEMPTS, {"learner": learner, "most": most})
    for key, problem_id, day, verdict, misconception in rows:
        family, _, rest = str(problem_id).partition("@")
        level = int(rest.split(":")[1])
        yield Attempt(key or "", family, level, day, verdict == "correct", misconception)
