from __future__ import annotations

import time
import uuid

import pytest

from studydl.store import ids


def test_an_id_is_a_uuid_of_version_7_with_the_time_in_front() -> None:
    before = time.time_ns() // 1_000_000
    made = uuid.UUID(hex=ids.new_id())
    after = time.time_ns() // 1_000_000
    assert (made.version, made.variant) == (7, uuid.RFC_4122)
    assert before <= made.int >> 80 <= after + 1


def test_ids_rise_within_a_process_even_when_the_clock_goes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time_ns()
    clock = iter([now, now, now - 3_600_000_000_000, now, now - 1, now + 1])
    monkeypatch.setattr(time, "time_ns", lambda: next(clock, now))
    made = [ids.new_id() for _ in range(5000)]
    assert made == sorted(set(made))
    assert all(len(each) == 32 for each in made)
