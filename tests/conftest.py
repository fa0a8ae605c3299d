"""Options and fixtures for the whole suite, and what keeps it quick."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from sqlalchemy import Connection, event

from studydl import paths
from studydl.store import migration

# The tensors of the tests are small, and there is a pytest process for each core: threads would wait for one another.
os.environ["OMP_NUM_THREADS"] = "1"
# Programs that the tests start would each compile all of studydl anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

settings.register_profile("studydl", deadline=None)  # machines are noisy; what is slow is measured in benchmarks
settings.load_profile("studydl")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--draws", type=int, default=300, help="problems drawn from each family to compare with its third-party oracle"
    )
    parser.addoption("--renew", action="store_true", help="keep the screens as they look now: see tests/tui/golden")


Migrate = Callable[[Connection, Path], None]


@pytest.fixture(scope="session")
def remembering() -> Migrate:
    """Run the migrations the first time; a later new database gets the statements they sent, without alembic's work."""
    migrate, sent = migration._run, list[tuple[str, Any]]()

    def run(connection: Connection, folder: Path) -> None:
        there = connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar()
        if there or folder != paths.migrations():  # an older database, or migrations of the test's own
            migrate(connection, folder)
        elif sent:
            for statement, parameters in sent:
                connection.exec_driver_sql(statement, parameters)
        else:
            sent.extend(_sent(connection, lambda: migrate(connection, folder)))

    return run


def _sent(connection: Connection, work: Callable[[], None]) -> list[tuple[str, Any]]:
    """Do some work; return the statements that changed the database, with their parameters."""
    sent = list[tuple[str, Any]]()

    def note(_: Connection, __: object, statement: str, parameters: Any, ___: object, many: bool) -> None:
        assert not many
        if not statement.lstrip().upper().startswith(("SELECT", "PRAGMA")):
            sent.append((statement, parameters))

    event.listen(connection, "before_cursor_execute", note)
    try:
        work()
    finally:
        event.remove(connection, "before_cursor_execute", note)
    return sent


@pytest.fixture(autouse=True)
def quick_new_databases(monkeypatch: pytest.MonkeyPatch, remembering: Migrate) -> None:
    """Spare each of the hundreds of homes alembic's work; tests/store/test_migration.py has it done."""
    monkeypatch.setattr(migration, "_run", remembering)
