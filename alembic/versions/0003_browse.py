"""Cards by title and age, the notes in the log, and snapshots of what the log came to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "snapshots",
        sa.Column("learner_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["learner_id"], ["learners.id"], name=op.f("fk_snapshots_learners")),
        sa.PrimaryKeyConstraint("learner_id", "name", name=op.f("pk_snapshots")),
    )
    is_note = sa.text("kind = 'note'")
    op.create_index(
        "ix_events_note",
        "events",
        ["learner_id", "card_key", "seq"],
        sqlite_where=is_note,
        postgresql_where=is_note,
    )
    op.create_index("ix_cards_title", "cards", ["learner_id", sa.text("lower(title)"), "key"])
    op.create_index("ix_cards_added", "cards", ["learner_id", "added_ms", "key"])
