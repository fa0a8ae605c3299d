"""SQLAlchemy's engine over the one driver: transactions are BEGIN IMMEDIATE, errors are studydl's."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.pool import StaticPool

from studydl.store import driver, health

READING = "reading"  # in a connection's info: statements stand alone, no transaction is begun


def engine_for(path: Path, create: bool = False, foreign_keys: bool = True) -> Engine:
    """Return an engine with one connection to a database file.

    Args:
        path: the file.
        create: make it if it is missing.
        foreign_keys: enforce them.
    """

    def connect() -> driver.dbapi.Connection:
        with health.explained(path):
            connection = driver.connect(path, create=create, foreign_keys=foreign_keys)
            driver.set_journal(connection)
            return connection

    engine = create_engine("sqlite://", module=driver.dbapi, creator=connect, poolclass=StaticPool)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # The driver is in autocommit mode and never begins anything by itself, so DDL too is in the transaction.
        if not connection.info.get(READING):
            with health.explained(path):
                connection.connection.cursor().execute("BEGIN IMMEDIATE")

    @event.listens_for(engine, "handle_error")
    def explain(context: ExceptionContext) -> BaseException | None:
        return health.explain(context.original_exception, path)

    return engine
