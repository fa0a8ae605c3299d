from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy.exc import IntegrityError

from studydl.memory.model import NEW, Memory, Phase
from studydl.store import states
from studydl.store.connection import Store

if TYPE_CHECKING:
    from tests.store.conftest import Filler

FULL = Memory(
    Phase.RELEARNING, 1, 12.25, 5.5, 20_000, 1_700_000_000_123, 20_001, 1_700_000_600_000, 7, 2, 3, 19_990, 5, 1
)


def test_a_state_comes_back_as_it_was_put_and_can_be_put_again(store: Store, fill: Filler) -> None:
    fill.sync(store, [fill.deck()], [fill.card("a")])
    assert states.get(store.read(), "me", "studydl/a") == states.State(NEW)
    fill.put(store, "studydl/a", FULL, suspended=True, buried_day=9, flag=True)
    assert states.get(store.read(), "me", "studydl/a") == states.State(FULL, True, 9, True)
    assert states.get(store.read(), "me", "studydl/a").memory.phase is Phase.RELEARNING
    fill.put(store, "studydl/a", NEW)
    assert states.everything(store.read(), "me") == {"studydl/a": states.State(NEW)}


def test_many_states_come_by_key_with_new_ones_for_unseen_cards(store: Store, fill: Filler) -> None:
    names = [f"card-{number:04}" for number in range(1200)]
    fill.sync(store, [fill.deck()], [fill.card(name) for name in names])
    with store.write() as connection:
        for number, name in enumerate(names[::2]):
            states.put(connection, "me", f"studydl/{name}", states.State(Memory(Phase.REVIEW, reps=number)))
    keys = [f"studydl/{name}" for name in names]
    found = states.many(store.read(), "me", [*keys, keys[0]])
    assert list(found) == keys
    assert [found[key].memory.reps for key in keys[::2]] == list(range(600))
    assert all(found[key] == states.State() for key in keys[1::2])


def test_a_state_needs_its_card(store: Store, fill: Filler) -> None:
    with pytest.raises(IntegrityError):
        fill.put(store, "studydl/none", FULL)
