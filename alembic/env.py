"""Runs the migrations inside the transaction that studydl.store.migration has begun, and leaves the commit to it.

Always called from there. A new migration is a file of its own, made from script.py.mako, numbered one higher than
the last, with studydl.store.health.HEAD raised to it; the tests compare the result with studydl.store.tables.
"""

from __future__ import annotations

from alembic import context

context.configure(connection=context.config.attributes["connection"])
with context.begin_transaction():
    context.run_migrations()
