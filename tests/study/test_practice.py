from __future__ import annotations

from dataclasses import replace

import pytest

from studydl.errors import StudydlError, UsageError
from studydl.paths import Home
from studydl.problems import catalog
from studydl.study.desk import Desk
from studydl.study.practice import ENDLESS, families_named, planned, together
from studydl.study.view import Stage
from studydl.study.weak_spots import NEVER, Lately
from tests.study.helpers import WRONG, FakeClock, all_states, answer_and_go_on, stock, write_deck


def answered(desk: Desk, family: str, good: bool, times: int = 1) -> None:
    """Practice one family."""
    stock(desk.store, 20, family=family)
    session = desk.practice([family], level=1, count=times)
    for _ in range(times):
        answer_and_go_on(session, good)
    session.close()


def shown(desk: Desk, what: list[str], count: int) -> list[str]:
    """Return the problems a practice session brings, "family level"."""
    session, found = desk.practice(what, count=count), list[str]()
    while (view := session.view()).question is not None:
        assert view.question.problem_id is not None
        family, _, rest = view.question.problem_id.partition("@")
        found.append(f"{family} {rest.split(':')[1]}")
        answer_and_go_on(session, good=False)
    return found


def test_what_went_wrong_comes_first_then_what_was_never_tried_then_the_rest(desk: Desk) -> None:
    for family in ("metrics.f-beta", "metrics.kappa"):
        stock(desk.store, 20, family=family)
    answered(desk, "metrics.f1", good=True)
    answered(desk, "metrics.kappa", good=False)
    assert shown(desk, ["metrics.f1", "metrics.f-beta", "metrics.kappa"], 4) == [
        "metrics.kappa 1",  # the level it went wrong at, again
        "metrics.f-beta 1",
        "metrics.f1 2",  # right at level 1: on to the next
        "metrics.kappa 2",
    ]


def test_practice_moves_no_schedule(desk: Desk) -> None:
    states = all_states(desk)
    overview = desk.overview()
    answered(desk, "metrics.f1", good=False, times=3)
    answered(desk, "metrics.f1", good=True, times=3)
    assert all_states(desk) == states
    assert replace(desk.overview(), first_time=True) == overview


def test_practice_is_not_rated_so_there_is_no_slip_to_claim(desk: Desk) -> None:
    stock(desk.store, 1, family="metrics.f1")
    session = desk.practice(["metrics.f1"], level=1, count=1)
    view = session.submit(WRONG)
    assert (view.stage, view.intervals, view.slip) == (Stage.VERDICT, (), False)
    with pytest.raises(StudydlError):
        session.slip()


def test_putting_off_and_suspending_practice_puts_off_and_suspends_no_card(desk: Desk) -> None:
    states = all_states(desk)
    stock(desk.store, 20)
    session = desk.practice(["metrics.f1"], level=1, count=3)
    assert session.bury().message == "Skipped. Undo takes it back."
    with pytest.raises(StudydlError, match="nothing to suspend"):
        session.suspend()
    assert session.flag().message == "Skipped. Undo takes it back.", "there is nothing to flag"
    assert all_states(desk) == states


def test_without_end_it_says_what_is_done(desk: Desk) -> None:
    stock(desk.store, 20)
    session = desk.practice(["metrics.f1"], level=1, count=0)
    assert session.view().progress == "0 done"
    for n in range(1, 13):
        assert answer_and_go_on(session, good=False).progress == f"{n} done"
    assert session.view().stage is Stage.ASKING
    assert session.summary().left == 0
    assert session.summary().again == ("F1 score",), "one line, however often"
    assert ENDLESS >= 1000


def test_left_early_it_says_what_is_done_and_promises_nothing(desk: Desk) -> None:
    stock(desk.store, 20)
    session = desk.practice(["metrics.f1"], level=1, count=3)
    assert session.view().parting == ""
    assert answer_and_go_on(session, good=True).parting == "Practice is over, 1 done."
    assert desk.study().view().parting.startswith("Saved, ")


def test_a_deck_stands_for_what_its_skills_practice(home: Home, desk: Desk, clock: FakeClock) -> None:
    assert families_named(desk.store, ["mini"]) == ["metrics.f1"]
    write_deck(home, "floor", name="plain", title="No skills")
    from studydl.study import library

    library.sync(desk.store, home, clock())
    with pytest.raises(UsageError, match="no deck, topic or family 'plain'"):
        families_named(desk.store, ["plain"])
    assert families_named(desk.store, ["mini", "metrics.f1"]) == ["metrics.f1"]
    assert families_named(desk.store, ["conv"]) == [n for n in catalog.names() if n.startswith("conv.")]
    assert families_named(desk.store, []) == list(catalog.names())


def test_each_family_comes_in_turn_at_the_level_asked_for() -> None:
    keys = planned(["a.x", "b.y"], 3, 5, {})
    assert keys == ["practice/a.x/3/0", "practice/b.y/3/1", "practice/a.x/3/2", "practice/b.y/3/3", "practice/a.x/3/4"]
    mixed = planned(["a.x"], None, 4, {"a.x": Lately(1, 1, 0, 5, next_level=2)})
    assert [key.split("/")[2] for key in mixed] == ["2", "3", "1", "2"]


def test_all_there_is_to_choose_from_with_how_it_went(desk: Desk, clock: FakeClock) -> None:
    answered(desk, "metrics.kappa", good=False)
    answered(desk, "metrics.f1", good=True, times=2)
    found = desk.practice_choices()
    assert found.choices[0].name == "metrics.kappa", "weak spots first"
    by_name = {(choice.kind, choice.name): choice for choice in found.choices}
    assert by_name["deck", "mini"].families == ("metrics.f1",)
    assert (by_name["deck", "mini"].lately.right, by_name["deck", "mini"].lately.of) == (2, 2)
    metrics = by_name["topic", "metrics"].lately
    assert (metrics.right, metrics.of, metrics.last_day) == (2, 3, found.today)
    assert {name for kind, name in by_name if kind == "family"} == set(catalog.names())
    assert together([]) == NEVER
