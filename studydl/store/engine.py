"""SQLAlchemy's engine over the one driver: transactions are BEGIN IMMEDIATE, errors are studydl's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.pool import StaticPool

from studydl.store import driver, health


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

    url = URL.create("sqlite", database=str(path))
    engine = create_engine(url, module=driver.dbapi, creator=connect, poolclass=StaticPool)

    # On the dialect: a listener on the engine would cost every statement 10 microseconds.
    @event.listens_for(engine.dialect, "handle_error")
    def explain(context: ExceptionContext) -> BaseException | None:
        return health.explain(context.original_exception, path)

    return engine


def driver_of(connection: Connection) -> driver.dbapi.Connection:
    """Return the driver's own connection under an engine's one."""
    opened = connection.connection.driver_connection
    assert isinstance(opened, driver.dbapi.Connection)
    return opened


@contextmanager
def transaction(connection: Connection, path: Path) -> Iterator[Connection]:
    """Hold a database for writing: committed on exit, rolled back on an error.

    The driver is in autocommit mode and begins nothing by itself, so that DDL too is in the transaction.
    """
    with connection.begin():
        with health.explained(path):
            connection.connection.cursor().execute("BEGIN IMMEDIATE")
        yield connection
