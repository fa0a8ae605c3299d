"""A past for a learner: reviews written into the log with their decisions, as sessions would have written them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

from studydl.memory.fitting import History
from studydl.memory.model import NEW, Memory, Rating, Settings
from studydl.memory.scheduler import review
from studydl.store import log, states
from studydl.store.connection import Store
from studydl.store.ids import new_id
from studydl.store.log import Event
from tests.study.helpers import DAY, HOUR, START

FIRST_DAY = START // DAY - 1200  # day 0 of the simulated histories
FACTS = "\n".join(f"## Fact {n} {{#fact-{n}}}\n\nQ: Fact {n}?\nA: Yes.\n" for n in range(400))


def live(store: Store, pasts: Mapping[str, History], *, skill: bool = False) -> None:
    """Write a past.

    Args:
        store: where the cards are.
        pasts: histories by card key; their day 0 is 1200 days before the clock of the tests.
        skill: True for answers to problems.
    """
    memories = dict.fromkeys(pasts, NEW)
    reviews = sorted(
        (day, number, key, rating) for key, past in pasts.items() for number, (rating, day) in enumerate(past)
    )
    with store.write() as connection:
        for place, (day, _, key, rating) in enumerate(reviews):
            day, at_ms = FIRST_DAY + day, (FIRST_DAY + day) * DAY + 9 * HOUR + place
            memory = review(
                memories[key],
                Rating(rating),
                at_ms=at_ms,
                study_day=day,
                settings=Settings(),
                seed=key,
            )
            memories[key] = memory
            log.append(connection, store.learner, answered(key, rating, at_ms, day, memory, skill=skill))
        for key, memory in memories.items():
            states.put_memory(connection, store.learner, key, memory)


def answered(
    key: str, rating: int, at_ms: int, day: int, memory: Memory, *, skill: bool = False, mode: str = "study"
) -> Event:
    """Return the event of one answer with its decision."""
    decision = {
        k: v for k, v in asdict(memory).items() if k in ("step", "stability", "difficulty", "due_day", "due_ms")
    }
    return Event(
        id=new_id(),
        kind="answer",
        at_ms=at_ms,
        study_day=day,
        mode=mode,
        card_key=key,
        rating=rating,
        problem_id="metrics.f1@1:1:1" if skill else None,
        phase=memory.phase.value,
        **decision,
    )
