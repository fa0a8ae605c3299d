from __future__ import annotations

import pytest
from sqlalchemy import bindparam, insert, select

from studydl.errors import StoreError
from studydl.store.connection import Store
from studydl.store.prepared import Prepared
from studydl.store.tables import settings

ADD = Prepared(insert(settings))
GET = Prepared(select(settings.c.value).where(settings.c.name == bindparam("name")))


def test_a_prepared_statement_does_what_sqlalchemy_does_with_it(store: Store) -> None:
    with store.write() as connection:
        ADD.run(connection, {"learner_id": store.learner, "name": "a", "value": "1"})
    assert GET.run(store.read(), {"name": "a"}).fetchone() == ("1",)
    assert store.read().execute(GET.statement, {"name": "a"}).fetchall() == [("1",)]


def test_what_it_wrote_is_rolled_back_with_the_transaction(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.write() as connection:
        ADD.run(connection, {"learner_id": store.learner, "name": "a", "value": "1"})
        raise ZeroDivisionError
    assert GET.run(store.read(), {"name": "a"}).fetchone() is None


def test_a_damaged_database_is_explained_as_everywhere_else(store: Store) -> None:
    GET.run(store.read(), {"name": "a"})
    data = bytearray(store.path.read_bytes())
    data[100:] = b"\xa5" * (len(data) - 100)
    store.path.write_bytes(bytes(data))
    store.path.with_name(store.path.name + "-wal").write_bytes(b"")
    with pytest.raises(StoreError):
        for _ in range(3):
            GET.run(store.read(), {"name": "b"})
            store.read().connection.cursor().execute("PRAGMA shrink_memory")
