from __future__ import annotations

import importlib
import io
import pkgutil
import re

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import BigInteger, Select, Table, create_engine
from sqlalchemy.engine import Dialect, make_url
from sqlalchemy.exc import IntegrityError
from sqlalchemy.schema import CreateIndex, CreateTable
from sqlalchemy.sql import CompoundSelect
from sqlalchemy.sql.dml import UpdateBase

import studydl.store
from studydl.paths import migrations
from studydl.store import driver, health, migration, tables
from studydl.store.connection import Store
from studydl.store.prepared import Prepared

SQLITE, POSTGRESQL = (make_url(f"{name}://").get_dialect()() for name in ("sqlite", "postgresql"))


def _statements() -> dict[str, Select[object] | CompoundSelect[object] | UpdateBase]:
    found: dict[str, Select[object] | CompoundSelect[object] | UpdateBase] = {}
    for module in pkgutil.iter_modules(studydl.store.__path__):
        for name, value in vars(importlib.import_module(f"studydl.store.{module.name}")).items():
            for number, each in enumerate(value if isinstance(value, tuple) else (value,)):
                if isinstance(each, Prepared):
                    each = each.statement
                if isinstance(each, Select | CompoundSelect | UpdateBase):
                    found[f"{module.name}.{name}[{number}]"] = each
    return found


STATEMENTS = _statements()


@pytest.mark.parametrize("dialect", [SQLITE, POSTGRESQL], ids=lambda dialect: dialect.name)
def test_every_table_and_index_compiles_for_both_databases(dialect: Dialect) -> None:
    for table in tables.metadata.sorted_tables:
        assert f"CREATE TABLE {table.name}" in str(CreateTable(table).compile(dialect=dialect))
        for index in table.indexes:
            assert "CREATE INDEX" in str(CreateIndex(index).compile(dialect=dialect))


@pytest.mark.parametrize("dialect", [SQLITE, POSTGRESQL], ids=lambda dialect: dialect.name)
@pytest.mark.parametrize("name", STATEMENTS)
def test_every_statement_compiles_for_both_databases(name: str, dialect: Dialect) -> None:
    sql = str(STATEMENTS[name].compile(dialect=dialect))
    assert re.match("SELECT|INSERT|UPDATE|DELETE", sql)


def test_the_statements_of_every_module_are_found() -> None:
    modules = {name.split(".")[0] for name in STATEMENTS}
    assert modules >= {"log", "activity", "cards", "states", "queue", "sessions", "ready", "settings"}


@pytest.mark.parametrize("table", [t for t in tables.metadata.sorted_tables if t.name != "learners"], ids=str)
def test_every_row_belongs_to_a_learner_and_keys_start_with_it(table: Table) -> None:
    assert next(iter(table.primary_key.columns)).name == "learner_id"
    assert all(key.column_keys[0] == "learner_id" for key in table.foreign_key_constraints)
    assert all(next(iter(index.columns)).name == "learner_id" for index in table.indexes)


def test_times_fit_in_64_bits() -> None:
    times = [c for t in tables.metadata.sorted_tables for c in t.columns if c.name.endswith("_ms")]
    assert times and all(isinstance(column.type, BigInteger) for column in times)


@pytest.mark.filterwarnings("ignore:.*expression-based index")
def test_the_migrations_make_exactly_the_tables(store: Store) -> None:
    here = {"include_name": lambda name, kind, _: kind != "table" or not str(name).startswith("search_")}
    assert compare_metadata(MigrationContext.configure(store.read(), opts=here), tables.metadata) == []


def test_the_migrations_make_exactly_the_indexes(store: Store) -> None:
    """Alembic passes over those on an expression."""
    listed = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND name LIKE 'ix%'"
    fresh = create_engine("sqlite://")
    with fresh.connect() as connection:
        tables.metadata.create_all(connection)
        made = set(connection.exec_driver_sql(listed).all())
    fresh.dispose()
    assert set(store.read().exec_driver_sql(listed).all()) == made


def test_the_head_is_known_without_alembic() -> None:
    config = Config()
    config.set_main_option("script_location", str(migrations()))
    heads = ScriptDirectory.from_config(config).get_heads()
    assert heads == [migration.head()] == [health.HEAD]


def test_migrations_are_numbered_in_order_so_that_an_older_studydl_knows_a_newer_database() -> None:
    config = Config()
    config.set_main_option("script_location", str(migrations()))
    revisions = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions("base", "heads")]
    assert list(reversed(revisions)) == [f"{number:04}" for number in range(1, len(revisions) + 1)]


def test_the_migrations_are_complete_postgresql_too() -> None:
    output = io.StringIO()
    context = MigrationContext.configure(dialect_name="postgresql", opts={"as_sql": True, "output_buffer": output})
    config = Config()
    config.set_main_option("script_location", str(migrations()))
    with Operations.context(context):
        for script in reversed(list(ScriptDirectory.from_config(config).walk_revisions("base", "heads"))):
            script.module.upgrade()
    written = output.getvalue()
    assert all(f"CREATE TABLE {table.name} (" in written for table in tables.metadata.sorted_tables)
    assert "BEFORE UPDATE OR DELETE OR TRUNCATE ON events" in written


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE events SET rating = 4",
        "DELETE FROM events",
        "INSERT OR REPLACE INTO events (learner_id, seq, id, kind, at_ms, study_day, mode, aided, hints)"
        " VALUES ('me', 1, 'other', 'answer', 1, 1, 'study', 0, 0)",
    ],
)
def test_the_log_refuses_to_be_changed(store: Store, attack: str) -> None:
    with store.write() as connection:
        connection.exec_driver_sql(
            "INSERT INTO events (learner_id, seq, id, kind, at_ms, study_day, mode, rating, aided, hints)"
            " VALUES ('me', 1, 'first', 'answer', 1, 1, 'study', 3, 0, 0)"
        )
    with pytest.raises(IntegrityError, match="append-only"), store.write() as connection:
        connection.exec_driver_sql(attack)
    assert store.read().exec_driver_sql("SELECT id, rating FROM events").all() == [("first", 3)]


def test_no_statement_of_a_session_reads_a_whole_table(store: Store) -> None:
    raw = driver.connect(store.path)
    whole = {
        "log._READ",
        "log._EVERYTHING",
        "log._STUDY",
        "states._REVIEWS",
        "states._EVERYTHING",
        "ready._COUNTS",
        "ready._KINDS",
        "ready._DROP_SERVED",
    }
    for name, statement in STATEMENTS.items():
        module, variable = name.split("[")[0].split(".")
        if module not in ("log", "states", "sessions", "ready", "activity") or f"{module}.{variable}" in whole:
            continue
        sql = re.sub(r"__\[POSTCOMPILE_\w+\]", "?", str(statement.compile(dialect=SQLITE)))
        plan = [row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {sql}", [None] * sql.count("?"))]
        reads = [line for line in plan if re.match("SCAN (?!CONSTANT)|SEARCH", line)]
        newest_first = variable in (
            "_APPEND",
            "_DURATIONS",
            "_FIRST_DAY",
            "_LAST_DAY",
            "_END",
        )  # these read one end of an index
        assert newest_first or not any(line.startswith("SCAN") or "(learner_id=?)" in line for line in reads), (
            name,
            plan,
        )
    raw.close()
