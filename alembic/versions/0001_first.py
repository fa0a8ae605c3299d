"""The first schema."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

# The log is append-only: the database itself refuses to change or delete a row of it.
TRIGGERS = {
    "sqlite": [
        f"""CREATE TRIGGER events_refuse_{action} BEFORE {action} ON events
        BEGIN SELECT RAISE(ABORT, 'events are append-only'); END"""
        for action in ("update", "delete")
    ],
    "postgresql": [
        """CREATE FUNCTION events_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'events are append-only'; END $$""",
        """CREATE TRIGGER events_refuse BEFORE UPDATE OR DELETE OR TRUNCATE ON events
        FOR EACH STATEMENT EXECUTE FUNCTION events_refuse()""",
    ],
}


def upgrade() -> None:
    op.create_table(
        "learners",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learners")),
    )
    op.create_table(
        "decks",
        sa.Column("learner_id", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("topics", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("retired_ms", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["learner_id"], ["learners.id"], name=op.f("fk_decks_learners")),
        sa.PrimaryKeyConstraint("learner_id", "origin", "name", name=op.f("pk_decks")),
    )
    op.create_table(
        "events",
        sa.Column("learner_id", sa.String(), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("study_day", sa.Integer(), nullable=False),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("session_id", sa.String(), nullable=True),
        sa.Column("card_key", sa.String(), nullable=True),
        sa.Column("target_id", sa.String(), nullable=True),
        sa.Column("rating", sa.Integer(), nullable=True),
        sa.Column("text", sa.String(), nullable=True),
        sa.Column("verdict", sa.String(), nullable=True),
        sa.Column("misconception", sa.String(), nullable=True),
        sa.Column("aided", sa.Boolean(), nullable=False),
        sa.Column("hints", sa.Integer(), nullable=False),
        sa.Column("duration_ms", sa.BigInteger(), nullable=True),
        sa.Column("problem_id", sa.String(), nullable=True),
        sa.Column("problem", sa.String(), nullable=True),
        sa.Column("phase", sa.String(), nullable=True),
        sa.Column("step", sa.Integer(), nullable=True),
        sa.Column("stability", sa.Double(), nullable=True),
        sa.Column("difficulty", sa.Double(), nullable=True),
        sa.Column("due_day", sa.Integer(), nullable=True),
        sa.Column("due_ms", sa.BigInteger(), nullable=True),
        sa.Column("data", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["learner_id"], ["learners.id"], name=op.f("fk_events_learners")),
        sa.PrimaryKeyConstraint("learner_id", "seq", name=op.f("pk_events")),
        sa.UniqueConstraint("learner_id", "id", name=op.f("uq_events_learner_id_id")),
    )
    op.create_index("ix_events_card", "events", ["learner_id", "card_key", "seq"])
    op.create_index("ix_events_day", "events", ["learner_id", "study_day"])
    op.create_index("ix_events_session", "events", ["learner_id", "session_id", "seq"])
    op.create_index(
        "ix_events_target",
        "events",
        ["learner_id", "target_id"],
        sqlite_where=sa.text("target_id IS NOT NULL"),
        postgresql_where=sa.text("target_id IS NOT NULL"),
    )
    op.create_table(
        "ready_problems",
        sa.Column("learner_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("family", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("problem", sa.String(), nullable=False),
        sa.Column("made_ms", sa.BigInteger(), nullable=False),
        sa.Column("served_ms", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["learner_id"], ["learners.id"], name=op.f("fk_ready_problems_learners")),
        sa.PrimaryKeyConstraint("learner_id", "id", name=op.f("pk_ready_problems")),
    )
    op.create_index(
        "ix_ready_problems_kind", "ready_problems", ["learner_id", "family", "version", "level", "served_ms"]
    )
    op.create_table(
        "plans",
        sa.Column("learner_id", sa.String(), nullable=False),
        sa.Column("session_id", sa.String(), nullable=False),
        sa.Column("plan", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["learner_id"], ["learners.id"], name=op.f("fk_plans_learners")),
        sa.PrimaryKeyConstraint("learner_id", "session_id", name=op.f("pk_plans")),
    )
    op.create_table(
        "sessions",
        sa.Column("learner_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("started_ms", sa.BigInteger(), nullable=False),
        sa.Column("ended_ms", sa.BigInteger(), nullable=True),
        sa.Column("study_day", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["learner_id"], ["learners.id"], name=op.f("fk_sessions_learners")),
        sa.PrimaryKeyConstraint("learner_id", "id", name=op.f("pk_sessions")),
    )
    op.create_index("ix_sessions_day", "sessions", ["learner_id", "mode", "study_day", "started_ms"])
    op.create_table(
        "settings",
        sa.Column("learner_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["learner_id"], ["learners.id"], name=op.f("fk_settings_learners")),
        sa.PrimaryKeyConstraint("learner_id", "name", name=op.f("pk_settings")),
    )
    op.create_table(
        "cards",
        sa.Column("learner_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("deck", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("family", sa.String(), nullable=True),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column("after", sa.String(), nullable=False),
        sa.Column("contrast", sa.String(), nullable=False),
        sa.Column("retired_ms", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["learner_id", "origin", "deck"],
            ["decks.learner_id", "decks.origin", "decks.name"],
            name=op.f("fk_cards_decks"),
        ),
        sa.ForeignKeyConstraint(["learner_id"], ["learners.id"], name=op.f("fk_cards_learners")),
        sa.PrimaryKeyConstraint("learner_id", "key", name=op.f("pk_cards")),
    )
    op.create_index(
        "ix_cards_deck",
        "cards",
        ["learner_id", "retired_ms", "origin", "deck", "position", "key", "kind", "note", "level"],
    )
    op.create_index("ix_cards_note", "cards", ["learner_id", "note"])
    op.create_table(
        "memory",
        sa.Column("learner_id", sa.String(), nullable=False),
        sa.Column("card_key", sa.String(), nullable=False),
        sa.Column("phase", sa.String(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=True),
        sa.Column("stability", sa.Double(), nullable=True),
        sa.Column("difficulty", sa.Double(), nullable=True),
        sa.Column("last_day", sa.Integer(), nullable=True),
        sa.Column("last_ms", sa.BigInteger(), nullable=True),
        sa.Column("due_day", sa.Integer(), nullable=True),
        sa.Column("due_ms", sa.BigInteger(), nullable=True),
        sa.Column("reps", sa.Integer(), nullable=False),
        sa.Column("lapses", sa.Integer(), nullable=False),
        sa.Column("pass_days", sa.Integer(), nullable=False),
        sa.Column("last_pass_day", sa.Integer(), nullable=True),
        sa.Column("last_pass_ms", sa.BigInteger(), nullable=True),
        sa.Column("fails", sa.Integer(), nullable=False),
        sa.Column("suspended", sa.Boolean(), nullable=False),
        sa.Column("buried_day", sa.Integer(), nullable=True),
        sa.Column("flag", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["learner_id", "card_key"], ["cards.learner_id", "cards.key"], name=op.f("fk_memory_cards")
        ),
        sa.ForeignKeyConstraint(["learner_id"], ["learners.id"], name=op.f("fk_memory_learners")),
        sa.PrimaryKeyConstraint("learner_id", "card_key", name=op.f("pk_memory")),
        sqlite_with_rowid=False,
    )
    for trigger in TRIGGERS[op.get_context().dialect.name]:
        op.execute(trigger)
