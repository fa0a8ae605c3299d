"""Every table, with typed columns. Every row belongs to a learner, and every primary key starts with it.

Times are UTC epoch milliseconds, days are days since 1970-01-01, JSON is text. The migrations make the tables; a test
holds the two together.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    MetaData,
    Named,
    Table,
    TypedColumns,
    UniqueConstraint,
    text,
)

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    }
)


class LearnerColumns(TypedColumns):
    """The people who learn here; for now one, "me"."""

    id: Named[str] = Column(primary_key=True)
    name: Named[str]
    created_ms: Named[int] = Column(BigInteger)


class Owned(TypedColumns):
    """What every other table starts with."""

    learner_id: Named[str] = Column(ForeignKey("learners.id"), primary_key=True)


class DeckColumns(Owned):
    """Decks as they were last read; a removed one is retired."""

    origin: Named[str] = Column(primary_key=True)
    name: Named[str] = Column(primary_key=True)
    title: Named[str]
    topics: Named[str]
    position: Named[int]
    path: Named[str]
    digest: Named[str]
    retired_ms: Named[int | None] = Column(BigInteger)


class CardColumns(Owned):
    """Cards as they were last read; a removed one is retired, never deleted."""

    key: Named[str] = Column(primary_key=True)
    note: Named[str]
    origin: Named[str]
    deck: Named[str]
    position: Named[int]
    kind: Named[str]
    title: Named[str]
    content: Named[str]
    digest: Named[str]
    family: Named[str | None]
    level: Named[int | None]
    after: Named[str]
    contrast: Named[str]
    retired_ms: Named[int | None] = Column(BigInteger)
    added_ms: Named[int | None] = Column(BigInteger)


class EventColumns(Owned):
    """The log. Triggers refuse to change or delete a row."""

    seq: Named[int] = Column(BigInteger, primary_key=True, autoincrement=False)
    id: Named[str]
    kind: Named[str]
    at_ms: Named[int] = Column(BigInteger)
    study_day: Named[int]
    mode: Named[str]
    session_id: Named[str | None]
    card_key: Named[str | None]
    target_id: Named[str | None]
    rating: Named[int | None]
    text: Named[str | None]
    verdict: Named[str | None]
    misconception: Named[str | None]
    aided: Named[bool]
    hints: Named[int]
    duration_ms: Named[int | None] = Column(BigInteger)
    problem_id: Named[str | None]
    problem: Named[str | None]
    phase: Named[str | None]
    step: Named[int | None]
    stability: Named[float | None]
    difficulty: Named[float | None]
    due_day: Named[int | None]
    due_ms: Named[int | None] = Column(BigInteger)
    data: Named[str | None]


class MemoryColumns(Owned):
    """What follows from the log for one card: the memory state now. It can be made again from the events."""

    card_key: Named[str] = Column(primary_key=True)
    phase: Named[str]
    step: Named[int | None]
    stability: Named[float | None]
    difficulty: Named[float | None]
    last_day: Named[int | None]
    last_ms: Named[int | None] = Column(BigInteger)
    due_day: Named[int | None]
    due_ms: Named[int | None] = Column(BigInteger)
    reps: Named[int]
    lapses: Named[int]
    pass_days: Named[int]
    last_pass_day: Named[int | None]
    last_pass_ms: Named[int | None] = Column(BigInteger)
    fails: Named[int]
    suspended: Named[bool]
    buried_day: Named[int | None]
    flag: Named[bool]


class SessionColumns(Owned):
    """Study sessions and where they stand, rewritten at every answer."""

    id: Named[str] = Column(primary_key=True)
    mode: Named[str]
    started_ms: Named[int] = Column(BigInteger)
    ended_ms: Named[int | None] = Column(BigInteger)
    study_day: Named[int]
    state: Named[str]


class PlanColumns(Owned):
    """What was planned at the start of a session: apart, since it may be long and is written once."""

    session_id: Named[str] = Column(primary_key=True)
    plan: Named[str]


class ReadyColumns(Owned):
    """Problems drawn, checked and waiting to be served; a seed may have 64 bits, so it stands in the id only."""

    id: Named[str] = Column(primary_key=True)
    family: Named[str]
    version: Named[int]
    level: Named[int]
    problem: Named[str]
    made_ms: Named[int] = Column(BigInteger)
    served_ms: Named[int | None] = Column(BigInteger)


class SnapshotColumns(Owned):
    """What the log came to at one place, so that only what follows has to be counted. It can be counted again."""

    name: Named[str] = Column(primary_key=True)
    seq: Named[int] = Column(BigInteger)
    event_id: Named[str]
    value: Named[str]


class SettingColumns(Owned):
    """A learner's own settings; values are JSON."""

    name: Named[str] = Column(primary_key=True)
    value: Named[str]


learners = Table("learners", metadata, LearnerColumns)
decks = Table("decks", metadata, DeckColumns)
cards = Table(
    "cards",
    metadata,
    CardColumns,
    ForeignKeyConstraint(["learner_id", "origin", "deck"], ["decks.learner_id", "decks.origin", "decks.name"]),
    Index("ix_cards_deck", "learner_id", "retired_ms", "origin", "deck", "position", "key", "kind", "note", "level"),
    Index("ix_cards_note", "learner_id", "note"),
    Index("ix_cards_title", "learner_id", text("lower(title)"), "key"),
    Index("ix_cards_added", "learner_id", "added_ms", "key"),
)
events = Table(
    "events",
    metadata,
    EventColumns,
    UniqueConstraint("learner_id", "id"),
    Index("ix_events_card", "learner_id", "card_key", "seq"),
    Index("ix_events_session", "learner_id", "session_id", "seq"),
    Index("ix_events_day", "learner_id", "study_day"),
    Index(
        "ix_events_target",
        "learner_id",
        "target_id",
        sqlite_where=text("target_id IS NOT NULL"),
        postgresql_where=text("target_id IS NOT NULL"),
    ),
    Index(
        "ix_events_note",
        "learner_id",
        "card_key",
        "seq",
        sqlite_where=text("kind = 'note'"),
        postgresql_where=text("kind = 'note'"),
    ),
)
memory = Table(
    "memory",
    metadata,
    MemoryColumns,
    ForeignKeyConstraint(["learner_id", "card_key"], ["cards.learner_id", "cards.key"]),
    sqlite_with_rowid=False,
)
sessions = Table(
    "sessions",
    metadata,
    SessionColumns,
    Index("ix_sessions_day", "learner_id", "mode", "study_day", "started_ms"),
)
plans = Table("plans", metadata, PlanColumns)
ready_problems = Table(
    "ready_problems",
    metadata,
    ReadyColumns,
    Index("ix_ready_problems_kind", "learner_id", "family", "version", "level", "served_ms"),
)
snapshots = Table("snapshots", metadata, SnapshotColumns)
settings = Table("settings", metadata, SettingColumns)
