"""Statements on the path from an answer to the next card: compiled once, run on the driver itself.

SQLAlchemy's execution costs 30 microseconds a statement and the statement itself 7; there are five of them
between an answer and the next card. Everything else goes through SQLAlchemy.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Select
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.sql.dml import UpdateBase

from studydl.store.driver import dbapi
from studydl.store.health import explain


class Prepared:
    """One statement. Rows come as the driver gives them: SQLite has 0 and 1 for False and True.

    Args:
        statement: a Core statement; its bound parameters are named.
    """

    def __init__(self, statement: Select[Any] | UpdateBase) -> None:
        self.statement = statement
        self._compiled: dict[str, tuple[str, list[str] | None, Mapping[str, Any]]] = {}

    def run(self, connection: Connection, values: Mapping[str, object]) -> DBAPICursor:
        """Run the statement and return the driver's cursor.

        Args:
            connection: from `Store.write` or `Store.read`.
            values: of the bound parameters, by name.

        Raises:
            StoreError: the database is busy, damaged or cannot be used.
        """
        sql, names, fixed = self._for(connection)
        cursor = connection.connection.cursor()
        given = {**values, **fixed} if fixed else values
        try:
            cursor.execute(sql, given if names is None else [given[name] for name in names])
        except dbapi.Error as error:
            raise explain(error, Path(connection.engine.url.database or "")) or error from error
        return cursor

    def _for(self, connection: Connection) -> tuple[str, list[str] | None, Mapping[str, Any]]:
        name = connection.dialect.name
        if name not in self._compiled:
            compiled: Any = self.statement.compile(dialect=connection.dialect)
            names = list(compiled.positiontup) if compiled.positional else None
            fixed = {name: value for name, value in compiled.params.items() if not compiled.binds[name].required}
            self._compiled[name] = (str(compiled), names, fixed)
        return self._compiled[name]
