"""What the home screen shows first, read through the bare driver before anything heavier is loaded."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from studydl.memory.model import Settings
from studydl.store import ME, health
from studydl.store.driver import connect, dbapi


@dataclass(frozen=True, slots=True)
class DeckCount:
    """What one deck holds for today.

    Args:
        origin: its origin.
        name: its name.
        title: as shown.
        due: reviews due today.
        learning: cards in learning or relearning steps.
        new: cards never studied, of which today's limit lets only some in.
    """

    origin: str
    name: str
    title: str
    due: int
    learning: int
    new: int


@dataclass(frozen=True, slots=True)
class Glance:
    """What there is today. A skill counts once, by the highest level seen.

    Args:
        revision: the schema; when it is not `health.HEAD`, nothing could be counted and `open_store` will migrate.
        today: the study day.
        rollover_hour: the hour at which it began.
        new_per_day: the limit on new cards.
        new_today: new cards met today already.
        unfinished: whether a study session of today can be resumed.
        decks: in order.
        interview: whether an interview of today can be resumed.
    """

    revision: str
    today: int
    rollover_hour: int
    new_per_day: int
    new_today: int
    unfinished: bool
    decks: tuple[DeckCount, ...]
    interview: bool = False


# INDEXED BY, CROSS JOIN (memory first: few of its rows are due) and the plus in +study_day keep SQLite, which has no
# statistics here, from choosing a slower way.
_LAST_DAY = "SELECT max(study_day) FROM events WHERE learner_id = :me"
_SETTINGS = "SELECT name, value FROM settings WHERE learner_id = :me AND name IN ('rollover_hour', 'new_per_day')"
_UNFINISHED = """
SELECT EXISTS (
    SELECT 1 FROM sessions WHERE learner_id = :me AND mode = :mode AND study_day = :today AND ended_ms IS NULL)"""
_DECKS = """
SELECT origin, name, title FROM decks WHERE learner_id = :me AND retired_ms IS NULL ORDER BY position, origin, name"""
_STUDIED = """
SELECT c.origin, c.deck, count(*) FILTER (WHERE m.phase = 'review'), count(*) FILTER (WHERE m.phase <> 'review')
FROM memory m CROSS JOIN cards c ON c.learner_id = m.learner_id AND c.key = m.card_key
WHERE m.learner_id = :me AND (m.phase IN ('learning', 'relearning') OR (m.phase = 'review' AND m.due_day <= :today))
    AND NOT m.suspended AND coalesce(m.buried_day < :today, TRUE) AND c.retired_ms IS NULL
    AND (c.kind <> 'skill' OR NOT EXISTS (
        SELECT 1 FROM cards h INDEXED BY ix_cards_note
            JOIN memory n ON n.learner_id = h.learner_id AND n.card_key = h.key
        WHERE h.learner_id = :me AND h.note = c.note AND h.level > c.level AND h.retired_ms IS NULL
            AND n.phase <> 'new'))
GROUP BY c.origin, c.deck"""
ALL = -1  # as a limit
# Deck by deck, so that it can stop at as many as are wanted.
_UNSEEN = """
SELECT d.origin, d.name, (SELECT count(*) FROM (
    SELECT 1
    FROM cards c LEFT JOIN memory m ON m.learner_id = c.learner_id AND m.card_key = c.key
    WHERE c.learner_id = :me AND c.retired_ms IS NULL AND c.origin = d.origin AND c.deck = d.name
        AND coalesce(m.phase = 'new', TRUE)
        AND NOT coalesce(m.suspended, FALSE) AND coalesce(m.buried_day < :today, TRUE)
        AND (c.kind <> 'skill' OR NOT EXISTS (
            SELECT 1 FROM cards o INDEXED BY ix_cards_note
                LEFT JOIN memory n ON n.learner_id = o.learner_id AND n.card_key = o.key
            WHERE o.learner_id = :me AND o.note = c.note AND o.retired_ms IS NULL
                AND (o.level < c.level OR coalesce(n.phase <> 'new', FALSE))))
    LIMIT :enough))
FROM decks d WHERE d.learner_id = :me AND d.retired_ms IS NULL"""
# As `activity.day_counts` counts them: cards whose first answer that was not undone is of today.
_NEW_TODAY = """
SELECT e.card_key FROM events e
WHERE e.learner_id = :me AND e.study_day = :today AND e.kind = 'answer' AND e.mode = 'study'
    AND NOT EXISTS (SELECT 1 FROM events u WHERE u.learner_id = :me AND u.target_id = e.id AND u.kind = 'undo')
    AND NOT EXISTS (
        SELECT 1 FROM events b
        WHERE b.learner_id = :me AND b.card_key = e.card_key AND b.kind = 'answer' AND b.mode = 'study'
            AND +b.study_day < :today AND NOT EXISTS (
                SELECT 1 FROM events u WHERE u.learner_id = :me AND u.target_id = b.id AND u.kind = 'undo'))"""


def glance(path: Path, today: Callable[[int, int | None], int], every_new: bool = True) -> Glance | None:
    """Look at a database without changing it.

    Args:
        path: the database.
        today: given the rollover hour and the last study day in the log (None for an empty log), the study day now.
        every_new: count every new card; else in each deck only as far as today's limit lets in, but one at least. To
            go through 100,000 cards would take longer than the screen the counts are for.

    Returns:
        The counts, or None if there is no database yet.

    Raises:
        NewerDatabase: a later studydl wrote it.
        DamagedDatabase: it is damaged.
        BusyDatabase: another program is changing it.
    """
    if not path.exists():
        return None
    health.require_some(path)
    with health.explained(path), closing(connect(path)) as connection:
        revision = health.known(health.stamp(connection), path)
        if revision != health.HEAD:
            return Glance(revision, today(Settings().rollover_hour, None), Settings().rollover_hour, 0, 0, False, ())
        return _counted(connection, revision, today, every_new)


def _counted(
    connection: dbapi.Connection, revision: str, today: Callable[[int, int | None], int], every_new: bool
) -> Glance:
    mine: dict[str, object] = {"me": ME}
    chosen = {name: json.loads(value) for name, value in connection.execute(_SETTINGS, mine)}
    rollover_hour = int(chosen.get("rollover_hour", Settings().rollover_hour))
    day = today(rollover_hour, connection.execute(_LAST_DAY, mine).fetchone()[0])
    now = mine | {"today": day}
    studied = {(origin, deck): (due, steps) for origin, deck, due, steps in connection.execute(_STUDIED, now)}
    new_per_day = int(chosen.get("new_per_day", Settings().new_per_day))
    new_today = len(set(connection.execute(_NEW_TODAY, now)))
    enough = now | {"enough": ALL if every_new else max(new_per_day - new_today, 1)}
    unseen = {(origin, deck): count for origin, deck, count in connection.execute(_UNSEEN, enough)}
    return Glance(
        revision=revision,
        today=day,
        rollover_hour=rollover_hour,
        new_per_day=new_per_day,
        new_today=new_today,
        unfinished=bool(connection.execute(_UNFINISHED, now | {"mode": "study"}).fetchone()[0]),
        interview=bool(connection.execute(_UNFINISHED, now | {"mode": "interview"}).fetchone()[0]),
        decks=tuple(
            DeckCount(origin, name, title, *studied.get((origin, name), (0, 0)), unseen.get((origin, name), 0))
            for origin, name, title in connection.execute(_DECKS, mine)
        ),
    )
