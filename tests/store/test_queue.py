from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from studydl.memory.model import NEW, Memory, Phase
from studydl.store import queue
from studydl.store.connection import Store
from studydl.store.states import State

if TYPE_CHECKING:
    from tests.store.conftest import Filler

TODAY = 100


def _review(due_day: int) -> Memory:
    return Memory(Phase.REVIEW, None, 9.0, 5.0, 90, 1, due_day, None, 3)


LEARNING = Memory(Phase.LEARNING, 0, 1.0, 5.0, TODAY, 1, TODAY, 10**15, 1)


def _names(found: list[queue.Candidate]) -> list[str]:
    return [candidate.key.removeprefix("studydl/") for candidate in found]


def test_due_are_learning_cards_at_any_time_and_reviews_by_today(store: Store, fill: Filler) -> None:
    memories = {
        "learning": LEARNING,
        "relearning": replace(LEARNING, phase=Phase.RELEARNING, due_day=TODAY + 1),
        "late": _review(TODAY - 50),
        "today": _review(TODAY),
        "tomorrow": _review(TODAY + 1),
        "back-to-new": NEW,
    }
    fill.sync(store, [fill.deck()], [fill.card(name, position=n) for n, name in enumerate([*memories, "unseen"])])
    for name, memory in memories.items():
        fill.put(store, f"studydl/{name}", memory)
    assert _names(queue.due(store.read(), "me", TODAY)) == ["learning", "relearning", "late", "today"]
    assert _names(queue.unseen(store.read(), "me", TODAY)) == ["back-to-new", "unseen"]


def test_suspended_buried_and_retired_cards_are_left_out(store: Store, fill: Filler) -> None:
    names = ["plain", "suspended", "buried", "buried-yesterday", "retired"]
    rows = [fill.card(f"{kind}-{name}", position=n) for kind in ("seen", "new") for n, name in enumerate(names)]
    fill.sync(store, [fill.deck()], rows)
    for kind, memory in (("seen", _review(TODAY)), ("new", NEW)):
        fill.put(store, f"studydl/{kind}-plain", memory)
        fill.put(store, f"studydl/{kind}-suspended", memory, suspended=True)
        fill.put(store, f"studydl/{kind}-buried", memory, buried_day=TODAY)
        fill.put(store, f"studydl/{kind}-buried-yesterday", memory, buried_day=TODAY - 1)
        fill.put(store, f"studydl/{kind}-retired", memory)
    fill.sync(store, [fill.deck()], [row for row in rows if "retired" not in row.key])
    assert _names(queue.due(store.read(), "me", TODAY)) == ["seen-plain", "seen-buried-yesterday"]
    assert _names(queue.unseen(store.read(), "me", TODAY)) == ["new-plain", "new-buried-yesterday"]


def test_candidates_come_in_the_order_of_decks_and_cards_and_may_be_limited(store: Store, fill: Filler) -> None:
    decks = [fill.deck("zoo", 0), fill.deck("conv", 1), fill.deck("more", 2)]
    rows = [fill.card("c", "more", 0), fill.card("b", "conv", 1), fill.card("a", "conv", 2), fill.card("d", "zoo", 9)]
    fill.sync(store, decks, rows)
    assert _names(queue.unseen(store.read(), "me", TODAY)) == ["d", "b", "a", "c"]
    assert _names(queue.unseen(store.read(), "me", TODAY, limit=2)) == ["d", "b"]
    some = [("studydl", "conv"), ("studydl", "more")]
    assert _names(queue.unseen(store.read(), "me", TODAY, some)) == ["b", "a", "c"]
    assert _names(queue.unseen(store.read(), "me", TODAY, some, 1)) == ["b"]
    assert queue.unseen(store.read(), "me", TODAY, []) == []
    assert queue.unseen(store.read(), "me", TODAY, [("mine", "conv")]) == []


def test_a_candidate_carries_what_the_queue_needs(store: Store, fill: Filler) -> None:
    row = replace(fill.card("s", "conv", 3, "skill", 2), contrast="pair")
    fill.sync(store, [fill.deck()], [row, fill.card("a")])
    fill.put(store, row.key, _review(TODAY), flag=True)
    assert queue.skills(store.read(), "me") == [
        queue.Candidate(
            *("studydl/s/2", "studydl/s", "studydl", "conv", 3, "skill", "conv.output-size", 2),
            *(("studydl/a",), "pair", State(_review(TODAY), flag=True)),
        )
    ]


def test_skills_are_only_among_skills_every_level_of_them(store: Store, fill: Filler) -> None:
    rows = [fill.card("s", "conv", 0, "skill", level) for level in (1, 2, 3)]
    fill.sync(store, [fill.deck()], rows)
    fill.put(store, "studydl/s/1", _review(TODAY), suspended=True)
    assert queue.due(store.read(), "me", TODAY) == queue.unseen(store.read(), "me", TODAY) == []
    assert [(c.level, c.state.suspended) for c in queue.skills(store.read(), "me", [("studydl", "conv")])] == [
        (1, True),
        (2, False),
        (3, False),
    ]


def test_the_forecast_counts_what_falls_due_a_skill_once_and_the_overdue_today(store: Store, fill: Filler) -> None:
    rows = [fill.card(name) for name in ("late", "today", "learning", "third", "far", "out", "new")]
    fill.sync(store, [fill.deck()], [*rows, *(fill.card("s", kind="skill", level=level) for level in (1, 2, 3))])
    due = {"late": _review(3), "today": _review(TODAY), "third": _review(TODAY + 2), "far": _review(TODAY + 3)}
    for name, memory in (due | {"s/1": _review(TODAY), "s/2": _review(TODAY + 1), "learning": LEARNING}).items():
        fill.put(store, f"studydl/{name}", memory)
    fill.put(store, "studydl/out", _review(TODAY), suspended=True)
    assert queue.forecast(store.read(), "me", TODAY, 3) == [3, 1, 1]
