"""A card's memory from its reviews: the state can always be thrown away and derived again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from studydl.memory.model import NEW, Memory, Review, Settings
from studydl.memory.scheduler import remember, review


def replay(reviews: Sequence[Review], settings: Settings, key: str) -> Memory:
    """Return the memory state that a card's reviews come to.

    Stability and difficulty follow the weights of today; phase, step and due are the decision stored with each
    review, so that new weights move no due date. A review without a stored decision is decided here.

    Args:
        reviews: of one card, oldest first.
        settings: the learner's.
        key: the card's, which seeds the fuzz.
    """
    memory = NEW
    for past in reviews:
        rules = settings.of(past.skill)
        if past.phase is None:
            memory = review(
                memory,
                past.rating,
                at_ms=past.at_ms,
                study_day=past.study_day,
                settings=rules,
                seed=key,
                aided=past.aided,
            )
        else:
            after = remember(
                memory,
                past.rating,
                at_ms=past.at_ms,
                study_day=past.study_day,
                settings=rules,
                aided=past.aided,
            )
            memory = replace(after, phase=past.phase, step=past.step, due_day=past.due_day, due_ms=past.due_ms)
    return memory
