from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studydl.memory.model import Memory, Phase
from studydl.store import cards, states
from studydl.store.connection import Store

if TYPE_CHECKING:
    from tests.store.conftest import Filler


def test_decks_and_cards_come_back_as_they_were_given(store: Store, fill: Filler) -> None:
    decks = [fill.deck("conv", 1), fill.deck("adam", 0)]
    rows = [fill.card("b", position=1), fill.card("a", position=0), fill.card("s", "adam", 0, "skill", 2)]
    fill.sync(store, decks, rows)
    read = store.read()
    assert cards.decks(read, "me") == [decks[1], decks[0]]
    assert cards.of_deck(read, "me", "studydl", "conv") == [rows[1], rows[0]]
    assert [cards.get(read, "me", row.key) for row in rows] == rows
    assert cards.get(read, "me", "studydl/none") is None
    assert cards.deck_digests(read, "me") == {("studydl", "conv"): "d", ("studydl", "adam"): "d"}


def test_the_first_item_of_a_note_is_found_whether_it_has_one_or_several(store: Store, fill: Filler) -> None:
    one, first, second = fill.card("one"), fill.card("skill", level=1), fill.card("skill", level=2)
    fill.sync(store, [fill.deck()], [one, first, second])
    read = store.read()
    assert [cards.first_item(read, "me", f"studydl/{name}") for name in ("one", "skill", "none")] == [one, first, None]
    fill.sync(store, [fill.deck()], [second])
    assert cards.first_item(read, "me", "studydl/skill") is None, "it was retired"


def test_a_removed_card_is_retired_and_a_returning_one_restored_with_its_progress(store: Store, fill: Filler) -> None:
    fill.sync(store, [fill.deck()], [fill.card("a"), fill.card("b")])
    fill.put(store, "studydl/a", Memory(Phase.REVIEW, reps=3, due_day=9), suspended=True, flag=True)
    before = states.everything(store.read(), "me")
    fill.sync(store, [fill.deck()], [fill.card("b")], now_ms=77)
    gone = cards.get(store.read(), "me", "studydl/a")
    assert gone == replace(fill.card("a"), retired_ms=77)
    assert [row.key for row in cards.of_deck(store.read(), "me", "studydl", "conv")] == ["studydl/b"]
    fill.sync(store, [fill.deck()], [fill.card("b")], now_ms=88)
    assert cards.get(store.read(), "me", "studydl/a") == gone
    fill.sync(store, [fill.deck()], [fill.card("a"), fill.card("b")], now_ms=99)
    assert cards.get(store.read(), "me", "studydl/a") == fill.card("a")
    assert states.everything(store.read(), "me") == before


def test_a_card_may_move_to_another_deck_and_be_edited(store: Store, fill: Filler) -> None:
    decks = [fill.deck("conv"), fill.deck("adam", 1)]
    fill.sync(store, decks, [fill.card("a")])
    moved = replace(fill.card("a", "adam", 5), title="New title", content="{}", digest="other", contrast="x", after=())
    fill.sync(store, decks, [moved])
    assert cards.get(store.read(), "me", "studydl/a") == moved


def test_a_removed_deck_is_retired_and_comes_back(store: Store, fill: Filler) -> None:
    both = [fill.deck("conv"), fill.deck("adam", 1)]
    fill.sync(store, both, [fill.card("a"), fill.card("b", "adam")])
    fill.sync(store, both[:1], [fill.card("a")])
    assert cards.decks(store.read(), "me") == both[:1]
    fill.sync(store, both, [fill.card("a"), fill.card("b", "adam")])
    assert cards.decks(store.read(), "me") == both
    assert cards.get(store.read(), "me", "studydl/b") == fill.card("b", "adam")


def test_decks_of_other_origins_and_untouched_decks_stay_as_they_are(store: Store, fill: Filler) -> None:
    mine = replace(fill.card("x"), key="mine/x", note="mine/x", origin="mine")
    both = [fill.deck("conv"), fill.deck("adam", 1)]
    fill.sync(store, [*both, fill.deck("conv", origin="mine")], [fill.card("a"), fill.card("b", "adam"), mine])
    with store.write() as connection:
        cards.sync(connection, "me", both[:1], [], 5, untouched=[("studydl", "adam")])
    assert len(cards.decks(store.read(), "me")) == 3
    found = [cards.get(store.read(), "me", key) for key in ("studydl/a", "studydl/b", "mine/x")]
    assert [row.retired_ms for row in found if row] == [5, None, None]
    with store.write() as connection:
        cards.sync(connection, "me", [], [], 6, origins=["mine"])
    assert [deck.origin for deck in cards.decks(store.read(), "me")] == ["studydl", "studydl"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=30)
@given(st.lists(st.sets(st.sampled_from("abcdef")), min_size=1, max_size=6))
def test_after_any_history_the_cards_there_are_those_of_the_last_sync(
    store: Store, fill: Filler, history: list[set[str]]
) -> None:
    for now_ms, names in enumerate(history):
        fill.sync(store, [fill.deck()], [fill.card(name) for name in sorted(names)], now_ms)
    here = {row.key for row in cards.of_deck(store.read(), "me", "studydl", "conv")}
    assert here == {f"studydl/{name}" for name in history[-1]}
