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
    rows = list(kept.newest_first(store.read(), store.learner, 0, 8))
    assert [row[0] for row in rows] == [8, 6, 5, 4, 2, 1]
    assert [row[7] for row in rows] == [None, None, 2, None, 1, None]
    assert list(kept.newest_first(store.read(), store.learner, 1, 5)) == rows[2:5]
    assert [row[1] for row in rows] == [
        kept.INTERVIEW, kept.RESET, kept.UNDO, kept.PRACTICE, kept.AMEND, kept.STUDY,
    ]  # fmt: skip
    assert [row[5] for row in rows] == [None, None, None, None, 107, 103], "due only where it left the steps"
    assert [row[10] for row in rows] == [kept.AIDED, None, None, None, None, None]
    assert kept.length(store.read(), store.learner) == 8
    assert list(kept.newest_first(store.read(), "somebody else", 0, 8)) == []
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
    found = [row[10] for row in kept.newest_first(store.read(), store.learner, 0, 5)]
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
    assert kept.places(store.read(), store.learner) == [
        ("studydl/a", "studydl", "conv", 1),
        ("studydl/gone/1", "studydl", "old", 1),
        ("studydl/s/2", "studydl", "conv", 1),
    ]


def test_what_was_decided_last_is_told_of_each_card(store: Store) -> None:
    answers = [
        Event(name, "answer", 1, day, "study", card_key=key, rating=3, phase="review", stability=2.0, due_day=day + 9)
        for name, day, key in (("a", 100, "k"), ("b", 101, "k"), ("c", 101, "l"), ("d", 102, "m"), ("e", 103, "n"))
    ]
    changes = [
        Event("f", "undo", 1, 104, "study", card_key="k", target_id="b"),
        replace(answers[0], id="g", kind="amend", target_id="a", stability=5.0, due_day=120),
        replace(answers[0], id="h", kind="amend", target_id="a", stability=6.0, due_day=130),
        Event("i", "undo", 1, 104, "study", card_key="k", target_id="h"),
        replace(answers[2], id="j", kind="amend", target_id="c", phase="relearning", card_key="l"),
        Event("k", "reset", 1, 105, "study", card_key="m"),
        replace(answers[4], id="l", mode="practice", study_day=106),
        replace(answers[4], id="m", study_day=107, problem_id="x.y@1:2:3"),
    ]
    with store.write() as connection:
        for event in [*answers, *changes]:
            log.append(connection, store.learner, event)
    keys = ["k", "l", "m", "n", "o"]
    assert sorted(kept.decisions(store.read(), store.learner, keys, 13)) == [
        ("k", 100, 120, 5.0, False),
        ("l", 101, None, 2.0, False),
        ("n", 107, 112, 2.0, True),
    ]
    assert sorted(kept.decisions(store.read(), store.learner, keys, 5))[2:] == [
        ("m", 102, 111, 2.0, False),
        ("n", 103, 112, 2.0, False),
    ]
    reaches = [kept.reaches_back(store.read(), store.learner, after, 13) for after in range(13)]
    assert reaches == [False] + [True] * 9 + [False] * 3
