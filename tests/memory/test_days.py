from __future__ import annotations

import subprocess
import sys
import time
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studydl.memory.days import day_start_ms, study_day

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = [BERLIN, *map(ZoneInfo, ("America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Auckland")), UTC]
HOUR = 3_600_000


def day_of(year: int, month: int, day: int) -> int:
    return (date(year, month, day) - date(1970, 1, 1)).days


def at(text: str, zone: ZoneInfo = BERLIN, fold: int = 0) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold).timestamp() * 1000)


def test_one_minute_to_four_still_belongs_to_the_day_before() -> None:
    assert study_day(at("2026-05-10T03:59"), BERLIN, 4) == day_of(2026, 5, 9)
    assert study_day(at("2026-05-10T04:00"), BERLIN, 4) == day_of(2026, 5, 10)


def test_the_last_millisecond_before_the_rollover_belongs_to_the_day_before() -> None:
    assert study_day(at("2026-05-10T04:00") - 1, BERLIN, 4) == day_of(2026, 5, 9)


@pytest.mark.parametrize(("day", "hours"), [((2026, 3, 29), 23), ((2026, 10, 25), 25), ((2026, 6, 1), 24)])
def test_the_night_the_clocks_change_makes_a_day_of_23_or_25_hours(day: tuple[int, int, int], hours: int) -> None:
    eve = day_of(*day) - 1
    assert day_start_ms(eve + 1, BERLIN, 4) - day_start_ms(eve, BERLIN, 4) == hours * HOUR


@pytest.mark.parametrize("fold", [0, 1])
def test_the_hour_that_comes_twice_belongs_to_the_same_day_both_times(fold: int) -> None:
    assert study_day(at("2026-10-25T02:30", fold=fold), BERLIN, 4) == day_of(2026, 10, 24)
    assert study_day(at("2026-10-25T02:30", fold=fold), BERLIN, 2) == day_of(2026, 10, 25)


def test_a_rollover_hour_the_clocks_skip_begins_the_day_with_the_jump() -> None:
    assert day_start_ms(day_of(2026, 3, 29), BERLIN, 2) == at("2026-03-29T03:00")


@given(st.integers(day_of(2012, 1, 1), day_of(2037, 1, 1)), st.sampled_from(ZONES), st.integers(0, 23))
def test_a_day_begins_exactly_where_the_one_before_ends(day: int, zone: ZoneInfo, rollover: int) -> None:
    start = day_start_ms(day, zone, rollover)
    assert study_day(start, zone, rollover) == day
    assert study_day(start - 1, zone, rollover) == day - 1


@given(st.lists(st.integers(0, 4_000_000_000_000), min_size=1), st.sampled_from([*ZONES, None]), st.integers(0, 23))
def test_the_study_day_never_goes_back_whatever_the_clock_does(
    moments: list[int], zone: ZoneInfo | None, rollover: int
) -> None:
    previous: int | None = None
    for moment in moments:
        day = study_day(moment, zone, rollover, previous)
        assert previous is None or day >= previous
        assert day >= study_day(moment, zone, rollover)
        previous = day


def test_a_flight_to_the_west_continues_the_day() -> None:
    tokyo, honolulu = timezone(timedelta(hours=9)), timezone(timedelta(hours=-10))
    now = at("2026-05-10T06:00", ZoneInfo("Asia/Tokyo"))
    day = study_day(now, tokyo, 4)
    assert study_day(now + HOUR, honolulu, 4) == day - 1
    assert study_day(now + HOUR, honolulu, 4, day) == day


@pytest.mark.parametrize("name", ["Asia/Kolkata", "America/New_York"])
def test_without_a_zone_the_clock_of_the_system_counts(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", name)
    time.tzset()
    try:
        for moment in range(at("2026-03-01T00:00"), at("2026-04-01T00:00"), 7 * HOUR):
            day = study_day(moment, None, 4)
            assert day == study_day(moment, ZoneInfo(name), 4)
            assert day_start_ms(day, None, 4) == day_start_ms(day, ZoneInfo(name), 4)
    finally:
        monkeypatch.undo()
        time.tzset()


def test_importing_the_model_and_the_days_loads_neither_fsrs_nor_anything_numeric() -> None:
    program = "import sys, studydl.memory.model, studydl.memory.days; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert "studydl.memory.days" in loaded
    assert not {"fsrs", "numpy", "torch", "json", "sqlalchemy"} & set(loaded)
