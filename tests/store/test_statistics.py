from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from studydl.store import log
from studydl.store import statistics as kept
from studydl.store.connection import Store
from studydl.store.log import Event

if TYPE_CHECKING:
    from tests.store.conftest import Filler


def test_the_rows_come_newest_first_so_that_an_undo_is_met_before_its_target(store: Store) -> None:
    events = [
        Event("a", "answer", 1, 100, "study", card_key="k", rating=3, phase="review", stability=2.0, due_day=103),
        Event("b", "amend", 1, 101, "study", card_key="k", target_id="a", rating=4, phase="review", due_day=107),
        Event("c", "suspend", 1, 101, "study", card_key="k"),
        Event("d", "answer", 1, 102, "practice", card_key="p", rating=1, phase="learning", due_day=102),
        Event("e", "undo", 1, 102, "study", card_key="k", target_id="b"),
        Event("f", "reset", 1, 103, "study", card_key="k"),
        Event("g", "reset", 1, 103, "practice", card_key="k"),
        Event("h", "answer", 1, 104, "interview", card_key="k", verdict="correct", problem_id="x.y@1:2:3", hints=1),
    ]
    with store.write() as connection:
        for event in events:
            log.append(connection, store.learner, event)
    rows = list(kept.newest_first(store.read(), store.learner))
    assert [row[0] for row in rows] == ["h", "f", "e", "d", "b", "a"]
    assert [row[1] for row in rows] == [
        kept.INTERVIEW, kept.RESET, kept.UNDO, kept.PRACTICE, kept.AMEND, kept.STUDY,
    ]  # fmt: skip
    assert [row[5] for row in rows] == [None, None, None, None, 107, 103], "due only where it left the steps"
    assert [row[10] for row in rows] == [kept.AIDED, None, None, None, None, None]
    assert kept.length(store.read(), store.learner) == 8
    assert list(kept.newest_first(store.read(), "somebody else")) == []
    assert kept.length(store.read(), "somebody else") == 0


def test_how_a_problem_went_is_told_in_three_ways(store: Store) -> None:
    ways = [
        ("correct", False, 0, kept.UNAIDED),
        ("correct", True, 0, kept.AIDED),
        ("correct", False, 2, kept.AIDED),
        ("incorrect", False, 0, kept.WRONG),
        ("convention", True, 0, kept.WRONG),
    ]
    with store.write() as connection:
        for number, (verdict, aided, hints, _) in enumerate(ways):
            event = Event(f"e{number}", "answer", 1, 1, "study", problem_id="x.y@1:1:1", verdict=verdict)
            log.append(connection, store.learner, replace(event, aided=aided, hints=hints))
    found = [row[10] for row in kept.newest_first(store.read(), store.learner)]
    assert found == [how for *_, how in reversed(ways)]


def test_a_retired_card_still_has_its_deck_but_its_family_is_not_asked_for(store: Store, fill: Filler) -> None:
    first, second = fill.deck("conv"), fill.deck("old", position=1)
    rows = [
        fill.card("a"),
        fill.card("s", kind="skill", level=2),
        fill.card("gone", deck="old", kind="skill", level=1),
    ]
    fill.sync(store, [second, first], rows)
    assert kept.families(store.read(), store.learner) == ["conv.output-size"]
    fill.sync(store, [first], rows[:1], now_ms=2)
    assert kept.families(store.read(), store.learner) == []
    decks = kept.decks_in_order(store.read(), store.learner)
    assert decks == [kept.Deck("studydl", "conv", "Conv"), kept.Deck("studydl", "old", "Old")]
    assert kept.deck_names(store.read(), store.learner)["studydl/gone/1"] == ("studydl", "old")
