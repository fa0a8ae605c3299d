"""What `doctor` says of a schedule that does not follow from the log."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from studydl.memory.model import Rating
from studydl.paths import Home
from studydl.store import states
from studydl.study.desk import Desk
from studydl.study.replay import differences
from tests.study.helpers import state, write_deck


def test_of_a_state_that_does_not_follow_from_the_log_only_what_differs_is_told(
    home: Home, open_desk: Callable[[], Desk]
) -> None:
    write_deck(home, "floor")
    desk = open_desk()
    session = desk.study()
    session.reveal()
    session.rate(Rating.GOOD)
    session.close()
    assert list(differences(desk.store)) == []
    true = state(desk, "mine/floor")
    false = replace(true, flag=True, memory=replace(true.memory, reps=7))
    with desk.store.write() as connection:
        states.put(connection, desk.store.learner, "mine/floor", false)
    assert list(differences(desk.store)) == [("mine/floor", "reps 7, flag True", "reps 1, flag False")]
