from __future__ import annotations

from studydl.store import settings
from studydl.store.connection import Store


def test_settings_keep_plain_values_by_name(store: Store) -> None:
    given = {"new_per_day": 12, "weights": [0.1, 2.5], "exam": None, "name": "学习", "on": True, "more": {"a": [1]}}
    with store.write() as connection:
        for name, value in given.items():
            settings.put(connection, "me", name, "before")
            settings.put(connection, "me", name, value)
    assert settings.get_all(store.read(), "me") == given
    with store.write() as connection:
        settings.remove(connection, "me", "exam")
        settings.remove(connection, "me", "exam")
    assert settings.get_all(store.read(), "me") == {name: v for name, v in given.items() if name != "exam"}
