from __future__ import annotations

from studydl.store import ready
from studydl.store.connection import Store

LAST_SEED = 2**64 - 1


def _add(store: Store, *seeds: int, version: int = 1, level: int = 2, family: str = "conv.size") -> list[bool]:
    with store.write() as connection:
        return [
            ready.add(connection, "me", family, version, level, seed, f'{{"seed": {seed}}}', 100 + number)
            for number, seed in enumerate(seeds)
        ]


def _take(store: Store, version: int = 1, level: int = 2, now_ms: int = 500) -> str | None:
    with store.write() as connection:
        return ready.take(connection, "me", "conv.size", version, level, now_ms)


def test_each_problem_is_served_once_the_one_that_waited_longest_first(store: Store) -> None:
    assert _add(store, LAST_SEED, 7) == [True, True]
    assert [_take(store), _take(store), _take(store)] == [f'{{"seed": {LAST_SEED}}}', '{"seed": 7}', None]
    assert _add(store, 7) == [False]
    assert _take(store) is None


def test_a_served_problem_can_still_be_looked_up(store: Store) -> None:
    _add(store, LAST_SEED)
    _take(store)
    assert ready.get(store.read(), "me", f"conv.size@1:2:{LAST_SEED}") == f'{{"seed": {LAST_SEED}}}'
    assert ready.get(store.read(), "me", "conv.size@1:2:8") is None


def test_waiting_problems_are_counted_by_family_version_and_level(store: Store) -> None:
    _add(store, 1, 2, 3)
    _add(store, 1, level=3)
    _take(store)
    assert ready.counts(store.read(), "me") == {("conv.size", 1, 2): 2, ("conv.size", 1, 3): 1}
    assert _take(store, version=2) is None


def test_old_versions_and_problems_served_long_ago_are_dropped(store: Store) -> None:
    _add(store, 1, 2, 3)
    _add(store, 1, 2, version=2)
    _add(store, 1, family="gone.family")
    _take(store, now_ms=500)
    _take(store, now_ms=900)
    with store.write() as connection:
        assert ready.drop_stale(connection, "me", {"conv.size": 2}, served_before_ms=900) == 3
    assert ready.counts(store.read(), "me") == {("conv.size", 2, 2): 2}
    found = [ready.get(store.read(), "me", f"conv.size@1:2:{seed}") for seed in (1, 2, 3)]
    assert found == [None, '{"seed": 2}', None]
