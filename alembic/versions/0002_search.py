"""Full text of the cards, and when each card was added.

SQLite keeps an index of words (FTS5, without a copy of the text) that triggers keep in step with the cards, so that no
way of writing a card can leave it out. A later migration that makes the cards table anew drops its triggers with it
and has to create them again. PostgreSQL searches the cards themselves.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

# What is searched beside the title: every text in the body (prompt, answer, options, points) and the explanation.
TEXT = """
coalesce((SELECT group_concat(atom, char(10)) FROM json_tree({content}, '$.body') WHERE type = 'text'), '')
|| char(10) || coalesce(json_extract({content}, '$.explanation'), '')"""
DOCUMENT = "(SELECT doc FROM search_docs WHERE learner_id = {row}.learner_id AND key = {row}.key)"


def _text(row: str) -> str:
    content = f"CASE WHEN json_valid({row}.content) THEN {row}.content ELSE '{{}}' END"
    return TEXT.format(content=content)


def _forget(row: str) -> str:
    """Take a card out of an index that keeps no text: FTS5 has to be told what was in it."""
    document = DOCUMENT.format(row=row)
    values = f"'delete', {document}, {row}.title, {_text(row)}"
    return f"INSERT INTO search_words (search_words, rowid, title, body) VALUES ({values});"


def _learn(row: str) -> str:
    document = DOCUMENT.format(row=row)
    return f"INSERT INTO search_words (rowid, title, body) VALUES ({document}, {row}.title, {_text(row)});"


SQLITE = (
    "CREATE TABLE search_docs (doc INTEGER PRIMARY KEY, learner_id VARCHAR NOT NULL, key VARCHAR NOT NULL,"
    " UNIQUE (learner_id, key))",
    "CREATE VIRTUAL TABLE search_words USING fts5 (title, body, content = '',"
    " tokenize = 'unicode61 remove_diacritics 2')",
    "INSERT INTO search_docs (learner_id, key) SELECT learner_id, key FROM cards",
    "INSERT INTO search_words (rowid, title, body)"
    f" SELECT doc, cards.title, {_text('cards')} FROM search_docs JOIN cards USING (learner_id, key)",
    f"""CREATE TRIGGER search_card_added AFTER INSERT ON cards BEGIN
    INSERT INTO search_docs (learner_id, key) VALUES (new.learner_id, new.key);
    {_learn("new")} END""",
    f"""CREATE TRIGGER search_card_changed AFTER UPDATE OF learner_id, key, title, content ON cards BEGIN
    {_forget("old")}
    UPDATE search_docs SET learner_id = new.learner_id, key = new.key
    WHERE learner_id = old.learner_id AND key = old.key;
    {_learn("new")} END""",
    f"""CREATE TRIGGER search_card_removed AFTER DELETE ON cards BEGIN
    {_forget("old")}
    DELETE FROM search_docs WHERE learner_id = old.learner_id AND key = old.key; END""",
)


def upgrade() -> None:
    op.add_column("cards", sa.Column("added_ms", sa.BigInteger(), nullable=True))
    if op.get_context().dialect.name == "sqlite":
        for statement in SQLITE:
            op.execute(statement)
