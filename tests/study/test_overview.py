"""What the home screen is told of today."""

from __future__ import annotations

from collections.abc import Callable

from studydl.memory.model import Rating
from studydl.paths import Home
from studydl.study.desk import Desk
from tests.study.helpers import FakeClock, prefer, write_deck


def test_a_backlog_is_counted_in_sessions_and_the_next_one_holds_what_fits(
    home: Home, open_desk: Callable[[], Desk], clock: FakeClock
) -> None:
    cards = [f"## Card {n} {{#c-{n:03}}}\n\nQ: What is {n}?\nA: It is {n}.\n" for n in range(12)]
    write_deck(home, *cards)
    prefer(home, new_per_day=100)
    desk = open_desk()
    session = desk.study()
    for _ in range(12):
        session.reveal()
        clock.later(minutes=0.5)
        session.rate(Rating.EASY)
    session.close()
    desk.close()
    clock.later(days=200)
    prefer(home, minutes_per_session=2)
    seen = open_desk().overview()
    assert seen.due == 12
    assert seen.backlog_days * 2 * 60 >= 12 * 30 > (seen.backlog_days - 1) * 2 * 60
    assert (seen.planned, seen.minutes) == (4, 2)


def test_a_day_without_cards_says_when_the_next_ones_come(
    home: Home, open_desk: Callable[[], Desk], clock: FakeClock
) -> None:
    write_deck(home, *(f"## Card {n} {{#c{n}}}\n\nQ: What is {n}?\nA: It is {n}.\n" for n in range(3)))
    prefer(home, new_per_day=2)
    desk = open_desk()
    session = desk.study()
    session.bury()  # a new card that was put off is no longer due, and comes among the new ones
    session.reveal()
    session.rate(Rating.EASY)
    assert desk.overview().next_due == "", "there is one more new card today"
    session = desk.study()
    session.reveal()
    session.rate(Rating.EASY)
    assert desk.overview().next_due == "tomorrow, new cards"
    session.close()
    clock.later(days=1)
    session = desk.study()
    session.reveal()
    session.rate(Rating.EASY)
    session.close()
    days = next(day for day, count in enumerate(desk.overview().forecast) if count)
    assert desk.overview().next_due == f"in {days} days, 1 card"
    clock.later(days=days)
    session = desk.study()
    while session.view().question is not None:
        session.bury()
    assert desk.overview().next_due.startswith("tomorrow, "), "put off, and no longer due today"
